"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class ConfidencesConfig(AppConfig):
    name = "mentoring.confidences"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.confidences.letters")
