"""A letter's templates, rendered once for each shape and filled with each letter's words.

Rendering them anew for each message cost half the time of sending it. Letters of one shape (languages, how
many paragraphs, buttons, tags) differ in their words alone: a stand-in takes each word's place while the
template is rendered, and afterwards every letter brings its own, escaped or folded already.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from django.template import Context, Template
from django.template.loader import get_template

from schemes.speech import spoken
from schemes.words import OwnWords

# Private use: in no template. What is filled in is never searched for it.
_STAND_IN = re.compile("\ue000(\\d+)\ue000")


@dataclass(frozen=True)
class Part:
    """A letter in one language. ``actions`` are pairs of label and address."""

    language: str
    subject: str
    paragraphs: tuple[str, ...]
    quote: str
    tags: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]
    why: str


@dataclass(frozen=True)
class Sheet:
    """All that the templates of a letter show. Every word is shown as it is: whoever fills it in has escaped it."""

    language: str
    is_rtl: bool
    parts: tuple[Part, ...]
    stop_url: str
    language_url: str


def filled(name: str, sheet: Sheet) -> str:
    """A template with a letter's words. Raises what the template raises."""
    words = _words(sheet)
    pieces = _mould(get_template(name).template, _shape(sheet), spoken()).copy()  # type: ignore[attr-defined]
    pieces[1::2] = [words[int(at)] for at in pieces[1::2]]
    return "".join(pieces)


_PartShape = tuple[str, bool, int, int, int, bool]
_Shape = tuple[str, bool, tuple[_PartShape, ...], bool, bool]


def _shape(sheet: Sheet) -> _Shape:
    """All that the templates ask of a letter, besides its words."""
    parts = tuple(
        (part.language, bool(part.quote), len(part.paragraphs), len(part.tags), len(part.actions), bool(part.why))
        for part in sheet.parts
    )
    return sheet.language, sheet.is_rtl, parts, bool(sheet.stop_url), bool(sheet.language_url)


def _words(sheet: Sheet) -> list[str]:
    """Every word, in the order of its number."""
    words = [sheet.stop_url, sheet.language_url]
    for part in sheet.parts:
        words += (part.subject, part.quote, part.why, *part.paragraphs, *part.tags)
        for action in part.actions:
            words += action
    return words


@lru_cache(maxsize=512)
def _mould(template: Template, shape: _Shape, own: OwnWords) -> list[str]:
    """What stands between the words, and in between the number of each word; own: those that the product speaks in."""
    return _STAND_IN.split(template.render(Context({"sheet": _stand_ins(shape)})))


def _stand_ins(shape: _Shape) -> Sheet:
    """A letter of a shape with numbers in place of its words."""
    language, is_rtl, parts, has_stop, has_language = shape
    numbers = (f"\ue000{number}\ue000" for number in count())

    def word(is_there: bool = True) -> str:
        number = next(numbers)
        return number if is_there else ""

    stop_url, language_url = word(has_stop), word(has_language)
    return Sheet(language, is_rtl, tuple(_stand_in(word, *part) for part in parts), stop_url, language_url)


def _stand_in(
    word: Callable[..., str], language: str, has_quote: bool, paragraphs: int, tags: int, actions: int, has_why: bool
) -> Part:
    subject, quote, why = word(), word(has_quote), word(has_why)
    return Part(
        language,
        subject,
        tuple(word() for _ in range(paragraphs)),
        quote,
        tuple(word() for _ in range(tags)),
        tuple((word(), word()) for _ in range(actions)),
        why,
    )
