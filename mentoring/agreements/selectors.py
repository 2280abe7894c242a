"""Reads of texts and of who accepted them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.languages import WELSH, read_now
from accounts.models import User
from mentoring.agreements.models import Acceptance, AgreementText
from mentoring.agreements.rules import Block, blocks, filled, names_field
from mentoring.agreements.states import TextKind
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole
from schemes.models import Cohort
from schemes.policy import Policy
from schemes.selectors import coordinators_for, scheme_lead

TEXTS = Path(__file__).parent / "texts"


def standard_body(kind: str, language: str = settings.LANGUAGE_CODE) -> str:
    """Our own text of a kind, which a scheme begins with. Raises ``ValueError`` for an unknown kind."""
    ending = f".{WELSH}.txt" if language == WELSH else ".txt"
    return (TEXTS / f"{TextKind(kind).value}{ending}").read_text(encoding="utf-8")


def _standard_text(cohort: Cohort, kind: str) -> AgreementText:
    """Our own text as version 1 to be, not saved."""
    welsh = standard_body(kind, WELSH)
    return AgreementText(cohort=cohort, kind=kind, version=1, body=standard_body(kind), body_cy=welsh)


def texts_in_force(cohort: Cohort) -> list[AgreementText]:
    """The newest version of each text that the policy asks for, in its order. One query.

    Where none was published yet it is the standard text, unsaved (no ``pk``): version 1 to be.
    """
    newest: dict[str, AgreementText] = {}
    for text in cohort.agreement_texts.order_by("version"):
        newest[text.kind] = text
    return [newest.get(kind) or _standard_text(cohort, kind) for kind in cohort.policy.agreement_texts]


def texts_for(participant: Participant) -> list[AgreementText]:
    """The texts in force that a participant is asked to accept."""
    return [text for text in texts_in_force(participant.cohort) if text.is_for(participant.role)]


def acceptances_of(participant: Participant) -> dict[int, Acceptance]:
    """What a participant accepted, old versions included, by the text's key."""
    return {acceptance.text_id: acceptance for acceptance in participant.acceptances.select_related("text")}


def unaccepted_texts(participant: Participant) -> list[AgreementText]:
    """The texts in force that a participant has yet to accept. Two queries."""
    accepted = acceptances_of(participant)
    return [text for text in texts_for(participant) if text.pk not in accepted]


def lacks_acceptance_in(cohort: Cohort) -> Q:
    """A filter for the participants of a cohort who have yet to accept a text in force; one query to make it."""
    roles: dict[frozenset[int], list[str]] = {}
    waiting = Q(pk__in=[])
    texts = texts_in_force(cohort)
    for role in ParticipantRole:
        due = [text for text in texts if text.is_for(role)]
        if any(text.pk is None for text in due):
            waiting |= Q(role=role)
        elif due:
            roles.setdefault(frozenset(text.pk for text in due), []).append(role)
    for keys, asked in roles.items():
        given = Acceptance.objects.filter(text__in=sorted(keys)).order_by().values("participant")
        everything = given.annotate(texts=Count("pk")).filter(texts=len(keys))
        waiting |= Q(role__in=asked) & ~Q(pk__in=everything.values("participant"))
    return waiting


def participants_with_unaccepted(cohort: Cohort) -> QuerySet[Participant]:
    """Those who take part and have yet to accept a text in force; constant queries.

    Whether they are matched already is for the caller to ask.
    """
    return Participant.objects.filter(lacks_acceptance_in(cohort), cohort=cohort).enrolled().with_person()


def floor_words(policy: Policy) -> str:
    """The contact floor in words that follow "be in touch" (R47, R54 to R56)."""
    if policy.floor_per_term:
        return _("at least %(n)d times a term") % {"n": policy.floor_per_term}
    if not policy.contact_floor_days:
        return _("as often as suits us both")
    if policy.contact_floor_days >= 28:
        return _("at least once a month")
    return _("at least once every %(days)d days") % {"days": policy.contact_floor_days}


def _names(people: Iterable[User]) -> str:
    return get_text_list([person.full_name for person in people], _("and")) or _("the mentoring team")


def _policy_for(cohort: Cohort, text: AgreementText | None) -> Policy:
    """The rules that a text speaks of: those of the day on which it was published, which is what people accepted."""
    return cohort.policy_at(text.published_at) if text and text.pk else cohort.policy


def has_old_floor(text: AgreementText, cohort: Cohort) -> bool:
    """Whether a published text tells of a contact floor that is not in force any more."""
    if not text.pk or not names_field(text.body + text.body_cy, "floor"):
        return False
    return floor_words(_policy_for(cohort, text)) != floor_words(cohort.policy)


def fields_for(
    cohort: Cohort, today: date, participant: Participant | None = None, text: AgreementText | None = None
) -> dict[str, str]:
    """What fills a text's fields: for a participant the coordinators of their own unit, who are those of today.

    The floor of a published ``text`` stays as it was when it was published, whatever the rules became (R98).
    """
    unit = participant.programme.unit if participant else cohort.scheme.unit
    lead = scheme_lead(cohort.scheme, today)
    return {
        "floor": floor_words(_policy_for(cohort, text)),
        "coordinators": _names(coordinators_for(cohort, unit, today)),
        "scheme_lead": lead.full_name if lead else _("The scheme lead"),
    }


def shown_blocks(
    body: str,
    cohort: Cohort,
    today: date,
    participant: Participant | None = None,
    language: str = "",
    text: AgreementText | None = None,
) -> list[Block]:
    """A text as its reader sees it, its fields filled in its own language; ``text`` is whose words they are, if any."""
    with override(language or read_now()):
        return blocks(filled(body, fields_for(cohort, today, participant, text)))
