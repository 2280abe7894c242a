"""Every page in its reader's words, and nobody else's: one scheme, several, none, and one request after another."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from mentoring.participation.models import Participant
from mentoring.participation.selectors import words_of_person
from schemes.models import Appointment, Scheme
from schemes.speech import spoken
from schemes.states import Role
from schemes.words import PRODUCT, own_words
from tests.factories import TODAY, ParticipantFactory
from tests.queries import count_queries

BUDDY = own_words({
    "mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]},
    "mentoring": {"en": ["befriending"], "cy": ["cyfeillio"]},
})  # fmt: skip
GUIDE = own_words({"mentor": {"en": ["guide", "guides"]}, "mentoring": {"en": ["guiding"]}})


def name_things(scheme, own):
    scheme.knobs = {**scheme.knobs, "words": own.as_json()}
    scheme.save()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, name="home", **kwargs) -> str:
    return signed_in(person).get(reverse(name), follow=True, **kwargs).content.decode()


@pytest.fixture
def buddies(northfield):
    name_things(northfield.scheme, BUDDY)
    return northfield


@pytest.mark.parametrize("name", ["aisha", "priya", "una", "sam", "tom", "dr_lee", "dana"])
def test_everybody_of_a_scheme_reads_its_words(buddies, name):
    first = page(buddies.people[name])
    assert "Peer befriending" in first
    said = re.sub(r"<[^>]*>", " ", first).replace(buddies.scheme.name, "")
    assert re.findall(r"\bmentor\w*", said, re.IGNORECASE) == []


def test_it_reads_so_in_welsh(buddies):
    buddies.aisha.language = "cy"
    buddies.aisha.save()
    first = page(buddies.aisha)
    assert "Fy nghyfeillio" in first
    assert "fentor" not in first


@pytest.mark.parametrize("name", ["mallory", "nobody", "admin"])
def test_who_is_not_in_it_reads_the_products(buddies, name):
    first = page(buddies.people[name])
    assert "Peer mentoring" in first
    assert "befriending" not in first


def test_visitor_reads_the_products(buddies, client):
    assert "Peer mentoring" in client.get(reverse("account_login")).content.decode()


def test_one_request_after_another_has_its_own_words(buddies):
    """In one thread, as a worker of a server has it: who comes after somebody hears nothing of theirs."""
    name_things(buddies.other_scheme, GUIDE)
    readers = {"aisha": "befriending", "mallory": "guiding", "admin": "mentoring", "sam": "befriending"}
    clients = {name: signed_in(buddies.people[name]) for name in readers}
    for name in ("aisha", "mallory", "aisha", "admin", "sam", "mallory", "admin"):
        said = clients[name].get(reverse("help")).content.decode()
        assert {word for word in ("befriending", "guiding", "mentoring") if f"Peer {word}" in said} == {readers[name]}
        assert spoken() == PRODUCT
        assert gettext("A mentor") == "A mentor"


def test_failing_page_leaves_nobodys_words_behind(buddies, monkeypatch):
    client = signed_in(buddies.aisha)
    client.raise_request_exception = False
    monkeypatch.setattr("mentoring.portal.views.home.roles_of", lambda *args: 1 / 0)
    assert client.get(reverse("portal:home")).status_code == 500
    assert spoken() == PRODUCT


def test_who_is_in_two_schemes_that_differ_reads_the_products_and_each_page_its_own(buddies):
    name_things(buddies.other_scheme, GUIDE)
    Appointment.objects.create(
        scheme=buddies.other_scheme, user=buddies.sam, role=Role.COORDINATOR, unit=buddies.university, starts_on=TODAY
    )
    client = signed_in(buddies.sam)
    assert "Peer mentoring" in client.get(reverse("schemes:setup")).content.decode()
    for slug, word in (("northfield-2026", "befriending"), ("buddies-2026", "guiding")):
        assert f"Peer {word}" in client.get(f"{reverse('console:people')}?cohort={slug}").content.decode()
    assert "Peer mentoring" in client.get(reverse("schemes:setup")).content.decode()


def test_who_is_in_two_schemes_that_agree_reads_what_both_say(buddies):
    name_things(buddies.other_scheme, BUDDY)
    ParticipantFactory(user=buddies.aisha, cohort=buddies.other_cohort, programme=buddies.sociology)
    assert words_of_person(buddies.aisha, TODAY) == BUDDY


def test_student_of_two_schemes_that_differ_reads_the_products(buddies):
    ParticipantFactory(user=buddies.aisha, cohort=buddies.other_cohort, programme=buddies.sociology)
    assert words_of_person(buddies.aisha, TODAY) == PRODUCT


def test_year_that_is_over_counts_no_more(buddies):
    Participant.objects.filter(user=buddies.omar).update(cohort=buddies.other_cohort)
    assert words_of_person(buddies.omar, TODAY) == PRODUCT
    assert words_of_person(buddies.aisha, buddies.cohort.ends_on) == BUDDY
    assert words_of_person(buddies.aisha, buddies.cohort.ends_on.replace(year=2099)) == PRODUCT


def test_back_office_has_the_products_words_for_everybody(buddies):
    Appointment.objects.create(
        scheme=buddies.scheme, user=buddies.admin, role=Role.MANAGER, unit=buddies.university, starts_on=TODAY
    )
    assert "Peer befriending" in page(buddies.admin, "schemes:setup")
    assert "Peer mentoring: records" in page(buddies.admin, "admin:index")


def test_what_people_wrote_stays_as_it_is(buddies):
    Scheme.objects.filter(pk=buddies.scheme.pk).update(name="Mentor Magic")
    Participant.objects.filter(user=buddies.priya).update(hello="I am your mentor, says the mentor.")
    buddies.cohort.milestones.create(key="own", name="The mentors’ own evening", term=1, days=1)
    said = signed_in(buddies.dr_lee).get(reverse("schemes:cohort", args=[buddies.cohort.slug])).content.decode()
    assert "Mentor Magic" in said
    assert "The mentors’ own evening" in said
    assert "Buddy training" in said


def test_own_words_ask_no_more_of_the_database_than_the_products(northfield, matched):
    pages = [
        (northfield.sam, "console:today"), (northfield.sam, "console:people"), (northfield.sam, "console:pairs"),
        (northfield.priya, "portal:home"), (northfield.priya, "portal:mentees"), (northfield.aisha, "portal:mentor"),
    ]  # fmt: skip
    before = [count_queries(signed_in(person), reverse(name)) for person, name in pages]
    name_things(northfield.scheme, BUDDY)
    assert [count_queries(signed_in(person), reverse(name)) for person, name in pages] == before


def test_staff_are_asked_about_no_more_and_students_once(northfield, django_assert_num_queries):
    for name, queries in (("sam", 1), ("una", 2), ("aisha", 2), ("admin", 1)):
        person = type(northfield.sam).objects.get(pk=northfield.people[name].pk)
        with django_assert_num_queries(queries):  # the first is of appointments, which every request asks for
            words_of_person(person, TODAY)
