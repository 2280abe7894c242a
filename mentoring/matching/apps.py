"""App configuration."""

import importlib

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "mentoring.matching"

    def ready(self) -> None:
        """Make the letters known; they need every app's models."""
        importlib.import_module("mentoring.matching.letters")
