"""What a draft proposes, weak and unmatched first, as far as somebody may see it (R36, R90)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, When

from mentoring.matching.models import Match, Proposal, Run
from mentoring.matching.rules import group_note
from mentoring.matching.selectors.facts import live_counts, sizes_of
from mentoring.matching.selectors.runs import discipline_names
from mentoring.matching.selectors.wording import left_out_words, pair_words, unmatched_words
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant
from mentoring.participation.selectors import shown_in_common
from schemes.permissions import within_reach
from schemes.roles import Capability

GROUPS_A_PAGE = 12
STUDENTS_A_PAGE = 50
FIRST_UNMATCHED = 8
WEAK_FIRST = Case(When(strength="weak", then=0), default=1)


def proposals_visible_to(user: Any, today: date) -> QuerySet[Proposal]:
    """A draft's outcomes for the students within the reader's reach (R90)."""
    reach = within_reach(
        user, Capability.SEE_MATCHES, today, scheme="run__cohort__scheme", unit="mentee__programme__unit"
    )
    return Proposal.objects.filter(reach)


@dataclass(frozen=True)
class PairRow:
    """One student of a draft, with the reason in words; ``left_out`` is why it was not published."""

    proposal: Proposal
    words: str
    help: str = ""
    left_out: str = ""


@dataclass(frozen=True)
class GroupRow:
    """One mentor's proposed group. ``size`` counts live matches and students of other units, too."""

    mentor: Participant
    pairs: list[PairRow]
    size: int
    note: str
    already: int

    @property
    def elsewhere(self) -> int:
        """Students of other units in this group."""
        return self.size - self.already - len(self.pairs)

    @property
    def is_kept(self) -> bool:
        return all(row.proposal.is_locked for row in self.pairs)


@dataclass(frozen=True)
class Headline:
    """A draft in numbers, as far as the reader sees it."""

    pairs: int
    groups: int
    unmatched: int
    weak: int
    kept: int


@dataclass
class DraftPage:
    """What the draft page shows: numbers, disciplines, and one page of groups or of students."""

    headline: Headline
    disciplines: list[tuple[str, str]]
    page: Page[Any]
    groups: list[GroupRow] = field(default_factory=list)
    students: list[PairRow] = field(default_factory=list)


def drafted_size(run: Run, mentor_id: int) -> int:
    """The size that a mentor's group would have with this draft."""
    return run.proposals.filter(mentor=mentor_id).count() + Match.objects.live().filter(mentor=mentor_id).count()


