"""A scheme that calls everything otherwise, and how to find what is still called as the product does."""

import re
from functools import cache

from schemes.models import Scheme
from schemes.renaming.mutations import variants
from schemes.words import ENGLISH, WELSH, WORDS, OwnWords, own_words

BUDDIES = {
    "mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]},
    "mentee": {"en": ["newcomer", "newcomers"], "cy": ["glasfyfyriwr", "glasfyfyrwyr"]},
    "mentoring": {"en": ["befriending"], "cy": ["cyfeillio"]},
    "senior-mentor": {"en": ["elder", "elders"], "cy": ["hynafgwr", "hynafgwyr"]},
    "coordinator": {"en": ["organiser", "organisers"], "cy": ["trefnydd", "trefnwyr"]},
    "intern": {"en": ["student lead", "student leads"], "cy": ["blaenwr", "blaenwyr"]},
    "support-group": {"en": ["circle", "circles"], "cy": ["cylch cefnogi", "cylchoedd cefnogi"]},
}
OWN = own_words(BUDDIES)


def call_things(scheme: Scheme, words: dict[str, dict[str, list[str]]]) -> None:
    """A scheme has these words from the beginning."""
    scheme.knobs = {**scheme.knobs, "words": words}
    scheme.save(update_fields=["knobs"])


@cache
def products_words(language: str, own: OwnWords = OWN) -> re.Pattern[str]:
    """Any form, in Welsh in any mutation, of a word that a scheme calls otherwise; not inside an address or a name."""
    forms = {form for word in WORDS if own.forms(word.key, language) for form in word.forms(language)}
    every = {variant for form in forms for variant in (variants(form) if language == WELSH else (form,))}
    longest_first = "|".join(sorted(every, key=len, reverse=True))
    return re.compile(rf"(?<![\w@/.-])(?:{longest_first})(?![\w@/-])", re.IGNORECASE)


def left_in(text: str, language: str = ENGLISH) -> list[str]:
    """What a text still calls as the product does."""
    return products_words(language).findall(text)
