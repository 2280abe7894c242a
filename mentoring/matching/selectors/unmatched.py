"""Students without a mentor, by the reason, with the action that would help them (R36; matching.md §4)."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from mentoring.matching.models import Proposal, Run
from mentoring.matching.selectors.wording import remedy_words, unmatched_words

SAME = ("kind", "in_the_way", "students", "places")
"""The codes that make two reasons one."""


@dataclass
class ReasonRow:
    """One reason: why, what would help, and whom it keeps out. ``group`` is the subject group."""

    key: str
    discipline: str
    words: str
    help: str
    group: str
    proposals: list[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.proposals)


@dataclass(frozen=True)
class RemedyRow:
    """One thing that would help, how many more students would then have a mentor, and its what-if."""

    words: str
    students: int
    try_out: str


def remedies_of(run: Run, disciplines: Collection[str], names: Mapping[str, str]) -> list[RemedyRow]:
    """What would help in these disciplines, as found when the run was worked out; the most help first."""
    rows = [
        RemedyRow(remedy_words(codes, names), codes["students"], _remedy_query(codes))
        for codes in run.remedies
        if codes["discipline"] in disciplines
    ]
    return sorted(rows, key=lambda row: -row.students)


def _remedy_query(codes: Mapping[str, Any]) -> str:
    kind, discipline = codes["kind"], codes["discipline"]
    if kind == "near":
        return urlencode({"near": [discipline, codes["others"][0]]}, doseq=True)
    if kind == "wider":
        return urlencode({"discipline": discipline, "places": 1})
    if kind in {"campus", "mode"}:
        return urlencode({"without": kind})
    asks_for_somebody = codes.get("gender") or codes.get("who")
    return "" if asks_for_somebody else urlencode({"discipline": discipline, "mentors": codes["mentors"]})


def reasons_among(unmatched: QuerySet[Proposal], names: Mapping[str, str]) -> list[ReasonRow]:
    """The reasons among these proposals, those that keep out most first; one query."""
    rows: dict[str, ReasonRow] = {}
    found = unmatched.order_by("pk").values_list("pk", "reasons", "mentee__programme__subject_group")
    for pk, codes, group in found:
        key = _key(codes, group)
        if key not in rows:
            discipline = names.get(group, group)
            words, what_helps = unmatched_words(codes, discipline)
            rows[key] = ReasonRow(key, discipline, words, what_helps, group)
        rows[key].proposals.append(pk)
    return sorted(rows.values(), key=lambda row: (-row.count, row.discipline, row.key))


def _key(codes: Mapping[str, Any], group: str) -> str:
    told = json.dumps([group, *(codes.get(name) for name in SAME)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:10]
