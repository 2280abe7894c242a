"""Students without a mentor, by the reason, with the action that would help them (R36; matching.md §4)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from mentoring.matching.models import Proposal
from mentoring.matching.rules import PRIVATE
from mentoring.matching.selectors.wording import unmatched_words

SAME = ("kind", "in_the_way", "students", "places")
"""The codes that make two reasons one."""


@dataclass
class ReasonRow:
    """One reason: why, what would help, whom it keeps out, and the what-if that tries the help out."""

    key: str
    discipline: str
    words: str
    help: str
    try_out: str
    proposals: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.proposals)


def reasons_among(unmatched: QuerySet[Proposal], names: Mapping[str, str]) -> list[ReasonRow]:
    """The reasons among these proposals, those that keep out most first; one query."""
    rows: dict[str, ReasonRow] = {}
    found = unmatched.order_by("pk").values_list("pk", "reasons", "mentee__programme__subject_group")
    for pk, codes, group in found:
        key = _key(codes, group)
        if key not in rows:
            discipline = names.get(group, group)
            words, what_helps = unmatched_words(codes, discipline)
            rows[key] = ReasonRow(key, discipline, words, what_helps, _try_out(codes, group))
        rows[key].proposals.append(pk)
    return sorted(rows.values(), key=lambda row: (-row.count, row.discipline, row.key))


def _key(codes: Mapping[str, Any], group: str) -> str:
    told = json.dumps([group, *(codes.get(name) for name in SAME)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:10]


def _try_out(codes: Mapping[str, Any], group: str) -> str:
    """The query of the what-if form that tries out what would help, or nothing."""
    kind, in_the_way = codes.get("kind"), set(codes.get("in_the_way", ()))
    if kind in {"competition", "no-mentor"} or (kind == "rules" and PRIVATE in in_the_way):
        return urlencode({"discipline": group, "mentors": 1})
    if kind == "rules":
        return urlencode({"without": sorted(in_the_way & {"campus", "mode"})}, doseq=True)
    return ""
