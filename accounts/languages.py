"""The languages of the product, and which of them somebody reads.

Whoever signed in reads what they chose; a visitor what a cookie remembers, else what the browser asks for.
Letters go in the language that a person chose, and in both until then (look/README.md §2, Welsh).
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import get_language, gettext_lazy

# Each by its own name, as its readers look for it.
OWN_NAMES = {"en-gb": "English", "cy": "Cymraeg"}
WELSH = "cy"
# In the address of a page that a letter leads to: the language of the letter.
ASKED_BY_LINK = "in"
ENGLISH_THEN_WELSH, WELSH_THEN_ENGLISH, ENGLISH = "en-gb cy", "cy en-gb", "en-gb"
LETTERS = (
    (ENGLISH_THEN_WELSH, gettext_lazy("English, then Welsh")),
    (WELSH_THEN_ENGLISH, gettext_lazy("Welsh, then English")),
    (ENGLISH, gettext_lazy("English only")),
)


@dataclass(frozen=True)
class Words:
    """A text that somebody at the university wrote, and the language it is in."""

    text: str
    language: str


def is_spoken(language: str) -> bool:
    """Whether it is one of the product's languages."""
    return language in dict(settings.LANGUAGES)


def read_now() -> str:
    """The language of the page or letter that is being made."""
    language = get_language() or ""
    return language if is_spoken(language) else settings.LANGUAGE_CODE


def other_language() -> dict[str, str]:
    """What the switch on every page offers: code and own name of the language that is not shown."""
    code = settings.LANGUAGE_CODE if read_now() == WELSH else WELSH
    return {"code": code, "label": OWN_NAMES[code]}


def in_reach(english: str, welsh: str) -> Words:
    """A text in the reader's language where it was written in it, else in the other, named as such."""
    wanted = (welsh, WELSH) if read_now() == WELSH else (english, settings.LANGUAGE_CODE)
    spare = (english, settings.LANGUAGE_CODE) if read_now() == WELSH else (welsh, WELSH)
    return Words(*(wanted if wanted[0].strip() else spare))


def remember(response: HttpResponse, language: str) -> None:
    """Have this browser remember a visitor's language, as Django's own switch does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def letter_languages(person: Any, institution: Any) -> tuple[str, ...]:
    """The languages that a letter to somebody is in, the first first: their choice, else the university's rule."""
    chosen = person.language if person else ""
    if is_spoken(chosen):
        return (chosen,)
    return tuple((institution.letter_languages if institution else ENGLISH_THEN_WELSH).split())
