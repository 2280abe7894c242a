"""Every message of the product, in a scheme that calls everything otherwise: its words, and nowhere the product's."""

import re

import pytest
from django.utils.translation import override

from mentoring.messaging.letters import LETTERS
from mentoring.messaging.rendering import Addressee, render
from schemes.speech import speaking
from schemes.words import PRODUCT
from tests.nudges.gallery import MAKERS, Gallery
from tests.renamed import BUDDIES, OWN, call_things, left_in, products_words

pytestmark = pytest.mark.once

# What the gallery's own data say: the scheme, an advert, a group, and who wrote what.
WRITTEN = re.compile(
    r"Northfield Peer Mentoring|Mentor with us|Mentors [0-9a-f]{6}|\S+@\S+|https?://\S+", re.IGNORECASE
)


@pytest.fixture
def gallery(northfield, matched, now):
    call_things(northfield.scheme, BUDDIES)
    return Gallery(northfield, matched, now)


@pytest.mark.parametrize(("language", "code"), [("en-gb", "en"), ("cy", "cy")])
def test_no_message_says_a_word_of_the_product(gallery, now, language, code):
    left, with_words = {}, 0
    for name, make in sorted(MAKERS.items()):
        message = make(gallery)
        with override(language):
            with_words += bool(products_words(code).search(said(message, PRODUCT, now)))
            if found := left_in(said(message, OWN, now), code):
                left[name] = found
    assert left == {}
    assert with_words > 20


def said(message, own, now) -> str:
    with speaking(own):
        content = LETTERS[message.letter].compose(message)
        to = Addressee(message.recipient.full_name, message.recipient.email)
        mail = render(content, to=to, message_id=message.message_id, now=now)
    html = re.sub(r"<[^>]*>", " ", mail.get_body(("html",)).get_content())
    everything = f"{mail['Subject']} {mail['From']} {mail.get_body(('plain',)).get_content()} {html}"
    return WRITTEN.sub("", " ".join(everything.split()))
