"""App configuration."""

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    name = "mentoring.concerns"

    def ready(self) -> None:
        from mentoring.concerns import letters  # noqa: F401, PLC0415  (makes its letters known)
