"""The container health checks: ``python -m mentoring.healthcheck web|worker|beat`` ends with 0 or 1."""

import http.client
import os
import socket
import sys
import time
from urllib.parse import urlsplit

import django

from mentoring.beat import sign_of_life
from mentoring.celery import app

PATIENCE = 5.0  # seconds for an answer
# Seconds. The most frequent entry of beat's schedule comes round every ten.
BEAT_MAY_SLEEP = 60.0


def web(port: int = 8000) -> bool:
    """The page answers under the name that the installation is known by."""
    host = urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health/", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def worker() -> bool:
    name = f"celery@{socket.gethostname()}"
    return bool(app.control.inspect(destination=[name], timeout=PATIENCE).ping())


def beat() -> bool:
    try:
        return time.time() - sign_of_life().stat().st_mtime < BEAT_MAY_SLEEP
    except FileNotFoundError:
        return False


PROBES = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    django.setup()
    sys.exit(0 if PROBES[sys.argv[1]]() else 1)
