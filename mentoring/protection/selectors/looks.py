"""Who of the staff looked at or changed a person's own records, as that person may know it (trust.md §2).

Concerns are never among it, nor an emergency of which the person has not been told: that somebody reads there
is as confidential as what they read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, User
from mentoring.protection.selectors.registered import about_people
from mentoring.safeguarding.selectors import READ, told_openings
from schemes.models import Appointment

KINDS = (
    "accounts.user",
    "participation.participant",
    "participation.wishes",
    "matching.match",
    "matching.swaprequest",
    "contacts.contact",
    "support.meetingnote",
)
EXPORTS = ("people exported", "pairs exported")
COHORT = "schemes.cohort"


@dataclass(frozen=True)
class Look:
    """One day's looks of one role: the latest, what it was, and how often."""

    at: datetime
    what: str
    role: str
    times: int = 1


def keys_of(person: User) -> dict[str, list[str]]:
    """The keys of the person's own records, by kind."""
    found: dict[str, list[str]] = {}
    for each in about_people():
        kind = each.model._meta.label_lower
        if kind in KINDS:
            found[kind] = [str(pk) for pk in each.of(person).values_list("pk", flat=True)]
            if kind == "matching.match":  # a match is its mentor's as well
                found[kind] += [str(pk) for pk in each.also_about(person).values_list("pk", flat=True)]
    return found


def entries_about(person: User) -> QuerySet[AuditEntry]:
    """What others did with the person's records, the newest first; without emergencies."""
    about = Q(pk__in=[])
    for kind, keys in keys_of(person).items():
        about |= Q(object_type=kind, object_id__in=keys)
    entries = AuditEntry.objects.filter(about, actor__isnull=False).exclude(actor=person).exclude(verb=READ)
    return entries.select_related("actor").order_by("-at", "-pk")


def looks_at(person: User) -> list[Look]:
    """What the person's page shows, the newest first: staff alone, by role and not by name."""
    cohorts = {str(key): ends for key, ends in _cohorts(person)}
    exports = AuditEntry.objects.filter(verb__in=EXPORTS, object_type=COHORT, object_id__in=list(cohorts))
    entries = [*entries_about(person), *exports.exclude(actor=person).select_related("actor")]
    roles = _Roles({entry.actor_id for entry in entries})
    found = [
        Look(entry.at, _what(entry.verb, entry.object_type), role) for entry in entries if (role := roles.at(entry))
    ]
    found += [Look(each.opened_at, _opened(), capfirst(_("safeguarding lead"))) for each in told_openings(person)]
    return list(_by_day(sorted(found, key=lambda look: look.at, reverse=True)))


def _cohorts(person: User) -> Iterable[tuple[int, date]]:
    return person.participations.values_list("cohort", "cohort__ends_on")


class _Roles:
    """What role somebody had at a time: two queries, however many entries."""

    def __init__(self, actors: Iterable[int | None]) -> None:
        held = Appointment.objects.filter(user__in=[key for key in actors if key is not None])
        self.held: dict[int, list[Appointment]] = {}
        for each in held.order_by("starts_on", "pk"):
            self.held.setdefault(each.user_id, []).append(each)

    def at(self, entry: AuditEntry) -> str:
        """In the entry's own scheme where they had one; "" for somebody who was no staff then."""
        day = timezone.localdate(entry.at)
        then = [
            each
            for each in self.held.get(entry.actor_id or 0, [])
            if each.starts_on <= day and (each.ends_on is None or day <= each.ends_on)
        ]
        then.sort(key=lambda each: each.scheme_id != entry.scheme_id_at)
        if then:
            return capfirst(str(then[0].get_role_display()))
        return _("Administrator of the university") if entry.actor and entry.actor.is_staff else ""


def _by_day(looks: Iterable[Look]) -> Iterator[Look]:
    seen: dict[tuple[date, str, str], Look] = {}
    for look in looks:
        key = (timezone.localdate(look.at), look.what, look.role)
        before = seen.get(key)
        seen[key] = Look(before.at, look.what, look.role, before.times + 1) if before else look
    yield from seen.values()


def _opened() -> str:
    return _("Opened what was told about you in confidence, in an emergency")


def _what(verb: str, kind: str) -> str:
    """A deed in plain words."""
    known = {
        "person read": _("Opened your page"),
        "pair read": _("Opened the page of your pair"),
        "swap read": _("Read why you asked for another mentor"),
        "support note read": _("Read a note that you wrote for your support group"),
        "people exported": _("Downloaded a list of people, in which you may be"),
        "pairs exported": _("Downloaded a list of pairs, in which you may be"),
    }
    changed = {
        "accounts.user": _("Changed your name, address or account"),
        "participation.participant": _("Changed something about your taking part"),
        "participation.wishes": _("Changed your wishes"),
        "matching.match": _("Changed something about your pair"),
        "matching.swaprequest": _("Dealt with your wish for another mentor"),
        "contacts.contact": _("Changed a contact that was logged"),
        "support.meetingnote": _("Changed a note of your support group"),
    }
    return known.get(verb) or changed[kind]