class DraftReader:
    """Reads one run for one reader; queries do not grow with the run."""

    def __init__(self, run: Run, user: Any, today: date) -> None:
        self.run = run
        self.names = discipline_names(run.cohort)
        self.sizes = sizes_of(run.cohort.policy)
        self.visible = proposals_visible_to(user, today).filter(run=run)

    def read(self, *, show: str, discipline: str, number: str | None) -> DraftPage:
        """One page; ``show`` is "unmatched", "weak", "kept" or anything else for groups."""
        found = self.visible.filter(mentee__programme__subject_group=discipline) if discipline else self.visible
        chosen = {
            "unmatched": found.filter(mentor=None),
            "weak": found.filter(strength="weak").exclude(mentor=None),
            "kept": found.filter(is_locked=True),
        }.get(show)
        if chosen is not None:
            page = Paginator(_with_people(chosen), STUDENTS_A_PAGE).get_page(number)
            return DraftPage(self.headline(), self.disciplines(), page, students=self.rows(page.object_list))
        mentors = Paginator(self._weakest_first(found), GROUPS_A_PAGE).get_page(number)
        first = _with_people(found.filter(mentor=None))[:FIRST_UNMATCHED] if mentors.number == 1 else []
        groups = self._groups(list(mentors.object_list))
        return DraftPage(self.headline(), self.disciplines(), mentors, groups, self.rows(first))

    def headline(self) -> Headline:
        paired = Q(mentor__isnull=False)
        counts = self.visible.aggregate(
            pairs=Count("pk", filter=paired),
            groups=Count("mentor", distinct=True),
            unmatched=Count("pk", filter=~paired),
            weak=Count("pk", filter=paired & Q(strength="weak")),
            kept=Count("pk", filter=Q(is_locked=True)),
        )
        return Headline(**counts)

    def notes(self) -> Counter[str]:
        """How many of the draft's groups are "thin", "full" or "over"; see ``rules.group_note``."""
        live = self._live()
        counted = self.run.proposals.exclude(mentor=None).values("mentor").annotate(n=Count("pk")).order_by()
        return Counter(group_note(row["n"] + live.get(row["mentor"], 0), self.sizes) for row in counted)

    def left_out(self) -> list[PairRow]:
        """The drafted pairs that publishing left out, each with its reason."""
        return [
            row
            for row in self.rows(_with_people(self.visible.exclude(mentor=None).filter(reasons__has_key="left_out")))
            if row.left_out
        ][:STUDENTS_A_PAGE]

    def disciplines(self) -> list[tuple[str, str]]:
        """The disciplines of the draft's students: (subject group, words), by words."""
        groups = self.visible.values_list("mentee__programme__subject_group", flat=True).distinct().order_by()
        return sorted(((group, self.name_of(group)) for group in groups), key=lambda choice: choice[1])

    def name_of(self, group: str) -> str:
        return self.names.get(group, group)

    def _weakest_first(self, found: QuerySet[Proposal]) -> list[int]:
        """Mentors by what needs a look: thin groups, then most weak pairs, then by name."""
        rows = found.exclude(mentor=None).values("mentor", "mentor__user__family_name", "mentor__user__given_name")
        counted = rows.annotate(n=Count("pk"), weak=Count("pk", filter=Q(strength="weak"))).order_by()
        live = self._live()
        ranked = sorted(
            counted,
            key=lambda row: (
                row["n"] + live.get(row["mentor"], 0) >= self.sizes.least,
                -row["weak"],
                row["mentor__user__family_name"],
                row["mentor__user__given_name"],
                row["mentor"],
            ),
        )
        return [row["mentor"] for row in ranked]

    def _live(self) -> dict[int, int]:
        """Live matches of each mentor that are not this run's own."""
        if "live" not in self.__dict__:
            self.live = Counter(live_counts(self.run.cohort))
            if self.run.state == RunState.PUBLISHED:
                self.live.subtract(Match.objects.live().filter(run=self.run).values_list("mentor_id", flat=True))
        return self.live

    def _groups(self, mentors: list[int]) -> list[GroupRow]:
        proposed = self.run.proposals.filter(mentor__in=mentors).values("mentor").annotate(n=Count("pk"))
        totals = {row["mentor"]: row["n"] for row in proposed.order_by()}
        found: dict[int, tuple[Participant, list[PairRow]]] = {}
        for row in self.rows(_with_people(self.visible.filter(mentor__in=mentors))):
            if mentor := row.proposal.mentor:
                found.setdefault(mentor.pk, (mentor, []))[1].append(row)
        return [self._group(*found[pk], totals[pk]) for pk in mentors if pk in found]

    def _group(self, mentor: Participant, rows: list[PairRow], proposed: int) -> GroupRow:
        already = self._live().get(mentor.pk, 0)
        size = proposed + already
        return GroupRow(mentor, rows, size, group_note(size, self.sizes), already)

    def rows(self, proposals: Iterable[Proposal]) -> list[PairRow]:
        """Proposals with their reasons in words; load them with people and facts."""
        return [self._row(proposal) for proposal in proposals]

    def _row(self, proposal: Proposal) -> PairRow:
        own = self.name_of(proposal.mentee.programme.subject_group)
        if proposal.mentor is None:
            why, what_helps = unmatched_words(proposal.reasons, own)
            return PairRow(proposal, why, what_helps)
        theirs = self.name_of(proposal.mentor.programme.subject_group)
        words = pair_words(proposal.reasons, own, theirs, shown_in_common(proposal.mentee, proposal.mentor))
        return PairRow(proposal, words, left_out=left_out_words(proposal.reasons.get("left_out", "")))


def _with_people(proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """With everybody's names and facts, weak ones first."""
    return (
        proposals.select_related("mentee__user", "mentee__programme", "mentor__user", "mentor__programme")
        .prefetch_related("mentee__facts", "mentor__facts")
        .order_by(WEAK_FIRST, "mentee__user__family_name", "mentee__user__given_name", "pk")
    )
