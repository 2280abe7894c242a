"""App configuration."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "mentoring.support"
