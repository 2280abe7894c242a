"""App configuration."""

from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "mentoring.lib"
