"""Where two writers meet, and what must hold in the database afterwards whoever came first.

A contest's function prepares one round and gives the two acts. ``INVARIANTS`` are questions in SQL, each of which
must find no row, after every round of every contest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection

from accounts.models import User
from mentoring.agreements.services import accept
from mentoring.announcements import services as announcements
from mentoring.announcements.models import Announcement
from mentoring.concerns.services import raise_concern
from mentoring.contacts.services import ContactFacts, log_contact, reply
from mentoring.events.models import Booking, Event
from mentoring.events.services import book, give_up
from mentoring.matching.models import Match, Proposal, Run, SwapRequest
from mentoring.matching.services import (
    introduce_published,
    place,
    publish_run,
    stop_taking_part,
    swap_mentor,
    undo_stop,
    unpublish_run,
)
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant
from mentoring.training.models import TrainedElsewhere
from tests.factories import NOW, TODAY, MatchFactory, Northfield, ParticipantFactory, UserFactory
from tests.races.track import Act

Acts = tuple[Act, Act]
HARDEST = 6  # mentees of one mentor under the blueprint's policy, at most

INVARIANTS = {
    "more booked than places": """
        SELECT e.id FROM events_event e JOIN events_booking b ON b.event_id = e.id AND b.state = 'booked'
        GROUP BY e.id, e.places HAVING count(*) > e.places""",
    "somebody waits beside a free place": """
        SELECT e.id FROM events_event e WHERE e.places >
        (SELECT count(*) FROM events_booking b WHERE b.event_id = e.id AND b.state = 'booked')
        AND EXISTS (SELECT 1 FROM events_booking b WHERE b.event_id = e.id AND b.state = 'waiting')""",
    "one person twice at an event": """
        SELECT event_id FROM events_booking GROUP BY event_id, participant_id HAVING count(*) > 1""",
    "a mentee with two mentors": """
        SELECT mentee_id FROM matching_match WHERE state <> 'ended' GROUP BY mentee_id HAVING count(*) > 1""",
    "a mentor beyond the hardest size": """
        SELECT mentor_id FROM matching_match WHERE state <> 'ended' GROUP BY mentor_id HAVING count(*) > 6""",
    "a pair of somebody who left": """
        SELECT m.id FROM matching_match m JOIN participation_participant p ON p.id IN (m.mentee_id, m.mentor_id)
        WHERE m.state <> 'ended' AND p.state = 'left'""",
    "a hello owed to somebody who left": """
        SELECT o.id FROM messaging_message o JOIN participation_participant p ON p.user_id = o.recipient_id
        WHERE o.letter = 'matching.hello' AND o.state NOT IN ('cancelled', 'sent', 'expired') AND p.state = 'left'""",
    "a pair of a draft that is not published": """
        SELECT m.id FROM matching_match m JOIN matching_run r ON r.id = m.run_id
        WHERE m.state <> 'ended' AND r.state <> 'published'""",
    "one form twice": """
        SELECT form_key FROM contacts_contact GROUP BY form_key HAVING count(*) > 1""",
    "one tap twice": """
        SELECT match_id FROM contacts_courtesyreply WHERE undone_at IS NULL AND answered_at IS NULL
        GROUP BY match_id HAVING count(*) > 1""",
    "two open swaps": """
        SELECT match_id FROM matching_swaprequest WHERE state = 'asked' GROUP BY match_id HAVING count(*) > 1""",
    "a swap answered twice": """
        SELECT followed_id FROM matching_match WHERE followed_id IS NOT NULL
        GROUP BY followed_id HAVING count(*) > 1""",
    "a text accepted twice": """
        SELECT text_id FROM agreements_acceptance GROUP BY text_id, participant_id HAVING count(*) > 1""",
    "a stopped announcement that still goes out": """
        SELECT a.id FROM announcements_announcement a JOIN messaging_message o
        ON o.key LIKE '%/announcement-' || a.id WHERE a.state IN ('stopped', 'declined')
        AND o.state NOT IN ('cancelled', 'sent', 'expired')""",
    "one message twice": "SELECT key FROM messaging_message GROUP BY key HAVING count(*) > 1",
}


def broken() -> list[str]:
    """The invariants that do not hold now."""
    with connection.cursor() as cursor:
        found = []
        for name, question in INVARIANTS.items():
            cursor.execute(question)
            if rows := cursor.fetchmany(3):
                found.append(f"{name}: {rows}")
        return found


@dataclass
class Scene:
    """Northfield with two trained mentors; of priya's places all but one are taken."""

    northfield: Northfield
    dewi: Participant
    ffion: Participant

    @property
    def priya(self) -> Participant:
        return self.northfield.participant("priya")

    @property
    def una(self) -> Participant:
        return self.northfield.participant("una")

    def fresh(self, participant: Participant) -> Participant:
        return Participant.objects.select_related("user", "cohort__scheme__unit", "programme__unit").get(
            pk=participant.pk
        )


