"""App configuration."""

from django.apps import AppConfig


class NudgesConfig(AppConfig):
    name = "mentoring.nudges"
