"""Erasing a person (GDPR article 17): what can go goes, what must stay is about nobody any more.

The registry says for each field whether it is blanked, deleted with its row, or kept about a pseudonym. The
pseudonym is the person's own row, without name, number, address or any way to sign in.
"""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Field, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.encryption import EncryptedTextField, marks
from accounts.held_forms import KEY, is_of
from accounts.models import Erased, User
from accounts.registry import Erase
from accounts.services import WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.models import Message
from mentoring.messaging.services import owe
from mentoring.messaging.states import MESSAGE, MessageState, Reason
from mentoring.participation.models import ImportRow, Participant
from mentoring.participation.states import ParticipantState
from mentoring.protection.models import DataCopy, ErasureRequest
from mentoring.protection.rules import Wish, is_due
from mentoring.protection.selectors.registered import Registered, about_people
from mentoring.protection.states import ERASURE, ErasureState
from schemes.models import Appointment

GRANTED = "protection.erasure-granted"
REFUSED = "protection.erasure-refused"
NOBODY = "erased.invalid"


@transaction.atomic
def ask_to_be_erased(*, person: User, now: datetime) -> ErasureRequest:
    """Note the wish; asking again while one is open changes nothing."""
    User.objects.select_for_update().get(pk=person.pk)
    open_now = ErasureRequest.objects.filter(person=person, state__in=[ErasureState.ASKED, ErasureState.GRANTED])
    if found := open_now.first():
        return found
    wish = ErasureRequest.objects.create(person=person, asked_at=now)
    record(verb="erasure asked for", obj=wish, by=person, now=now)
    return wish


@transaction.atomic
def take_back(*, wish: ErasureRequest, by: User, now: datetime) -> None:
    """The person keeps what there is. Raises ``WrongState`` once it is done or refused."""
    move(wish, ErasureState.WITHDRAWN, lifecycle=ERASURE, by=by, now=now)


@transaction.atomic
def grant(*, wish: ErasureRequest, by: User, now: datetime) -> None:
    """Grant it: done after a day, in which the person hears of it and can take it back.

    Raises ``WrongState`` for somebody who still holds an office: that ends first, with a successor.
    """
    if Appointment.objects.in_force(now.date()).filter(user=wish.person).exists() or wish.person.is_staff:
        raise WrongState(_("They still hold an office in a scheme. End that first."))
    move(wish, ErasureState.GRANTED, lifecycle=ERASURE, by=by, now=now, decided_by=by, decided_at=now)
    owe(letter=GRANTED, recipient=wish.person, occasion=f"erasure-{wish.pk}", now=now, about=wish)


@transaction.atomic
def refuse(*, wish: ErasureRequest, why: str, by: User, now: datetime) -> None:
    """Refuse it for a reason that the person is told (article 17(3): a legal duty, a claim)."""
    move(
        wish, ErasureState.REFUSED, lifecycle=ERASURE, by=by, now=now, decided_by=by, decided_at=now, why_refused=why
    )  # fmt: skip
    owe(letter=REFUSED, recipient=wish.person, occasion=f"erasure-{wish.pk}", now=now, about=wish)


def do_granted(now: datetime) -> int:
    """Erase everybody whose wish was granted a day ago; how many."""
    done = 0
    for wish in ErasureRequest.objects.filter(state=ErasureState.GRANTED).select_related("person"):
        if wish.decided_at is not None and is_due(Wish(wish.decided_at), now):
            with transaction.atomic():
                move(wish, ErasureState.DONE, lifecycle=ERASURE, by=None, now=now, done_at=now)
                erase(person=wish.person, by=None, now=now)
            done += 1
    return done


@transaction.atomic
def erase(*, person: User, by: User | None, now: datetime) -> None:
    """Erase a person from every place that the registry declares. Doing so again changes nothing."""
    person = User.objects.select_for_update().get(pk=person.pk)
    known_by = [value for value in (person.email, person.student_number) if value and not value.endswith(NOBODY)]
    for part in Participant.objects.filter(user=person).exclude(state=ParticipantState.LEFT).with_person():
        stop_taking_part(participant=part, by=by, now=now)
    _call_off_everything(person, now)
    _forget_elsewhere(person, known_by)
    for each in about_people():
        if each.model is not User:
            _erase_rows(each, each.of(person))
    _make_a_pseudonym(person)
    if known_by:
        known = [mark for value in known_by for mark in marks(value)]
        Erased.objects.update_or_create(person_key=person.pk, defaults={"marks": known, "erased_at": now})
    record(verb="person erased", obj=person, by=by, now=now, fields=["email", "given_name", "family_name"])


def _call_off_everything(person: User, now: datetime) -> None:
    """Nothing more is sent to them, and nothing that was owed is kept for them."""
    for message in Message.objects.filter(recipient=person, state=MessageState.DUE):
        move(
            message, MessageState.CANCELLED, lifecycle=MESSAGE, by=None, now=now, closed_at=now,
            reason=Reason.ACCOUNT_CLOSED,
        )  # fmt: skip


def _forget_elsewhere(person: User, known_by: list[str]) -> None:
    """The places that no key leads to: rows of a file being looked at, the back office's log, sessions."""
    for row in ImportRow.objects.filter(student_import__cohort__scheme__unit__institution=person.institution_id):
        told = str(row.values).casefold()
        if any(value.casefold() in told for value in known_by):
            row.delete()
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(object_repr="")
    for session in Session.objects.all():
        kept = session.get_decoded()
        if kept.get("_auth_user_id") == str(person.pk) or is_of(kept.get(KEY, ""), person):
            session.delete()
    for copy in DataCopy.objects.filter(person=person).exclude(file=""):
        copy.file.delete(save=False)


def _erase_rows(each: Registered, rows: QuerySet[Any]) -> None:
    if each.ruled(Erase.DELETE_ROW):
        rows.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    elif blanked := [one for one, _rule in each.ruled(Erase.BLANK)]:
        blank(rows, blanked)


def blank(rows: QuerySet[Any], fields: list[Field]) -> int:
    """Empty these columns of the rows; how many rows held something in one of them."""
    keys = list(rows.values_list("pk", flat=True))
    return rows.model._base_manager.filter(pk__in=keys).update(**{one.name: empty(one) for one in fields})


def empty(one: Field) -> Any:
    """What an emptied column holds: nothing where it may, else an empty text."""
    if one.null and not isinstance(one, EncryptedTextField):
        return None
    return "" if one.empty_strings_allowed or isinstance(one, EncryptedTextField) else one.get_default()


def _make_a_pseudonym(person: User) -> None:
    """The row that stays: no name, no number, an address that leads nowhere, no way to sign in."""
    if person.email.endswith(NOBODY):
        return
    person.email = f"erased-{person.pk}@{NOBODY}"
    person.given_name = person.family_name = person.known_as = person.language = ""
    person.student_number = person.email_failed_at = person.last_login = None
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()


def erase_again(now: datetime) -> int:
    """After a restore: whoever had been erased is erased again; how many."""
    back = User.objects.filter(pk__in=Erased.objects.values("person_key")).filter(~Q(email__endswith=NOBODY))
    for person in back:
        erase(person=person, by=None, now=now)
    return len(back)
