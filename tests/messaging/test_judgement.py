"""The experiment's own count can see each of the faults that it looks for."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.judgement import Row, count, journal

AT = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
SOON = AT.timestamp() + 2
FAULTS = ("duplicates", "missing", "silent", "late", "unknown_to_ledger")


def row(name="<1@x>", state="sent", handed=1):
    return Row(name, state, "7", AT, AT + timedelta(seconds=handed))


@pytest.mark.parametrize(
    ("rows", "taken", "left", "found"),
    [
        ([row()], {"<1@x>": [SOON]}, {}, {}),
        ([row()], {"<1@x>": [SOON, SOON]}, {}, {"duplicates": 1}),
        ([row()], {}, {}, {"missing": 1, "silent": 1}),
        ([row(state="due")], {}, {}, {"missing": 1, "silent": 1}),
        ([row(state="uncertain")], {}, {}, {"missing": 1}),
        ([row(state="failed")], {}, {}, {"missing": 1}),
        ([row(state="cancelled")], {}, {}, {}),
        ([row(state="cancelled")], {"<1@x>": [SOON]}, {}, {"silent": 1}),
        ([row()], {"<1@x>": [SOON]}, {7: AT.timestamp() + 0.5}, {"late": 1}),
        ([row()], {"<1@x>": [SOON]}, {7: AT.timestamp() + 1.5}, {}),
        ([row()], {"<1@x>": [SOON]}, {8: AT.timestamp()}, {}),
        ([row()], {"<1@x>": [SOON], "<2@x>": [SOON]}, {}, {"unknown_to_ledger": 1}),
    ],
)
def test_each_fault_is_seen(rows, taken, left, found):
    counted = count(rows, taken, left)
    assert {name: counted[name] for name in FAULTS if counted[name]} == found


def test_the_journal_counts_what_the_relay_answers_for(tmp_path):
    log = tmp_path / "mail.log"
    stamp = AT.isoformat()
    lines = [
        f"{stamp} sink postfix/cleanup[1]: A1: message-id=<1@x>",
        f"{stamp} sink postfix/qmgr[1]: A1: from=<p@x>, size=9, nrcpt=1 (queue active)",
        f"{stamp} sink postfix/cleanup[1]: A2: message-id=<2@x>",
        f"{stamp} sink postfix/cleanup[2]: B1: message-id=<1@x>",
        f"{stamp} sink postfix/qmgr[2]: B1: from=<p@x>, size=9, nrcpt=1 (queue active)",
    ]
    log.write_text("\n".join(lines) + "\n")
    assert journal(log) == {"<1@x>": [AT.timestamp()] * 2}
    log.write_text("\n".join(lines).replace("nrcpt=1", "nrcpt=2"))
    with pytest.raises(AssertionError, match="one recipient"):
        journal(log)
