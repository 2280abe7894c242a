"""Logs: one structured line for each thing that happened, and nothing in it that somebody told us.

A line has what is listed here and no more. Of an exception it has the kind and the places, never the message: that of
a database names values (`DETAIL: Key (email)=…`), that of a mail server names addresses. Of an address it leaves out
the token of a signed link, and the question altogether. Source: trust.md §1 (5, 9), §5; docs/logging.md.
"""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

TOKEN = re.compile(r"(/l/[\w-]+/)[^/\s?]+")
RESET = re.compile(r"(/password/reset/key/)[^/\s?]+")
QUESTION = re.compile(r"(/[\w./-]*)\?\S*")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

# Whose words in a line are ours, or are known to name routes, tasks and reasons only.
TRUSTED = frozenset({"mentoring", "accounts", "schemes", "django.request", "django.server", "celery.beat", "request"})
# Of what Celery says about a task: not its arguments, its result, or its exception's words.
OF_A_TASK = frozenset({"name", "id", "runtime", "hostname"})
# Pages from which somebody sends something without a name: the line of such a request says nobody's number (R60, R93).
WITHOUT_A_NAME = frozenset({"contacts:ask", "contacts:name_me", "support:raise_theme"})
HIDDEN = "…"
WORDS = 300  # characters of a line's message


class WithoutTokens(logging.Filter):
    """Write ``/l/stop/…`` where a request's path holds a token, and no question of a sign-in's answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/l/" in said or "/key/" in said or "?" in said:
            record.msg, record.args = without_secrets(said), ()
        return True


def without_secrets(said: str) -> str:
    """Text without tokens and without the questions of addresses."""
    return QUESTION.sub(r"\1", RESET.sub(rf"\1{HIDDEN}", TOKEN.sub(rf"\1{HIDDEN}", said)))


class Line(logging.Formatter):
    """One line of JSON: ``at`` (UTC), ``level``, ``logger``, ``said``; of a request also its ``FACTS``."""

    FACTS = ("event", "method", "route", "status", "ms", "user")

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.facts(record), ensure_ascii=True)

    def facts(self, record: logging.LogRecord) -> dict[str, Any]:
        """What is written of a record."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "said": message_of(record),
        }
        told |= {name: getattr(record, name) for name in self.FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            told["failed"] = places_of(record.exc_info[1])
        return told


class ReadableLine(Line):
    """The same for somebody who reads along while the product runs on their own computer."""

    def format(self, record: logging.LogRecord) -> str:
        told = self.facts(record)
        rest = [f"{name}={told[name]}" for name in self.FACTS if name in told]
        return "\n  ".join([" ".join([told["at"], told["level"], told["logger"], told["said"], *rest]),
                            *told.get("failed", [])])  # fmt: skip


def message_of(record: logging.LogRecord) -> str:
    """A record's message, its values left out where we do not know what they are; one line, not endless."""
    trusted = record.name in TRUSTED or record.name.partition(".")[0] in TRUSTED
    args: Any = record.args
    if isinstance(args, Mapping):
        args = {name: value if trusted or name in OF_A_TASK else _plain(value) for name, value in args.items()}
    elif args:
        args = tuple(_named(value) if trusted else _plain(value) for value in args)
    try:
        said = str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        said = str(record.msg)
    return CONTROL.sub(" ", without_secrets(said))[:WORDS]


def _plain(value: Any) -> Any:
    """A number as it is; of anything else only that it was there."""
    return value if isinstance(value, int | float) or value is None else HIDDEN


def _named(value: Any) -> Any:
    """An exception by its kind: its words may be somebody's."""
    return type(value).__name__ if isinstance(value, BaseException) else value


def places_of(problem: BaseException) -> list[str]:
    """The kind of an exception and of what caused it, each with the lines that it came through."""
    told: list[str] = []
    seen: BaseException | None = problem
    while seen is not None and len(told) < 60:
        told.append(type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__)[-25:]:
            told.append(f"{frame.filename}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return told


class Requests:
    """One line for each request: which page it was, not its address; whose, by number; and how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = logging.getLogger("request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        # Only if somebody has looked already: a line must not ask the database who it is.
        who = getattr(request, "_cached_user", None)
        facts = {
            "event": "request",
            "method": request.method if request.method in METHODS else "other",
            "route": match.view_name or "unnamed" if match else "none",
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000),
            "user": getattr(who, "pk", None),
        }
        if facts["route"] in WITHOUT_A_NAME:
            del facts["user"]
        level = logging.WARNING if response.status_code in {400, 403, 429} else logging.INFO
        if facts["route"] != "health":
            self.log.log(level, "request", extra=facts)
        return response


METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
