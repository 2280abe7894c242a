"""In whose words the product speaks: its own, or those of the scheme that a page or a letter belongs to.

Whoever makes a page or a letter says so once; every sentence of the product is then renamed as it leaves the message
catalogue, before names and other people's words are filled in. Thus lazy labels, templates, plurals and contexts are
renamed alike, in both languages, and nothing that somebody wrote is. Decided in docs/adr/0011.
"""

import gettext as catalogues
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import trans_real

from schemes.renaming import renamer
from schemes.words import ENGLISH, PRODUCT, WELSH, OwnWords, own_words

CONTEXT = trans_real.CONTEXT_SEPARATOR
T = TypeVar("T")
_spoken: ContextVar[OwnWords | None] = ContextVar("words of a scheme", default=None)


def spoken() -> OwnWords:
    """The words that are spoken now, in this thread or task."""
    return _spoken.get() or PRODUCT


def words_of(scheme: Any) -> OwnWords:
    """A scheme's own words; the product's for no scheme."""
    return own_words(scheme.knobs.get("words")) if scheme is not None else PRODUCT


def shared_words(knobs: Sequence[Mapping[str, Any]]) -> OwnWords:
    """The words that some schemes have in common, by their knobs: theirs where all speak alike, else the product's."""
    found = {own_words(each.get("words")) for each in knobs}
    return found.pop() if len(found) == 1 else PRODUCT


@contextmanager
def speaking(own: OwnWords) -> Iterator[None]:
    """Speak in these words in the block, whatever the block says of its own; afterwards as before."""
    before = _spoken.set(own)
    _take_over()
    try:
        yield
    finally:
        _spoken.reset(before)


def speak_for(*schemes: Any) -> None:
    """From here on, this page is these schemes': until the end of the block around it, as each request has one.

    Several that call things differently are spoken for in the product's words. Without such a block it does
    nothing, so that nobody's words reach the next one.
    """
    if _spoken.get() is not None:
        _spoken.set(shared_words([scheme.knobs for scheme in schemes]))


def page_of(about: T, scheme: Any = None) -> T:
    """What a page is about; the page is in the words of its scheme, which is its cohort's unless another is named."""
    speak_for(scheme or about.cohort.scheme)  # type: ignore[attr-defined]
    return about


def never_renamed(text: Promise) -> Promise:
    """A text that people agreed to word by word, in the product's words for everybody."""

    def said() -> str:
        with speaking(PRODUCT):
            return str(text)

    return lazy(said, str)()  # type: ignore[return-value]


class SchemesTranslation(trans_real.DjangoTranslation):
    """A language whose sentences are renamed for the scheme that is spoken for."""

    def gettext(self, message: str) -> str:
        said: str = super().gettext(message)
        return self._renamed(message, said)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        said: str = super().ngettext(msgid1, msgid2, n)
        return self._renamed(msgid1, said)

    def _renamed(self, message: str, said: str) -> str:
        own = spoken()
        if not own or not is_of_the_product(message):
            return said
        language = WELSH if str(self.to_language()).startswith(WELSH) else ENGLISH
        return renamer(language, own)(said.rpartition(CONTEXT)[2])


def _take_over() -> None:
    """Have the languages rename. Django makes them anew when a catalogue changes, so this asks each time."""
    for code, _name in settings.LANGUAGES:
        language = trans_real.translation(code)
        if type(language) is trans_real.DjangoTranslation:
            language.__class__ = SchemesTranslation


class _Stranger(catalogues.NullTranslations):
    """Where the search for a sentence ends that the product does not say."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)


@cache
def _catalogue() -> catalogues.NullTranslations:
    """The product's own sentences: its Welsh is complete, so that whatever is not in it is somebody else's."""
    own = catalogues.translation("django", settings.LOCALE_PATHS[0], [WELSH])
    own.add_fallback(_Stranger())
    return own


def is_of_the_product(message: str) -> bool:
    """Whether a sentence is the product's, and not a name that passes through, such as a coordinator's milestone."""
    try:
        _catalogue().gettext(message)
    except KeyError:
        return False
    return True
