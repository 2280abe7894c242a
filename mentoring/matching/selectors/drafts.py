"""What a draft proposes, weak and unmatched first, as far as somebody may see it (R36, R90)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, When

from mentoring.matching.models import HandMove, Match, Proposal, Run
from mentoring.matching.rules import changes_between, group_note
from mentoring.matching.selectors.changes import draft_before, pairs_of
from mentoring.matching.selectors.facts import live_counts, sizes_of
from mentoring.matching.selectors.runs import discipline_names
from mentoring.matching.selectors.unmatched import ReasonRow, RemedyRow, reasons_among, remedies_of
from mentoring.matching.selectors.wording import left_out_words, pair_words, unmatched_words, without_wishes_told
from mentoring.matching.states import RunState
from mentoring.participation.models import Participant
from mentoring.participation.selectors import shown_in_common
from schemes.permissions import within_reach
from schemes.roles import Capability

GROUPS_A_PAGE = 12
STUDENTS_A_PAGE = 50
FIRST_UNMATCHED = 8
STUDENT_LISTS = frozenset({"unmatched", "weak", "kept", "moved", "changed"})


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
    is_weak: bool = False
    help: str = ""
    left_out: str = ""
    move: HandMove | None = None


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
    undersized: int
    moved: int


@dataclass
class DraftPage:
    """What the draft page shows: numbers, disciplines, and one page of groups or of students.

    ``reasons`` are the students without a mentor by reason, ``remedies`` what would help them;
    ``listed`` is how many students the list has.
    """

    headline: Headline
    disciplines: list[tuple[str, str]]
    page: Page[Any]
    groups: list[GroupRow] = field(default_factory=list)
    students: list[PairRow] = field(default_factory=list)
    reasons: list[ReasonRow] = field(default_factory=list)
    remedies: list[RemedyRow] = field(default_factory=list)

    @property
    def listed(self) -> int:
        return self.page.paginator.count


def drafted_size(run: Run, mentor_id: int) -> int:
    """The size that a mentor's group would have with this draft."""
    return run.proposals.filter(mentor=mentor_id).count() + Match.objects.live().filter(mentor=mentor_id).count()


