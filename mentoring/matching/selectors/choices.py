"""Mentors with room for one student, best first, and what each choice would cost others (R73)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from mentoring.matching.engine import (
    Candidate,
    PairReasons,
    Problem,
    Restriction,
    explain_pair,
    keeps,
    rank_mentors,
)
from mentoring.matching.models import Run
from mentoring.matching.rules import cost_of_move, pair_codes, places_offered
from mentoring.matching.selectors.facts import gather, live_counts, sizes_of
from mentoring.matching.selectors.runs import discipline_names
from mentoring.matching.selectors.wording import cost_words, study_words, wishes_words
from mentoring.participation.models import Participant
from mentoring.participation.selectors import shown_in_common

BEST = 3


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


def choices_for(
    mentee: Participant,
    *,
    draft: Run | None = None,
    limit: int = BEST,
    with_outcomes: bool = True,
    wanted: Restriction | None = None,
) -> list[Choice]:
    """The best mentors for a mentee: those with room as planned first, then groups that would grow over it.

    ``wanted`` is what the student's reasons ask of the next mentor; it is set aside only where nobody with
    room keeps it. The pairs of a ``draft`` are counted on top of live matches. Without ``with_outcomes`` nothing is
    said about wishes. A constant number of queries.
    """
    cohort = mentee.cohort
    problem = gather(cohort, unit=draft.unit if draft else None, only=[mentee], stretched=True)
    drafted = _drafted(draft, problem) if draft else {}
    pairs = {str(a): str(b) for a, b in drafted.items()}
    ranked = rank_mentors(problem, str(mentee.pk), pairs)
    if wanted is not None:
        student = problem.mentee(str(mentee.pk))
        ranked = [c for c in ranked if keeps(wanted, student, problem.mentor(c.mentor_key))] or ranked
    reader = _ChoiceReader(mentee, problem, drafted, with_outcomes)
    ranked.sort(key=lambda candidate: reader.left(candidate) < 1)
    return reader.read(ranked[:limit])


def _drafted(draft: Run, problem: Problem) -> dict[int, int]:
    """Mentee → mentor of a draft, of the mentors of a problem."""
    keys = [int(mentor.key) for mentor in problem.mentors]
    return dict(draft.proposals.filter(mentor__in=keys).values_list("mentee", "mentor"))


class _ChoiceReader:
    """Puts ranked candidates in words."""

    def __init__(self, mentee: Participant, problem: Problem, drafted: Mapping[int, int], with_outcomes: bool) -> None:
        self.mentee, self.problem, self.with_outcomes = mentee, problem, with_outcomes
        prefetch_related_objects([mentee], "facts")
        self.sizes = sizes_of(mentee.cohort.policy)
        keys = [int(mentor.key) for mentor in problem.mentors]
        sizes = Counter(live_counts(mentee.cohort, keys))
        sizes.update(drafted.values())
        self.size = sizes
        self.offers = dict(Participant.objects.filter(pk__in=keys).values_list("pk", "places_offered"))
        self.drafted_to = drafted.get(mentee.pk, 0)
        self.mentors: dict[int, Participant] = {}
        self.now: Participant | None = None

    def left(self, candidate: Candidate) -> int:
        key = int(candidate.mentor_key)
        return places_offered(self.offers[key], self.sizes) - self.size[key]

    def read(self, ranked: list[Candidate]) -> list[Choice]:
        keys = {int(candidate.mentor_key) for candidate in ranked} | ({self.drafted_to} & self.offers.keys())
        found = Participant.objects.filter(pk__in=keys).select_related("user", "programme")
        self.mentors = {mentor.pk: mentor for mentor in found.prefetch_related("facts")}
        self.now = self.mentors.get(self.drafted_to)
        names = discipline_names(self.mentee.cohort)
        own = self.mentee.programme.subject_group
        choices = []
        for candidate in ranked:
            mentor = self.mentors[int(candidate.mentor_key)]
            theirs = mentor.programme.subject_group
            codes = pair_codes(candidate.reasons)
            words = [study_words(codes, names.get(own, own), names.get(theirs, theirs))]
            words += [wishes_words(codes)] if self.with_outcomes else []
            choices.append(
                Choice(
                    mentor,
                    self.size[mentor.pk],
                    self.left(candidate),
                    ". ".join(filter(None, words)) + ".",
                    shown_in_common(self.mentee, mentor),
                    self._costs(mentor, candidate.reasons),
                )
            )
        return choices

    def _costs(self, mentor: Participant, reasons: PairReasons) -> list[str]:
        wishes = 0
        if self.now is not None and self.with_outcomes:
            before = explain_pair(self.problem, str(self.mentee.pk), str(self.now.pk))
            wishes = len(reasons.honoured) - len(before.honoured)
        cost = cost_of_move(
            old_size=None if self.now is None else self.size[self.now.pk],
            new_size=self.size[mentor.pk],
            wishes=wishes,
            sizes=self.sizes,
        )
        return cost_words(cost, self.now.user.first_name if self.now else "")
