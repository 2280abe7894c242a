"""The chain over the trail, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.chain import BEGINNING, Anchor, Finding, Inspection, Kind, Link, chained, digest_of

NOW = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


def _entry(key: int, **changes: Any) -> dict[str, Any]:
    whole = {
        "pk": key, "at": NOW + timedelta(minutes=key), "actor_id": 1, "verb": "tried", "object_type": "x.y",
        "object_id": "7", "scheme_id_at": None, "fields": ["a"],
    }  # fmt: skip
    return {**whole, **changes}


def _links(entries: list[dict[str, Any]]) -> list[Link]:
    """A link an entry, each sealed five minutes after it."""
    chain, made = BEGINNING, []
    for number, entry in enumerate(entries, start=1):
        digest = digest_of(entry)
        chain = chained(chain, number, digest)
        made.append(Link(number, entry["pk"], entry["at"], digest, chain, entry["at"] + timedelta(minutes=5)))
    return made


ENTRIES = [_entry(key) for key in range(1, 6)]
LINKS = _links(ENTRIES)


def _found(links: list[Link], entries: list[dict[str, Any]], now: datetime = NOW) -> list[Finding]:
    by_key = {entry["pk"]: entry for entry in entries}
    seen = Inspection(now)
    for link in links:
        seen.see(link, by_key.get(link.entry_key))
    return seen.findings


def test_what_nobody_touched_holds() -> None:
    assert _found(LINKS, ENTRIES) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor_id": 2},
        {"actor_id": None},
        {"verb": "never"},
        {"at": NOW},
        {"object_id": "8"},
        {"object_type": "z.y"},
        {"fields": []},
        {"scheme_id_at": 1},
    ],
)
def test_an_edit_of_any_field_is_found_with_its_entry(change: dict[str, Any]) -> None:
    edited = [_entry(3, **change) if entry["pk"] == 3 else entry for entry in ENTRIES]
    assert _found(LINKS, edited) == [Finding(Kind.EDITED, 3)]


def test_a_removal_is_found_until_the_entry_is_two_years_old() -> None:
    without = [entry for entry in ENTRIES if entry["pk"] != 2]
    assert _found(LINKS, without) == [Finding(Kind.REMOVED, 2)]
    assert _found(LINKS, without, NOW + timedelta(days=731)) == []


def test_a_link_that_is_taken_out_or_rewritten_breaks_the_chain() -> None:
    assert Finding(Kind.BROKEN, 4) in _found([each for each in LINKS if each.number != 3], ENTRIES)
    # Whoever rewrites an entry together with its own link still breaks the next one.
    edited = _entry(3, verb="never")
    forged = replace(LINKS[2], digest=digest_of(edited), chain=chained(LINKS[1].chain, 3, digest_of(edited)))
    assert _found([*LINKS[:2], forged, *LINKS[3:]], [*ENTRIES[:2], edited, *ENTRIES[3:]]) == [Finding(Kind.BROKEN, 4)]
    assert _found([replace(LINKS[0], chain="f" * 64)], ENTRIES)[0] == Finding(Kind.BROKEN, 1)


def test_an_entry_that_was_slipped_in_later_is_found_sealed_or_not() -> None:
    slipped = _entry(6, at=NOW - timedelta(hours=5))
    links = _links([*ENTRIES, slipped])
    links[-1] = replace(links[-1], sealed_at=LINKS[-1].sealed_at + timedelta(minutes=5))
    assert _found(links, [*ENTRIES, slipped]) == [Finding(Kind.INSERTED, 6)]
    seen = Inspection(NOW)
    for link, entry in zip(LINKS, ENTRIES, strict=True):
        seen.see(link, entry)
    seen.see_unsealed(7, NOW + timedelta(minutes=9))  # simply new
    seen.see_unsealed(6, NOW - timedelta(hours=5))
    assert seen.findings == [Finding(Kind.INSERTED, 6)]


def test_a_sealer_that_was_away_for_days_accuses_nobody() -> None:
    late = [replace(link, sealed_at=NOW + timedelta(days=3)) for link in LINKS]
    assert _found(late, ENTRIES) == []


def test_what_is_too_old_may_be_missing_at_the_beginning() -> None:
    assert _found(LINKS[2:], ENTRIES[2:]) == []


def test_an_anchor_is_read_from_its_own_line() -> None:
    anchor = Anchor(5, "a" * 64, date(2026, 10, 12))
    assert Anchor.read(f" {anchor}\n") == anchor
    for wrong in ("", "5:abc:2026-10-12", "x:" + "a" * 64 + ":2026-10-12", "5:" + "a" * 64):
        with pytest.raises(ValueError):  # noqa: PT011
            Anchor.read(wrong)
