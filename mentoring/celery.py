"""The Celery application. Beat only says "look now": each sweep is idempotent."""

import os

from celery import Celery

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
    "ask about meetings and pass on questions": {"task": "contacts.sweep", "schedule": 300.0},
    "tell coordinators on Mondays": {"task": "console.monday", "schedule": 900.0},
    "decide nudges": {"task": "nudges.decide", "schedule": 900.0},
}
# A look that waited in the broker until the next one is of no use: an outage leaves no pile of them.
for _entry in app.conf.beat_schedule.values():
    _entry["options"] = {"expires": _entry["schedule"]}
