"""Mentors with room for one student, best first, and what each choice would cost others (R73)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from mentoring.lib.alphabet import alphabetical
from mentoring.matching.engine import (
    Candidate,
    PairReasons,
    Problem,
    Restriction,
    explain_pair,
    keeps,
    rank_mentors,
)
from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.models import Proposal, Run
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
    return _ChoiceReader(mentee, draft, with_outcomes).best(limit, wanted)


def choices_in_draft(proposal: Proposal, limit: int) -> tuple[list[Choice], list[tuple[int, str]]]:
    """For a student of a draft the best mentors, and (key, name) of every mentor with places to draft whom no hard
    rule keeps from them, full or not. A constant number of queries."""
    reader = _ChoiceReader(proposal.mentee, proposal.run, with_outcomes=True)
    return reader.best(limit), reader.possible(without=proposal.mentor_id)


def _drafted(draft: Run, problem: Problem) -> dict[int, int]:
    """Mentee → mentor of a draft, of the mentors of a problem."""
    keys = [int(mentor.key) for mentor in problem.mentors]
    return dict(draft.proposals.filter(mentor__in=keys).values_list("mentee", "mentor"))


class _ChoiceReader:
    """What is known about one student and the mentors in reach, read once; ranks them and puts them in words."""

    def __init__(self, mentee: Participant, draft: Run | None, with_outcomes: bool) -> None:
        self.mentee, self.with_outcomes = mentee, with_outcomes
        prefetch_related_objects([mentee], "facts")
        self.problem = gather(mentee.cohort, unit=draft.unit if draft else None, only=[mentee], stretched=True)
        self.drafted = _drafted(draft, self.problem) if draft else {}
        self.sizes = sizes_of(mentee.cohort.policy)
        keys = [int(mentor.key) for mentor in self.problem.mentors]
        self.live = Counter(live_counts(mentee.cohort, keys))
        self.size = self.live + Counter(self.drafted.values())
        self.offers = dict(Participant.objects.filter(pk__in=keys).values_list("pk", "places_offered"))
        self.drafted_to = self.drafted.get(mentee.pk, 0)
        self.mentors: dict[int, Participant] = {}
        self.now: Participant | None = None

    def best(self, limit: int, wanted: Restriction | None = None) -> list[Choice]:
        """See ``choices_for``."""
        key = str(self.mentee.pk)
        ranked = rank_mentors(self.problem, key, {str(a): str(b) for a, b in self.drafted.items()})
        if wanted is not None:
            student = self.problem.mentee(key)
            ranked = [c for c in ranked if keeps(wanted, student, self.problem.mentor(c.mentor_key))] or ranked
        ranked.sort(key=lambda candidate: self.left(candidate) < 1)
        return self.read(ranked[:limit])

    def possible(self, without: int | None) -> list[tuple[int, str]]:
        """(key, name and course), by name, of every mentor with places to draft whom no hard rule keeps away; of none
        where tutor groups stay together, since what one student's move costs others is no question there."""
        if self.sizes.is_whole:
            return []
        student, rules = self.problem.mentee(str(self.mentee.pk)), self.problem.rules
        able = [
            int(mentor.key)
            for mentor in self.problem.mentors
            if self.offered(int(mentor.key)) > self.live[int(mentor.key)] and not broken_rules(rules, student, mentor)
        ]
        people = Participant.objects.filter(pk__in=[key for key in able if key != without])
        rows = people.select_related("user", "programme").only(
            "user__given_name", "user__family_name", "user__known_as", "user__email", "programme__name"
        )
        found = [(person.pk, f"{person.user.full_name}, {person.programme.name}") for person in rows]
        return sorted(found, key=lambda choice: (alphabetical(choice[1]), choice[0]))

    def offered(self, key: int) -> int:
        return places_offered(self.offers[key], self.sizes)

    def left(self, candidate: Candidate) -> int:
        key = int(candidate.mentor_key)
        return self.offered(key) - self.size[key]

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
