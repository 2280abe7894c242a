"""App configuration."""

from importlib import import_module

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "mentoring.events"

    def ready(self) -> None:
        """Make this app's letters known."""
        import_module("mentoring.events.letters")
