"""What makes a note sensitive, how long a disclosure lasts, and when a student must be told. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

SEALED_FOR = timedelta(days=14)
"""Between taking the permission back and deletion: nobody reads them, and a change of mind has them as they were."""
OPEN_FOR = timedelta(days=30)
SENSITIVE_OPEN_FOR = timedelta(days=7)
ASKED_FOR = timedelta(days=14)
"""So long a student may think about whether a note is shown; no answer is a no."""
UNTOLD_BEFORE_DECIDED = timedelta(hours=24)
LONGEST_DELAY = timedelta(days=14)
SHORTEST_REASON = 20
REVIEW_AFTER = timedelta(days=90)

# Beginnings of words, in both languages of the product. Rather one too many: a sensitive note is not lost, only kept
# more closely. Of what the law calls special (GDPR article 9), and of what frightens people most to see repeated.
_STEMS = (
    # health of body and mind
    "health", "illness", "sick", "doctor", "my gp", "her gp", "his gp", "the gp", "hospital", "medic",
    "diagnos", "disab", "pregnan", "therap", "counsel", "mental", "anxi", "anxious", "panic", "depress",
    "stress", "bipolar", "autis", "adhd", "eating disorder", "anorexi", "bulimi", "addict", "drug", "alcohol",
    "drunk", "overdos", "suicid", "self-harm", "self harm", "cut herself", "cut himself", "kill", "died",
    "dying", "death", "grief", "griev", "bereave", "trauma", "abus", "assault", "violen", "rape", "iechyd",
    "sâl", "salwch", "meddyg", "ysbyty", "anabl", "beichiog", "pryder", "gorbryder", "iselder", "straen",
    "hunanladd", "hunan-niwed", "cyffur", "caeth", "marw", "galar", "trais", "camdrin", "cam-drin",
    # faith, origin, love, politics
    "religio", "faith", "muslim", "islam", "christian", "jewish", "hindu", "sikh", "buddh", "church", "mosque",
    "god ", "crefydd", "ffydd", "mwslim", "cristn", "iddew", "eglwys", "mosg", "race ", "racis", "ethnic",
    "asylum", "refugee", "visa", "immigra", "deport", "ceisiwr lloches", "ffoadur", "gay", "lesbian",
    "bisexual", "transgender", "trans ", "queer", "lgbt", "sexual", "gender", "rhywiol", "hoyw", "trawsrywe",
    "boyfriend", "girlfriend", "divorc", "party member", "union member",
    # money and the law
    "debt", "homeless", "evict", "hungry", "food bank", "police", "arrest", "court ", "prison", "convict",
    "crime", "dyled", "digartref", "llwgu", "banc bwyd", "heddlu", "llys ", "carchar",
)  # fmt: skip
_SENSITIVE = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _STEMS))})", re.IGNORECASE)


def is_sensitive(text: str) -> bool:
    """Whether a note marks itself: it speaks of health, faith, origin, love, danger, money or the law (R65)."""
    return bool(_SENSITIVE.search(text))


def lapses_at(opened_at: datetime, *, sensitive: bool) -> datetime:
    """When a disclosed note closes again by itself."""
    return opened_at + (SENSITIVE_OPEN_FOR if sensitive else OPEN_FOR)


def is_deleted(sealed_at: datetime, now: datetime, *, is_open_for_danger: bool) -> bool:
    """A sealed note goes after its days; one that is being read because of danger waits for that to lapse."""
    return now - sealed_at >= SEALED_FOR and not is_open_for_danger


def tell_at(shared_at: datetime, *, asked_to_wait: bool) -> datetime:
    """When a student is told that a note was shown because of danger: at once.

    Where telling could itself put somebody in danger the safeguarding lead has a day to say so; silence tells.
    """
    return shared_at + UNTOLD_BEFORE_DECIDED if asked_to_wait else shared_at


def may_delay_to(until: datetime, now: datetime) -> bool:
    """A delay ends; the safeguarding lead may decide again before it does."""
    return now < until <= now + LONGEST_DELAY


@dataclass(frozen=True)
class Answers:
    """What both said about their differences; "" for no answer yet."""

    mentor: str
    mentee: str

    @property
    def agreed(self) -> str:
        """The answer that both gave, else "" (R51)."""
        return self.mentor if self.mentor == self.mentee else ""


def is_due_for_review(looked_at: datetime | None, now: datetime) -> bool:
    """Whether to ask if goals and boundaries still fit (R53)."""
    return looked_at is not None and now - looked_at >= REVIEW_AFTER
