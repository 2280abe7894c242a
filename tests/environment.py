"""The environment variables that the tests run with, on either database.

TEST_DATABASE_URL and TEST_REDIS_URL choose PostgreSQL and Redis or Valkey; without them the
tests run on a SQLite file and the embedded broker. A developer's own DATABASE_URL is never used.
"""

import os
from base64 import urlsafe_b64encode
from pathlib import Path

# Nothing of the developer's own set-up reaches the tests.
FOREIGN = (
    "DATABASE_URL",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "SECRET_KEY",
    "MENTORING_FIELD_KEYS",
    "MENTORING_EMPTY",
    "MAINTENANCE",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "EMAIL_HOST",
    "SECURE_SSL_REDIRECT",
    "TRUSTED_PROXY_COUNT",
    "SIGN_IN_FILE",
    "SIGN_IN_SECRETS",
    "STAFF_IDLE_MINUTES",
    "STAFF_SESSION_HOURS",
    "SESSION_HOURS",
)


def prepare(data: str, *, worker: str) -> None:
    """Point settings.py at ``data`` and at the databases of this round; ``worker`` is xdist's name."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "mentoring.settings",
        "MENTORING_DATA": data,
        "DEBUG": "1",
        # Production's databases go with given secrets; these are made up.
        "SECRET_KEY": "made-up-for-the-tests" * 3,
        "MENTORING_FIELD_KEYS": urlsafe_b64encode(b"made up for the tests: 32 bytes.").decode(),
        # Playwright runs an event loop in the test's own thread.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        **databases(data, worker),
    }


def databases(data: str, worker: str) -> dict[str, str]:
    found = {"DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{Path(data, 'dev.sqlite3')}"}
    redis = os.environ.get("TEST_REDIS_URL", "").rstrip("/")
    if redis:
        # Each xdist worker has a broker and a cache of its own.
        number = 2 * int(worker.removeprefix("gw") or 0)
        found |= {"CELERY_BROKER_URL": f"{redis}/{number}", "REDIS_URL": f"{redis}/{number + 1}"}
    return found
