"""App configuration."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "mentoring.console"