class DraftReader:
    """Reads one run for one reader; queries do not grow with the run.

    Of pairs with the reader as mentor the outcome of wishes is not told: they know, and may change, their own side.
    """

    def __init__(self, run: Run, user: Any, today: date) -> None:
        self.run = run
        self.names = discipline_names(run.cohort)
        self.sizes = sizes_of(run.cohort.policy)
        self.user = user
        self.weak = Q(strength="weak") & ~Q(mentor=None) & ~Q(mentor__user=user.pk)
        self.visible = proposals_visible_to(user, today).filter(run=run)

    def read(self, *, show: str, discipline: str, number: str | None, reason: str = "") -> DraftPage:
        """One page. ``show`` names a list of students; "undersized" or anything else shows groups."""
        found = self._within(discipline)
        if show in STUDENT_LISTS:
            return self._students(show, found, number, reason)
        ranked = self._weakest_first(found)
        if show == "undersized":
            ranked = [mentor for mentor in ranked if self._is_thin(mentor)]
        mentors = Paginator(ranked, GROUPS_A_PAGE).get_page(number)
        groups = self._groups(list(mentors.object_list))
        draft = DraftPage(self.headline(), self.disciplines(), mentors, groups)
        if not show and mentors.number == 1:
            draft.students = self.rows(self._with_people(found.filter(mentor=None))[:FIRST_UNMATCHED])
        return draft

    def listed(self, show: str, discipline: str, reason: str = "") -> QuerySet[Proposal]:
        """Everybody in a list of students, or in all groups: whom "keep them all" is about."""
        found = self._within(discipline)
        if show == "unmatched":
            found = found.filter(mentor=None)
            if reason:
                chosen = [row for row in reasons_among(found, self.names) if row.key == reason]
                found = found.filter(pk__in=[pk for row in chosen for pk in row.proposals])
            return found
        if show == "undersized":
            return found.filter(mentor__in=[mentor for mentor in self._counts() if self._is_thin(mentor)])
        if show == "changed":
            return found.filter(mentee__in=self._changed())
        return {
            "weak": found.filter(self.weak),
            "kept": found.filter(is_locked=True),
            "moved": found.filter(mentee__in=self.run.hand_moves.values("mentee")),
        }.get(show, found)

    def _within(self, discipline: str) -> QuerySet[Proposal]:
        return self.visible.filter(mentee__programme__subject_group=discipline) if discipline else self.visible

    def _students(self, show: str, found: QuerySet[Proposal], number: str | None, reason: str) -> DraftPage:
        reasons = reasons_among(found.filter(mentor=None), self.names) if show == "unmatched" else []
        discipline = ""  # found is within it already
        chosen = found.filter(pk__in=self.listed(show, discipline, reason).values("pk"))
        page = Paginator(self._with_people(chosen), STUDENTS_A_PAGE).get_page(number)
        rows = self._with_moves(self.rows(page.object_list))
        remedies = remedies_of(self.run, {row.group for row in reasons}, self.names)
        return DraftPage(self.headline(), self.disciplines(), page, students=rows, reasons=reasons, remedies=remedies)

    def _with_moves(self, rows: list[PairRow]) -> list[PairRow]:
        """Each row with the student's last move by hand, the one that can be undone."""
        if self.run.state != RunState.DRAFT:
            return rows
        mentees = [row.proposal.mentee_id for row in rows]
        moves = self.run.hand_moves.filter(mentee__in=mentees).select_related("moved_from__user", "moved_by")
        last: dict[int, HandMove] = {}
        for move in moves:
            last.setdefault(move.mentee_id, move)
        return [replace(row, move=last.get(row.proposal.mentee_id)) for row in rows]

    def _changed(self) -> frozenset[int]:
        """The mentees whose outcome differs from the draft before this one."""
        before = draft_before(self.run)
        return changes_between(pairs_of(before), pairs_of(self.run)).everybody if before else frozenset()

    def headline(self) -> Headline:
        paired = Q(mentor__isnull=False)
        counts = self.visible.aggregate(
            pairs=Count("pk", filter=paired),
            groups=Count("mentor", distinct=True),
            unmatched=Count("pk", filter=~paired),
            weak=Count("pk", filter=self.weak),
            kept=Count("pk", filter=Q(is_locked=True)),
        )
        mine = set(self.visible.exclude(mentor=None).values_list("mentor", flat=True).distinct().order_by())
        moved = self.visible.filter(mentee__in=self.run.hand_moves.values("mentee")).count()
        return Headline(**counts, undersized=sum(self._is_thin(mentor) for mentor in mine), moved=moved)

    def notes(self) -> Counter[str]:
        """How many of the draft's groups are "thin", "full" or "over"; see ``rules.group_note``."""
        return Counter(group_note(self._size(mentor), self.sizes) for mentor in self._counts())

    def _counts(self) -> dict[int, int]:
        """How many students the draft gives each mentor, those of other units, too."""
        if "counts" not in self.__dict__:
            counted = self.run.proposals.exclude(mentor=None).values("mentor").annotate(n=Count("pk")).order_by()
            self.counts = {row["mentor"]: row["n"] for row in counted}
        return self.counts

    def _size(self, mentor: int) -> int:
        return self._counts().get(mentor, 0) + self._live().get(mentor, 0)

    def _is_thin(self, mentor: int) -> bool:
        return group_note(self._size(mentor), self.sizes) == "thin"

    def left_out(self) -> list[PairRow]:
        """The drafted pairs that publishing left out, each with its reason."""
        return [
            row
            for row in self.rows(
                self._with_people(self.visible.exclude(mentor=None).filter(reasons__has_key="left_out"))
            )
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
        counted = rows.annotate(weak=Count("pk", filter=self.weak)).order_by()
        ranked = sorted(
            counted,
            key=lambda row: (
                not self._is_thin(row["mentor"]),
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
        found: dict[int, tuple[Participant, list[PairRow]]] = {}
        for row in self.rows(self._with_people(self.visible.filter(mentor__in=mentors))):
            if mentor := row.proposal.mentor:
                found.setdefault(mentor.pk, (mentor, []))[1].append(row)
        return [self._group(*found[pk], self._counts()[pk]) for pk in mentors if pk in found]

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
            return PairRow(proposal, why, help=what_helps)
        theirs = self.name_of(proposal.mentor.programme.subject_group)
        is_mine = proposal.mentor.user_id == self.user.pk
        told = without_wishes_told(proposal.reasons) if is_mine else proposal.reasons
        return PairRow(
            proposal,
            pair_words(told, own, theirs, shown_in_common(proposal.mentee, proposal.mentor)),
            is_weak=proposal.strength == "weak" and not is_mine,
            left_out=left_out_words(proposal.reasons.get("left_out", "")),
        )

    def _with_people(self, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """With everybody's names and facts, weak ones first."""
        return (
            proposals.select_related("mentee__user", "mentee__programme", "mentor__user", "mentor__programme")
            .prefetch_related("mentee__facts", "mentor__facts")
            .order_by(
                Case(When(self.weak, then=0), default=1), "mentee__user__family_name", "mentee__user__given_name", "pk"
            )
        )
