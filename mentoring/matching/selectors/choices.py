"""Mentors with room for one student, and what each choice would cost others (R73).

Whom the list holds was decided once, by the engine (``services.shortlists``). Nothing here is said about wishes, and
nothing follows what either side tells: order and words come from what everybody may see (trust.md §1, 24).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from mentoring.lib.alphabet import alphabetical
from mentoring.matching.engine import Problem, Restriction, explain_pair, keeps, rank_mentors
from mentoring.matching.engine.problem import places
from mentoring.matching.models import Run, Shortlist
from mentoring.matching.rules import cost_of_move, pair_codes, places_offered
from mentoring.matching.selectors.facts import gather, live_counts, sizes_of
from mentoring.matching.selectors.runs import discipline_names
from mentoring.matching.selectors.wording import cost_words, study_words
from mentoring.participation.models import Participant
from mentoring.participation.selectors import shown_in_common

OFFERED = 3
"""So many mentors are offered at once: a longer list would show what all in it have in common."""


@dataclass(frozen=True)
class Ranking:
    """Who may mentor a student, best first, and all of whom that was asked; keys of participants."""

    mentors: list[int]
    judged: list[int]


@dataclass(frozen=True)
class Choice:
    """One mentor a student could have. ``size`` is the group's size now; ``left`` its planned places left."""

    mentor: Participant
    size: int
    left: int
    words: str
    shared: list[str]
    costs: list[str]

    @property
    def is_over(self) -> bool:
        """Whether the group would grow beyond the plan (R29: warns)."""
        return self.left < 1


@dataclass(frozen=True)
class Choices:
    """What is offered: mentors with room, and in a draft (key, name) of a few more, full or not."""

    offered: list[Choice]
    further: list[tuple[int, str]] = field(default_factory=list)

    @property
    def keys(self) -> set[int]:
        """The mentors who may be chosen as they are."""
        return {choice.mentor.pk for choice in self.offered}


def rank_for(
    mentee: Participant, *, draft: Run | None, wanted: Restriction | None, without: frozenset[int] = frozenset()
) -> Ranking:
    """The engine's order of mentors whom no rule keeps from a student, of those not in ``without``.

    ``wanted`` is what the student's reasons ask of the next mentor; it is set aside only where nobody keeps it. In a
    draft mentors come first whom it leaves room, then those whom it fills. A constant number of queries.
    """
    problem = _around(mentee, draft)
    key = str(mentee.pk)
    drafted = {str(a): str(b) for a, b in _drafted(draft, problem).items()} if draft else {}
    ranked = [candidate.mentor_key for candidate in rank_mentors(problem, key, drafted)]
    if draft is not None:
        ranked += [c.mentor_key for c in rank_mentors(problem, key, {}) if c.mentor_key not in set(ranked)]
    if wanted is not None:
        student = problem.mentee(key)
        ranked = [name for name in ranked if keeps(wanted, student, problem.mentor(name))] or ranked
    judged = sorted(with_room(problem))
    return Ranking([pk for pk in map(int, ranked) if pk not in without], [pk for pk in judged if pk not in without])


def with_room(problem: Problem) -> set[int]:
    """The mentors of a problem who have a place left, by key."""
    return {int(mentor.key) for mentor in problem.mentors if places(mentor, problem.rules) > 0}


def choices_for(kept: Shortlist, *, by: Any) -> Choices:
    """The mentors of a list who have room now, those with planned places first; never ``by`` themselves.

    A constant number of queries.
    """
    return _ChoiceReader(kept, by).read()


def _around(mentee: Participant, draft: Run | None) -> Problem:
    return gather(mentee.cohort, unit=draft.unit if draft else None, only=[mentee], stretched=True)


def _drafted(draft: Run, problem: Problem) -> dict[int, int]:
    """Mentee → mentor of a draft, of the mentors of a problem."""
    keys = [int(mentor.key) for mentor in problem.mentors]
    return dict(draft.proposals.filter(mentor__in=keys).values_list("mentee", "mentor"))


class _ChoiceReader:
    """What may be seen of one student and the mentors of a list, read once."""

    def __init__(self, kept: Shortlist, by: Any) -> None:
        self.kept, self.mentee = kept, kept.mentee
        prefetch_related_objects([self.mentee], "facts")
        self.problem = _around(self.mentee, kept.run)
        self.drafted = _drafted(kept.run, self.problem) if kept.run else {}
        self.sizes, self.names = sizes_of(self.mentee.cohort.policy), discipline_names(self.mentee.cohort)
        able = with_room(self.problem)
        listed = [pk for pk in kept.mentors if pk in able]
        self.live = Counter(live_counts(self.mentee.cohort, listed))
        self.size = self.live + Counter(self.drafted.values())
        self.drafted_to = self.drafted.get(self.mentee.pk, 0)
        found = Participant.objects.filter(pk__in=[*listed, self.drafted_to]).select_related("user", "programme")
        self.people = {person.pk: person for person in found.exclude(user=by.pk)}
        gone = self.problem.mentee(str(self.mentee.pk)).blocked
        self.listed = [pk for pk in listed if pk in self.people and pk != self.drafted_to and str(pk) not in gone]

    def read(self) -> Choices:
        """See ``choices_for``."""
        open_now = [pk for pk in self.listed if self.size[pk] < self.sizes.hardest]
        best = sorted(open_now, key=lambda pk: self._left(pk) < 1)[:OFFERED]
        chosen = [self.people[pk] for pk in best]
        prefetch_related_objects(chosen, "facts")
        choices = sorted(map(self._choice, chosen), key=self._in_view)
        return Choices(choices, self._further(set(best)) if self.kept.run else [])

    def _further(self, best: set[int]) -> list[tuple[int, str]]:
        """A few more by name, of whom the cost is asked; none where tutor groups stay together, since what one
        student's move costs others is no question there."""
        if self.sizes.is_whole:
            return []
        able = [pk for pk in self.listed if pk not in best and self._offers(pk) > self.live[pk]][:OFFERED]
        named = [self.people[pk] for pk in able] + [self.people[pk] for pk in best]
        found = [(person.pk, f"{person.user.full_name}, {person.programme.name}") for person in named]
        return sorted(found, key=lambda choice: (alphabetical(choice[1]), choice[0]))

    def _offers(self, pk: int) -> int:
        return places_offered(self.people[pk].places_offered, self.sizes)

    def _left(self, pk: int) -> int:
        return self._offers(pk) - self.size[pk]

    def _choice(self, mentor: Participant) -> Choice:
        own, theirs = self.mentee.programme.subject_group, mentor.programme.subject_group
        codes = pair_codes(explain_pair(self.problem, str(self.mentee.pk), str(mentor.pk)))
        words = study_words(codes, self.names.get(own, own), self.names.get(theirs, theirs)) + "."
        shared = shown_in_common(self.mentee, mentor)
        return Choice(mentor, self.size[mentor.pk], self._left(mentor.pk), words, shared, self._costs(mentor))

    def _in_view(self, choice: Choice) -> tuple[Any, ...]:
        """The order on the page, from what is seen there anyway."""
        is_near = choice.mentor.programme.subject_group != self.mentee.programme.subject_group
        return choice.is_over, is_near, choice.size, alphabetical(choice.mentor.user.full_name), choice.mentor.pk

    def _costs(self, mentor: Participant) -> list[str]:
        now = self.people.get(self.drafted_to)
        cost = cost_of_move(
            old_size=None if now is None else self.size[now.pk], new_size=self.size[mentor.pk], sizes=self.sizes
        )
        return cost_words(cost, now.user.first_name if now else "")
