"""In which languages a letter is written: in the one that its reader chose, and in both until then."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import override

from accounts.languages import letter_languages
from accounts.selectors import institution_of
from mentoring.messaging.letters import LETTERS, Content, Twin
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message

LANGUAGE_LINK = "language"


def languages_of(message: Message) -> tuple[str, ...]:
    """The languages of a message, the first first."""
    person = message.recipient
    return letter_languages(person, person.institution if person else institution_of(message.address))


def in_both(message: Message, content: Content) -> Content:
    """The content with its twin in the second language, if there is one, and the link that chooses between them."""
    twins = [twin for language in languages_of(message)[1:] if (twin := _twin(message, language))]
    if not twins:
        return content
    return replace(content, twin=twins[0], language_url=language_url(message))


def language_url(message: Message) -> str:
    """Where a person says which language their letters shall be in; nothing for an address without a person."""
    person = message.recipient
    if person is None:
        return ""
    token = make_token(purpose=LANGUAGE_LINK, person=person, object_id=person.pk)
    return absolute(reverse("messaging:language_link", args=[token]))


def _twin(message: Message, language: str) -> Twin | None:
    with override(language):
        content = LETTERS[message.letter].compose(message)
    return Twin(language, content) if content else None