def scene(northfield: Northfield) -> Scene:
    def mentee(name: str) -> Participant:
        user = UserFactory(given_name=name)
        return ParticipantFactory(user=user, cohort=northfield.cohort, programme=northfield.sociology)

    for name in ("priya", "una"):
        TrainedElsewhere.objects.create(
            participant=northfield.participant(name), where="last year", vouched_by=northfield.sam, vouched_at=NOW
        )
    Participant.objects.filter(role="mentor").update(places_offered=HARDEST)
    for number in range(HARDEST - 1):
        MatchFactory(mentor=northfield.participant("priya"), mentee=mentee(f"Old{number}"))
    return Scene(northfield, mentee("Dewi"), mentee("Ffion"))


def clear(made: Scene) -> None:
    """As it was before the round, but for the trail."""
    two = [made.dewi.pk, made.ffion.pk]
    SwapRequest.objects.all().delete()
    Match.objects.filter(mentee__in=two).update(followed=None)
    Match.objects.filter(mentee__in=two).delete()
    Run.objects.all().delete()
    Event.objects.all().delete()
    Announcement.objects.all().delete()
    Participant.objects.filter(pk__in=two).update(state="enrolled", left_at=None)
    with connection.cursor() as cursor:
        for table in ("contacts_contact_matches", "contacts_courtesyreply", "contacts_contact", "messaging_message"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (our own names)
        cursor.execute("DELETE FROM agreements_acceptance")


def _event(made: Scene) -> Event:
    return Event.objects.create(
        cohort=made.northfield.cohort, unit=made.northfield.health, kind="information", audience="everyone",
        title="Meet and greet", starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=1), places=1,
    )  # fmt: skip


def last_place_at_an_event(made: Scene) -> Acts:
    event = _event(made)
    return (
        lambda: book(event=event, user=made.dewi.user, now=NOW),
        lambda: book(event=event, user=made.ffion.user, now=NOW),
    )


def the_same_booking_twice(made: Scene) -> Acts:
    event = _event(made)

    def ask() -> Booking:
        return book(event=event, user=made.dewi.user, now=NOW)

    return ask, ask


def giving_up_while_another_asks(made: Scene) -> Acts:
    event = _event(made)
    mine = book(event=event, user=made.dewi.user, now=NOW)
    book(event=event, user=made.northfield.ben, now=NOW)
    later = NOW + timedelta(seconds=1)
    return (
        lambda: give_up(booking=Booking.objects.get(pk=mine.pk), by=made.dewi.user, now=later),
        lambda: book(event=event, user=made.ffion.user, now=later),
    )


def last_place_at_a_mentor(made: Scene) -> Acts:
    def give(mentee: Participant) -> Act:
        return lambda: place(
            mentees=[made.fresh(mentee)], mentor=made.fresh(made.priya), by=_again(made.northfield.sam), now=NOW
        )

    return give(made.dewi), give(made.ffion)


def one_mentee_two_mentors(made: Scene) -> Acts:
    def give(mentor: Participant) -> Act:
        return lambda: place(
            mentees=[made.fresh(made.dewi)], mentor=made.fresh(mentor), by=_again(made.northfield.sam), now=NOW
        )

    return give(made.priya), give(made.una)


def _again(user: User) -> User:
    """The person as a new request would load them."""
    return User.objects.select_related("institution").get(pk=user.pk)


def _draft(made: Scene, mentor: Participant, *mentees: Participant) -> int:
    northfield = made.northfield
    run = Run.objects.create(
        cohort=northfield.cohort, unit=northfield.health, seed=1, requested_by=northfield.sam, queued_at=NOW,
        state=RunState.DRAFT, job_state="done", digest="0" * 64, solved_at=NOW,
    )  # fmt: skip
    for mentee in mentees:
        Proposal.objects.create(run=run, mentee=mentee, mentor=mentor, strength="weak")
    return run.pk


def _publish(made: Scene, run: int) -> Act:
    return lambda: publish_run(
        run=Run.objects.select_related("cohort__scheme", "unit").get(pk=run), by=_again(made.northfield.dr_lee), now=NOW
    )


def two_drafts_of_one_mentee(made: Scene) -> Acts:
    one, other = _draft(made, made.una, made.dewi, made.ffion), _draft(made, made.priya, made.dewi)
    return _publish(made, one), _publish(made, other)


def two_drafts_of_one_place(made: Scene) -> Acts:
    return _publish(made, _draft(made, made.priya, made.dewi)), _publish(made, _draft(made, made.priya, made.ffion))


def one_draft_published_twice(made: Scene) -> Acts:
    run = _draft(made, made.una, made.dewi)
    return _publish(made, run), _publish(made, run)


def _stop(made: Scene, who: Participant) -> Act:
    return lambda: stop_taking_part(participant=made.fresh(who), by=None, now=NOW)


