"""A sentence of the product with a scheme's own words in it.

Only the product's own sentences are renamed, before anything is filled in: a name, or what somebody wrote, never is.
Placeholders, tags and addresses in a sentence stay as they are.
"""

from collections.abc import Callable
from functools import lru_cache

from schemes.renaming.english import in_english
from schemes.renaming.welsh import in_welsh
from schemes.words import WELSH, OwnWords

SCHEMES_KEPT = 64  # pairs of a language and a scheme's words; a sentence is renamed once for each


@lru_cache(maxsize=SCHEMES_KEPT)
def renamer(language: str, own: OwnWords) -> Callable[[str], str]:
    """What puts a scheme's words into a sentence of a language; it remembers each sentence that it was asked for.

    Ask it only for the product's own sentences: there are some thousands of them, and no more.
    """
    put_in = (in_welsh if language == WELSH else in_english)(own)
    known: dict[str, str] = {}

    def rename(sentence: str) -> str:
        if sentence not in known:
            known[sentence] = put_in(sentence)
        return known[sentence]

    return rename
