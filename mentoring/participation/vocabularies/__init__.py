"""The answers that can be chosen, as data: what is stored, and the words for it.

Ethnicity follows the groups of the census in England and Wales (ONS); nobody has to choose any.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mentoring.lib.alphabet import without_article
from mentoring.participation.states import Attribute, FactKind
from mentoring.participation.vocabularies.countries import COUNTRIES, HOME_NATIONS

Vocabulary = tuple[tuple[str, Promise], ...]

GENDERS: Vocabulary = (
    ("woman", _("a woman")),
    ("man", _("a man")),
    ("non-binary", _("non-binary")),
)
ETHNICITIES: Vocabulary = (
    ("asian", _("Asian or Asian British")),
    ("black", _("Black, Black British, Caribbean or African")),
    ("mixed", _("Mixed or several ethnic groups")),
    ("white", _("White")),
    ("arab", _("Arab")),
    ("roma", _("Gypsy, Roma or Irish Traveller")),
    ("other", _("Another ethnic group")),
)
RELIGIONS: Vocabulary = (
    ("buddhist", _("Buddhist")),
    ("christian", _("Christian")),
    ("hindu", _("Hindu")),
    ("jewish", _("Jewish")),
    ("muslim", _("Muslim")),
    ("sikh", _("Sikh")),
    ("humanist", _("Humanist")),
    ("none", _("No religion")),
    ("other", _("Another religion or belief")),
)
ATTRIBUTES: dict[str, Vocabulary] = {
    Attribute.GENDER: GENDERS,
    Attribute.ETHNICITY: ETHNICITIES,
    Attribute.HOME_COUNTRY: COUNTRIES,
    Attribute.RELIGION: RELIGIONS,
}

STUDY_MODES: Vocabulary = (
    ("full_time", _("Full time")),
    ("part_time", _("Part time")),
    ("sandwich", _("Sandwich course")),
    ("distance", _("Distance learning")),
)

INTERESTS: Vocabulary = (
    ("baking", _("Cooking and baking")),
    ("books", _("Books")),
    ("cricket", _("Cricket")),
    ("dance", _("Dance")),
    ("films", _("Films and series")),
    ("football", _("Football")),
    ("games", _("Games")),
    ("gym", _("Gym and running")),
    ("music", _("Music")),
    ("outdoors", _("Walking and outdoors")),
    ("travel", _("Travel")),
    ("stage", _("Art and theatre")),
    ("volunteering", _("Volunteering")),
)
LANGUAGES: Vocabulary = (
    ("cy", _("Welsh")),
    ("ar", _("Arabic")),
    ("bn", _("Bengali")),
    ("bsl", _("British Sign Language")),
    ("zh", _("Chinese")),
    ("fr", _("French")),
    ("hi", _("Hindi")),
    ("pl", _("Polish")),
    ("pa", _("Punjabi")),
    ("ro", _("Romanian")),
    ("so", _("Somali")),
    ("es", _("Spanish")),
    ("uk", _("Ukrainian")),
    ("ur", _("Urdu")),
    ("yo", _("Yoruba")),
)
ROUTES: Vocabulary = (
    ("a-levels", _("A levels")),
    ("btec", _("BTEC or T level")),
    ("access", _("Access course")),
    ("foundation", _("Foundation year")),
    ("apprenticeship", _("Apprenticeship")),
    ("work", _("Straight from work")),
    ("abroad", _("School outside the UK")),
)
# The keys of circumstances are the engine's kinds of affinity.
CIRCUMSTANCES: Vocabulary = (
    ("commuter", _("Commuting in")),
    ("carer", _("Caring for somebody")),
    ("working", _("Working while studying")),
    ("mature", _("Starting at 21 or older")),
    ("first_in_family", _("First in the family at university")),
)
FACTS: dict[str, Vocabulary] = {
    FactKind.INTEREST: INTERESTS,
    FactKind.LANGUAGE: LANGUAGES,
    FactKind.ROUTE: ROUTES,
    FactKind.CIRCUMSTANCE: CIRCUMSTANCES,
}


def to_choose_from(attribute: str) -> list[tuple[str, Promise]]:
    """The answers in the order of the reader's language; of countries the home nations stay first."""
    answers = list(ATTRIBUTES[attribute])
    if attribute != Attribute.HOME_COUNTRY:
        return answers
    return [*answers[:HOME_NATIONS], *sorted(answers[HOME_NATIONS:], key=lambda answer: without_article(answer[1]))]


def words_for(vocabulary: Vocabulary, value: str) -> str:
    """The words for a stored value; the value itself when the vocabulary no longer has it."""
    return str(dict(vocabulary).get(value, value))
