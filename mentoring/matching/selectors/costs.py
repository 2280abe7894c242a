"""What it would cost the others to give a student another mentor, before anybody chooses it (issue 3)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.matching.engine import LEVELS, AlternativeCost, Problem, cost_of_alternative
from mentoring.matching.models import Proposal
from mentoring.matching.selectors.changes import ChangeRow, Pairs, change_rows, pairs_of, people_by_key
from mentoring.matching.selectors.facts import drafted_problem
from mentoring.participation.models import Participant


@dataclass(frozen=True)
class CostPage:
    """One alternative: what it costs, in words, and who would move where.

    ``seal`` stands for exactly these changes: choosing it later holds only if it is the same then.
    """

    mentor: Participant
    cost: AlternativeCost
    words: list[str]
    rows: list[ChangeRow]
    seal: str

    @property
    def others(self) -> list[int]:
        """The other mentees who would move."""
        return [int(key) for key in self.cost.changes]


def cost_of(proposal: Proposal, mentor_id: int) -> tuple[AlternativeCost, Problem]:
    """The engine's answer for the draft as it stands. KeyError for somebody who is not in it."""
    problem, _left_out = drafted_problem(proposal.run, about=proposal.mentee)
    known = {mentor.key for mentor in problem.mentors}
    here = {mentee.key for mentee in problem.mentees}
    drafted = {str(a): str(b) for a, b in pairs_of(proposal.run).items() if b is not None}
    pairs = {mentee: mentor for mentee, mentor in drafted.items() if mentee in here and mentor in known}
    return cost_of_alternative(problem, pairs, str(proposal.mentee_id), str(mentor_id)), problem


def cost_page(proposal: Proposal, mentor_id: int) -> CostPage | None:
    """The page about one alternative, or None for somebody who cannot be asked about."""
    try:
        cost, _problem = cost_of(proposal, mentor_id)
    except KeyError:
        return None
    mentor = people_by_key([mentor_id])[mentor_id]
    before: Pairs = pairs_of(proposal.run)
    after: Pairs = {int(key): None if to is None else int(to) for key, to in cost.changes.items()}
    rows = change_rows(sorted(after), before, after)
    return CostPage(mentor, cost, _words(cost), rows, seal_of(cost))


def seal_of(cost: AlternativeCost) -> str:
    """The same for the same changes."""
    return hashlib.sha256(json.dumps(cost.changes, sort_keys=True).encode()).hexdigest()[:16]


def _words(cost: AlternativeCost) -> list[str]:
    """What it costs the others: counts of people. Nothing of wishes, whose outcomes beside many names would say
    what they were about."""
    if not cost.possible:
        full = cost.broken == ("capacity",)
        return [
            _("Every place there is taken by somebody who stays.")
            if full
            else _("A rule of the matching stands against it.")
        ]
    worse: Mapping[str, int] = cost.worse_to
    counts: list[tuple[int, Any]] = [
        (
            cost.moved,
            ngettext("%d other student gets another mentor.", "%d other students get another mentor.", cost.moved),
        ),
        (
            cost.lost,
            ngettext("%d other student has no mentor any more.", "%d others have no mentor any more.", cost.lost),
        ),
        (cost.gained, ngettext("%d student who had none gets one.", "%d students who had none get one.", cost.gained)),
    ]
    near = worse.get("near", 0)
    counts.append((near, ngettext("%d goes to a near subject.", "%d go to a near subject.", near)))
    thin = cost.others[LEVELS.index("undersized")]
    counts.append((thin, ngettext("%d more group is small.", "%d more groups are small.", max(thin, 0))))
    words = [text % n for n, text in counts if n > 0]
    return words or [_("It costs the others nothing.")]
