"""The Celery application. Beat only says "look now": each sweep is idempotent.

Every worker also looks on its own, at its start and now and then: mail waits neither for the broker
nor for beat, and one that is dead costs the other work two minutes at most.
"""

import logging
import os
import threading
import time
from typing import Any

from celery import Celery, bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring.settings")

app = Celery("mentoring")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Seconds between looks. A sweep that finds nothing costs one query.
app.conf.beat_schedule = {
    "deliver what is due": {"task": "messaging.sweep", "schedule": 10.0},
    "continue imports": {"task": "participation.sweep", "schedule": 15.0},
    "continue matching": {"task": "matching.sweep", "schedule": 15.0},
    "introduce published matches": {"task": "matching.introduce", "schedule": 30.0},
    "offer freed places at events": {"task": "events.sweep", "schedule": 60.0},
    "keep to what people ask about their data": {"task": "protection.sweep", "schedule": 300.0},
    "pass on untaken concerns": {"task": "concerns.sweep", "schedule": 60.0},
    "keep to what follows an emergency": {"task": "safeguarding.sweep", "schedule": 300.0},
    "carry out changes to accounts": {"task": "credentials.sweep", "schedule": 60.0},
    "close and delete what pairs keep": {"task": "confidences.sweep", "schedule": 300.0},
    "ask about meetings and pass on questions": {"task": "contacts.sweep", "schedule": 300.0},
    "tell coordinators on Mondays": {"task": "console.monday", "schedule": 900.0},
    "decide nudges": {"task": "nudges.decide", "schedule": 900.0},
    "foresee nudges": {"task": "nudges.sweep", "schedule": 15.0},
}
# A look that waited in the broker until the next one is of no use: an outage leaves no pile of them.
for _entry in app.conf.beat_schedule.values():
    _entry["options"] = {"expires": _entry["schedule"]}

log = logging.getLogger(__name__)
OWN_LOOK = 10.0  # seconds between a worker's own looks at the mail
LONGEST_STOP = 30.0
HINT = 60.0  # … and between its hints in place of an absent beat


class OwnLook(bootsteps.StartStopStep):
    """A thread in every worker that delivers what is due without being told."""

    def __init__(self, parent: Any, **options: Any) -> None:
        self.stopped = threading.Event()
        super().__init__(parent, **options)

    def start(self, parent: Any) -> None:
        threading.Thread(target=self.look_until_stopped, daemon=True, name="own look").start()

    def stop(self, parent: Any) -> None:
        """From now on no look begins. A worker that hangs while it stops is ended: another takes its place."""
        self.stopped.set()
        end = threading.Timer(LONGEST_STOP, os._exit, [1])
        end.daemon = True
        end.start()

    terminate = stop

    def look_until_stopped(self) -> None:
        hinted = time.monotonic()
        while True:
            while look() and not self.stopped.is_set():
                pass
            if time.monotonic() - hinted > HINT:
                hinted = time.monotonic()
                hint()
            if self.stopped.wait(OWN_LOOK):
                return


def look() -> bool:
    """Deliver what is due, here and now; whether there is more. Trouble is the next look's to overcome."""
    try:
        return bool(app.tasks["messaging.sweep"].apply(throw=True).result)
    except Exception as problem:
        log.warning("A look at the mail ended early (%s); the next one goes on.", type(problem).__name__)
        return False


def hint() -> None:
    """Say what beat says, in case there is none. A broker that is away hears it next time."""
    for entry in app.conf.beat_schedule.values():
        if entry["task"] != "messaging.sweep":
            try:
                app.send_task(entry["task"], retry=False, ignore_result=True, expires=HINT)
            except Exception as problem:
                log.warning("The broker could not be told to look (%s).", type(problem).__name__)
                return


app.steps["worker"].add(OwnLook)
