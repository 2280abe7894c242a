"""A scheme's words in Welsh sentences: the table of mutations, and the neighbours that change."""

import pytest

from schemes.renaming import renamer
from schemes.renaming.mutations import Mutation, mutated
from schemes.words import own_words

FRIEND = {"mentor": ["cyfaill", "cyfeillion"]}
LEADER = {"mentor": ["arweinydd", "arweinwyr"]}


def said(sentence: str, **words: list[str]) -> str:
    return renamer("cy", own_words({key.replace("_", "-"): {"cy": forms} for key, forms in words.items()}))(sentence)


@pytest.mark.parametrize(
    ("word", "soft", "nasal", "aspirate"),
    [
        ("partner", "bartner", "mhartner", "phartner"),
        ("tywysydd", "dywysydd", "nhywysydd", "thywysydd"),
        ("cyfaill", "gyfaill", "nghyfaill", "chyfaill"),
        ("bydi", "fydi", "mydi", "bydi"),
        ("dilynwr", "ddilynwr", "nilynwr", "dilynwr"),
        ("gwirfoddolwr", "wirfoddolwr", "ngwirfoddolwr", "gwirfoddolwr"),
        ("llywiwr", "lywiwr", "llywiwr", "llywiwr"),
        ("rhiant", "riant", "rhiant", "rhiant"),
        ("mentor", "fentor", "mentor", "mentor"),
        # These stay, whatever comes before.
        ("arweinydd", "arweinydd", "arweinydd", "arweinydd"),
        ("ffrind", "ffrind", "ffrind", "ffrind"),
        ("hyfforddwr", "hyfforddwr", "hyfforddwr", "hyfforddwr"),
        ("chwaer", "chwaer", "chwaer", "chwaer"),
        ("thema", "thema", "thema", "thema"),
        ("nyrs", "nyrs", "nyrs", "nyrs"),
        ("swyddog", "swyddog", "swyddog", "swyddog"),
        ("Cyfaill", "Gyfaill", "Nghyfaill", "Chyfaill"),
        ("Gwas", "Was", "Ngwas", "Gwas"),
        ("PAL", "PAL", "PAL", "PAL"),
    ],
)
def test_word_mutates_by_the_standard_table(word, soft, nasal, aspirate):
    assert mutated(word, Mutation.NONE) == word
    assert mutated(word, Mutation.SOFT) == soft
    assert mutated(word, Mutation.NASAL) == nasal
    assert mutated(word, Mutation.ASPIRATE) == aspirate


@pytest.mark.parametrize(
    ("sentence", "renamed"),
    [
        ("mentor", "cyfaill"),
        ("Mentoriaid", "Cyfeillion"),
        ("MENTOR", "CYFAILL"),
        ("heb fentor", "heb gyfaill"),
        ("Mae gan %(name)s fentor yn barod.", "Mae gan %(name)s gyfaill yn barod."),
        ("%(n)s o fentoriaid", "%(n)s o gyfeillion"),
        ("Nid yw %(n)s yn fentor.", "Nid yw %(n)s yn gyfaill."),
        ("uwch-fentor", "uwch-gyfaill"),
        ("gyda’r mentor %(mentor)s", "gyda’r cyfaill %(mentor)s"),
        # What mentor cannot show.
        ("fy mentor", "fy nghyfaill"),
        ("Fy mentor", "Fy nghyfaill"),
        ("mentorai a mentor", "mentorai a chyfaill"),
        ("Myfyrwyr â mentor", "Myfyrwyr â chyfaill"),
        ("Mae ei mentor yn gweld", "Mae ei chyfaill yn gweld"),
        ("â’i mentor", "â’i chyfaill"),
        # And what leaves it alone.
        ("y mentor", "y cyfaill"),
        ("eu mentor", "eu cyfaill"),
        ("i’w mentoriaid", "i’w cyfeillion"),
        ("Dim mentor", "Dim cyfaill"),
        ("un mentor", "un cyfaill"),
    ],
)
def test_new_word_has_the_mutation_of_the_old_one(sentence, renamed):
    assert said(sentence, **FRIEND) == renamed


