"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "mentoring.agreements"

    def ready(self) -> None:
        import_module("mentoring.agreements.letters")
