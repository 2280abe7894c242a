"""Publishing a draft, undoing that while nothing was sent, and announcing it (R26, R27, R36)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record, record_each
from mentoring.lib.lifecycle import move
from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.models import Match, Proposal, Run
from mentoring.matching.permissions import can_publish
from mentoring.matching.rules import places_offered, that_fit
from mentoring.matching.selectors import gather, live_counts, matchable_mentors, sizes_of, unmatched_mentees
from mentoring.matching.services.leaving import end_match
from mentoring.matching.states import MATCH, RUN, EndReason, MatchState, RunState
from mentoring.messaging.services import owe
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

GROUPS_TOGETHER = 20


@dataclass(frozen=True)
class Published:
    """What publishing did: how many matches, and the proposals left out, each with its code."""

    made: int
    left_out: list[Proposal]


def publish_run(*, run: Run, by: User, now: datetime) -> Published:
    """Make matches of a draft; nobody is told for the policy's undo minutes.

    Every pair is checked again: a student who stopped or was matched meanwhile, a mentor who
    stopped or is full, and a pair that a wish of today rules out, are left out and named. Raises
    ``NotAllowed``, or ``WrongState`` when it was published or changed meanwhile, or holds no pair.
    """
    if not can_publish(by, run, timezone.localdate(now)):
        raise NotAllowed
    try:
        return _publish(run, by, now)
    except IntegrityError as error:
        raise WrongState(_("Somebody else gave one of these students a mentor a moment ago. Look again.")) from error


@transaction.atomic
def _publish(run: Run, by: User, now: datetime) -> Published:
    until = now + timedelta(minutes=run.cohort.policy.undo_minutes)
    _move(run, RunState.PUBLISHED, by=by, now=now, published_by=by, published_at=now, publish_at=until)
    proposals = list(run.proposals.exclude(mentor=None).select_related("mentee__user", "mentor__user").order_by("pk"))
    if not proposals:
        raise WrongState(_("There is no pair to publish."))
    _lock_people(proposals)
    codes = _codes(run, proposals)
    going = [proposal for proposal in proposals if not codes[proposal.pk]]
    _close_stale(going, by, now)
    made = Match.objects.bulk_create(
        (Match(cohort=run.cohort, mentor=p.mentor, mentee=p.mentee, run=run, made_at=now) for p in going),
        batch_size=500,
    )
    scheme_id = run.cohort.scheme_id
    record_each(
        verb="match proposed", objs=made, by=by, now=now, fields=["mentor", "mentee", "run"], scheme_id=scheme_id
    )
    return Published(len(going), _note_left_out(proposals, codes))


def _move(run: Run, to: str, *, by: User | None, now: datetime, **changes: object) -> None:
    move(run, to, lifecycle=RUN, by=by, now=now, scheme_id=run.cohort.scheme_id, **changes)


def _lock_people(proposals: list[Proposal]) -> None:
    """Hold everybody concerned until the end of the transaction, in one order for everyone."""
    ids = {p.mentee_id for p in proposals} | {p.mentor_id for p in proposals if p.mentor_id}
    list(Participant.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _codes(run: Run, proposals: list[Proposal]) -> dict[int, str]:
    """For each proposal why it cannot be published now, or nothing."""
    cohort, sizes = run.cohort, sizes_of(run.cohort.policy)
    free = set(unmatched_mentees(cohort).values_list("pk", flat=True))
    taking_part = set(cohort.participants.mentees().enrolled().values_list("pk", flat=True))
    places = {
        pk: places_offered(offered, sizes)
        for pk, offered in matchable_mentors(cohort).values_list("pk", "places_offered")
    }
    ruled_out = _ruled_out(run, proposals)
    codes = {}
    by_mentor: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for p in proposals:
        mentor = p.mentor_id or 0
        if p.mentee_id not in taking_part:
            codes[p.pk] = "left"
        elif p.mentee_id not in free:
            codes[p.pk] = "matched"
        elif mentor not in places:
            codes[p.pk] = "mentor"
        elif p.pk in ruled_out:
            codes[p.pk] = "rule"
        else:
            codes[p.pk] = ""
            by_mentor[mentor].append((p.mentee_id, p.is_locked))
    fitting = that_fit(by_mentor, live=live_counts(cohort), places=places, hardest=sizes.hardest)
    return {p.pk: codes[p.pk] or ("" if p.mentee_id in fitting else "full") for p in proposals}


def _ruled_out(run: Run, proposals: list[Proposal]) -> set[int]:
    """The proposals that break a hard rule as things are now: a wish may be younger than the draft."""
    problem = gather(run.cohort, only=[p.mentee for p in proposals], stretched=True)
    mentees = {mentee.key: mentee for mentee in problem.mentees}
    mentors = {mentor.key: mentor for mentor in problem.mentors}

    def holds(p: Proposal) -> bool:
        mentee, mentor = mentees.get(str(p.mentee_id)), mentors.get(str(p.mentor_id))
        return mentee is not None and mentor is not None and not broken_rules(problem.rules, mentee, mentor)

    return {p.pk for p in proposals if not holds(p)}


def _close_stale(going: list[Proposal], by: User | None, now: datetime) -> None:
    """End matches that are over because a side left, but were never closed: the mentee is free."""
    stale = Match.objects.filter(mentee__in=[p.mentee_id for p in going]).exclude(state=MatchState.ENDED)
    for match in stale.with_people():
        end_match(match, reason=EndReason.MENTOR_LEFT, by=by, now=now)


def _note_left_out(proposals: list[Proposal], codes: dict[int, str]) -> list[Proposal]:
    changed = []
    for proposal in proposals:
        if proposal.reasons.get("left_out", "") != codes[proposal.pk]:
            proposal.reasons = {**proposal.reasons, "left_out": codes[proposal.pk]}
            changed.append(proposal)
    Proposal.objects.bulk_update(changed, ["reasons"], batch_size=500)
    return [proposal for proposal in proposals if codes[proposal.pk]]


@transaction.atomic
def unpublish_run(*, run: Run, by: User, now: datetime) -> Run:
    """Undo publishing, while nobody was told: its matches end as undone, and it is a draft again.

    Raises ``NotAllowed``, or ``WrongState`` once it is being announced.
    """
    if not can_publish(by, run, timezone.localdate(now)):
        raise NotAllowed
    run = Run.objects.select_for_update(of=("self",)).select_related("cohort__scheme", "unit").get(pk=run.pk)
    # A group may have been introduced a moment ago, before the run is noted as announced.
    is_out = run.announced_at is not None or Match.objects.filter(run=run).exclude(introduced_at=None).exists()
    if run.publish_at is None or now >= run.publish_at or is_out:
        raise WrongState(_("It is too late to undo: the introductions have gone out."))
    _move(run, RunState.DRAFT, by=by, now=now, published_by=None, published_at=None, publish_at=None)
    undone = list(Match.objects.filter(run=run, state=MatchState.PROPOSED))
    Match.objects.filter(run=run, state=MatchState.PROPOSED).update(
        state=MatchState.ENDED, ended_at=now, end_reason=EndReason.UNDONE
    )
    fields = ["state", "ended_at", "end_reason"]
    record_each(verb="match ended", objs=undone, by=by, now=now, fields=fields, scheme_id=run.cohort.scheme_id)
    return run


def introduce_published(*, now: datetime) -> int:
    """Announce every published run whose undo time is over; how many matches were introduced.

    Some groups at a time are one transaction: matches become provisional and their letters are owed.
    A worker that is killed in between leaves the rest for the next time.
    """
    due = Run.objects.filter(state=RunState.PUBLISHED, publish_at__lte=now, announced_at=None)
    return sum(_introduce_run(run.pk, now) for run in due.order_by("publish_at", "pk"))


def _introduce_run(run_id: int, now: datetime) -> int:
    waiting = Match.objects.filter(run=run_id, state=MatchState.PROPOSED)
    mentors = list(waiting.order_by("mentor").values_list("mentor", flat=True).distinct())
    together = [mentors[at : at + GROUPS_TOGETHER] for at in range(0, len(mentors), GROUPS_TOGETHER)]
    introduced = sum(_introduce_groups(run_id, some, now) for some in together)
    _note_announced(run_id, now)
    return introduced


@transaction.atomic
def _note_announced(run_id: int, now: datetime) -> None:
    run = Run.objects.select_related("cohort").get(pk=run_id)
    if Run.objects.filter(pk=run_id, state=RunState.PUBLISHED, announced_at=None).update(announced_at=now):
        scheme_id = run.cohort.scheme_id
        record(verb="run announced", obj=run, by=None, now=now, fields=["announced_at"], scheme_id=scheme_id)


@transaction.atomic
def _introduce_groups(run_id: int, mentor_ids: list[int], now: datetime) -> int:
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.PUBLISHED:
        return 0
    found = Match.objects.select_for_update(of=("self",)).filter(
        run=run, mentor__in=mentor_ids, state=MatchState.PROPOSED
    )
    groups: dict[int, list[Match]] = {}
    for match in found.with_people().order_by("mentor", "pk"):
        if _is_on(match):
            _introduce(match, now)
            groups.setdefault(match.mentor_id, []).append(match)
    for matches in groups.values():
        owe_introductions(matches, now)
    return sum(len(matches) for matches in groups.values())


def _introduce(match: Match, now: datetime) -> None:
    move(
        match,
        MatchState.PROVISIONAL,
        lifecycle=MATCH,
        by=None,
        now=now,
        scheme_id=match.cohort.scheme_id,
        introduced_at=now,
    )


def _is_on(match: Match) -> bool:
    return ParticipantState.LEFT not in {match.mentee.state, match.mentor.state}


def owe_introductions(matches: list[Match], now: datetime) -> None:
    """Owe a hello to each mentee, and their mentor one letter that names them all.

    ``matches`` are one mentor's, introduced at the same moment.
    """
    for match in matches:
        owe(
            letter="matching.hello",
            recipient=match.mentee.user,
            occasion=f"match-{match.pk}",
            now=now,
            cohort=match.cohort,
            about=match,
        )
    if matches:
        first = matches[0]
        owe(
            letter="matching.meet",
            recipient=first.mentor.user,
            occasion=f"match-{first.pk}",
            now=now,
            cohort=first.cohort,
            about=first,
        )
