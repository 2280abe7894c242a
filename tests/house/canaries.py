"""The canary matrix: each confidential field holds a word of its own, and every answer is searched for it.

Source: trust.md §1.
``plant`` fills the confidential fields about chidi and priya, and of a second unit and a second scheme. ``CELLS`` says
which role may meet which word at which URL. A word in any other answer, header, log line, audit entry, message or
task fails; so does a confidential field that no canary covers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from accounts.models import Consent
from accounts.services import give_consent
from mentoring.concerns.models import Concern, ConcernEntry
from mentoring.confidences.services.disclosures import delay_telling, disclose
from mentoring.confidences.services.notes import allow_notes, write_note
from mentoring.confidences.services.understandings import Wanted, settle
from mentoring.confidences.states import Basis
from mentoring.contacts.models import Contact, MaskedQuestion, QuietReport
from mentoring.contacts.selectors.questions import mark_of
from mentoring.contacts.states import Cause
from mentoring.events.models import Booking, Event
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.matching.models import Run, RunInput, Shortlist, SwapRequest
from mentoring.matching.states import RunState, SwapReason
from mentoring.messaging.models import Message
from mentoring.participation.models import Wishes
from mentoring.safeguarding.models import Opening
from mentoring.support.models import Meeting, MeetingNote, SupportGroup
from schemes.services import change_policy
from tests.factories import NOW, TODAY
from tests.house.access import EVERYONE, World


@dataclass(frozen=True)
class Canary:
    """A word, and the field it stands in."""

    word: str
    field: str


CONCERN = "canary-concern-about-chidi"
ELSEWHERE = "canary-concern-elsewhere"
ENTRY = "canary-entry-of-a-concern"
NOTE = "canary-note-on-chidi"
CLOSE = "canary-sick-note-on-chidi"  # marks itself
DISCLOSED = "canary-why-a-note-was-shown"
UNTOLD = "canary-why-nobody-told-chidi"
GOALS = "canary-goals-of-a-pair"
ASIDE = "canary-left-aside-by-chidi"
MEETING = "canary-note-of-a-meeting"
OTHER_MEETING = "canary-note-of-another-unit"
CODE = "canary-sign-in-code"
SALT = "canary-salt-of-a-run"
INPUT = "canary-input-of-a-run"
LISTED = "canary-whom-the-matching-picked"
JUDGED = "canary-whom-the-matching-looked-at"
MASKED = "canary-question-without-a-name"
ANSWER = "canary-answer-to-it"
DANGER = "canary-why-a-mask-was-lifted"
EMERGENCY = "canary-why-confidences-were-opened"
FINDING = "canary-what-a-review-found"
PUT_OFF = "canary-why-somebody-is-told-later"
COUNTRY = "Tuvalu"  # chidi's own, which nobody else has
CHIP = str(SwapReason.SILENCE.label)  # why chidi asks for another mentor

LATE = str(Cause.LATE.label)  # what priya thinks of chidi's silence

CANARIES = (
    Canary(CONCERN, "concerns.Concern.text"),
    Canary(ELSEWHERE, "concerns.Concern.text"),
    Canary("She has not left her room.", "concerns.Concern.text"),  # made by the rows of concerns
    Canary(ENTRY, "concerns.ConcernEntry.text"),
    Canary(NOTE, "confidences.Note.text"),
    Canary(CLOSE, "confidences.Note.text"),
    Canary("Likes to be asked twice.", "confidences.Note.text"),  # made by the rows of confidences
    Canary(DISCLOSED, "confidences.Disclosure.reason"),
    Canary("She said she may not be safe.", "confidences.Disclosure.reason"),
    Canary(UNTOLD, "confidences.Disclosure.delayed_why"),
    Canary(GOALS, "confidences.Understanding.goals"),
    Canary(ASIDE, "confidences.Understanding.left_aside"),
    Canary(MASKED, "contacts.MaskedQuestion.text"),
    Canary("Is the pool free?", "contacts.MaskedQuestion.text"),  # made by the rows of contacts
    Canary(ANSWER, "contacts.MaskedQuestion.answer"),
    Canary(DANGER, "contacts.MaskedQuestion.unmasked_why"),
    Canary(MEETING, "support.MeetingNote.text"),
    Canary(OTHER_MEETING, "support.MeetingNote.text"),
    Canary("Canary note", "support.MeetingNote.text"),  # made by the rows of support groups
    Canary(CODE, "messaging.Message.secret"),
    Canary(EMERGENCY, "safeguarding.Opening.reason"),
    Canary("He wrote that there is no point.", "safeguarding.Opening.reason"),  # made by the rows of safeguarding
    Canary(FINDING, "safeguarding.Opening.finding"),
    Canary(PUT_OFF, "safeguarding.Opening.delay_reason"),
    Canary(COUNTRY, "participation.Wishes.told"),
    Canary(LATE, "contacts.QuietReport.told"),
    Canary(CHIP, "matching.SwapRequest.reasons"),
    Canary(SALT, "matching.Run.salt"),
    Canary(INPUT, "matching.RunInput.facts"),
    Canary(LISTED, "matching.Shortlist.mentors"),
    Canary(JUDGED, "matching.Shortlist.judged"),
)
# Fields of confidence that hold a link or a choice: what they would tell is in the words above.
COVERED_BY_THEIR_ROW = {
    "concerns.Concern.about",
    "concerns.Concern.about_staff",
    "concerns.Concern.kind",
    "safeguarding.Opening.category",
    "safeguarding.Opening.outcome",
    "confidences.Understanding.mentor_differences",
    "confidences.Understanding.mentee_differences",
    "contacts.MaskedQuestion.asker",  # a key; that no page tells whose: tests/contacts/services/test_questions.py
}

# Where a role meets a word, and may. Everywhere else it is a leak.
# What an emergency opens is read by who opened it, for an hour (dana, about chidi).
OPENED = {"safeguarding:read": frozenset({"dana"})}
CELLS: dict[str, dict[str, frozenset[str]]] = {
    # The form that lists every country and the one that lists every reason say nothing of anybody.
    COUNTRY: {"participation:wishes": EVERYONE},
    CHIP: {
        "matching:swap_ask": EVERYONE,
        "matching:swap_link": EVERYONE,
        "matching:swap": frozenset({"una"}),
        **OPENED,
    },
    LATE: {"contacts:report_quiet": EVERYONE, "console:pair": frozenset({"sam", "dr_lee"})},
    "She has not left her room.": {"concerns:concern": frozenset({"dana"})},
    CONCERN: {"concerns:concern": frozenset({"dana"})},
    ENTRY: {"concerns:concern": frozenset({"dana"})},
    "He wrote that there is no point.": {"safeguarding:opening": frozenset({"dana"})},
    # A sensitive note's words stand on its own page, and in no list.
    NOTE: {"confidences:notes": frozenset({"priya"}), "confidences:note": frozenset({"priya"}), **OPENED},
    CLOSE: {"confidences:note": frozenset({"priya"}), "confidences:shown_note": frozenset({"dana"}), **OPENED},
    "Likes to be asked twice.": {
        "confidences:notes": frozenset({"priya"}),
        "confidences:note": frozenset({"priya"}),
        "confidences:mine": frozenset({"aisha"}),  # she reads it before she agrees
        "confidences:disclose": frozenset({"priya"}),
        "confidences:shown_note": frozenset({"dana"}),
    },
    DISCLOSED: {"confidences:shown_note": frozenset({"dana"}), "confidences:telling": frozenset({"dana"})},
    "She said she may not be safe.": {
        "confidences:mine": frozenset({"aisha"}),  # why she is asked
        "confidences:shown_note": frozenset({"dana"}),
        "confidences:telling": frozenset({"dana"}),
    },
    UNTOLD: {"confidences:telling": frozenset({"dana"})},
    GOALS: {"confidences:pair": frozenset({"priya"})},
    ASIDE: {"confidences:pair": frozenset({"priya"})},
    "Is the pool free?": {
        "contacts:ask": frozenset({"aisha"}),
        "contacts:answer_masked": frozenset({"priya", "una", "sam", "dr_lee"}),  # by then it has waited
    },
    MEETING: {"support:notes": frozenset({"una", "priya"})},
    "Canary note": {"support:notes": frozenset({"una", "priya"})},
}


def plant(world: World) -> None:
    """A canary in every confidential field; what chidi asked for is handled by una."""
    northfield, chidi = world.northfield, world.northfield.participant("chidi")
    concern = _concern(world, CONCERN, northfield.cohort, "1")
    _concern(world, ELSEWHERE, northfield.other_cohort, "2")
    ConcernEntry.objects.create(concern=concern, text=ENTRY, written_by=northfield.dana, written_at=NOW)
    consent = give_consent(person=chidi.user, kind=Consent.Kind.MATCHING_WISHES, text_version="1", now=NOW)
    told = {
        "own": {"home_country": "TV"},
        "wishes": {"home_country": {"kind": "must", "value": "TV"}},
        "exceptions": [],
    }
    Wishes.objects.create(participant=chidi, consent=consent, told=told, saved_at=NOW)
    swap = SwapRequest.objects.create(
        match=world.matches["chidi"],
        reasons=[SwapReason.SILENCE],
        handler=northfield.una,
        asked_at=NOW,
        promised_by=TODAY,
    )
    world.planted["pair"] = world.matches["chidi"]
    QuietReport.objects.create(
        match=world.matches["chidi"], told={"tried": ["email"], "cause": Cause.LATE, "wish": "look"}, reported_at=NOW
    )
    _run(world)
    contact = _contact(world)
    kept = _kept(world)
    _masked(world)
    _emergency(world)
    meeting = _meeting(world, northfield.health, northfield.una, MEETING)
    _meeting(world, northfield.computing, northfield.carys, OTHER_MEETING)
    Message.objects.create(
        key="canary", letter="sign-in.code", recipient=chidi.user, secret={"code": CODE}, due_at=NOW,
        message_id="<canary@northfield.ac.uk>", created_at=NOW,
    )  # fmt: skip
    world.planted.update(concern=concern, swap=swap, contact=contact, meeting=meeting, **kept)


def _run(world: World) -> None:
    """A draft that was put aside, with what the engine read of chidi."""
    northfield = world.northfield
    run = Run.objects.create(
        cohort=northfield.cohort, unit=northfield.health, seed=1, state=RunState.DISCARDED, job_state="done", salt=SALT,
        requested_by=northfield.sam, queued_at=NOW - timedelta(days=9),
    )  # fmt: skip
    RunInput.objects.create(run=run, participant=northfield.participant("chidi"), facts={"key": INPUT})
    listed = {"mentors": [LISTED], "judged": [JUDGED], "made_at": NOW}
    Shortlist.objects.create(mentee=northfield.participant("chidi"), run=run, **listed)


def _concern(world: World, text: str, cohort: Any, last: str) -> Concern:
    return Concern.objects.create(
        cohort=cohort, kind="wellbeing", text=text, about=world.northfield.participant("chidi"),
        raised_by=world.northfield.ben, raised_at=NOW, form_key=f"00000000-0000-4000-8000-00000000000{last}",
    )  # fmt: skip


def _contact(world: World) -> Contact:
    contact = Contact.objects.create(
        mentor=world.northfield.participant("priya"), kind="two-way", channel="message", happened_on=TODAY,
        form_key="00000000-0000-4000-8000-000000000003", logged_by=world.northfield.priya, logged_at=NOW,
    )  # fmt: skip
    contact.matches.set([world.matches["chidi"]])
    return contact


def _kept(world: World) -> dict[str, Any]:
    """chidi allowed notes; one marked itself, and dana reads it because of danger, of which chidi is not told yet."""
    northfield, match = world.northfield, world.matches["chidi"]
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=NOW)
    match.cohort.__dict__.pop("policy", None)
    allow_notes(match=match, by=northfield.chidi, now=NOW)
    keys = (f"00000000-0000-4000-8000-00000000000{last}" for last in "56")
    note, close = (
        write_note(match=match, text=text, form_key=UUID(key), by=northfield.priya, now=NOW)
        for text, key in zip((NOTE, CLOSE), keys, strict=True)
    )
    disclosure = disclose(
        note=close, reader=northfield.dana, basis=Basis.DANGER, reason=DISCLOSED, asked_to_wait=True,
        by=northfield.priya, now=NOW,
    )  # fmt: skip
    delay_telling(disclosure=disclosure, until=NOW + timedelta(days=3), why=UNTOLD, by=northfield.dana, now=NOW)
    wanted = Wanted(GOALS, [], ASIDE, "")
    settle(match=match, wanted=wanted, version=0, by=northfield.chidi, now=NOW)
    return {"note": note, "close": close, "disclosure": disclosure, "pair": match}


def _masked(world: World) -> None:
    """ben asked, was answered, and his mask was lifted because of danger."""
    northfield, ben = world.northfield, world.northfield.participant("ben")
    MaskedQuestion.objects.create(
        cohort=northfield.cohort, mentor=northfield.participant("priya"), unit=northfield.social, text=MASKED,
        asker={"participant": ben.pk}, mark=mark_of(ben.user), form_key="00000000-0000-4000-8000-000000000004",
        asked_at=NOW, answer=ANSWER, answered_by=northfield.priya, answered_at=NOW, unmasked_at=NOW,
        unmasked_by=northfield.dana, unmasked_why=DANGER,
    )  # fmt: skip


def _emergency(world: World) -> None:
    """dana opened priya's confidences last month; sam, who was safeguarding lead as well, reviewed it."""
    northfield, then = world.northfield, NOW - timedelta(days=30)
    Opening.objects.create(
        scheme=northfield.other_scheme, subject=northfield.priya, opened_by=northfield.dana, category="harm",
        reason=EMERGENCY, opened_at=then, ends_at=then + timedelta(hours=1), state="reviewed", review_due_on=TODAY,
        reviewed_by=northfield.sam, reviewed_at=NOW, outcome="necessary", finding=FINDING, delayed_until=TODAY,
        delay_reason=PUT_OFF, delayed_by=northfield.dana, form_key="00000000-0000-4000-8000-000000000005",
    )  # fmt: skip


