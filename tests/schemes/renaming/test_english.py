"""A scheme's words in English sentences: plurals, possessives, capitals, the article."""

import pytest

from schemes.renaming import renamer
from schemes.renaming.english import article_for
from schemes.words import own_words


def said(sentence: str, **words: list[str]) -> str:
    return renamer("en", own_words({key.replace("_", "-"): {"en": forms} for key, forms in words.items()}))(sentence)


BUDDY = {"mentor": ["buddy", "buddies"]}
ADVISER = {"mentor": ["adviser", "advisers"]}


@pytest.mark.parametrize(
    ("sentence", "renamed"),
    [
        ("a mentor", "a buddy"),
        ("Mentor", "Buddy"),
        ("MENTOR", "BUDDY"),
        ("Mentors and tutors", "Buddies and tutors"),
        ("Your mentor’s places", "Your buddy’s places"),
        ("Your mentor's places", "Your buddy's places"),
        ("Your mentors’ group", "Your buddies’ group"),
        ("a co-mentor", "a co-buddy"),
        ("senior mentor", "senior buddy"),
        ("“Mentor” (mentor), mentors.", "“Buddy” (buddy), buddies."),
    ],
)
def test_word_is_taken_in_as_the_old_one_stood(sentence, renamed):
    assert said(sentence, **BUDDY) == renamed


@pytest.mark.parametrize(
    "sentence",
    [
        "%(mentor)s",
        "{mentor} and {mentors}",
        '<a href="/mentor/" title="mentor">here</a>',
        "https://northfield.ac.uk/mentor?mentor=1",
        "mentor@northfield.ac.uk",
        "/my/mentor/",
        "&mentor;",
        "tormentor, mentorship and mentor_id",
        "Nothing of the kind",
    ],
)
def test_placeholders_tags_addresses_and_other_words_stay(sentence):
    assert said(sentence, **BUDDY) == sentence


@pytest.mark.parametrize(
    ("sentence", "renamed"),
    [
        ("A mentor or a tutor", "An adviser or a tutor"),
        ("as a\n mentor", "as an\n adviser"),
        ("a new mentor", "a new adviser"),
        ("%(name)s has a mentor already.", "%(name)s has an adviser already."),
    ],
)
def test_article_is_the_one_that_the_new_word_asks_for(sentence, renamed):
    assert said(sentence, **ADVISER) == renamed


def test_article_of_a_word_with_a_vowel_gives_way_too():
    assert said("An intern, an intern", intern=["student lead", "student leads"]) == "A student lead, a student lead"


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("buddy", "a"), ("adviser", "an"), ("organiser", "an"), ("umbrella", "an"), ("uncle", "an"),
        ("university friend", "a"), ("union rep", "a"), ("unit lead", "a"), ("user", "a"), ("European friend", "a"),
        ("uninvited guest", "an"), ("one-to-one guide", "a"), ("hour keeper", "an"), ("honorary uncle", "an"),
        ("helper", "a"), ("SU buddy", "an"), ("MSc guide", "an"), ("PAL leader", "a"), ("élève", "an"),
    ],
)  # fmt: skip
def test_article_goes_by_how_a_word_is_said(word, article):
    assert article_for(word) == article


def test_possessive_of_a_plural_without_s_has_one():
    assert said("the mentors’ group", mentor=["helper", "people"]) == "the people’s group"


def test_word_that_a_sentence_has_already_is_said_once():
    guides = {"mentor": ["peer guide", "peer guides"], "mentoring": ["peer guiding"]}
    assert said("Your peer mentor. Stop peer mentoring? Peer mentoring", **guides) == (
        "Your peer guide. Stop peer guiding? Peer guiding"
    )
    assert said("You have a new mentee.", mentee=["new student", "new students"]) == "You have a new student."


def test_senior_mentor_has_a_word_of_its_own_where_it_was_given():
    assert said("a senior mentor and mentors", senior_mentor=["elder", "elders"], **BUDDY) == "an elder and buddies"
    assert said("Senior Mentor", senior_mentor=["group elder", "group elders"]) == "Group Elder"


def test_words_are_put_in_at_once_and_not_one_after_the_other():
    swapped = {"mentor": ["mentee", "mentees"], "mentee": ["mentor", "mentors"]}
    assert said("a mentor and two mentees", **swapped) == "a mentee and two mentors"
