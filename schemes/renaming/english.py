"""English: plurals, possessives, and the article that a word asks for."""

import re
import unicodedata
from collections.abc import Callable

from schemes.renaming.marks import KEPT, any_of, capitals_of, said_once
from schemes.words import ENGLISH, WORDS, OwnWords

# Written with a vowel and said with "you" or "one", and the other way round.
_AS_CONSONANT = re.compile(r"(?:uni(?:[^nmd]|$)|u[st][aeiu]|eu|ewe|one\b|once|ubi|ufo)", re.IGNORECASE)
_AS_VOWEL = re.compile(r"(?:hour|honest|honou?r|heir)", re.IGNORECASE)
_SPELT_OUT = re.compile(r"[A-Z]{2}")  # SU, MSc: said letter by letter
_LETTERS_AS_VOWEL = frozenset("AEFHILMNORSX")


def article_for(word: str) -> str:
    """The article "a" or "an", by how the word is said."""
    if _SPELT_OUT.match(word):
        return "an" if word[0] in _LETTERS_AS_VOWEL else "a"
    is_vowel = unicodedata.normalize("NFD", word)[0].lower() in "aeiou" and not _AS_CONSONANT.match(word)
    return "an" if is_vowel or _AS_VOWEL.match(word) else "a"


def in_english(own: OwnWords) -> Callable[[str], str]:
    """What puts the words into an English sentence."""
    new = {
        old: form
        for word in WORDS
        for old, form in zip(word.english, own.forms(word.key, ENGLISH), strict=False)
    }  # fmt: skip
    if not new:
        return str
    pattern = re.compile(
        rf"(?P<kept>{KEPT})"
        rf"|(?<!\w)(?:(?P<article>an?)(?P<gap>\s+))??(?P<word>{any_of(list(new))})(?!\w)(?P<owner>’(?!\w))?",
        re.IGNORECASE,
    )

    def put_in(found: re.Match[str]) -> str:
        if found["kept"]:
            return found[0]
        form = new[" ".join(found["word"].lower().split())]
        owner = "’s" if found["owner"] and not form.endswith("s") else found["owner"] or ""
        shown = capitals_of(found["word"], form) + owner
        if not found["article"]:
            return shown
        return capitals_of(found["article"], article_for(form)) + found["gap"] + shown

    return lambda sentence: said_once(pattern.sub(put_in, sentence), tuple(new.values()))
