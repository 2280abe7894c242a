"""Publishing texts and accepting them; a new version asks everybody again (R23, R47, R85)."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.languages import WELSH
from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.agreements.models import Acceptance, AgreementText
from mentoring.agreements.permissions import can_publish
from mentoring.agreements.rules import unknown_fields
from mentoring.agreements.selectors import has_old_floor, standard_body, texts_for
from mentoring.messaging.services import owe
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the phone


@transaction.atomic
def publish_text(
    *,
    cohort: Cohort,
    kind: str,
    body: str,
    by: User | None,
    now: datetime,
    body_cy: str = "",
    for_mentors: bool = True,
    for_mentees: bool = True,
) -> AgreementText:
    """Put a new version of a text in force. ``by`` is ``None`` for the product itself.

    Raises ``NotAllowed``, and ``WrongState`` for an unchanged or unusable text.
    """
    if by is not None and not can_publish(by, cohort, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    body, body_cy = body.strip(), body_cy.strip()
    if not body or not (for_mentors or for_mentees):
        raise WrongState(_("Write the text, and say who accepts it."))
    if strange := unknown_fields(body + body_cy):
        raise WrongState(_("Nothing would fill in {%(field)s}.") % {"field": strange[0]})
    latest = cohort.agreement_texts.filter(kind=kind).order_by("-version").first()
    given = {"body": body, "body_cy": body_cy, "for_mentors": for_mentors, "for_mentees": for_mentees}
    is_same = latest is not None and all(getattr(latest, name) == value for name, value in given.items())
    if latest and is_same and not has_old_floor(latest, cohort):
        raise WrongState(_("This is the text that is in force already."))
    text = AgreementText.objects.create(
        cohort=cohort,
        kind=kind,
        version=latest.version + 1 if latest else 1,
        published_at=now,
        published_by=by,
        **given,
    )
    record(verb="text published", obj=text, by=by, now=now, fields=["body", "body_cy"], scheme_id=cohort.scheme_id)
    return text


@transaction.atomic
def publish_standard_texts(*, cohort: Cohort, by: User | None, now: datetime) -> list[AgreementText]:
    """Put our standard texts in force where the policy asks for one and none is; those that were added."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    there = set(cohort.agreement_texts.values_list("kind", flat=True))
    return [
        publish_text(
            cohort=cohort, kind=kind, body=standard_body(kind), body_cy=standard_body(kind, WELSH), by=by, now=now
        )
        for kind in cohort.policy.agreement_texts
        if kind not in there
    ]


@transaction.atomic
def accept(*, participant: Participant, kind: str, version: int, by: User, now: datetime) -> Acceptance:
    """Record that a participant accepted the version they read; doing so again gives the first receipt.

    The first acceptance in a cohort puts the standard texts in force. Raises ``WrongState`` when
    another version came into force meanwhile, or for somebody who stopped.
    """
    if participant.state == ParticipantState.LEFT:
        raise WrongState(_("You have stopped taking part."))
    publish_standard_texts(cohort=participant.cohort, by=None, now=now)
    text = next((t for t in texts_for(participant) if t.kind == kind), None)
    if text is None or text.version != version:
        raise WrongState(_("The text was changed while you were reading. Please read the new one."))
    acceptance, is_new = Acceptance.objects.get_or_create(
        participant=participant, text=text, defaults={"accepted_at": now, "receipt": _receipt()}
    )
    if is_new:
        scheme_id = participant.cohort.scheme_id
        record(verb="text accepted", obj=acceptance, by=by, now=now, fields=["text"], scheme_id=scheme_id)
        owe(
            letter="agreements.receipt",
            recipient=participant.user,
            occasion=str(acceptance.pk),
            now=now,
            cohort=participant.cohort,
            about=acceptance,
        )
    return acceptance


def _receipt() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _unused in range(12))
    return "-".join(letters[at : at + 4] for at in range(0, 12, 4))
