"""A concern that nobody takes, or whose alert cannot arrive, reaches the next person: that it waits, nothing else."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from mentoring.celery import app
from mentoring.concerns.models import Concern
from mentoring.concerns.selectors import Subject
from mentoring.concerns.services import pass_on_untaken, raise_concern, take
from mentoring.concerns.tasks import sweep
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Urgency
from schemes.models import Appointment
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield

WORDS = "Canary: she has not left her room."
LATE = NOW + timedelta(minutes=31)


def _raise(northfield: Northfield, *, about: User | None = None) -> Concern:
    subject = Subject("", "", staff=about) if about else None
    return raise_concern(
        cohort=northfield.cohort, kind="wellbeing", text=WORDS, subject=subject, form_key=uuid.uuid4(),
        by=northfield.priya, now=NOW,
    )  # fmt: skip


def _told(now: datetime = LATE) -> set[str]:
    pass_on_untaken(now=now)
    return set(Message.objects.filter(letter="concerns.untaken").values_list("recipient__given_name", flat=True))


def test_after_half_an_hour_the_scheme_lead_is_told_once(northfield: Northfield) -> None:
    concern = _raise(northfield)
    assert _told(NOW + timedelta(minutes=29)) == set()
    assert _told() == {"Mina"}
    assert pass_on_untaken(now=LATE + timedelta(minutes=5)) == 0
    message = Message.objects.get(letter="concerns.untaken")
    assert message.urgency == Urgency.AT_ONCE
    assert AuditEntry.objects.filter(verb="concern passed on", object_id=str(concern.pk)).count() == 1


def test_the_next_person_hears_whom_to_reach_and_nothing_about_it(northfield: Northfield) -> None:
    _raise(northfield, about=northfield.sam)
    _told()
    content = LETTERS["concerns.untaken"].compose(Message.objects.get(letter="concerns.untaken"))
    assert content is not None
    said = f"{content.subject} {content.paragraphs} {content.why} {content.actions}"
    assert "Dana Osei" in said
    for word in ("Sam", "Priya", "Canary", "wellbeing", "struggling"):
        assert word not in said


def test_an_alert_that_failed_for_good_does_not_wait_half_an_hour(northfield: Northfield) -> None:
    _raise(northfield)
    Message.objects.filter(letter="concerns.alert").update(state=MessageState.FAILED)
    assert _told(NOW + timedelta(minutes=1)) == {"Mina"}


def test_a_concern_that_somebody_took_goes_no_further(northfield: Northfield) -> None:
    take(concern=_raise(northfield), by=northfield.dana, now=NOW)
    assert _told() == set()


def test_a_letter_on_its_way_is_called_off_once_somebody_takes_it(northfield: Northfield) -> None:
    concern = _raise(northfield)
    _told()
    take(concern=concern, by=northfield.dana, now=LATE)
    assert LETTERS["concerns.untaken"].compose(Message.objects.get(letter="concerns.untaken")) is None


def test_the_one_it_is_about_is_never_told(northfield: Northfield) -> None:
    _raise(northfield, about=northfield.dr_lee)
    assert _told() == {"Alex"}


def test_where_the_lead_reads_concerns_the_administrators_are_next(northfield: Northfield) -> None:
    Appointment.objects.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))
    _raise(northfield)
    assert _told() == {"Alex"}


def test_a_safeguarding_lead_appointed_meanwhile_is_alerted(northfield: Northfield) -> None:
    concern = _raise(northfield)
    appoint(
        scheme=northfield.scheme, user=northfield.una, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY, by=northfield.dr_lee, now=NOW,
    )  # fmt: skip
    pass_on_untaken(now=NOW + timedelta(minutes=2))
    alerts = Message.objects.filter(letter="concerns.alert", object_id=str(concern.pk))
    assert set(alerts.values_list("recipient__given_name", flat=True)) == {"Dana", "Una"}


def test_beat_looks_every_minute(northfield: Northfield, clock) -> None:
    _raise(northfield)
    clock.move_to(LATE)
    assert sweep() == 1
    entry = app.conf.beat_schedule["pass on untaken concerns"]
    assert (entry["task"], entry["schedule"]) == (sweep.name, 60.0)


def _today(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("console:today")).content.decode()


def test_today_shows_it_first_to_the_next_person_and_to_nobody_else(northfield: Northfield, clock) -> None:
    _raise(northfield, about=northfield.sam)
    _told()
    clock.move_to(LATE)
    page = _today(northfield.dr_lee)
    assert "Concern that nobody has taken" in page
    assert "Reach Dana Osei now" in page
    assert page.index("Concern that nobody has taken") < page.index("New students without a mentor")
    assert "Canary" not in page
    for name in ("sam", "carys", "tom", "una", "mallory"):
        assert "nobody has taken" not in _today(northfield.people[name])
    assert "Safeguarding concern" in _today(northfield.dana)
    Concern.objects.update(state="taken")
    assert "nobody has taken" not in _today(northfield.dr_lee)


def test_today_names_nobody_for_a_concern_that_is_about_them(northfield: Northfield, clock) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.sam, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY, by=None, now=NOW,
    )  # fmt: skip
    _raise(northfield)
    _raise(northfield, about=northfield.sam)
    _told()
    clock.move_to(LATE)
    page = _today(northfield.dr_lee)
    assert "Reach Dana Osei now" in page
    assert "Sam Whitaker" not in page.split("that nobody has taken")[1][:600]
    Concern.objects.filter(about_staff=None).update(about_staff=northfield.dana)
    page = _today(northfield.dr_lee)  # nobody reads both: the oldest one's reader
    assert "Reach Sam Whitaker now" in page


@pytest.mark.parametrize("name", ["sam", "dr_lee"])
def test_who_stands_in_for_a_safeguarding_lead_sees_concerns_on_today(northfield: Northfield, name: str) -> None:
    _raise(northfield)
    assert "Safeguarding concern" not in _today(northfield.people[name])
    Appointment.objects.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))
    assert "Safeguarding concern" in _today(northfield.people[name])
