"""The project package. Loading it makes the Celery application the default one."""

from mentoring.celery import app as celery_app

__all__ = ["celery_app"]
