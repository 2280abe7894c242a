"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring.settings")

application = get_wsgi_application()

# What is loaded stays for as long as the process: read every page's code now, and let no collection of garbage in
# the midst of a request look through it all again. That takes a tenth of a second and more.
assert get_resolver().url_patterns  # noqa: S101
gc.collect()
gc.freeze()
