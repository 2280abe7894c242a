"""Deciding about applications. Letters wait ten minutes, in which a decision can be undone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe
from mentoring.participation.services import enrol, leave
from mentoring.participation.states import ParticipantRole
from mentoring.recruitment.models import Application
from mentoring.recruitment.permissions import can_decide
from mentoring.recruitment.rules import HOLD, can_be_undone
from mentoring.recruitment.selectors import mentee_past
from mentoring.recruitment.states import APPLICATION, DECISIONS, ApplicationState


@transaction.atomic
def decide(*, applications: Iterable[Application], to: str, by: User, now: datetime) -> int:
    """Accept, reserve or decline; all of them or, when one cannot be, none. How many.

    Accepting enrols the applicant as a mentor of the advert's cohort, grown from the mentee they
    were. One that is in this state already is left as it is. Raises ``NotAllowed``, ``WrongState``.
    """
    if to not in DECISIONS:
        raise WrongState(_("Choose what to decide."))
    done = 0
    for application in _locked(application.pk for application in applications):
        if not can_decide(by, application, timezone.localdate(now)):
            raise NotAllowed(_("You decide about applicants of your own unit."))
        if application.state != to:
            _decide_one(application, to, by=by, now=now)
            done += 1
    return done


def _locked(keys: Iterable[int]) -> list[Application]:
    """The applications, held until the transaction ends: two coordinators do not enrol one person twice."""
    held = Application.objects.select_for_update(of=("self",)).filter(pk__in=list(keys))
    return list(held.select_related("advert__cohort__scheme", "applicant", "programme__unit", "participant__cohort"))


def _decide_one(application: Application, to: str, *, by: User, now: datetime) -> None:
    changes: dict[str, object] = {"decided_at": now, "decided_by": by}
    if to == ApplicationState.ACCEPTED:
        changes["participant"] = _enrol(application, by, now)
    try:
        _move(application, to, by=by, now=now, **changes)
    except WrongState as problem:
        raise WrongState(f"{application.applicant}: {problem}") from problem
    call_off(about=application, now=now)
    owe(
        letter=f"recruitment.{to}",
        recipient=application.applicant,
        occasion=f"{application.pk}.{now.isoformat()}",
        now=now,
        cohort=application.advert.cohort,
        about=application,
        due_at=now + HOLD,
    )


def _enrol(application: Application, by: User, now: datetime) -> object:
    cohort, person = application.advert.cohort, application.applicant
    return enrol(
        cohort=cohort,
        user=person,
        role=ParticipantRole.MENTOR,
        programme=application.programme,
        year_of_study=application.year_of_study,
        by=by,
        now=now,
        places_offered=application.places_offered,
        campus=application.campus,
        grew_from=mentee_past(person, cohort),
    )


def _move(application: Application, to: str, *, by: User, now: datetime, **changes: object) -> None:
    scheme_id = application.advert.cohort.scheme_id
    move(application, to, lifecycle=APPLICATION, by=by, now=now, scheme_id=scheme_id, **changes)


@transaction.atomic
def undo_decisions(*, decided_at: datetime, by: User, now: datetime) -> int:
    """Take back what one decided at a moment, while the letters wait; how many. Twice is harmless.

    Raises ``WrongState`` when the letters have gone out.
    """
    found = Application.objects.filter(decided_at=decided_at, decided_by=by, state__in=DECISIONS)
    applications = _locked(found.values_list("pk", flat=True))
    if applications and not can_be_undone(decided_at, now):
        raise WrongState(_("The letters have gone out. Decide again instead, or write to the person."))
    for application in applications:
        call_off(about=application, now=now)
        if application.participant is not None:
            leave(participant=application.participant, by=by, now=now)
        nothing = {"decided_at": None, "decided_by": None, "participant": None}
        _move(application, ApplicationState.SUBMITTED, by=by, now=now, **nothing)
    return len(applications)
