"""Every sentence of the product, in both languages, in the words of a scheme that has others for everything."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.lib.translations import CATALOGUE
from schemes.renaming import renamer
from schemes.words import ENGLISH, WELSH, own_words
from tests.renamed import OWN, products_words

VOWELS = own_words({
    "mentor": {"en": ["adviser", "advisers"], "cy": ["arweinydd", "arweinwyr"]},
    "mentee": {"en": ["advisee", "advisees"], "cy": ["un newydd", "rhai newydd"]},
    "mentoring": {"en": ["advising"], "cy": ["arwain"]},
    "coordinator": {"en": ["officer", "officers"], "cy": ["arolygydd", "arolygwyr"]},
})  # fmt: skip
MARK = re.compile(r"%(?:\(\w+\))?[sdif]|%%|\{\w*\}|</?[a-z][^>]*>|&\w+;|https?://\S+|\S+@\S+")


@cache
def entries() -> list[polib.POEntry]:
    found = list(polib.pofile(str(CATALOGUE)))
    assert len(found) > 4000
    return found


def in_english() -> Iterator[str]:
    yield from (text for entry in entries() for text in (entry.msgid, entry.msgid_plural) if text)


def in_welsh() -> Iterator[str]:
    yield from (text for entry in entries() for text in (entry.msgstr, *entry.msgstr_plural.values()) if text)


SENTENCES = {ENGLISH: in_english, WELSH: in_welsh}


@pytest.mark.parametrize("own", [OWN, VOWELS], ids=["buddies", "vowels"])
@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_no_sentence_keeps_a_word_of_the_product(language, own):
    rename, old = renamer(language, own), products_words(language, own)
    touched = [text for text in SENTENCES[language]() if old.search(MARK.sub(" ", text))]
    assert len(touched) > 300
    assert [text for text in touched if old.search(MARK.sub(" ", rename(text)))] == []


@pytest.mark.parametrize("own", [OWN, VOWELS], ids=["buddies", "vowels"])
@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_no_placeholder_tag_or_address_is_altered(language, own):
    rename = renamer(language, own)
    altered = [
        text for text in SENTENCES[language]() if Counter(MARK.findall(text)) != Counter(MARK.findall(rename(text)))
    ]
    assert altered == []


@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_a_sentence_without_these_words_stays_as_it_is(language):
    rename, old = renamer(language, OWN), products_words(language)
    assert [text for text in SENTENCES[language]() if not old.search(text) and rename(text) != text] == []


@pytest.mark.parametrize("language", [ENGLISH, WELSH])
def test_white_space_at_the_ends_and_line_breaks_stay(language):
    rename = renamer(language, OWN)
    for text in SENTENCES[language]():
        new = rename(text)
        assert (new[:1].isspace(), new[-1:].isspace(), new.count("\n")) == (
            text[:1].isspace(), text[-1:].isspace(), text.count("\n"),
        )  # fmt: skip


def test_articles_agree_in_every_english_sentence():
    new = "|".join(form for _key, language, forms in VOWELS.told if language == ENGLISH for form in forms)
    wrong = re.compile(rf"\ba\s+(?:{new})\b", re.IGNORECASE)
    assert [text for text in map(renamer(ENGLISH, VOWELS), in_english()) if wrong.search(text)] == []


def test_neighbours_agree_in_every_welsh_sentence():
    """Before a vowel: yr, ac, ag, gydag; after her, our and their an h."""
    wrong = re.compile(
        r"(?<![\w’])(?:y|a|â|gyda|na|eu|ein)\s+(?:arweinydd|arweinwyr|arolygydd|arolygwyr|arwain)\b|arwain’n",
        re.IGNORECASE,
    )
    assert [text for text in map(renamer(WELSH, VOWELS), in_welsh()) if wrong.search(text)] == []


def test_mutations_agree_in_every_welsh_sentence():
    """After my it is nasal, after and with aspirate; nowhere a form that Welsh has not."""
    wrong = re.compile(r"(?<![\w’])(?:fy\s+[cg]yf|(?:a|â|gyda|na)\s+[cg]yf(?:aill|eillion|eillio)\b)", re.IGNORECASE)
    assert [text for text in map(renamer(WELSH, OWN), in_welsh()) if wrong.search(text)] == []


LETTERS = st.text("abcdefghijklmnopqrstuvwyzABCŵŷéß", min_size=1, max_size=12)
PAIRS = st.tuples(LETTERS, LETTERS).map(list)


@pytest.mark.parametrize("language", [ENGLISH, WELSH])
@given(mentor=PAIRS, mentee=PAIRS, mentoring=LETTERS)
@settings(max_examples=25)
def test_whatever_the_words_are_placeholders_and_tags_stay(language, mentor, mentee, mentoring):
    told = {"mentor": mentor, "mentee": mentee, "mentoring": [mentoring]}
    rename = renamer(language, own_words({key: {language: forms} for key, forms in told.items()}))
    for text in list(SENTENCES[language]())[::40]:
        assert Counter(MARK.findall(text)) == Counter(MARK.findall(rename(text)))


# One text for everybody, whatever a scheme calls things: the privacy notice.
AS_A_VERB = {"Nothing is sold, and nothing goes to advertisers. E-mails carry no tracking. Software proposes who could "
             "mentor whom; a person looks at it before it counts."}  # fmt: skip


def test_mentor_is_a_noun_in_english():
    """A scheme's word takes its place, and few of them are verbs: *be a mentor*, not *to mentor*."""
    verb = re.compile(r"\b(?:to|could|can|cannot|would|will|they|you|who) mentor\b|\bnobody mentors\b", re.IGNORECASE)
    assert {text for text in in_english() if verb.search(text)} == AS_A_VERB
