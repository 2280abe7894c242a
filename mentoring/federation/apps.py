"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class FederationConfig(AppConfig):
    name = "mentoring.federation"

    def ready(self) -> None:
        """Have the providers checked at start."""
        import_module("mentoring.federation.checks")
