"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mentoring.portal"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.portal.letters")
