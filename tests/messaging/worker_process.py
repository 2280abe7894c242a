"""A real Celery worker for the kill tests: the product's own, with short leases and one more letter."""

import sys
from datetime import timedelta

import django

django.setup()

from mentoring.celery import app  # noqa: E402
from mentoring.messaging import ledger  # noqa: E402
from mentoring.messaging.letters import Content, Letter, register  # noqa: E402
from mentoring.messaging.states import Urgency  # noqa: E402

LETTER = "test.kill"


def compose(message):
    return Content(subject=f"Number {message.key.rpartition('/')[2]}", paragraphs=("Hello.",))


register(Letter(LETTER, Urgency.NORMAL, compose, "A test"))

if __name__ == "__main__":
    app.loader.import_default_modules()
    if not sys.stdin.readline():  # loaded; the test says when to begin
        sys.exit()
    ledger.LEASE = timedelta(seconds=2)
    ledger.BACK_OFF_AT_ONCE = (timedelta(seconds=1),) * 4
    options = "--pool threads --concurrency 2 --without-gossip --without-mingle --without-heartbeat -l WARNING"
    app.worker_main(["worker", *options.split()])
