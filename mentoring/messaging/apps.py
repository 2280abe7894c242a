"""App configuration."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "mentoring.messaging"

    def ready(self) -> None:
        from mentoring.messaging import sign_in  # noqa: F401, PLC0415  (registers its letters)
