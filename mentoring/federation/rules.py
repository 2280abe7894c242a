"""Who somebody is, when a university's own sign-in says so: pure decisions (R40; trust.md §1, §5).

A provider speaks for its own domains alone. An address joins a person once; from then on the provider's own
subject identifier is who they are, and a second subject with the same address is somebody else until a human
has looked at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Why(StrEnum):
    """Why somebody was not let in."""

    NO_SUBJECT = "no-subject"
    NO_ADDRESS = "no-address"
    OTHER_DOMAIN = "other-domain"
    NOT_VERIFIED = "not-verified"
    NOT_REQUIRED = "not-required"  # a claim that the university demands is missing or differs
    OTHER_SUBJECT = "other-subject"
    OTHER_PERSON = "other-person"
    UNKNOWN = "unknown"
    REPLAYED = "replayed"
    UNREADABLE = "unreadable"
    NOT_ONESELF = "not-oneself"
    NOT_FRESH = "not-fresh"


@dataclass(frozen=True)
class Terms:
    """What is agreed with a provider. ``domains``: those it speaks for, in small letters."""

    domains: frozenset[str]
    verified_claim: str = "email_verified"
    addresses_are_verified: bool = False
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    second_step: frozenset[str] = frozenset()
    new_people: bool = False


@dataclass(frozen=True)
class Said:
    """What a provider says, its signature and dates checked. ``claims``: everything, each as a list of texts."""

    subject: str
    address: str
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    methods: frozenset[str] = frozenset()  # acr and amr, or the authentication contexts
    shown_at: float | None = None  # when the person last proved who they are, in seconds since 1970
    given_name: str = ""
    family_name: str = ""


@dataclass(frozen=True)
class Known:
    """Whom we know: by the provider's subject, and by the address; and the subjects that the latter has."""

    by_subject: int | None = None
    by_address: int | None = None
    subjects_of_address: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Enter:
    """Let this person in. ``joins``: from now on the subject is theirs."""

    person: int
    joins: bool = False


@dataclass(frozen=True)
class Make:
    """Nobody was here before; the university has said that its people may simply come."""


@dataclass(frozen=True)
class Refuse:
    why: Why


Decision = Enter | Make | Refuse


def domain_of(address: str) -> str:
    """What is behind the @, in small letters; "" for what is no address, and for what could be two."""
    local, _at, domain = address.strip().lower().rpartition("@")
    return domain if local and "@" not in local and not any(each.isspace() for each in local) else ""


def decide(said: Said, terms: Terms, known: Known) -> Decision:
    """Let in, join, make, or refuse.

    The subject decides; the address only joins, once. An address of another domain is refused even for a
    subject that is known, and so is one that belongs to somebody else by now.
    """
    if why := _unfit(said, terms):
        return Refuse(why)
    if known.by_subject is not None:
        if known.by_address not in {None, known.by_subject}:
            return Refuse(Why.OTHER_PERSON)
        return Enter(known.by_subject)
    if known.by_address is not None:
        if known.subjects_of_address:
            return Refuse(Why.OTHER_SUBJECT)
        return Enter(known.by_address, joins=True)
    return Make() if terms.new_people else Refuse(Why.UNKNOWN)


def _unfit(said: Said, terms: Terms) -> Why | None:
    if not said.subject:
        return Why.NO_SUBJECT
    if not domain_of(said.address):
        return Why.NO_ADDRESS
    if domain_of(said.address) not in terms.domains:
        return Why.OTHER_DOMAIN
    if any(not set(wanted) & set(said.claims.get(claim, ())) for claim, wanted in terms.require.items()):
        return Why.NOT_REQUIRED
    return None if is_verified(said, terms) else Why.NOT_VERIFIED


def is_verified(said: Said, terms: Terms) -> bool:
    """Whether the address is vouched for. An outspoken "no" is never overruled by what was agreed."""
    values = {value.strip().lower() for value in said.claims.get(terms.verified_claim, ())}
    if values:
        return values <= {"true", "1", "yes"}
    return terms.addresses_are_verified


def took_second_step(said: Said, terms: Terms) -> bool:
    """Whether the provider says that it asked for more than a password, in words that were agreed to be trusted."""
    return bool(said.methods & terms.second_step)


def shown_again(said: Said, *, asked_at: float, leeway: float = 60) -> bool:
    """Whether the person proved who they are after they were asked to, and not in some session before."""
    return said.shown_at is not None and said.shown_at >= asked_at - leeway


def proposed(rules: Iterable[tuple[str, str]], said: Said) -> list[int]:
    """Which of these (claim, value) rules the person fulfils, by their place."""
    return [place for place, (claim, value) in enumerate(rules) if value in said.claims.get(claim, ())]