def _meeting(world: World, unit: Any, facilitator: Any, text: str) -> Meeting:
    northfield = world.northfield
    group = SupportGroup.objects.create(
        cohort=northfield.cohort, unit=unit, name=f"Mentors of {unit.name}", facilitator=facilitator
    )
    if facilitator == northfield.una:
        group.members.set([northfield.participant("priya")])
    event = Event.objects.create(
        cohort=northfield.cohort, unit=unit, kind=EventKind.SUPPORT_GROUP, audience=Audience.MENTORS, title=group.name,
        starts_at=NOW - timedelta(days=1), ends_at=NOW - timedelta(hours=23), is_bookable=False,
    )  # fmt: skip
    meeting = Meeting.objects.create(group=group, event=event, facilitator=facilitator)
    for member in group.members.all():
        Booking.objects.create(event=event, participant=member, state=BookingState.BOOKED, asked_at=NOW)
    MeetingNote.objects.create(meeting=meeting, text=text, written_by=facilitator, written_at=NOW)
    return meeting


def met(answer: HttpResponse) -> set[str]:
    """The canaries' words in an answer: its body, whatever kind of file, and its headers."""
    told = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type,attr-defined]
    return _in(told.decode("utf-8", "replace") + str(answer.headers))


def _in(text: str) -> set[str]:
    return {canary.word for canary in CANARIES if canary.word in text}


def leaks(url_name: str, role: str, answer: HttpResponse) -> list[tuple[str, str, str]]:
    """(word, URL, role) for each canary that is met outside its cells."""
    words = met(answer)
    return [(word, url_name, role) for word in sorted(words) if role not in CELLS.get(word, {}).get(url_name, ())]


def leaks_in(texts: Iterable[str], where: str) -> list[tuple[str, str]]:
    """(word, where) for each canary in what the product wrote about itself: logs, trail, ledger, tasks."""
    return [(word, where) for word in sorted(_in("\n".join(texts)))]
