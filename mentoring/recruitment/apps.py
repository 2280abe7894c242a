"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class RecruitmentConfig(AppConfig):
    name = "mentoring.recruitment"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.recruitment.letters")
