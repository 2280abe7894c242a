"""One of every message that the product can write, each about something that is so.

A letter that is registered but not here fails tests/nudges/test_every_message.py: add a maker, and look at it.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mentoring.agreements.models import Acceptance
from mentoring.agreements.services import publish_standard_texts
from mentoring.announcements.models import Announcement
from mentoring.announcements.states import AnnouncementState
from mentoring.announcements.states import Audience as Audiences
from mentoring.concerns.models import Concern
from mentoring.confidences.models import Disclosure, Note
from mentoring.contacts import services as contacts
from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.services import Meeting
from mentoring.credentials.models import AccountChange
from mentoring.credentials.states import ChangeState, Kind
from mentoring.events.models import Booking, Event
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.matching.models import SwapRequest
from mentoring.matching.states import EndReason, MatchState, SwapState
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.nudges.rules import reasons
from mentoring.nudges.selectors import LETTER, facts_of, rhythm_of
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from mentoring.protection.models import DataCopy, ErasureRequest, TrailAnchor
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.safeguarding.models import Grant, Opening
from mentoring.support.models import Meeting as SupportMeeting
from mentoring.support.models import SupportGroup, Theme
from mentoring.support.states import ThemeState
from schemes.models import Appointment
from schemes.nudging import Text
from schemes.services import change_policy
from schemes.states import Role
from tests.factories import NOW, MatchFactory, MentorFactory, Northfield, ParticipantFactory

Maker = Callable[["Gallery"], Message]
TO_MENTEES = {Text.STILL_HERE, Text.PHASE_MENTEE, Text.SECOND_TERM}


@dataclass
class Gallery:
    """The university and its matches, for the makers."""

    northfield: Northfield
    matched: dict[str, Any]
    now: datetime

    def message(self, letter: str, to: Any, about: Any = None, **more: Any) -> Message:
        """A message as the outbox would hold it, not saved."""
        return Message(
            **{
                "key": f"{to.pk}/{letter}/gallery",
                "letter": letter,
                "recipient": to,
                "cohort": self.northfield.cohort,
                "object_type": about._meta.label_lower if about is not None else "",
                "object_id": str(about.pk) if about is not None else "",
                "created_at": self.now,
                "due_at": self.now,
                "message_id": f"<{letter}@northfield.ac.uk>",
                "urgency": LETTERS[letter].urgency,
            }
            | more
        )

    def pair(self, **fields: Any) -> Any:
        """A fresh pair."""
        cohort, programme = self.northfield.cohort, self.northfield.sociology
        mentee = ParticipantFactory(cohort=cohort, programme=programme)
        return MatchFactory(mentor=MentorFactory(cohort=cohort, programme=programme), mentee=mentee, **fields)


def every_message(gallery: Gallery) -> Iterator[tuple[Message, Content | None]]:
    """Each message with what it says, in the order of their names."""
    for name, make in sorted(MAKERS.items()):
        message = make(gallery)
        yield message, LETTERS[name].compose(message)


def _nudge(text: Text) -> Maker:
    """A nudge, on the first day on which its reason stands."""

    def make(gallery: Gallery) -> Message:
        cohort = gallery.northfield.cohort
        participant = _whom(gallery, text)
        rhythm = rhythm_of(cohort)
        days = {row.text: rhythm.milestones.get(row.milestone) for row in rhythm.table}
        moment = gallery.now + ((days[text] or gallery.now.date()) - gallery.now.date())
        for _ in range(40):
            [person] = facts_of(cohort, [participant], moment.date())
            for owed in reasons(person, moment.date(), rhythm):
                if owed.text == text:
                    key = f"{participant.user_id}/{LETTER}{text}/{owed.occasion}"
                    return gallery.message(LETTER + text, participant.user, participant, due_at=moment, key=key)
            moment += timedelta(days=1)
        raise AssertionError(f"{text} never stands")

    return make


def _whom(gallery: Gallery, text: Text) -> Participant:
    if text == Text.WELCOME:
        return ParticipantFactory(
            cohort=gallery.northfield.cohort, programme=gallery.northfield.sociology, enrolled_at=gallery.now
        )
    pair = gallery.pair()
    return pair.mentee if text in TO_MENTEES else pair.mentor


def _replied(gallery: Gallery) -> Message:
    reply = CourtesyReply.objects.create(match=gallery.pair(), choice="question", replied_at=gallery.now)
    return gallery.message("contacts.replied", reply.match.mentor.user, reply)


def _invitation(gallery: Gallery) -> Any:
    match = gallery.pair()
    meeting = Meeting(gallery.now + timedelta(days=1, hours=3, minutes=45), "Ramsden foyer")
    return contacts.invite(match=match, meeting=meeting, form_key=uuid.uuid4(), by=match.mentor.user, now=gallery.now)


def _invited(gallery: Gallery) -> Message:
    made = _invitation(gallery)
    return gallery.message("contacts.invitation", made.match.mentee.user, made)


def _invitation_sent(gallery: Gallery) -> Message:
    made = _invitation(gallery)
    return gallery.message("contacts.invitation-sent", made.match.mentor.user, made)


def _invitation_answered(gallery: Gallery) -> Message:
    made = contacts.answer_invitation(invitation=_invitation(gallery), answer="accepted", by=None, now=gallery.now)
    return gallery.message("contacts.invitation-answered", made.match.mentor.user, made)


def _invitation_off(gallery: Gallery) -> Message:
    made = _invitation(gallery)
    contacts.cancel_invitation(invitation=made, by=made.match.mentor.user, now=gallery.now)
    return gallery.message("contacts.invitation-off", made.match.mentee.user, made)


def _met(gallery: Gallery) -> Message:
    made = _invitation(gallery)
    began = gallery.now - timedelta(days=1)
    type(made).objects.filter(pk=made.pk).update(starts_at=began, ends_at=began + timedelta(minutes=45))
    return gallery.message("contacts.met", made.match.mentor.user, made)


def _masked(gallery: Gallery) -> Message:
    aisha = gallery.northfield.participant("aisha")
    question = contacts.ask_masked(
        asker=aisha, match=gallery.matched["aisha"], text="Is it normal to feel lost?", form_key=uuid.uuid4(),
        now=gallery.now,
    )  # fmt: skip
    return gallery.message("contacts.masked-asked", gallery.northfield.priya, question)


def _unmasked(gallery: Gallery) -> Message:
    message = _masked(gallery)
    question = MaskedQuestion.objects.get(pk=message.object_id)
    why = "She writes that she may be hurt."
    contacts.unmask_for_danger(question=question, why=why, by=gallery.northfield.dana, now=gallery.now)
    return gallery.message("contacts.unmasked", gallery.northfield.admin, question)


def _step_in(gallery: Gallery) -> Message:
    asked = gallery.now - timedelta(days=3)
    reply = CourtesyReply.objects.create(match=gallery.pair(), choice="question", replied_at=asked)
    return gallery.message("contacts.step-in", gallery.northfield.una, reply)


def _event(gallery: Gallery, **fields: Any) -> Event:
    begins = gallery.now + timedelta(days=2)
    given = {
        "cohort": gallery.northfield.cohort, "unit": gallery.northfield.health, "kind": EventKind.DROP_IN,
        "audience": Audience.EVERYONE, "title": "Tea and questions", "starts_at": begins,
        "ends_at": begins + timedelta(hours=1), "place": "Ramsden foyer", "created_by": gallery.northfield.sam,
    }  # fmt: skip
    return Event.objects.create(**given | fields)


def _booked(letter: str, **fields: Any) -> Maker:
    def make(gallery: Gallery) -> Message:
        off = {"cancelled_at": gallery.now} if letter == "events.cancelled" else {}
        event = _event(gallery, **fields | off)
        participant = gallery.northfield.participant("aisha")
        booking = Booking.objects.create(
            event=event, participant=participant, state=BookingState.BOOKED, asked_at=gallery.now
        )
        return gallery.message(letter, participant.user, booking)

    return make


def _about_match(letter: str, side: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        match = gallery.pair()
        return gallery.message(letter, getattr(match, side).user, match)

    return make


def _stopped(letter: str, side: str, reason: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        match = gallery.pair(state=MatchState.ENDED, ended_at=gallery.now, end_reason=reason)
        return gallery.message(letter, getattr(match, side).user, match)

    return make


def _texts_again(gallery: Gallery) -> Message:
    mentor = gallery.pair().mentor
    return gallery.message("nudges.texts-again", mentor.user, mentor)


def _swap(letter: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        match, sam = gallery.pair(), gallery.northfield.sam
        state = SwapState.DONE if letter.endswith("done") else SwapState.ASKED
        swap = SwapRequest.objects.create(
            match=match, handler=sam, asked_at=gallery.now, promised_by=gallery.now.date() + timedelta(days=5),
            state=state,
        )  # fmt: skip
        to = {"asked": match.mentee.user, "done": match.mentor.user}.get(letter.rpartition("-")[2], sam)
        return gallery.message(letter, to, swap)

    return make


def _receipt(gallery: Gallery) -> Message:
    text = publish_standard_texts(cohort=gallery.northfield.cohort, by=None, now=gallery.now)[0]
    who = gallery.northfield.participant("priya")
    kept = Acceptance.objects.create(participant=who, text=text, accepted_at=gallery.now, receipt="N01-00001")
    return gallery.message("agreements.receipt", who.user, kept)


def _concern(gallery: Gallery) -> Message:
    concern = Concern.objects.create(
        cohort=gallery.northfield.cohort, kind="wellbeing", text="Not at lectures.", form_key=uuid.uuid4(),
        raised_by=gallery.northfield.priya, raised_at=gallery.now,
    )  # fmt: skip
    return gallery.message("concerns.alert", gallery.northfield.dana, concern)


def _unled(gallery: Gallery) -> Message:
    concern = Concern.objects.get(pk=_concern(gallery).object_id)
    return gallery.message("concerns.unled", gallery.northfield.admin, concern)


def _untaken(gallery: Gallery) -> Message:
    concern = Concern.objects.get(pk=_concern(gallery).object_id)
    return gallery.message("concerns.untaken", gallery.northfield.dr_lee, concern)


def _disclosure(letter: str, to: str, **fields: Any) -> Maker:
    """A note about a mentee that priya shows, or asks to show, to dana."""

    def make(gallery: Gallery) -> Message:
        northfield, match = gallery.northfield, gallery.matched["aisha"]
        allowed = {"notes_allowed": True}
        change_policy(cohort=northfield.cohort, changes=allowed, by=northfield.dr_lee, now=gallery.now)
        note = Note.objects.create(match=match, text="Likes tea.", form_key=uuid.uuid4(), written_at=gallery.now)
        lapses_at = gallery.now + timedelta(days=7)
        about = {"reader": northfield.dana, "asked_at": gallery.now, "lapses_at": lapses_at, **fields}
        shown = Disclosure.objects.create(match=match, note=note, **about)
        return gallery.message(letter, northfield.people[to], shown)

    return make


def _announced(gallery: Gallery) -> Message:
    northfield = gallery.northfield
    told = Announcement.objects.create(
        cohort=northfield.cohort, unit=northfield.university, author=northfield.dr_lee, audience=Audiences.MENTORS,
        subject="A room to meet in", text="The Ramsden foyer is ours on Tuesdays.\n\nCome as you are.",
        state=AnnouncementState.RELEASED, written_at=gallery.now, count=2, confirmed_at=gallery.now,
        released_at=gallery.now, send_at=gallery.now,
    )  # fmt: skip
    return gallery.message("announcements.note", northfield.priya, told)


def _left(gallery: Gallery) -> Message:
    who = ParticipantFactory(
        cohort=gallery.northfield.cohort, programme=gallery.northfield.sociology,
        state=ParticipantState.LEFT, left_at=gallery.now,
    )  # fmt: skip
    return gallery.message("portal.stopped", who.user, who)


def _advert(gallery: Gallery) -> Advert:
    today = gallery.now.date()
    return Advert.objects.get_or_create(
        slug="mentor-next-year",
        defaults={
            "cohort": gallery.northfield.cohort, "title": "Be a mentor", "text": "It is worth it.",
            "opens_on": today, "closes_on": today + timedelta(days=20),
        },
    )[0]  # fmt: skip


def _application(state: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        who = gallery.pair().mentee
        made = Application.objects.create(
            advert=_advert(gallery), applicant=who.user, programme=who.programme, year_of_study=2,
            submitted_at=gallery.now, state=state, decided_by=gallery.northfield.sam,
        )  # fmt: skip
        letter = "received" if state == "submitted" else state
        return gallery.message(f"recruitment.{letter}", who.user, made)

    return make


def _mentor_next_year(gallery: Gallery) -> Message:
    who = gallery.pair().mentee
    made = Invitation.objects.create(advert=_advert(gallery), mentee=who, invited_at=gallery.now)
    return gallery.message("recruitment.invitation", who.user, made)


def _signing_in(name: str, **secret: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        return gallery.message(f"sign-in.{name}", gallery.northfield.aisha, secret=secret, cohort=None)

    return make


def _group(gallery: Gallery) -> SupportGroup:
    group = SupportGroup.objects.create(
        cohort=gallery.northfield.cohort, unit=gallery.northfield.health, name=f"Mentors {uuid.uuid4().hex[:6]}",
        facilitator=gallery.northfield.una,
    )  # fmt: skip
    group.members.add(gallery.northfield.participant("priya"))
    return group


def _scheduled(gallery: Gallery) -> Message:
    group = _group(gallery)
    event = _event(gallery, kind=EventKind.SUPPORT_GROUP, audience=Audience.MENTORS, title="Support group")
    SupportMeeting.objects.create(group=group, event=event)
    Booking.objects.create(
        event=event, participant=gallery.northfield.participant("priya"), state=BookingState.BOOKED,
        asked_at=gallery.now,
    )  # fmt: skip
    return gallery.message("support.scheduled", gallery.northfield.priya, group)


def _promised(gallery: Gallery) -> Message:
    theme = Theme.objects.create(
        group=_group(gallery), text="The library is hard to find", state=ThemeState.ACTION, action="Put up a poster",
        action_owner=gallery.northfield.una, action_due_on=gallery.now.date() + timedelta(days=9),
        raised_by=gallery.northfield.una, raised_at=gallery.now, decided_at=gallery.now,
    )  # fmt: skip
    return gallery.message("support.action", gallery.northfield.una, theme)


def _copy(gallery: Gallery) -> Message:
    who = gallery.pair().mentee.user
    made = DataCopy.objects.create(person=who, file="copies/copy.zip", queued_at=gallery.now)
    return gallery.message("protection.copy-ready", who, made)


def _erasure(letter: str, state: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        who = gallery.pair().mentee.user
        wish = ErasureRequest.objects.create(
            person=who, state=state, asked_at=gallery.now, decided_at=gallery.now, decided_by=gallery.northfield.admin,
            why_refused="A complaint is open." if state == "refused" else "",
        )  # fmt: skip
        return gallery.message(letter, who, wish)

    return make


def _anchor(gallery: Gallery) -> Message:
    made = TrailAnchor.objects.create(
        made_at=gallery.now, number=48_211, chain="5e884898da28047151d0e56f8dc62927" * 2, entry_on=gallery.now.date()
    )
    return gallery.message("protection.anchor", gallery.northfield.admin, made)


def _emergency(letter: str, to: str) -> Maker:
    def make(gallery: Gallery) -> Message:
        northfield = gallery.northfield
        opening = Opening.objects.create(
            scheme=northfield.scheme, subject=northfield.aisha, opened_by=northfield.dana, category="harm",
            reason="She wrote that there is no point.", opened_at=gallery.now, form_key=uuid.uuid4(),
            ends_at=gallery.now + timedelta(hours=1), review_due_on=gallery.now.date() + timedelta(days=7),
            told_at=gallery.now,
        )  # fmt: skip
        return gallery.message(letter, northfield.people[to], opening)

    return make


def _proposed(gallery: Gallery) -> Message:
    northfield = gallery.northfield
    grant = Grant.objects.create(
        scheme=northfield.scheme, person=northfield.carys, asked_by=northfield.admin, first_by=northfield.admin,
        asked_at=gallery.now,
    )  # fmt: skip
    return gallery.message("safeguarding.grant", northfield.dana, grant)


def _reader(gallery: Gallery) -> Message:
    northfield = gallery.northfield
    new = Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.carys, role=Role.INTERN, unit=northfield.university,
        starts_on=gallery.now.date() + timedelta(days=1), appointed_by=northfield.admin, appointed_at=gallery.now,
    )  # fmt: skip
    return gallery.message("safeguarding.reader", northfield.dana, new)


def _appointed(gallery: Gallery) -> Message:
    northfield = gallery.northfield
    given = Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.carys, role=Role.RESEARCHER, unit=northfield.university,
        starts_on=gallery.now.date(), appointed_by=northfield.dr_lee, appointed_at=gallery.now,
    )  # fmt: skip
    return gallery.message("safeguarding.appointed", northfield.carys, given)


def _role_ended(letter: str, role: str) -> Maker:
    """To who had it, or who has it still: an appointment that ended."""

    def make(gallery: Gallery) -> Message:
        northfield = gallery.northfield
        held = Appointment.objects.create(
            scheme=northfield.scheme, user=northfield.carys, role=role, unit=northfield.university,
            starts_on=gallery.now.date() - timedelta(days=90), ends_on=gallery.now.date() - timedelta(days=1),
        )  # fmt: skip
        to = northfield.carys if letter == "safeguarding.lead-replaced" else northfield.dana
        return gallery.message(letter, to, held)

    return make


def _account_change(letter: str, kind: Kind = Kind.ADDRESS, **fields: Any) -> Maker:
    """To who could stop it, to the new address, or to whose account it is."""

    def make(gallery: Gallery) -> Message:
        northfield = gallery.northfield
        change = AccountChange.objects.create(
            person=northfield.carys, kind=kind, new_address="carys.new@northfield.ac.uk",
            asked_by=northfield.admin, asked_at=gallery.now, begins_at=gallery.now + timedelta(days=1), **fields,
        )  # fmt: skip
        return gallery.message(letter, northfield.carys, change)

    return make


def _held(gallery: Gallery) -> Message:
    about = gallery.message("protection.held", gallery.northfield.dana)
    about.object_id = _copy(gallery).object_id
    DataCopy.objects.filter(pk=about.object_id).update(held=1)
    return about


def _monday(gallery: Gallery) -> Message:
    return gallery.message("console.monday", gallery.northfield.sam)


URL = "http://localhost:8000/accounts/login/"
MAKERS: dict[str, Maker] = {
    "agreements.receipt": _receipt,
    "announcements.note": _announced,
    "concerns.alert": _concern,
    "concerns.unled": _unled,
    "concerns.untaken": _untaken,
    "confidences.ask": _disclosure("confidences.ask", "aisha", basis="agreed"),
    "confidences.decide": _disclosure("confidences.decide", "dana", basis="danger", state="open"),
    "confidences.shown": _disclosure("confidences.shown", "dana", basis="danger", state="open"),
    "confidences.told": _disclosure("confidences.told", "aisha", basis="danger", state="open", told_at=NOW),
    "console.monday": _monday,
    "contacts.invitation": _invited,
    "contacts.invitation-answered": _invitation_answered,
    "contacts.invitation-off": _invitation_off,
    "contacts.invitation-sent": _invitation_sent,
    "contacts.links": _about_match("contacts.links", "mentee"),
    "contacts.masked-asked": _masked,
    "contacts.met": _met,
    "contacts.replied": _replied,
    "contacts.step-in": _step_in,
    "contacts.unmasked": _unmasked,
    "events.booked": _booked("events.booked"),
    "events.cancelled": _booked("events.cancelled"),
    "events.changed": _booked("events.changed"),
    "events.place_freed": _booked("events.place_freed"),
    "matching.back": _about_match("matching.back", "mentor"),
    "matching.hello": _about_match("matching.hello", "mentee"),
    "matching.meet": _about_match("matching.meet", "mentor"),
    "credentials.asked": _account_change("credentials.asked", Kind.SECOND_STEP),
    "credentials.confirm": _account_change("credentials.confirm"),
    "credentials.done": _account_change("credentials.done", state=ChangeState.DONE),
    "matching.mentee-stopped": _stopped("matching.mentee-stopped", "mentor", EndReason.MENTEE_LEFT),
    "matching.moved-mentee": _stopped("matching.moved-mentee", "mentee", EndReason.MOVED),
    "matching.moved-mentor": _stopped("matching.moved-mentor", "mentor", EndReason.MOVED),
    "matching.mentor-stopped": _stopped("matching.mentor-stopped", "mentee", EndReason.MENTOR_LEFT),
    "matching.swap-asked": _swap("matching.swap-asked"),
    "matching.swap-done": _swap("matching.swap-done"),
    "matching.swap-wanted": _swap("matching.swap-wanted"),
    "nudges.texts-again": _texts_again,
    "portal.stopped": _left,
    "protection.anchor": _anchor,
    "protection.copy-ready": _copy,
    "protection.erasure-granted": _erasure("protection.erasure-granted", "granted"),
    "protection.erasure-refused": _erasure("protection.erasure-refused", "refused"),
    "protection.held": _held,
    "recruitment.accepted": _application("accepted"),
    "recruitment.declined": _application("declined"),
    "recruitment.invitation": _mentor_next_year,
    "recruitment.received": _application("submitted"),
    "recruitment.reserve": _application("reserve"),
    "safeguarding.appointed": _appointed,
    "safeguarding.grant": _proposed,
    "safeguarding.lead-replaced": _role_ended("safeguarding.lead-replaced", Role.LEAD),
    "safeguarding.opened": _emergency("safeguarding.opened", "admin"),
    "safeguarding.reader": _reader,
    "safeguarding.resigned": _role_ended("safeguarding.resigned", Role.SAFEGUARDING_LEAD),
    "safeguarding.review-late": _emergency("safeguarding.review-late", "dr_lee"),
    "safeguarding.told": _emergency("safeguarding.told", "aisha"),
    "sign-in.changed": _signing_in("changed", change="password_changed", help_url="http://localhost:8000/help/"),
    "sign-in.code": _signing_in("code", code="ABCD-1234"),
    "sign-in.known": _signing_in("known", url=URL),
    "sign-in.reset": _signing_in("reset", url=URL),
    "sign-in.unknown": _signing_in("unknown", url=URL),
    "sign-in.verify": _signing_in("verify", code="ABCD-1234"),
    "support.action": _promised,
    "support.scheduled": _scheduled,
    **{LETTER + text: _nudge(text) for text in Text},
}
