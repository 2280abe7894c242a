"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    name = "mentoring.protection"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.protection.letters")
