"""Who can be tried out in the demo, and which messages it has sent."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.states import Channel
from mentoring.demo.rules import Step, steps
from mentoring.matching.models import Run
from mentoring.matching.states import RunState
from mentoring.messaging.channels import mail_folder
from mentoring.participation.models import StudentImport
from mentoring.participation.states import ImportState

AWAY = "demo_tour_away"  # the cookie of who put the tour away


@dataclass(frozen=True)
class Door:
    """One role to try: its key in the address, a label, and how to find the person."""

    key: str
    label: str | Promise
    given_name: str
    family_name: str


DOORS = (
    Door("sam", _("Sam, coordinator"), "Sam", "Whitaker"),
    Door("priya", _("Priya, mentor"), "Priya", "Khan"),
    Door("aisha", _("Aisha, mentee"), "Aisha", "Begum"),
    Door("tom", _("Tom, intern"), "Tom", "Archer"),
    Door("una", _("Una, senior mentor"), "Una", "Brennan"),
    Door("dr_lee", _("Dr Lee, manager"), "Mina", "Lee"),
    Door("admin", _("Alex, administrator"), "Alex", "Winter"),
)


def doors() -> list[dict[str, str]]:
    """The cast of the demo, each with the address that signs in as them."""
    return [{"label": str(door.label), "url": reverse("demo:sign_in", args=[door.key])} for door in DOORS]


def is_demo() -> bool:
    """Whether this is a demonstration: DEBUG is on, and the demo itself made the data."""
    return settings.DEMO_DOORS and Institution.objects.filter(is_demo=True).exists()


def person_behind(key: str) -> User | None:
    """The demo person of a door; ``None`` for an unknown door, or when the data is not the demo's."""
    door = next((door for door in DOORS if door.key == key), None)
    if door is None or not is_demo():
        return None
    return User.objects.filter(
        institution__is_demo=True, given_name=door.given_name, family_name=door.family_name
    ).first()


# What each step of the tour is, as whom it is done, and where.
TOUR: dict[str, tuple[str | Promise, str | Promise, str, str]] = {
    "import": (
        _("Import new students"),
        _("Six students have come late. Take their file, give it to Import, and confirm."),
        "sam",
        "participation:imports",
    ),
    "match": (
        _("Match them"),
        _("Start a draft: it proposes a mentor for everybody without one, and says why."),
        "sam",
        "matching:drafts",
    ),
    "publish": (
        _("Publish the matches"),
        _("Open the draft and publish it. For 15 minutes nothing is sent, and one button takes it back."),
        "sam",
        "matching:drafts",
    ),
    "answer": (
        _("Answer as Aisha"),
        _("A new student meets her mentor. One tap is an answer."),
        "aisha",
        "portal:mentor",
    ),
    "log": (
        _("Log a contact as Priya"),
        _("Her mentor sees the answer, and logs that they were in touch: who, how, save."),
        "priya",
        "portal:mentees",
    ),
}


def tour() -> list[dict[str, Any]]:
    """The steps of the tour, read from what has really happened: the demo itself imports and publishes nothing."""
    done = {key for key, rows in _traces().items() if rows.exists()}
    return [
        {
            "is_done": step.is_done,
            "is_next": step.is_next,
            "label": TOUR[step.key][0],
            "hint": TOUR[step.key][1],
            "as_name": next(door.given_name for door in DOORS if door.key == TOUR[step.key][2]),
            "url": f"{reverse('demo:sign_in', args=[TOUR[step.key][2]])}?next={_page_of(step)}",
            "has_file": step.key == "import",
        }
        for step in steps(done)
    ]


def _page_of(step: Step) -> str:
    """Where a step is done; publishing, in the newest draft as soon as there is one."""
    draft = Run.objects.filter(state=RunState.DRAFT).order_by("-pk").first() if step.key == "publish" else None
    return reverse("matching:draft", args=[draft.pk]) if draft else reverse(TOUR[step.key][3])


def _traces() -> dict[str, QuerySet[Any]]:
    """What each step leaves behind."""
    own = Contact.objects.filter(mentor__user=person_behind("priya"), withdrawn_at=None)
    return {
        "import": StudentImport.objects.filter(state=ImportState.APPLIED),
        "match": Run.objects.filter(state__in=[RunState.DRAFT, RunState.PUBLISHED]),
        "publish": Run.objects.filter(state=RunState.PUBLISHED),
        "answer": CourtesyReply.objects.filter(match__mentee__user=person_behind("aisha"), undone_at=None),
        "log": own.exclude(channel=Channel.COURTESY),
    }


@dataclass(frozen=True)
class Letter:
    """A message that the demo sent. ``name`` is its file's name."""

    name: str
    to: str
    sender: str
    subject: str
    sent_at: datetime | None


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)


def sent_letters(words: str = "", limit: int = 100) -> list[Letter]:
    """The newest messages first; ``words`` must appear in address or subject."""
    folder = mail_folder()
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.exists() else []
    found = []
    for path in files:
        read = _read(path)
        letter = Letter(
            name=path.stem,
            to=str(read["To"]),
            sender=str(read["From"]),
            subject=str(read["Subject"]),
            sent_at=read["Date"].datetime if read["Date"] else None,
        )
        if words.lower() in f"{letter.to} {letter.subject}".lower():
            found.append(letter)
        if len(found) == limit:
            break
    return found


def letter_parts(name: str) -> tuple[Letter, str, str] | None:
    """(letter, HTML, plain text) of one sent message; ``None`` when there is none of this name."""
    path = mail_folder() / f"{name}.eml"
    if not re.fullmatch(r"[\w.@+-]+", name) or not path.is_file():
        return None
    read = _read(path)
    letter = Letter(name, str(read["To"]), str(read["From"]), str(read["Subject"]), read["Date"].datetime)
    html, text = read.get_body(("html",)), read.get_body(("plain",))
    return letter, html.get_content() if html else "", text.get_content() if text else ""
