"""What the engine must know, gathered from participants in a constant number of queries.

Keys are participants' primary keys as text. Wishes are decrypted here and go no further than
the engine, which never says them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Expression, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least

from mentoring.matching.engine import DEFAULT_AFFINITY_WEIGHTS, Mentee, Mentor, Problem, Rules, Wish
from mentoring.matching.engine.problem import linked_disciplines
from mentoring.matching.models import Match, Run
from mentoring.matching.rules import Sizes, group_places, places_offered
from mentoring.matching.states import EndReason
from mentoring.participation.models import Participant, ProfileFact, Wishes
from mentoring.participation.states import FactKind
from mentoring.training.selectors import trained_in
from schemes.models import Cohort, Unit
from schemes.permissions import choosing
from schemes.policy import Policy

KINDS = {FactKind.INTEREST: "interests", FactKind.LANGUAGE: "languages", FactKind.COLLEGE: "college"}
WEIGHTS = {**DEFAULT_AFFINITY_WEIGHTS, "circumstance": 3, "campus": 4}
YES = frozenset({"yes"})
GONE_FOR_GOOD = (EndReason.SWAPPED, EndReason.MOVED)

Affinities = dict[str, frozenset[str]]


def sizes_of(policy: Policy) -> Sizes:
    """The cohort's group sizes."""
    if policy.matched_unit == "tutor-group":
        return Sizes(policy.group_minimum, policy.group_maximum, policy.hard_maximum, is_whole=True)
    groups = policy.mentor_groups
    return Sizes(policy.group_minimum, policy.group_maximum * groups, policy.hard_maximum * groups, groups)


def offered_places(sizes: Sizes, field: str = "places_offered") -> Expression:
    """``rules.places_offered`` of a field, to be asked of the database."""
    if sizes.is_whole:
        return Value(sizes.hardest)
    return Least(Coalesce(F(field), sizes.most), sizes.most)


def unmatched_mentees(cohort: Cohort, unit: Unit | None = None) -> QuerySet[Participant]:
    """Who takes part as a mentee and has no live match."""
    has_mentor = Exists(Match.objects.live().filter(mentee=OuterRef("pk")))
    found = cohort.participants.mentees().enrolled().exclude(has_mentor)
    return found.filter(programme__unit__path__startswith=unit.path) if unit else found


def matchable_mentors(cohort: Cohort, unit: Unit | None = None) -> QuerySet[Participant]:
    """Mentors who take part and are trained (R17: untrained means not matchable), but for those who try out answers."""
    found = cohort.participants.mentors().enrolled().filter(trained_in(cohort)).exclude(_trying_out(cohort))
    return found.filter(programme__unit__path__startswith=unit.path) if unit else found


def _trying_out(cohort: Cohort) -> Combinable:
    """A mentor who chooses mentors for others as well, and changed what they tell the matching since a first draft.

    What they tell counts again once matches are published: whoever could change it between one draft and the next
    would read the other side's wishes off what becomes of their own places (trust.md §1, 24).
    """
    chooses = choosing(cohort.scheme_id).filter(user=OuterRef("user"))
    runs = Run.objects.filter(cohort=cohort)
    drafted = runs.filter(solved_at__lt=OuterRef("asked_wishes_at"))
    published = runs.filter(published_at__gt=OuterRef("asked_wishes_at"))
    return Exists(chooses) & Exists(drafted) & ~Exists(published)


def live_counts(cohort: Cohort, among: Collection[int] | None = None) -> dict[int, int]:
    """How many live matches each mentor of the cohort, or each of these, has; published ones included."""
    live = Match.objects.live().filter(cohort=cohort)
    counted = (live if among is None else live.filter(mentor__in=among)).values("mentor").annotate(n=Count("pk"))
    return {row["mentor"]: row["n"] for row in counted.order_by()}


def unjudged_mentors(mentee: Participant, unit: Unit | None, judged: Collection[int]) -> QuerySet[Participant]:
    """Mentors with room whom a student may have by discipline, of those not in ``judged``."""
    policy = mentee.cohort.policy
    groups = _within_reach([{"programme__subject_group": mentee.programme.subject_group}], _rules(policy))
    held = Count("matches_as_mentor", filter=Q(matches_as_mentor__in=Match.objects.live()))
    mentors = matchable_mentors(mentee.cohort, unit).filter(programme__subject_group__in=groups)
    return mentors.exclude(pk__in=judged).annotate(held=held).filter(held__lt=sizes_of(policy).hardest)


def free_places(cohort: Cohort, unit: Unit | None = None) -> int:
    """How many places trained mentors still have; counted by the database."""
    held = Count("matches_as_mentor", filter=Q(matches_as_mentor__in=Match.objects.live()))
    mentors = matchable_mentors(cohort, unit).annotate(offered=offered_places(sizes_of(cohort.policy)), held=held)
    found: int = mentors.aggregate(n=Sum(Greatest(F("offered") - F("held"), 0), default=0))["n"]
    return found


