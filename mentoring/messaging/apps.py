"""App configuration."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "mentoring.messaging"
