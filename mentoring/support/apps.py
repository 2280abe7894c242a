"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "mentoring.support"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.support.letters")