def gather(
    cohort: Cohort,
    *,
    seed: int = 0,
    unit: Unit | None = None,
    locks: Mapping[int, int] | None = None,
    left_out: Collection[int] = (),
    only: Iterable[Participant] | None = None,
    within: Collection[str] | None = None,
    stretched: bool = False,
) -> Problem:
    """The engine's problem for a cohort, or for a unit of it.

    ``locks`` is mentee → mentor to be kept, ``left_out`` mentees left out by choice. ``only`` asks
    about these mentees alone, matched or not, with their mentors of today ruled out; ``within`` about
    these subject groups alone. ``stretched``
    lets groups grow to the hard maximum, for a choice made by hand.
    """
    policy = cohort.policy
    rules = _rules(policy)
    mentors = matchable_mentors(cohort, unit)
    if only is None:
        waiting = unmatched_mentees(cohort, unit).exclude(pk__in=left_out)
        if within is not None:
            waiting = waiting.filter(programme__subject_group__in=within)
            mentors = mentors.filter(programme__subject_group__in=within)
        mentees = list(waiting.values(*COLUMNS))
    else:
        asked = [person.pk for person in only]
        mentees = list(cohort.participants.filter(pk__in=asked).values(*COLUMNS))
        mentors = mentors.filter(programme__subject_group__in=_within_reach(mentees, rules))
    offers = list(mentors.values(*COLUMNS, "places_offered"))
    everybody = only is None and within is None
    people = None if everybody else [row["pk"] for row in (*mentees, *offers)]
    able = {row["pk"] for row in offers}
    by_group = only is None and rules.unit == "tutor-group"
    locks = {**(_following(cohort, mentees) if by_group else {}), **(locks or {})}
    kept = {mentee: mentor for mentee, mentor in locks.items() if mentor in able}
    known = _Known(
        policy=policy,
        told=_told(cohort, people),
        facts=_facts(cohort, people),
        blocked=_blocked(cohort, [] if only is None else [row["pk"] for row in mentees]),
        live=live_counts(cohort, None if everybody else able),
        locks=kept,
        held=Counter(kept.values()),
        stretched=stretched,
    )
    return Problem(
        mentees=tuple(_mentee(row, known) for row in mentees),
        mentors=tuple(_mentor(row, known) for row in offers if not (by_group and _has_a_group(row, known))),
        rules=rules,
        seed=seed,
    )


def _following(cohort: Cohort, mentees: list[dict[str, Any]]) -> dict[int, int]:
    """Mentee → mentor of their tutor group, for those who joined a group that has one already (R30)."""
    groups = {row["tutor_group"] for row in mentees if row["tutor_group"]}
    standing = Match.objects.live().filter(cohort=cohort, mentee__tutor_group__in=groups)
    mentor_of = dict(standing.order_by("-pk").values_list("mentee__tutor_group", "mentor"))
    return {row["pk"]: mentor_of[row["tutor_group"]] for row in mentees if row["tutor_group"] in mentor_of}


def _has_a_group(row: dict[str, Any], known: "_Known") -> bool:
    """Whether a mentor of tutor groups has theirs already, and nobody is to follow it."""
    has_one = bool(known.live.get(row["pk"])) and row["pk"] not in known.held
    return known.policy.mentor_groups == 1 and has_one


def drafted_problem(run: Run, *, about: Participant | None = None) -> tuple[Problem, set[int]]:
    """The engine's problem around what a draft keeps, and who is left out of it by choice.

    ``about`` a mentee: only whom a change for them can reach, and they are not kept where they are.
    """
    kept = dict(run.proposals.filter(is_locked=True).values_list("mentee", "mentor"))
    if about is not None:
        kept.pop(about.pk, None)
    locks = {mentee: mentor for mentee, mentor in kept.items() if mentor is not None}
    left_out = {mentee for mentee, mentor in kept.items() if mentor is None}
    within = None if about is None else _linked_with(about, _rules(run.cohort.policy))
    problem = gather(run.cohort, seed=run.seed, unit=run.unit, locks=locks, left_out=left_out, within=within)
    return problem, left_out


def _linked_with(mentee: Participant, rules: Rules) -> set[str]:
    """The mentee's discipline, and every one that the near map links with it, however far."""
    own = mentee.programme.subject_group
    root = linked_disciplines(rules.near)
    return {own} | {group for group, at in root.items() if at == root.get(own, own)}


def _within_reach(mentees: list[dict[str, Any]], rules: Rules) -> set[str]:
    """The disciplines of mentors whom these mentees may have."""
    own = {row["programme__subject_group"] for row in mentees}
    return own | {theirs for mine, theirs in rules.near if mine in own}


COLUMNS = ("pk", "campus", "study_mode", "tutor_group", "is_commuter", "entry_route", "programme__subject_group")


