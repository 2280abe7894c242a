"""Welsh: the mutation that a sentence asks for, and the neighbours that change with a word's first or last sound.

Own words are masculine, as the product's are. The mutation that the product's word shows is the new word's too; one
that it cannot show (mentor looks the same after *a*, "and") is known by the word before.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from schemes.renaming.marks import KEPT, any_of, capitals_of, said_once
from schemes.renaming.mutations import (
    VOWELS,
    Mutation,
    asked_for,
    begins_with_vowel,
    fitted_before,
    mutated,
    variants,
    with_h,
)
from schemes.words import WELSH, WORDS, OwnWords

# The product never softens it, as many writers do not: "dy grŵp".
_LOAN = "grŵp"


@dataclass(frozen=True)
class _Change:
    """One form of the product's word in one mutation, and what stands in its place."""

    old: str
    shown: Mutation
    new: str


def in_welsh(own: OwnWords) -> Callable[[str], str]:
    """What puts the words into a Welsh sentence."""
    changes = dict(_changes(own))
    if not changes:
        return str
    pattern = re.compile(
        rf"(?P<kept>{KEPT})"
        rf"|(?<!\w)(?:(?P<before>[^\W\d_]+(?:’[^\W\d_]+)?)(?P<gap>\s+))??"
        rf"(?P<word>{any_of(list(changes))})(?!\w)(?P<clitic>’[nr](?!\w))?",
        re.IGNORECASE,
    )
    forms = tuple(change.new for change in changes.values())

    def put_in(found: re.Match[str]) -> str:
        if found["kept"]:
            return found[0]
        return _put_in(found, changes[" ".join(found["word"].lower().split())])

    return lambda sentence: said_once(pattern.sub(put_in, sentence), forms)


def _changes(own: OwnWords) -> list[tuple[str, _Change]]:
    return [
        (form, _Change(old, shown, new))
        for word in WORDS
        for old, new in zip(word.welsh, own.forms(word.key, WELSH), strict=False)
        for form, shown in variants(old).items()
    ]


def _put_in(found: re.Match[str], change: _Change) -> str:
    before = found["before"] or ""
    _start, mark, last = before.rpartition("’")
    trigger = (mark + last).lower()  # of "gyda’r" what counts is ’r
    is_loan = change.old.startswith(_LOAN)
    wanted = asked_for(trigger, change.new, change.shown, change.old, is_hidden_soft=is_loan)
    new = with_h(trigger, mutated(change.new, wanted), change.shown)
    shown = capitals_of(found["word"], new)
    if before and not mark:
        before = capitals_of(before, fitted_before(trigger, new, change.shown))
    return before + (found["gap"] or "") + shown + _clitic(found, shown)


def _clitic(found: re.Match[str], new: str) -> str:
    """What is joined to a word that ends in a vowel, and stands alone after any other: ’n or yn, ’r or y."""
    clitic = found["clitic"] or ""
    if not clitic or new[-1].lower() in VOWELS:
        return clitic
    if clitic.lower() == "’n":
        return " yn"
    following = found.string[found.end() :].lstrip()
    return " yr" if begins_with_vowel(following) or following[:1].lower() == "h" else " y"