@pytest.mark.parametrize(
    ("sentence", "renamed"),
    [
        ("Y mentor", "Yr arweinydd"),
        ("gan y mentor", "gan yr arweinydd"),
        ("myfyrwyr a mentoriaid", "myfyrwyr ac arweinwyr"),
        ("Mentoriaid â mentoreion", "Arweinwyr â mentoreion"),
        ("Myfyrwyr â mentor", "Myfyrwyr ag arweinydd"),
        ("gyda mentor", "gydag arweinydd"),
        ("eu mentor", "eu harweinydd"),
        ("i’w mentor", "i’w harweinydd"),
        ("ei mentor", "ei harweinydd"),
        ("ei fentor", "ei arweinydd"),
        ("fy mentor", "fy arweinydd"),
        ("â fentor", "â arweinydd"),
        ("heb fentor", "heb arweinydd"),
    ],
)
def test_neighbours_of_a_vowel_change(sentence, renamed):
    assert said(sentence, **LEADER) == renamed


def test_y_becomes_yr_before_h():
    assert said("y mentor", mentor=["hyfforddwr", "hyfforddwyr"]) == "yr hyfforddwr"


@pytest.mark.parametrize(
    ("sentence", "renamed"),
    [
        ("mae’r system fentora’n cadw", "mae’r system hyfforddi’n cadw"),
        ("mentora’n digwydd", "hyfforddi’n digwydd"),
    ],
)
def test_what_is_joined_to_a_vowel_stays_joined_to_one(sentence, renamed):
    assert said(sentence, mentoring=["hyfforddi"]) == renamed


def test_what_is_joined_to_a_vowel_stands_alone_after_a_consonant():
    guiding = {"mentoring": ["tywys"]}
    assert said("mae’r system fentora’n cadw", **guiding) == "mae’r system dywys yn cadw"
    assert said("mentora’r flwyddyn", **guiding) == "tywys y flwyddyn"
    assert said("mentora’r wythnos", **guiding) == "tywys yr wythnos"


def test_word_that_begins_with_a_vowel_gives_way_to_one_that_does_not():
    lead = {"intern": ["trefnydd", "trefnwyr"]}
    assert said("myfyriwr ac intern", **lead) == "myfyriwr a threfnydd"
    assert said("yr intern", **lead) == "y trefnydd"
    assert said("rôl intern", **lead) == "rôl trefnydd"
    assert said("dy intern", **lead) == "dy drefnydd"
    assert said("fy intern", **lead) == "fy nhrefnydd"


def test_a_loan_that_the_product_never_softens_is_softened_by_what_comes_before():
    circle = {"support_group": ["cylch cefnogi", "cylchoedd cefnogi"]}
    assert said("gan grŵp cymorth", **circle) == "gan gylch cefnogi"
    assert said("Fy ngrŵp cymorth", **circle) == "Fy nghylch cefnogi"
    assert said("eich grŵp cymorth", **circle) == "eich cylch cefnogi"
    assert said("Grwpiau cymorth %(cohort)s", **circle) == "Cylchoedd cefnogi %(cohort)s"


def test_ll_and_rh_stay_hard_after_yn():
    assert said("Rwyt ti’n fentor", mentor=["rhiant", "rhieni"]) == "Rwyt ti’n rhiant"
    assert said("dy fod yn fentor", mentor=["llywiwr", "llywyr"]) == "dy fod yn llywiwr"
    assert said("heb fentor", mentor=["rhiant", "rhieni"]) == "heb riant"


@pytest.mark.parametrize("sentence", ["%(mentor)s", "{mentor}", '<a title="fy mentor">yma</a>', "sylwebydd"])
def test_placeholders_tags_and_other_words_stay(sentence):
    assert said(sentence, **FRIEND) == sentence
