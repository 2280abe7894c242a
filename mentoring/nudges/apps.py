"""App configuration."""

from django.apps import AppConfig


class NudgesConfig(AppConfig):
    name = "mentoring.nudges"

    def ready(self) -> None:
        from mentoring.nudges import letters  # noqa: F401, PLC0415  (registers its letters)
