"""The experiment: owe N messages, kill what can be killed while they go out, and count at the sink.

Imported once the environment names the databases and the relay; sets Django up.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import Error, close_old_connections, connection  # noqa: E402
from django.db.models import Max  # noqa: E402

from accounts.models import Institution, User  # noqa: E402
from accounts.services import create_institution, create_person  # noqa: E402
from mentoring.messaging.models import Message  # noqa: E402
from mentoring.messaging.services import poke  # noqa: E402
from mentoring.messaging.states import MessageState, Urgency  # noqa: E402
from mentoring.participation.models import Participant  # noqa: E402
from mentoring.participation.services import leave  # noqa: E402
from mentoring.participation.states import ParticipantRole, ParticipantState  # noqa: E402
from schemes.models import Cohort, Programme, QuietPeriod  # noqa: E402
from schemes.services import TermDates, add_unit, open_cohort, start_scheme  # noqa: E402
from tests.chaos.judgement import Row, count, journal  # noqa: E402
from tests.chaos.letter import LETTER  # noqa: E402
from tests.chaos.processes import Nursery, cpu_seconds  # noqa: E402

S = MessageState
OPEN = [S.DUE, S.CLAIMED, S.HANDING, S.UNCERTAIN]
MESSAGES_A_PERSON = 10
WORKERS = 3
STRAGGLERS = 300.0  # seconds after the last kill


@dataclass
class Plan:
    """What is asked for. ``kills`` says how often each kind of process dies."""

    messages: int
    seconds: float
    seed: int
    database: str
    kills: dict[str, int]
    optouts: int
    workers: int = WORKERS


@dataclass
class Run:
    """What the experiment holds in its hands."""

    plan: Plan
    servers: dict[str, Any]
    nursery: Nursery
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    left: dict[int, float] = field(default_factory=dict)  # participant → when the opt-out was committed
    threads: list[threading.Thread] = field(default_factory=list)
    rising: dict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))


def prepare(plan: Plan) -> list[int]:
    """An empty database with a university and N owed messages; the participants' keys."""
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    # Wherever it is the middle of the day: the experiment shall not rest for the night.
    behind = (now.hour - 12) % 24
    zone = f"Etc/GMT+{behind}" if behind <= 12 else f"Etc/GMT-{24 - behind}"
    institution = create_institution(name="Northfield", slug="nf", domains=["northfield.ac.uk"], by=None, now=now)
    Institution.objects.update(time_zone=zone)
    cohort, programme = _cohort(institution, now)
    keys = _participants(institution, cohort, programme, max(1, plan.messages // MESSAGES_A_PERSON), now)
    return keys


def _cohort(institution: Institution, now: datetime) -> tuple[Cohort, Programme]:
    made: dict[str, Any] = {"by": None, "now": now}
    unit = add_unit(institution=institution, kind="university", name="Northfield", code="nf", parent=None, **made)
    lead = create_person(institution=institution, email="lead@northfield.ac.uk", given_name="Lead", **made)
    scheme = start_scheme(
        unit=unit, name="Peers", slug="peers", blueprint_key="transition-plus", lead=lead, today=now.date(), **made
    )
    start = now.date() - timedelta(days=30)
    term = TermDates(year=0, number=1, first=start, last=start + timedelta(days=80))
    cohort = open_cohort(scheme=scheme, name="Now", slug="peers-now", terms=[term], **made)
    QuietPeriod.objects.all().delete()
    return cohort, Programme.objects.create(institution=institution, unit=unit, name="Chemistry", code="chem")


def _participants(
    institution: Institution, cohort: Cohort, programme: Programme, count: int, now: datetime
) -> list[int]:
    people = User.objects.bulk_create(
        (
            User(institution=institution, email=f"s{n}@northfield.ac.uk", given_name=f"Aisha{n}", password="!")
            for n in range(count)
        ),
        batch_size=1000,
    )
    made = Participant.objects.bulk_create(
        (
            Participant(
                cohort=cohort, user=person, role=ParticipantRole.MENTEE, state=ParticipantState.ENROLLED,
                programme=programme, year_of_study=1, enrolled_at=now,
            )
            for person in people
        ),
        batch_size=1000,
    )  # fmt: skip
    return [participant.pk for participant in made]


def owe_all(plan: Plan, keys: list[int], chance: random.Random, begin: datetime) -> None:
    """Owe the messages, each due at some moment of the first nine tenths of the experiment."""
    people = dict(Participant.objects.values_list("pk", "user_id"))
    cohort = Cohort.objects.get()
    spread = 0.9 * plan.seconds
    Message.objects.bulk_create(
        (
            _owed(n, keys[n % len(keys)], people, cohort, begin + timedelta(seconds=spread * chance.random()))
            for n in range(plan.messages)
        ),
        batch_size=1000,
    )


def _owed(number: int, participant: int, people: dict[int, int], cohort: Cohort, due_at: datetime) -> Message:
    return Message(
        key=f"{people[participant]}/{LETTER}/{number}", letter=LETTER, recipient_id=people[participant],
        cohort=cohort, urgency=Urgency.NUDGE if number % 5 else Urgency.NORMAL,
        object_type="participation.participant", object_id=str(participant),
        due_at=due_at, created_at=due_at, message_id=f"<chaos-{number}@northfield.ac.uk>",
    )  # fmt: skip


def run(run: Run, keys: list[int]) -> dict[str, Any]:
    """Let it run to its end; what became of the messages."""
    began, before = time.monotonic(), _processors(run)
    events = _schedule(run, keys)
    while events and (at := events[0][0]) >= 0:
        _keep_going(run, (time.monotonic() - began) / max(run.plan.seconds, 0.1))
        if time.monotonic() - began < at:
            time.sleep(min(0.05, at - (time.monotonic() - began)))
            continue
        _at, kind, about = events.pop(0)
        if not _happen(run, kind, about):
            events.append((time.monotonic() - began + 0.5, kind, about))
            events.sort(key=lambda event: event[0])
    for thread in run.threads:
        thread.join()
    _wait_for_the_rest(run)
    took = {"ran_for_s": round(time.monotonic() - began, 1)}
    if not run.plan.kills["worker"]:  # who dies takes along what it had used
        took["cpu_ms_each"] = {
            name: round(1000 * (used - before.get(name, 0)) / run.plan.messages, 2)
            for name, used in _processors(run).items()
        }
    return {"kills": _kills(run), **run.done, **took}


def _processors(run: Run) -> dict[str, float]:
    """Seconds of processors that each kind of process has used: on a busy machine they say more than the clock."""
    running = {name: server.process.pid for name, server in run.servers.items() if getattr(server, "process", None)}
    used = {name: cpu_seconds(pid) for name, pid in running.items()}
    return {**used, "workers": sum(map(cpu_seconds, run.nursery.workers))}


def _schedule(run: Run, keys: list[int]) -> list[tuple[float, str, int]]:
    """Every blow with its moment, the same for the same seed."""
    plan, chance = run.plan, run.chance
    counts = {
        **plan.kills,
        "optout": plan.optouts,
        "flushed": plan.kills["broker"],
        "doubled": plan.kills["broker"] * 4,
    }
    counts["frozen"] = max(1, plan.kills["worker"] // 20) if plan.kills["worker"] else 0
    leavers = chance.sample(keys, min(plan.optouts, len(keys)))
    events = [
        (plan.seconds * (n + chance.random()) / count, kind, leavers[n] if kind == "optout" else 0)
        for kind, count in counts.items()
        for n in range(min(count, len(leavers)) if kind == "optout" else count)
    ]
    return sorted(events)


def _keep_going(run: Run, passed: float) -> None:
    """Workers are replaced at once. No beat at first, then three, then one."""
    undisturbed = not run.plan.kills["worker"]
    beats = 1 if undisturbed else 0 if passed < 0.33 else 3 if passed < 0.66 else 1
    run.nursery.keep(run.plan.workers, beats)


def _happen(run: Run, kind: str, about: int) -> bool:
    """One event; ``False`` to try again a little later."""
    if kind == "optout":
        return _opt_out(run, about)
    if kind == "worker":
        run.nursery.kill_worker(run.chance.choice(run.nursery.workers))
    elif kind == "frozen":
        _freeze(run)
    elif kind == "flushed":
        run.servers["broker"].flush()
    elif kind == "doubled":
        for _ in range(5):
            poke("messaging.sweep")
    else:
        _blow(run, run.servers[kind])
    if kind in {"frozen", "flushed", "doubled"}:
        run.done[kind] += 1
    return True


def _blow(run: Run, server: Any) -> None:
    """Kill a server, and start it again after a moment."""
    pause, rising = 0.2 + run.chance.random(), run.rising[server.name]

    def fall_and_rise() -> None:
        with rising:  # the next blow falls on what stands again
            server.kill()
            time.sleep(pause)
            server.start()

    thread = threading.Thread(target=fall_and_rise)
    thread.start()
    run.threads.append(thread)


def _freeze(run: Run) -> None:
    """A worker that does nothing for longer than a lease, and then goes on as if nothing had been."""
    pid, asleep = run.chance.choice(run.nursery.workers), 7 + 4 * run.chance.random()
    stopped = run.nursery.freeze(pid)
    thread = threading.Timer(asleep, run.nursery.thaw, [pid]) if stopped else None
    if thread:
        thread.start()
        run.threads.append(thread)


def _opt_out(run: Run, participant: int) -> bool:
    try:
        close_old_connections()
        leave(participant=Participant.objects.get(pk=participant), by=None, now=datetime.now(UTC))
    except Error:
        connection.close()
        return False
    run.left[participant] = time.time()
    run.done["optouts"] += 1
    return True


@contextmanager
def database_errors_forgiven() -> Iterator[None]:
    try:
        close_old_connections()
        yield
    except Error:
        connection.close()


def _wait_for_the_rest(run: Run) -> None:
    """Until every message has come to its end, or nothing more happens."""
    end = time.monotonic() + STRAGGLERS
    while time.monotonic() < end:
        _keep_going(run, 1.0)
        with database_errors_forgiven():
            if not Message.objects.filter(state__in=OPEN).exists():
                return
        time.sleep(0.5)


def _kills(run: Run) -> dict[str, int]:
    return {"worker": run.nursery.kills, **{name: server.kills for name, server in run.servers.items()}}


def _reasons() -> dict[str, int]:
    """Why what was neither sent nor called off stands where it does."""
    left = Message.objects.exclude(state__in=[S.SENT, S.CANCELLED])
    return dict(Counter(left.values_list("reason", flat=True)))


def _nearest_to_the_limits() -> dict[str, int]:
    """The most that any message was stopped and put off."""
    return Message.objects.aggregate(stops=Max("stops"), put_off=Max("attempts"))


def judge(run: Run, path: Path) -> dict[str, Any]:
    """Ledger against sink."""
    close_old_connections()
    fields = ("message_id", "state", "object_id", "due_at", "handed_at")
    rows = [Row(*values) for values in Message.objects.values_list(*fields)]
    return {**count(rows, journal(path), run.left), "reasons": _reasons(), "most": _nearest_to_the_limits()}
