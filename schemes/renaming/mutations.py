"""The initial mutations of Welsh: the standard table, and how a word's neighbours change with its first sound.

Source: Peter Wynn Thomas, Gramadeg y Gymraeg (1996), chapter III; King, Modern Welsh (3rd ed.), §§3-12.
"""

from collections.abc import Mapping
from enum import StrEnum


class Mutation(StrEnum):
    NONE = "none"
    SOFT = "soft"
    NASAL = "nasal"
    ASPIRATE = "aspirate"


M = Mutation
# Letters that stand for one sound come first, so that "ch" is not taken for "c"; what is not named stays.
_STAYING = ("ch", "ph", "th", "ff", "dd", "ng")
TABLE: dict[Mutation, dict[str, str]] = {
    M.NONE: {},
    M.SOFT: {
        "ll": "l", "rh": "r", "p": "b", "t": "d", "c": "g", "b": "f", "d": "dd", "g": "", "m": "f",
    },
    M.NASAL: {"p": "mh", "t": "nh", "c": "ngh", "b": "m", "d": "n", "g": "ng"},
    M.ASPIRATE: {"p": "ph", "t": "th", "c": "ch"},
}  # fmt: skip
VOWELS = frozenset("aeiouwyâêîôûŵŷáéíóúẃýàèìòùẁỳäëïöüẅÿ")

# What a word does to the one after it. "i" stands for "to", "a" for "and": what else they are, the sentences' own
# mutation shows.
CAUSES: dict[str, Mutation] = {
    **dict.fromkeys(("fy",), M.NASAL),
    **dict.fromkeys(("a", "â", "gyda", "tua", "na", "tri", "chwe", "ei", "’i"), M.ASPIRATE),  # ei: her
    **dict.fromkeys(
        (
            "am", "ar", "at", "dan", "dros", "drwy", "dy", "gan", "heb", "hyd", "i", "neu", "o", "trwy", "wrth", "yn",
            "dau", "dwy", "’n", "’th",
        ),
        M.SOFT,
    ),
}  # fmt: skip
BEFORE_VOWEL = {"a": "ac", "â": "ag", "gyda": "gydag", "na": "nag", "tua": "tuag", "y": "yr"}
BEFORE_CONSONANT = {longer: short for short, longer in BEFORE_VOWEL.items()}
# Before these a vowel takes an h: her, our, their.
_WITH_H = frozenset({"ei", "’i", "ein", "eu", "’u", "’w"})
# "yn" softens neither of these.
_HARD_AFTER_YN = ("ll", "rh")


def mutated(word: str, mutation: Mutation) -> str:
    """A word with an initial mutation; a capital stays one, and letters that are spelt out stay."""
    low = word.lower()
    if word[:2].isupper() or low.startswith(_STAYING):
        return word
    for initial, changed in TABLE[mutation].items():
        if low.startswith(initial):
            return _with_capital_of(word, changed + word[len(initial) :])
    return word


def _with_capital_of(word: str, other: str) -> str:
    return other[:1].upper() + other[1:] if word[:1].isupper() else other


def variants(word: str) -> Mapping[str, Mutation]:
    """Every form in which a word can stand in a sentence, and the mutation that it shows."""
    found: dict[str, Mutation] = {}
    for mutation in Mutation:
        found.setdefault(mutated(word, mutation), mutation)
    return found


def hides(word: str, mutation: Mutation) -> bool:
    """Whether a word looks the same with and without a mutation, so that a sentence does not show it."""
    return mutated(word, mutation) == word


def begins_with_vowel(word: str) -> bool:
    return word[:1].lower() in VOWELS


def asked_for(before: str, new: str, shown: Mutation, old: str, *, is_hidden_soft: bool = False) -> Mutation:
    """The mutation of a new word: what the old one shows, or what the word before asks for and the old one hides."""
    wanted = shown
    if shown is M.NONE:
        cause = CAUSES.get(BEFORE_CONSONANT.get(before, before), M.NONE)
        is_hidden = hides(old, cause) or (is_hidden_soft and cause is M.SOFT)
        wanted = cause if is_hidden else M.NONE
    if wanted is M.SOFT and before in {"yn", "’n"} and new.lower().startswith(_HARD_AFTER_YN):
        return M.NONE
    return wanted


def fitted_before(before: str, new: str, shown: Mutation) -> str:
    """The word before, as it is spelt before the new one: a or ac, y or yr, gyda or gydag."""
    short = BEFORE_CONSONANT.get(before, before)
    if short not in BEFORE_VOWEL or shown in {M.SOFT, M.NASAL}:
        return before
    is_yr = short == "y" and new[:1].lower() == "h"
    return BEFORE_VOWEL[short] if begins_with_vowel(new) or is_yr else short


def with_h(before: str, new: str, shown: Mutation) -> str:
    """The new word with the h that her, our and their put before a vowel."""
    if before not in _WITH_H or shown in {M.SOFT, M.NASAL} or not begins_with_vowel(new):
        return new
    return _with_capital_of(new, f"h{new[:1].lower()}{new[1:]}")
