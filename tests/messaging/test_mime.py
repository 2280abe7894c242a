"""E-mails are written as the standard library writes them, only faster."""

from dataclasses import replace
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.message import EmailMessage
from io import BytesIO

import pytest
from django.template.loader import get_template
from hypothesis import given, settings
from hypothesis import strategies as st

from mentoring.messaging import moulds
from mentoring.messaging.letters import Action, Twin
from mentoring.messaging.mime import POLICY, is_plain_address, recipient
from mentoring.messaging.rendering import Addressee, render
from schemes.words import OwnWords
from tests.factories import NOW
from tests.messaging.test_rendering import CONTENT, TO, rendered

WORDS = st.one_of(st.text(max_size=120), st.text("abc .,=?<>@\"'()", max_size=120))


def as_the_library_writes(mail: EmailMessage) -> bytes:
    """By its own generator and its own policy, of the same headers in the same order."""
    plain = EmailMessage(policy=POLICY.clone())
    for name, value in mail.items():
        plain[name] = str(value)
    plain.set_payload(mail.get_payload())
    out = BytesIO()
    BytesGenerator(out, policy=POLICY).flatten(plain)
    return out.getvalue()


@settings(max_examples=60)
@given(WORDS, WORDS, WORDS)
def test_a_mail_is_byte_for_byte_what_the_library_writes(subject, name, words):
    content = replace(CONTENT, subject=subject, sender_name=name, paragraphs=(words, f"{words}\n.\n\n{name}"))
    mail = render(content, to=Addressee(name, "aisha@northfield.ac.uk"), message_id="<1@x.uk>", now=NOW)
    assert mail.as_bytes() == as_the_library_writes(mail)


@given(WORDS)
def test_a_name_in_to_is_what_the_library_makes_of_it(name):
    mail = EmailMessage(policy=POLICY)
    line = " ".join(name.split())
    mail["To"] = recipient(line, "aisha@northfield.ac.uk")
    [address] = mail["To"].addresses
    assert (address.display_name, address.addr_spec) == (line, "aisha@northfield.ac.uk")


@pytest.mark.parametrize("address", ["a b@x.uk", '"a"@x.uk', "a@x", "a@x.uk\n", ".a@x.uk", "a@x.uk>", "é@x.uk", ""])
def test_what_has_to_be_quoted_is_not_plain(address):
    assert not is_plain_address(address)


def test_an_address_that_no_header_holds_is_refused():
    with pytest.raises(ValueError, match="."):
        recipient("Aisha", "not an address")
    assert isinstance(recipient("Aisha, B.", "aisha@northfield.ac.uk"), Address)


def test_a_template_is_rendered_once_for_letters_of_one_shape(now, monkeypatch):
    rendered(CONTENT, now)
    template = type(get_template("mail/base.html").template)
    monkeypatch.setattr(template, "render", lambda *args: pytest.fail("the mould is there"))
    html = rendered(replace(CONTENT, subject="Another", why="Because."), now)[0].get_body(("html",)).get_content()
    assert "<h1>Another</h1>" in html
    assert "Because." in html
    assert "Priya says hello" not in html


@pytest.mark.parametrize(
    "other",
    [
        {"quote": ""},
        {"tags": ()},
        {"why": ""},
        {"stop_url": ""},
        {"language_url": "https://m.northfield.ac.uk/l/language/q/"},
        {"paragraphs": ("One.",)},
        {"actions": (*CONTENT.actions, Action("Later", "https://m.test/z/"))},
        {"twin": Twin("cy", replace(CONTENT, subject="Mae Priya yn dweud helo", quote=""))},
    ],
)
def test_a_letter_of_another_shape_has_a_mould_of_its_own(now, other):
    changed = replace(CONTENT, **other)
    html, text = (rendered(changed, now)[0].get_body((kind,)).get_content() for kind in ("html", "plain"))
    shown = [*changed.paragraphs, changed.why, changed.stop_url, changed.language_url]
    shown += [action.url for action in changed.actions]
    shown += [changed.twin.content.subject] if changed.twin else []
    for words in filter(None, shown):
        assert words in html
        assert words in text
    assert ("<blockquote>" in html) is bool(changed.quote or (changed.twin and changed.twin.content.quote))
    assert ('class="tags"' in html) is bool(changed.tags)
    assert ('class="twin"' in html) is bool(changed.twin)
    assert "\ue000" not in html + text


def test_words_that_look_like_a_stand_in_are_words(now):
    html = rendered(replace(CONTENT, paragraphs=("\ue0000\ue000 hello",)), now)[0].get_body(("html",)).get_content()
    assert "<p>\ue0000\ue000 hello</p>" in html


def test_moulds_hold_no_words(now):
    rendered(replace(CONTENT, subject="CANARY-7", paragraphs=("CANARY-8",)), now, TO)
    sheet = moulds.Sheet("en-gb", False, (moulds.Part("en-gb", "x", ("y",), "", (), (), ""),), "", "")
    for name in ("mail/base.html", "mail/base.txt"):
        mould = moulds._mould(get_template(name).template, moulds._shape(sheet), OwnWords())
        assert "CANARY" not in "".join(mould)
