"""App configuration."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "mentoring.events"
