"""The style guide: every component in every state, for those who build pages and for the accessibility tests."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import public
from mentoring.lib.forms import SampleForm

TONES = ["urgent", "attention", "brand", "good", "warm", "plain"]
WEEKS = [("wk 1", 52), ("wk 2", 118), ("wk 3", 131), ("wk 4", 96), ("wk 5", 88), ("wk 6", 61)]
HOURS = [
    ("Under an hour", 41),
    ("Same day", 96),
    ("Next day", 58),
    ("Two to three days", 33),
    ("Within a week", 20),
    ("Later", 9),
]
STATES = [("Active", 212), ("Not heard", 41), ("Paused", 9), ("Proposed", 12), ("Ended", 7)]
HEARD = [("wk 1", 22), ("wk 2", 48), ("wk 3", 71), ("wk 4", 83), ("wk 5", 90), ("wk 6", 94)]

YEAR = [
    {"date": date(2026, 3, 12), "label": "Mentor recruitment opened", "state": "done"},
    {"date": date(2026, 6, 9), "label": "Mentor training", "note": "64 trained", "state": "done"},
    {"date": date(2026, 10, 6), "label": "Settling-in ends, academic phase begins", "state": "now"},
    {"date": date(2026, 11, 24), "label": "Half-way feedback", "state": "next", "url": "#year"},
    {"date": "1 May", "label": "Certificates", "state": "next"},
]
PAST = [
    {"when": "6 Oct, 10:15", "label": "Aisha answered: “Hi, nice to meet you”", "tone": "good"},
    {"when": "2 Oct, 09:00", "label": "Introduced by e-mail", "detail": "Priya’s own words were sent."},
    {"when": "1 Oct", "label": "Matched", "tone": "brand"},
]
STATS = [
    {"label": "First contact made", "value": "94%", "note": "264 of 281"},
    {"label": "Replied at least once", "value": "71%"},
    {"label": "Opted out", "value": 12, "url": "#stats"},
]
TASKS = [
    {"label": "Dates of the year", "url": "#tasks", "status": "Done", "tone": "good"},
    {"label": "Import students", "url": "#tasks", "hint": "CSV or XLSX", "status": "Next", "tone": "brand"},
    {"label": "Publish the matches", "status": "Not yet", "hint": "Import students first"},
]
ANSWERS = [
    {"label": "New students", "value": "312", "url": "#answers"},
    {"label": "Faulty rows", "value": "4", "url": "#answers", "action": "See them"},
    {"label": "Left out unread", "value": "Date of birth, phone, home address"},
]
FILTERS = [
    {"label": "All", "url": "?", "count": 281},
    {"label": "Quiet", "url": "?state=quiet", "count": 9, "current": True},
    {"label": "Paused", "url": "?state=paused", "count": 0},
]


def _samples() -> dict[str, Any]:
    return {
        "tones": TONES,
        "weeks": WEEKS,
        "hours": HOURS,
        "states": STATES,
        "heard": HEARD,
        "year": YEAR,
        "past": PAST,
        "stats": STATS,
        "tasks": TASKS,
        "answers": ANSWERS,
        "filters": FILTERS,
        "page_obj": Paginator(range(281), 50).page(2),
        "crumbs": [{"label": "Pairs", "url": "#"}, {"label": "Priya and Aisha"}],
    }


@public("the style guide shows invented examples only")
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states; the form answers with its errors and keeps nothing."""
    filled = SampleForm(initial={"who": "all", "how": "message"}, prefix="filled")
    faulty = SampleForm({}, prefix="faulty")
    faulty.add_error(None, "You logged a contact with all three an hour ago.")
    return render(request, "styleguide.html", {"filled": filled, "faulty": faulty, **_samples()})
