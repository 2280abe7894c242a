"""How a run came about, in plain words: proof, numbers, fairness (issue 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.lib.small_numbers import STEP
from mentoring.matching.engine import LEVELS
from mentoring.matching.models import Run
from mentoring.matching.rules import HIDDEN_BELOW, Shown
from mentoring.participation.selectors import mode_words
from mentoring.participation.states import Attribute
from mentoring.participation.vocabularies import ATTRIBUTES


@dataclass(frozen=True)
class LevelRow:
    """One level of the objective: what it counts, what the run reached, and what nothing can be below."""

    words: str
    value: int
    bound: int

    @property
    def is_met(self) -> bool:
        return self.value == self.bound


def level_words() -> dict[str, str]:
    """The levels of the engine, most important first, in plain words."""
    return {
        "unmatched": _("Students without a mentor"),
        "moved": _("Students who lose the mentor they have"),
        "lottery": _("Lots of those left over, added up"),
        "near": _("Pairs in a near subject"),
        "undersized": _("Groups smaller than planned"),
        "ignored": _("Students with none of their preferences honoured"),
        "quarter": _("with a quarter honoured"),
        "third": _("with a third honoured"),
        "half": _("with half honoured"),
        "two_thirds": _("with two thirds honoured"),
        "three_quarters": _("with three quarters honoured"),
        "balance": _("Unevenness of groups (sizes squared, added up)"),
        "affinity": _("Things in common, weighed (lower is more)"),
    }


def levels_of(run: Run) -> list[LevelRow]:
    """Level by level, as many as the run has: an older engine may have known fewer."""
    words = level_words()
    numbers = zip(LEVELS, run.vector, run.bounds, strict=False)
    return [LevelRow(words.get(name, name), value, bound) for name, value, bound in numbers]


def proof_words(run: Run) -> str:
    """What is proven: best of all, or how far at most, and where."""
    if run.is_proven:
        return _("Proven: under these rules no other groups would be better.")
    open_levels = [row for row in levels_of(run) if not row.is_met]
    if not open_levels:
        return _("Every number is proven, but other groups may be as good.")
    first = open_levels[0]
    gap = abs(first.value - first.bound)
    settled = ngettext(
        "%(done)d of %(all)d independent part is proven best.",
        "%(done)d of %(all)d independent parts are proven best.",
        run.components,
    ) % {"done": run.proven_components, "all": run.components}
    most = _("“%(what)s” could be better by %(gap)d at most, from %(value)d; everything more important is proven.") % {
        "what": first.words,
        "gap": gap,
        "value": first.value,
    }
    return f"{settled} {most}"


@dataclass(frozen=True)
class FairTable:
    """Rates of one kind of group; ``rows`` pair the two rates of each group."""

    key: str
    title: str
    rows: list["FairRow"] = field(default_factory=list)


@dataclass(frozen=True)
class FairRow:
    name: str
    matched: Shown
    honoured: Shown | None

    @property
    def matched_words(self) -> str:
        return rate_words(self.matched)

    @property
    def honoured_words(self) -> str:
        return rate_words(self.honoured)


def rate_words(shown: Shown | None) -> str:
    """A rate, or why there is none."""
    if shown is None:
        return _("nobody wished")
    if shown.is_hidden:
        return _("hidden")
    if shown.percent is not None:
        return _("about %d %%") % shown.percent
    least = STEP * int(100 * (shown.total - HIDDEN_BELOW) / shown.total / STEP) if shown.total else 0
    if shown.few == "no":
        return _("over %d %%") % least if least >= 50 else _("all but a few")
    if shown.few == "yes":
        return _("under %d %%") % (100 - least) if least >= 50 else _("a few at most")
    return _("hidden")


def fairness_tables(run: Run, disciplines: Mapping[str, str]) -> list[FairTable]:
    """The rates that a run keeps, with names in words."""
    titles = {
        "wish": _("By wish"),
        "campus": _("By campus"),
        "mode": _("By study mode"),
        "discipline": _("By discipline"),
    }
    attributes = {str(attribute): str(attribute.label) for attribute in Attribute}
    tables = []
    for key, table in run.fairness.items():
        title = titles.get(key) or _("By own %(what)s") % {"what": attributes.get(key, key)}
        tables.append(FairTable(key, title, _fair_rows(key, table, disciplines, attributes)))
    return tables


def _fair_rows(
    key: str, table: Mapping[str, list[dict[str, Any]]], disciplines: Mapping[str, str], attributes: Mapping[str, str]
) -> list[FairRow]:
    honoured = {row["name"]: Shown(**row) for row in table["honoured"]}

    def named(name: str) -> str:
        if key == "wish":
            return attributes.get(name, name).capitalize() or _("No wish")
        if key in ATTRIBUTES:
            return str(dict(ATTRIBUTES[key]).get(name, name)) or _("Not stated")
        if key == "mode":
            return mode_words(name) or _("Not stated")
        return disciplines.get(name, name).replace("_", " ") or _("Not stated")

    return [FairRow(named(row["name"]), Shown(**row), honoured.get(row["name"])) for row in table["matched"]]
