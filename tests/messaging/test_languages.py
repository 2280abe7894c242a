"""Letters in the language of their reader, and in both until that is known."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import AuditEntry
from mentoring.messaging import delivery
from mentoring.messaging.languages import in_both, languages_of
from mentoring.messaging.letters import Action, Content, Twin
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.rendering import Addressee, render
from mentoring.messaging.services import owe
from tests.messaging.test_delivery import Told


def content(message: Message) -> Content:
    """A letter of words that have Welsh."""
    return Content(
        subject=gettext("Your peer mentor"),
        paragraphs=(gettext("One tap is enough to say hello back. You can also simply reply to this e-mail."),),
        actions=(Action(gettext("Get help"), absolute(reverse("help"))),),
        why=gettext("You are getting this because you have a peer mentor."),
        sender_name="Priya Khan",
        stop_url="https://m.test/stop/",
    )


class Parts(HTMLParser):
    """The words of each language."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.words = [], {"en-gb": "", "cy": ""}

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "hr", "br"}:
            self.open.append(dict(attrs).get("lang") or (self.open[-1] if self.open else ""))

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1]:
            self.words[self.open[-1]] += " ".join(data.split()) + " "


def sent(letter, person, now):
    """The message as it is handed over."""
    letter.content = content
    owe(letter=letter.name, recipient=person, occasion="1", now=now)
    channel = Told()
    delivery.sweep(clock=lambda: now, channel=channel)
    return message_from_bytes(channel.handed[0].body, policy=policy.SMTP), channel.handed[0].body


def parts_of(mail) -> dict[str, str]:
    parts = Parts()
    parts.feed(mail.get_body(("html",)).get_content())
    return parts.words


@pytest.mark.parametrize(("language", "subject"), [("cy", "Dy fentor"), ("en-gb", "Your peer mentor")])
def test_letter_is_in_the_language_that_was_chosen(letter, aisha, now, language, subject) -> None:
    aisha.language = language
    aisha.save()
    mail, _raw = sent(letter, aisha, now)
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == language
    other = ({"cy", "en-gb"} - {language}).pop()
    assert parts_of(mail)[other] == ""
    assert ("Stopio’r negeseuon hyn" in mail.get_body(("plain",)).get_content()) == (language == "cy")
    assert "/l/language/" not in mail.as_string()


@pytest.mark.parametrize(
    ("rule", "subject"),
    [("en-gb cy", "Your peer mentor / Dy fentor"), ("cy en-gb", "Dy fentor / Your peer mentor")],
)
def test_first_letters_are_in_both_in_the_universitys_order(letter, aisha, now, rule, subject) -> None:
    aisha.institution.letter_languages = rule
    aisha.institution.save()
    mail, raw = sent(letter, aisha, now)
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == rule.replace(" ", ", ")
    words = parts_of(mail)
    assert "You can also simply reply" in words["en-gb"]
    assert "Gelli di hefyd ateb" in words["cy"]
    assert "Gelli" not in words["en-gb"]
    text = mail.get_body(("plain",)).get_content()
    first, second = ("You can also", "Gelli di") if rule.startswith("en") else ("Gelli di", "You can also")
    assert 0 < text.index(first) < text.index(second)
    assert mail["From"].startswith("Priya Khan via" if rule.startswith("en") else "Priya Khan drwy")
    assert len(raw) <= 30_000


def test_english_alone_where_the_university_says_so(letter, aisha, now) -> None:
    aisha.institution.letter_languages = "en-gb"
    aisha.institution.save()
    mail, _raw = sent(letter, aisha, now)
    assert mail["Subject"] == "Your peer mentor"
    assert parts_of(mail)["cy"] == ""


def test_each_half_leads_to_pages_in_its_language(letter, aisha, now) -> None:
    mail, _raw = sent(letter, aisha, now)
    links = re.findall(r'href="([^"]+)">([^<]+)</a>', mail.get_body(("html",)).get_content())
    found = {label: url for url, label in links}
    assert found["Get help"].endswith("/help/")
    assert found["Cael cymorth"].endswith("/help/?in=cy")


def test_letter_of_many_words_in_both_stays_small(aisha, now) -> None:
    book = Content(subject="One", paragraphs=("ŵ " * 5000,), quote="ŷ" * 5000, why="Why")
    both = replace(book, twin=Twin("cy", book))
    raw = render(both, to=Addressee("A", aisha.email), message_id="<1@x>", now=now).as_bytes()
    assert len(raw) <= 30_000


def test_choice_by_link_is_the_persons_and_this_browsers(client, aisha) -> None:
    url = reverse("messaging:language_link", args=[make_token(purpose="language", person=aisha, object_id=aisha.pk)])
    client.get(url)
    client.head(url)
    aisha.refresh_from_db()
    assert aisha.language == ""
    answer = client.post(url, {"language": "cy", "next": url})
    assert answer["Location"] == url
    aisha.refresh_from_db()
    assert aisha.language == "cy"
    assert "Wedi’i gadw" in client.get(url).content.decode()
    entry = AuditEntry.objects.get(verb="language chosen")
    assert (entry.actor, entry.object_id) == (None, str(aisha.pk))
    client.post(url, {"language": "fr", "next": url})
    aisha.refresh_from_db()
    assert aisha.language == "cy"


def test_forged_link_chooses_nothing(client, aisha) -> None:
    token = make_token(purpose="reply", person=aisha, object_id=aisha.pk)
    url = reverse("messaging:language_link", args=[token])
    assert client.post(url, {"language": "cy"}).status_code == 410
    aisha.refresh_from_db()
    assert aisha.language == ""


def test_addresses_outside_the_known_people_get_both(university, now) -> None:
    assert languages_of(Message(letter="sign-in.unknown", address="x@northfield.ac.uk")) == ("en-gb", "cy")
    with override("cy"):
        made = in_both(
            Message(letter="sign-in.unknown", address="x@northfield.ac.uk", secret={"url": "https://m.test/"}),
            Content("a", ("b",)),
        )
    assert made.twin is not None
    assert made.language_url == ""


@pytest.mark.parametrize(("before", "after"), [("", "cy"), ("en-gb", "en-gb")])
def test_choice_before_signing_in_is_kept_unless_there_was_one(client, aisha, before, after) -> None:
    aisha.language = before
    aisha.save()
    client.post(reverse("set_language"), {"language": "cy"})
    client.post(reverse("account_request_login_code"), {"email": aisha.email})
    code = Message.objects.get(letter="sign-in.code").secret["code"]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    aisha.refresh_from_db()
    assert aisha.language == after