def _rules(policy: Policy) -> Rules:
    near = {(a, b) for a, b in policy.near_disciplines}
    return Rules(
        minimum=policy.group_minimum,
        maximum=policy.hard_maximum,
        near=frozenset(near | {(b, a) for a, b in near}),
        campus_hard=policy.same_campus,
        mode_hard=policy.same_study_mode,
        affinity_weights=WEIGHTS,
        shortage="wishes-first" if policy.shortage == "wishes-first" else "lottery",
        spread=policy.spread,
        target=policy.target_size or None,
        unit="tutor-group" if policy.matched_unit == "tutor-group" else "student",
        group_mentors=policy.group_mentors,
        mentor_groups=policy.mentor_groups,
    )


@dataclass(frozen=True)
class _Known:
    """All that was read about a cohort's people, by primary key."""

    policy: Policy
    told: Mapping[int, dict[str, Any]]
    facts: Mapping[int, Affinities]
    blocked: Mapping[int, set[str]]
    live: Mapping[int, int]
    locks: Mapping[int, int]
    held: Mapping[int, int]
    stretched: bool


def _mentee(row: dict[str, Any], known: _Known) -> Mentee:
    said = known.told.get(row["pk"], {})
    wishes = {a: wish for a, wish in (said.get("wishes") or {}).items() if a in known.policy.ask_wishes}
    lock = known.locks.get(row["pk"])
    return Mentee(
        key=str(row["pk"]),
        discipline=row["programme__subject_group"],
        campus=row["campus"],
        mode=row["study_mode"],
        group=row["tutor_group"],
        attributes=dict(said.get("own") or {}),
        wishes=tuple(
            Wish(attribute, wish["value"], must=wish["kind"] == "must")
            for attribute, wish in sorted(wishes.items())
            if wish.get("value")
        ),
        affinities=_affinities(row, known),
        blocked=frozenset(known.blocked.get(row["pk"], ())),
        locked_to=None if lock is None else str(lock),
    )


def _mentor(row: dict[str, Any], known: _Known) -> Mentor:
    """A mentor with the places still to be given: live matches have taken some."""
    said, sizes = known.told.get(row["pk"], {}), sizes_of(known.policy)
    has, held = known.live.get(row["pk"], 0), known.held.get(row["pk"], 0)
    offered = sizes.hardest if known.stretched else places_offered(row["places_offered"], sizes)
    first, *further = group_places(offered, has, sizes)
    kept = min(held, sizes.hardest - has) - sum(places for places, _ in further)
    return Mentor(
        key=str(row["pk"]),
        discipline=row["programme__subject_group"],
        campus=row["campus"],
        mode=row["study_mode"],
        attributes=dict(said.get("own") or {}),
        capacity=max(0, first[0], kept),
        minimum=first[1],
        exceptions=frozenset(set(said.get("exceptions") or ()) & set(known.policy.mentor_exceptions)),
        affinities=_affinities(row, known),
        further_groups=tuple(further),
    )


def _affinities(row: dict[str, Any], known: _Known) -> Affinities:
    found = dict(known.facts.get(row["pk"], {}))
    if row["is_commuter"]:
        found["commuter"] = YES
    if row["entry_route"]:
        found["route"] = found.get("route", frozenset()) | {row["entry_route"].casefold()}
    if row["study_mode"]:
        found["mode"] = frozenset({row["study_mode"].casefold()})
    if row["campus"]:
        found["campus"] = frozenset({row["campus"].casefold()})
    return found


def _told(cohort: Cohort, people: list[int] | None) -> dict[int, dict[str, Any]]:
    """What people told for matching, while their consent stands; decrypted for these people or all."""
    standing = Wishes.objects.filter(participant__cohort=cohort, consent__withdrawn_at=None)
    if people is not None:
        standing = standing.filter(participant__in=people)
    return dict(standing.values_list("participant_id", "told"))


def _facts(cohort: Cohort, people: list[int] | None) -> dict[int, Affinities]:
    found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    said = ProfileFact.objects.filter(participant__cohort=cohort)
    if people is not None:
        said = said.filter(participant__in=people)
    rows = said.values_list("participant_id", "kind", "value")
    for pk, kind, value in rows:
        name, word = _kind_of(kind, value.strip().casefold())
        found[pk][name].add(word)
    return {pk: {kind: frozenset(words) for kind, words in kinds.items()} for pk, kinds in found.items()}


def _kind_of(kind: str, word: str) -> tuple[str, str]:
    if kind == FactKind.CIRCUMSTANCE:
        return (word, "yes") if word in DEFAULT_AFFINITY_WEIGHTS else ("circumstance", word)
    return ("route", word) if kind == FactKind.ROUTE else (KINDS[FactKind(kind)], word)


def _blocked(cohort: Cohort, asked_about: list[int]) -> dict[int, set[str]]:
    """Mentors that a mentee changed away from, and, for those asked about, the one of today."""
    earlier = Q(end_reason__in=GONE_FOR_GOOD)
    if asked_about:
        earlier |= Q(ended_at=None, mentee__in=asked_about)
    found: dict[int, set[str]] = defaultdict(set)
    for mentee, mentor in Match.objects.filter(earlier, cohort=cohort).values_list("mentee_id", "mentor_id"):
        found[mentee].add(str(mentor))
    return found
