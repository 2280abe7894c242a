"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from mentoring.lib import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring.settings")

application = get_wsgi_application()

assert get_resolver().url_patterns  # noqa: S101 - read every page's code now
memory.settle()
