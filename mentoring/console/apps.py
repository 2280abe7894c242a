"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "mentoring.console"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.console.letters")
