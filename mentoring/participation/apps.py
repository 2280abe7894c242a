"""App configuration."""

from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "mentoring.participation"
