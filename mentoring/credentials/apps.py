"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "mentoring.credentials"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.credentials.letters")