def stopping_while_published(made: Scene) -> Acts:
    return _stop(made, made.dewi), _publish(made, _draft(made, made.una, made.dewi, made.ffion))


def stopping_while_introduced(made: Scene) -> Acts:
    run = _draft(made, made.una, made.dewi, made.ffion)
    _publish(made, run)()
    return _stop(made, made.dewi), lambda: introduce_published(now=NOW + timedelta(hours=1))


def stopping_while_placed(made: Scene) -> Acts:
    return _stop(made, made.dewi), last_place_at_a_mentor(made)[0]


def undone_while_introduced(made: Scene) -> Acts:
    run = _draft(made, made.una, made.dewi)
    _publish(made, run)()
    due = Run.objects.get(pk=run).publish_at
    return (
        lambda: unpublish_run(run=Run.objects.get(pk=run), by=_again(made.northfield.dr_lee), now=NOW),
        lambda: introduce_published(now=due),
    )


def coming_back_while_another_is_placed(made: Scene) -> Acts:
    """dewi stopped and comes back to priya's last place, which ffion is given."""
    last_place_at_a_mentor(made)[0]()
    _stop(made, made.dewi)()
    return (
        lambda: undo_stop(participant=made.fresh(made.dewi), by=None, now=NOW + timedelta(minutes=1)),
        last_place_at_a_mentor(made)[1],
    )


def a_contact_logged_twice(made: Scene) -> Acts:
    key, match = uuid4(), _pair(made)

    def log() -> object:
        facts = ContactFacts([_match(match)], "two-way", "message", TODAY)
        return log_contact(mentor=made.fresh(made.una), facts=facts, form_key=key, by=made.una.user, now=NOW)

    return log, log


def _pair(made: Scene) -> Match:
    return MatchFactory(mentor=made.una, mentee=made.dewi)


def _match(match: Match) -> Match:
    return Match.objects.with_people().get(pk=match.pk)


def two_taps(made: Scene) -> Acts:
    match = _pair(made)

    def tap(choice: str) -> Act:
        return lambda: reply(match=_match(match), choice=choice, by=None, now=NOW)

    return tap("hello"), tap("fine")


def a_tap_while_stopping(made: Scene) -> Acts:
    match = _pair(made)
    return _stop(made, made.dewi), lambda: reply(match=_match(match), choice="hello", by=None, now=NOW)


def a_concern_sent_twice(made: Scene) -> Acts:
    key = uuid4()

    def send() -> object:
        return raise_concern(
            cohort=made.northfield.cohort, kind="wellbeing", text="x", subject=None, form_key=key, by=made.una.user,
            now=NOW,
        )  # fmt: skip

    return send, send


def a_swap_answered_twice(made: Scene) -> Acts:
    match = _pair(made)
    swap = SwapRequest.objects.create(match=match, reasons=[], handler=made.northfield.sam, asked_at=NOW,
                                      promised_by=TODAY)  # fmt: skip

    def answer() -> object:
        found = SwapRequest.objects.select_related("match__cohort__scheme", "match__mentee__user").get(pk=swap.pk)
        return swap_mentor(swap=found, mentor=made.fresh(made.priya), by=_again(made.northfield.sam), now=NOW)

    return answer, answer


def an_announcement_stopped_while_approved(made: Scene) -> Acts:
    northfield = made.northfield
    written = Announcement.objects.create(
        cohort=northfield.cohort, unit=northfield.health, author=northfield.sam, audience="everyone", subject="A",
        text="B", written_at=NOW, state="waiting", confirmed_at=NOW,
    )  # fmt: skip
    count = announcements.users_of(written).count()
    Announcement.objects.filter(pk=written.pk).update(count=count)

    def found() -> Any:
        return Announcement.objects.select_related("cohort__scheme__unit__institution", "unit").get(pk=written.pk)

    return (
        lambda: announcements.approve(announcement=found(), count=count, by=_again(northfield.dr_lee), now=NOW),
        lambda: announcements.decline(announcement=found(), by=_again(northfield.sam), now=NOW),
    )


def a_text_accepted_twice(made: Scene) -> Acts:
    def agree() -> object:
        return accept(participant=made.fresh(made.una), kind="agreement", version=1, by=made.una.user, now=NOW)

    return agree, agree


CONTESTS: tuple[Callable[[Scene], Acts], ...] = (
    last_place_at_an_event,
    the_same_booking_twice,
    giving_up_while_another_asks,
    last_place_at_a_mentor,
    one_mentee_two_mentors,
    two_drafts_of_one_mentee,
    two_drafts_of_one_place,
    one_draft_published_twice,
    stopping_while_published,
    stopping_while_introduced,
    stopping_while_placed,
    undone_while_introduced,
    coming_back_while_another_is_placed,
    a_contact_logged_twice,
    two_taps,
    a_tap_while_stopping,
    a_concern_sent_twice,
    a_swap_answered_twice,
    an_announcement_stopped_while_approved,
    a_text_accepted_twice,
)
