"""State machines: one transition table a lifecycle, one ``move`` that checks, saves and audits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record

LIFECYCLES: dict[str, "Lifecycle"] = {}


@dataclass(frozen=True)
class Lifecycle:
    """A named transition table: for each state, the states it may move to."""

    name: str
    initial: str
    table: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        LIFECYCLES[self.name] = self

    def allows(self, old: str, new: str) -> bool:
        return new in self.table.get(old, frozenset())

    def as_mermaid(self) -> str:
        """The diagram, in a fixed order."""
        lines = ["stateDiagram-v2", f"    [*] --> {_word(self.initial)}"]
        for old, targets in self.table.items():
            lines += [f"    {_word(old)} --> {_word(new)}" for new in sorted(targets)]
            lines += [f"    {_word(old)} --> [*]"] if not targets else []
        return "\n".join(lines) + "\n"


def _word(state: str) -> str:
    return str(state).replace("-", "_")


@transaction.atomic
def move(
    obj: Any,
    to: str,
    *,
    lifecycle: Lifecycle,
    by: User | None,
    now: datetime,
    scheme_id: int | None = None,
    **changes: Any,
) -> None:
    """Move ``obj.state`` along its lifecycle, together with other field changes, and audit it.

    The update holds only if nobody moved it first. Raises ``WrongState``.
    """
    if not lifecycle.allows(obj.state, to):
        raise WrongState(_("This is no longer possible: it is already %(state)s.") % {"state": _label(obj)})
    rows = type(obj)._base_manager.filter(pk=obj.pk, state=obj.state).update(state=to, **changes)
    if not rows:
        raise WrongState(_("Somebody else changed this a moment ago. Look again."))
    for name, value in {"state": to, **changes}.items():
        setattr(obj, name, value)
    record(
        verb=f"{lifecycle.name} {to}",
        obj=obj,
        by=by,
        now=now,
        fields=["state", *changes],
        scheme_id=scheme_id,
    )


def _label(obj: models.Model) -> str:
    show = getattr(obj, "get_state_display", None)
    return str(show()) if show else str(obj.state)  # type: ignore[attr-defined]
