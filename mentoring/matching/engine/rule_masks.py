"""Which hard rules a pair would break, as one bit for each rule."""

from __future__ import annotations

import numpy as np

from mentoring.matching.engine.checker import OTHER_RULE
from mentoring.matching.engine.problem import ATTRIBUTES, Problem
from mentoring.matching.engine.tables import MUST, NOT_STATED, Tables

RULES = ("discipline", "campus", "mode", *(f"must:{name}" for name in ATTRIBUTES), OTHER_RULE)
"""Codes of hard rules, in the order of their bits."""


class RuleMasks:
    """Bit masks of broken rules; campus and mode count only where they are hard."""

    def __init__(self, problem: Problem, tables: Tables) -> None:
        hard = (("campus", problem.rules.campus_hard), ("mode", problem.rules.mode_hard))
        self.checks = []
        for name, wanted in hard:
            if wanted:
                left = np.array([getattr(person, name) for person in tables.mentees], dtype=object)
                right = np.array([getattr(person, name) for person in tables.mentors], dtype=object)
                self.checks.append((1 << RULES.index(name), left, right))

    def masks(self, tables: Tables, i: int) -> np.ndarray:
        """int (m,): bit mask of the rules that mentee i and each mentor would break."""
        own = int(tables.discipline[0][i])
        linked = [own, *(b for a, b in tables.near if a == own)]
        masks = (~np.isin(tables.discipline[1], linked)).astype(np.int64)
        for bit, left, right in self.checks:
            masks |= bit * (right != left[i]).astype(np.int64)
        other = np.zeros(len(masks), dtype=bool)
        other[tables.blocked[i]] = True
        for a in range(len(ATTRIBUTES)):
            theirs = tables.mentor_attributes[:, a]
            if tables.wish_kind[i, a] == MUST:
                masks |= (1 << 3 + a) * (theirs != tables.wish_value[i, a]).astype(np.int64)
            alike = (theirs == tables.mentee_attributes[i, a]) & (theirs != NOT_STATED)
            other |= tables.exceptions[:, a] & ~alike
        return masks | (1 << RULES.index(OTHER_RULE)) * other.astype(np.int64)
