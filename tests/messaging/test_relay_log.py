"""Asking the relay's log: both lines are an arrival, and a "no" needs a log that can know."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from mentoring.messaging.relay_log import RelayLog

AT = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
ONE, TWO = "<one@northfield.ac.uk>", "<two@northfield.ac.uk>"


def stamp(seconds, style):
    moment = AT + timedelta(seconds=seconds)
    if style == "iso":
        return moment.isoformat(timespec="microseconds")
    return moment.astimezone().strftime("%b %e %H:%M:%S")


@pytest.fixture(params=["iso", "traditional"])
def written(request, tmp_path):
    """Write a Postfix log; entries are (seconds after the hand-over, words)."""

    def write(*entries, name="mail.log"):
        path = tmp_path / name
        lines = [f"{stamp(seconds, request.param)} mx postfix/{words}\n" for seconds, words in entries]
        path.write_text("".join(lines))
        os.utime(path, (AT.timestamp() + 600,) * 2)
        return RelayLog(tmp_path / "mail.log")

    return write


def taken(seconds, queue_id, message_id):
    return [
        (seconds, f"smtpd[11]: {queue_id}: client=app[10.0.0.2]"),
        (seconds, f"cleanup[12]: {queue_id}: message-id={message_id}"),
        (seconds, f"qmgr[9]: {queue_id}: from=<peers@northfield.ac.uk>, size=5123, nrcpt=1 (queue active)"),
    ]


def test_a_message_that_was_queued_has_arrived_and_one_that_was_only_read_has_not(written):
    log = written(
        (-90, "smtpd[11]: connect from app[10.0.0.2]"),
        *taken(0, "4F1A2B", ONE),
        (1, f"cleanup[12]: 4F1A2C: message-id={TWO}"),
        (2, "smtpd[11]: lost connection after DATA from app[10.0.0.2]"),
    )
    assert log.arrivals({ONE: AT, TWO: AT}) == {ONE: True, TWO: False}


def test_a_queue_number_of_another_message_proves_nothing(written):
    log = written((-90, "master[1]: started"), *taken(0, "4F1A2B", "<other@x>"), (3, "smtpd[1]: disconnect"))
    assert log.arrivals({ONE: AT}) == {ONE: False}


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [(5, "smtpd[11]: connect from app")],  # begins after the hand-over: rotated away
        [(-90, "smtpd[11]: connect from app")],  # nothing was written since: perhaps nobody writes any more
    ],
)
def test_a_log_that_does_not_cover_the_moment_knows_nothing(written, entries):
    assert written(*entries).arrivals({ONE: AT}) == {}


def test_no_log_knows_nothing(tmp_path):
    assert RelayLog(tmp_path / "gone.log").arrivals({ONE: AT}) == {}


def test_the_log_that_was_rotated_away_last_is_read_as_well(written):
    written((-90, "master[1]: started"), *taken(0, "4F1A2B", ONE), name="mail.log.1")
    log = written((5, "smtpd[11]: connect from app"), (6, "smtpd[11]: disconnect"))
    assert log.arrivals({ONE: AT, TWO: AT}) == {ONE: True, TWO: False}


def test_in_a_long_log_only_its_end_is_read(tmp_path, monkeypatch):
    read = []
    lines = [f"{stamp(n - 20_000, 'iso')} mx postfix/smtpd[1]: connect from app[10.0.0.{n}]\n" for n in range(20_000)]
    lines += [f"{stamp(seconds, 'iso')} mx postfix/{words}\n" for seconds, words in taken(0, "4F1A2B", ONE)]
    (tmp_path / "mail.log").write_text("".join(lines))
    seen = RelayLog(tmp_path / "mail.log")
    monkeypatch.setattr("mentoring.messaging.relay_log._Seen.read", lambda self, line: read.append(line))
    seen.arrivals({ONE: AT})
    assert taken(0, "4F1A2B", ONE)[2][1].encode() in read[-1]
    assert len(read) < 2_000


def test_a_line_without_a_year_in_january_can_be_decembers(tmp_path):
    path = tmp_path / "mail.log"
    new_year = datetime(2027, 1, 1, 0, 5, tzinfo=UTC)
    before, after = (
        moment.astimezone().strftime("%b %e %H:%M:%S") for moment in (new_year - timedelta(minutes=30), new_year)
    )
    path.write_text(f"{before} mx postfix/smtpd[1]: connect\n{after} mx postfix/smtpd[1]: connect\n")
    os.utime(path, (new_year.timestamp() + 60,) * 2)
    assert RelayLog(path).arrivals({ONE: new_year - timedelta(minutes=10)}) == {ONE: False}
