"""What a scheme calls things: the product's own words, and those that a scheme has in their place.

Schemes differ in them: a buddy scheme has buddies, a peer-guide scheme guides, an academic family parents and children.
A scheme keeps its words under the knob ``words``, as ``{"mentor": {"en": ["buddy", "buddies"], "cy": […]}}``; what is
not there is called as the product calls it. How a sentence takes them in is told in ``schemes.renaming``.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 40  # letters
ENGLISH, WELSH = "en", "cy"
LANGUAGES = (ENGLISH, WELSH)


@dataclass(frozen=True)
class Word:
    """One word of the product: singular and plural in each language, or one form where there is no plural."""

    key: str
    english: tuple[str, ...]
    welsh: tuple[str, ...]

    def forms(self, language: str) -> tuple[str, ...]:
        return self.welsh if language == WELSH else self.english


# In the order in which a scheme is asked for its own. A bare "group" is not among them: the product also says it of
# tutor groups, subject groups and ethnic groups, and the word alone does not tell which.
WORDS = (
    Word("mentor", ("mentor", "mentors"), ("mentor", "mentoriaid")),
    Word("mentee", ("mentee", "mentees"), ("mentorai", "mentoreion")),
    Word("mentoring", ("mentoring",), ("mentora",)),
    Word("senior-mentor", ("senior mentor", "senior mentors"), ("uwch-fentor", "uwch-fentoriaid")),
    Word("coordinator", ("coordinator", "coordinators"), ("cydlynydd", "cydlynwyr")),
    Word("intern", ("intern", "interns"), ("intern", "interniaid")),
    Word("support-group", ("support group", "support groups"), ("grŵp cymorth", "grwpiau cymorth")),
)
BY_KEY = {word.key: word for word in WORDS}


@dataclass(frozen=True)
class OwnWords:
    """A scheme's words: (word, language) and its forms, for those that differ from the product's. Can be hashed."""

    told: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.told)

    def forms(self, key: str, language: str) -> tuple[str, ...]:
        """The scheme's forms of a word; none where it has none of its own."""
        return next((forms for of, spoken, forms in self.told if (of, spoken) == (key, language)), ())

    def of(self, key: str) -> tuple[tuple[str, ...], ...]:
        """The scheme's forms of a word in every language."""
        return tuple(self.forms(key, language) for language in LANGUAGES)

    def as_json(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {}
        for key, language, forms in self.told:
            found.setdefault(key, {})[language] = list(forms)
        return found


PRODUCT = OwnWords()
"""The product's own words: nothing is called otherwise."""


def fault_of(form: str) -> str:
    """What is wrong with one form, or "".

    It goes into sentences that are markup already, so that only what no markup is made of may be in it.
    """
    if len(form) > LONGEST:
        return "too long"
    inside = all(_is_letter(sign) or sign.isdigit() or sign in " -’" for sign in form)
    is_fit = bool(form) and inside and form[0].isalpha() and (_is_letter(form[-1]) or form[-1].isdigit())
    return "" if is_fit and "  " not in form else "no word"


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def own_words(told: Any) -> OwnWords:
    """A scheme's words from what is kept. What does not fit is left out, so that no page fails or shows markup."""
    kept = told if isinstance(told, Mapping) else {}
    return OwnWords(tuple(_fitting(kept)))


def _fitting(kept: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for word in WORDS:
        each = kept.get(word.key)
        told = each if isinstance(each, Mapping) else {}
        for language in LANGUAGES:
            if (forms := _forms_in(told.get(language), word.forms(language))) is not None:
                yield word.key, language, forms


def _forms_in(told: Any, products: tuple[str, ...]) -> tuple[str, ...] | None:
    """The forms of one word as they are kept; ``None`` where they do not fit, or are the product's own."""
    if not isinstance(told, list | tuple) or len(told) != len(products) or tuple(told) == products:
        return None
    return tuple(told) if all(isinstance(form, str) and not fault_of(form) for form in told) else None


def same_words(own: OwnWords) -> Iterator[tuple[str, str, int]]:
    """Which forms name a second thing by a word that a first one has: word, language and place of the form.

    The product's word counts where a scheme has none of its own.
    """
    for language in LANGUAGES:
        products = (word for word in WORDS if not own.forms(word.key, language))
        taken = {form.casefold(): word.key for word in products for form in word.forms(language)}
        for key, spoken, forms in own.told:
            for at, form in enumerate(forms if spoken == language else ()):
                if taken.setdefault(form.casefold(), key) != key:
                    yield key, language, at
