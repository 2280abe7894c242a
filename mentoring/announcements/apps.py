"""App configuration."""

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "mentoring.announcements"

    def ready(self) -> None:
        from mentoring.announcements import letters  # noqa: F401, PLC0415  (registers its letter)
