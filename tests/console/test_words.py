"""The page on which a scheme's words are set: how they read, what is refused, undo and the way back."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from schemes.models import Scheme
from schemes.naming import call_things
from schemes.speech import words_of
from schemes.words import ENGLISH, PRODUCT, WELSH, own_words
from tests.factories import NOW

BUDDY = {
    "mentor_en_1": "buddy", "mentor_en_2": "buddies", "mentor_cy_1": "cyfaill", "mentor_cy_2": "cyfeillion",
}  # fmt: skip


@pytest.fixture
def page(client, northfield):
    client.force_login(northfield.dr_lee)
    return reverse("console:words", args=[northfield.scheme.pk])


def told(northfield):
    return words_of(Scheme.objects.get(pk=northfield.scheme.pk))


def shown(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_page_shows_how_it_reads_and_asks_in_both_languages(client, page):
    answer = client.get(page)
    words = shown(answer)
    assert "How it reads now" in words
    assert "A mentor is just a student a year or so ahead" in words
    assert "yw dy fentor drwy’r flwyddyn" in words
    assert words.count("Several, in Welsh") == 6
    assert client.get(reverse("schemes:setup")).content.decode().count(page) == 1


def test_trying_shows_the_sentences_in_both_languages_and_changes_nothing(client, page, northfield):
    answer = client.post(reverse("console:try_words", args=[northfield.scheme.pk]), BUDDY)
    words = shown(answer)
    assert "How it would read" in words
    assert "A buddy is just a student a year or so ahead" in words
    assert "Priya is your buddy all year" in words
    assert "Priya yw dy gyfaill drwy’r flwyddyn" in words
    assert 'name="mentor_cy_2" value="cyfeillion"' in words
    assert told(northfield) == PRODUCT
    assert not AuditEntry.objects.filter(verb="words changed").exists()


def test_saving_puts_them_in_force_with_a_way_back(client, page, northfield):
    answer = client.post(page, BUDDY, follow=True)
    assert told(northfield).forms("mentor", ENGLISH) == ("buddy", "buddies")
    assert told(northfield).forms("mentor", WELSH) == ("cyfaill", "cyfeillion")
    assert "A buddy is just a student" in shown(answer)
    undo = reverse("console:undo_words", args=[northfield.scheme.pk])
    assert undo in shown(answer)
    answer = client.post(undo, follow=True)
    assert "as before" in shown(answer)
    assert told(northfield) == PRODUCT
    assert "nothing to undo" in shown(client.post(undo, follow=True))
    assert AuditEntry.objects.filter(verb="words changed").count() == 2


def test_undo_leaves_what_somebody_else_has_changed_since(client, page, northfield):
    client.post(page, BUDDY)
    guide = own_words({"mentor": {"en": ["guide", "guides"]}})
    call_things(scheme=northfield.scheme, own=guide, by=northfield.admin, now=NOW)
    answer = client.post(reverse("console:undo_words", args=[northfield.scheme.pk]), follow=True)
    assert "Somebody has changed the words meanwhile" in shown(answer)
    assert told(northfield) == guide


def test_usual_words_come_back_by_one_button_that_can_be_undone(client, page, northfield):
    client.post(page, BUDDY)
    assert "Use the usual words again" in shown(client.get(page))
    answer = client.post(reverse("console:product_words", args=[northfield.scheme.pk]), follow=True)
    assert told(northfield) == PRODUCT
    assert "Use the usual words again" not in shown(answer)
    client.post(reverse("console:undo_words", args=[northfield.scheme.pk]))
    assert told(northfield).forms("mentor", ENGLISH) == ("buddy", "buddies")


def test_same_words_again_say_so(client, page, northfield):
    client.post(page, BUDDY)
    assert "Nothing has changed" in shown(client.post(page, BUDDY, follow=True))


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("mentor_en_1", "<b>buddy</b>", "Use letters, spaces, hyphens"),
        ("mentor_en_1", "bud\x1bdy", "Use letters, spaces, hyphens"),
        ("mentor_en_1", "bud\ndy", "Use letters, spaces, hyphens"),
        ("mentor_en_1", "\u202eyddub", "Use letters, spaces, hyphens"),
        ("mentor_en_1", "%(name)s", "Use letters, spaces, hyphens"),
        ("mentor_en_1", "bud\x00dy", "Null characters are not allowed"),
        ("mentor_en_1", "x" * 200, "Use at most 40 letters"),
        ("mentor_en_1", "   ", "There are only spaces here"),
        ("mentor_en_2", "", "Give both, one and several"),
        ("mentor_cy_1", "", "Give both, one and several"),
        ("mentor_en_1", "coordinator", "“coordinator” names something else already"),
    ],
)
def test_what_is_no_word_is_refused_beside_its_field(client, page, northfield, field, given, said):
    for url in (page, reverse("console:try_words", args=[northfield.scheme.pk])):
        answer = client.post(url, {**BUDDY, field: given})
        assert answer.status_code == 200
        assert said in " ".join(answer.context["form"].errors[field])
        assert list(answer.context["form"].errors) == [field]
        assert said in shown(answer)
        assert "How it reads now" in shown(answer)
    assert told(northfield) == PRODUCT


def test_two_things_need_two_words(client, page, northfield):
    answer = client.post(page, {**BUDDY, "mentee_en_1": "Buddy", "mentee_en_2": "newcomers"})
    assert list(answer.context["form"].errors) == ["mentee_en_1"]
    assert told(northfield) == PRODUCT


def test_spaces_and_apostrophes_are_put_right(client, page, northfield):
    client.post(page, {"mentor_en_1": " peer   guide ", "mentor_en_2": "students' guides"})
    assert told(northfield).forms("mentor", ENGLISH) == ("peer guide", "students’ guides")
    assert told(northfield).forms("mentor", WELSH) == ()


def test_words_of_the_product_are_none_of_ones_own(client, page, northfield):
    client.post(page, {"mentor_en_1": "mentor", "mentor_en_2": "mentors"})
    assert told(northfield) == PRODUCT


def test_page_is_in_the_schemes_words_and_names_the_products_beside_each_field(client, page):
    client.post(page, BUDDY)
    words = shown(client.get(page))
    assert '<span lang="en">mentor</span>' in words
    assert 'value="buddies"' in words


@pytest.mark.parametrize(("name", "status"), [("sam", 404), ("mallory", 404), ("priya", 404), ("admin", 200)])
def test_page_is_for_those_who_set_the_scheme_up(client, page, northfield, name, status):
    client.force_login(northfield.people[name])
    assert client.get(page).status_code == status
    assert client.post(page, BUDDY).status_code == (302 if status == 200 else 404)
    assert bool(told(northfield)) is (status == 200)


def test_headings_of_an_export_are_the_schemes_and_the_rows_are_not(client, page, northfield, matched):
    client.post(page, BUDDY)
    northfield.priya.family_name = "Mentor"
    northfield.priya.save()
    client.force_login(northfield.sam)
    headings, *rows = client.post(reverse("console:export_pairs", args=["csv"])).content.decode().splitlines()
    assert "Buddy,Buddy’s e-mail" in headings
    assert len(rows) == 3
    assert all("Priya Mentor" in row for row in rows)
