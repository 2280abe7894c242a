"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class SafeguardingConfig(AppConfig):
    name = "mentoring.safeguarding"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.safeguarding.letters")
