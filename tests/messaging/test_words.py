"""Letters in the words of the scheme that a message belongs to, in each of their languages."""

import re
from email import message_from_bytes, policy

import pytest
from django.utils.translation import gettext

from mentoring.messaging import delivery
from mentoring.messaging.letters import Content
from mentoring.messaging.services import owe
from schemes.speech import spoken
from schemes.words import PRODUCT
from tests.messaging.test_delivery import Told

BUDDY = {
    "mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]},
    "mentoring": {"en": ["befriending"], "cy": ["cyfeillio"]},
}


def content(message) -> Content:
    return Content(
        subject=gettext("Your peer mentor"),
        paragraphs=(
            gettext("%(name)s is your mentor all year, whether you answer or not.") % {"name": "Ann Mentor"},
            gettext("We are finding you a new mentor"),
        ),
        quote="I am your mentor.",
        why=gettext("You are getting this because you have a peer mentor."),
        sender_name="Priya Khan",
    )


@pytest.fixture
def buddies(cohort):
    cohort.scheme.knobs = {**cohort.scheme.knobs, "words": BUDDY}
    cohort.scheme.save()
    return cohort


def handed(letter, now, *owed):
    """What is handed over, in order, in one sweep."""
    letter.content = content
    for number, (person, cohort) in enumerate(owed):
        owe(letter=letter.name, recipient=person, occasion=str(number), now=now, cohort=cohort)
    channel = Told()
    delivery.sweep(clock=lambda: now, channel=channel)
    return [message_from_bytes(parcel.body, policy=policy.SMTP) for parcel in channel.handed]


def words_of(mail) -> str:
    return f"{mail['Subject']} {mail['From']} {mail.get_body(('plain',)).get_content()}"


def test_letter_is_in_the_words_of_its_scheme_in_both_languages(letter, buddies, aisha, now):
    [mail] = handed(letter, now, (aisha, buddies))
    assert mail["Subject"] == "Your peer buddy / Dy gyfaill"
    assert mail["From"].startswith("Priya Khan via Peer befriending")
    said = " ".join(words_of(mail).split())
    assert "Ann Mentor is your buddy all year" in said
    assert "Ann Mentor yw dy gyfaill drwy’r flwyddyn" in said
    assert "Rydyn ni’n dod o hyd i gyfaill newydd i ti" in said
    written = re.sub(r"Ann Mentor|I am your mentor\.|\S+@\S+", "", said)
    assert re.findall(r"\w*[mf]entor\w*", written, re.IGNORECASE) == []


@pytest.mark.parametrize(("language", "subject"), [("cy", "Dy gyfaill"), ("en-gb", "Your peer buddy")])
def test_letter_is_renamed_in_the_language_that_was_chosen(letter, buddies, aisha, now, language, subject):
    aisha.language = language
    aisha.save()
    [mail] = handed(letter, now, (aisha, buddies))
    assert mail["Subject"] == subject


def test_letters_of_no_scheme_and_of_another_come_after_it_in_the_products_words(letter, buddies, aisha, priya, now):
    for person in (aisha, priya):
        person.language = "en-gb"
        person.save()
    mails = handed(letter, now, (aisha, buddies), (priya, None), (aisha, None), (priya, buddies))
    subjects = sorted((mail["To"].split("@")[0].split("<")[-1], mail["Subject"]) for mail in mails)
    assert subjects == [
        ("aisha", "Your peer buddy"), ("aisha", "Your peer mentor"),
        ("priya", "Your peer buddy"), ("priya", "Your peer mentor"),
    ]  # fmt: skip
    assert spoken() == PRODUCT


def test_letter_that_cannot_be_composed_leaves_no_words_behind(letter, buddies, aisha, now):
    def failing(message):
        raise ZeroDivisionError

    letter.content = failing
    owe(letter=letter.name, recipient=aisha, occasion="1", now=now, cohort=buddies)
    delivery.sweep(clock=lambda: now, channel=Told())
    assert spoken() == PRODUCT
    assert gettext("A mentor") == "A mentor"
