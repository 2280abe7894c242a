"""What a scheme calls things: what can be a word, and what is read of what is kept."""

import pytest

from schemes.policy import BadPolicy, policy_from
from schemes.words import BY_KEY, ENGLISH, LONGEST, PRODUCT, WELSH, WORDS, fault_of, own_words, same_words

BUDDY = {"mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]}}


@pytest.mark.parametrize(
    "form", ["buddy", "peer guide", "e-buddy", "students’ friend", "cyfaill", "ŵyn", "Guide", "year 2 guide", "b"]
)
def test_word_of_letters_is_one(form):
    assert fault_of(form) == ""


@pytest.mark.parametrize(
    "form",
    [
        "", " ", "buddy ", " buddy", "two  spaces", "<b>buddy</b>", "a&b", "buddy%", "%(name)s", "{name}", "buddy\n",
        "bud\tdy", "bud\x00dy", "\u202eyddub", "bud\u200bdy", '"buddy"', "it's", "-buddy", "buddy-", "2nd",
        "buddy/guide", "buddy.", "🙂", "=1+1", "x" * (LONGEST + 1), "x" * 200,
    ],
)  # fmt: skip
def test_what_markup_or_code_is_made_of_is_no_word(form):
    assert fault_of(form)


def test_words_are_read_as_they_are_kept():
    own = own_words(BUDDY)
    assert own
    assert own.forms("mentor", ENGLISH) == ("buddy", "buddies")
    assert own.forms("mentor", WELSH) == ("cyfaill", "cyfeillion")
    assert own.forms("mentee", ENGLISH) == ()
    assert own.as_json() == BUDDY
    assert own == own_words(own.as_json())


@pytest.mark.parametrize(
    "kept",
    [
        None, {}, [], "buddy", {"mentor": None}, {"mentor": {"en": "buddy"}}, {"mentor": {"en": ["buddy"]}},
        {"mentor": {"en": ["buddy", "<b>"]}}, {"mentor": {"en": [1, 2]}}, {"mentor": {"fr": ["copain", "copains"]}},
        {"tutor": {"en": ["guide", "guides"]}}, {"mentor": {"en": ["mentor", "mentors"]}}, {"mentor": {"en": ["", ""]}},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_out_and_no_page_fails(kept):
    assert own_words(kept) == PRODUCT
    assert not own_words(kept)


def test_words_of_both_languages_are_apart():
    own = own_words({"mentor": {"cy": ["cyfaill", "cyfeillion"], "en": ["<", ">"]}})
    assert own.of("mentor") == ((), ("cyfaill", "cyfeillion"))


def test_two_things_by_one_word_are_found():
    both = own_words({"mentor": {"en": ["buddy", "buddies"]}, "mentee": {"en": ["Buddy", "pals"]}})
    assert list(same_words(both)) == [("mentee", ENGLISH, 0)]
    products = own_words({"mentor": {"en": ["coordinator", "coordinators"]}})
    assert list(same_words(products)) == [("mentor", ENGLISH, 0), ("mentor", ENGLISH, 1)]
    assert list(same_words(own_words(BUDDY))) == []


def test_one_word_may_have_one_form_for_one_and_several():
    assert list(same_words(own_words({"mentor": {"en": ["kin", "kin"]}}))) == []


def test_every_word_of_the_product_is_one():
    for word in WORDS:
        for language in (ENGLISH, WELSH):
            assert [form for form in word.forms(language) if fault_of(form)] == []
            assert len(word.english) == len(word.welsh)
    assert list(same_words(PRODUCT)) == []
    assert BY_KEY["mentor"].english == ("mentor", "mentors")


@pytest.mark.parametrize(
    "words",
    [
        {"mentor": {"en": ["<b>", "<i>"]}},
        {"mentor": {"en": ["buddy"]}},
        {"mentor": {"en": ["buddy", "buddies"]}, "mentee": {"en": ["buddy", "pals"]}},
        {"guide": {"en": ["a", "b"]}},
    ],
)
def test_policy_takes_no_words_that_cannot_be_read(words):
    with pytest.raises(BadPolicy):
        policy_from({"words": words})


def test_policy_keeps_a_schemes_words():
    assert policy_from({"words": BUDDY}).words == BUDDY
