"""Filters under a name: choices only, shared by name, cut to each reader's own people."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import NotAllowed, WrongState
from mentoring.console.models import SavedFilter
from mentoring.console.rules import kept_choices
from mentoring.console.services import change_filter, remove_filter, save_filter
from tests.factories import NOW, Match, Northfield


def kept(northfield: Northfield, name: str = "First-years", **more) -> SavedFilter:
    given = {"page": "people", "asked": {"year": "1"}, "is_shared": True, "by": northfield.sam} | more
    return save_filter(scheme=northfield.scheme, name=name, now=NOW, **given)


@pytest.mark.parametrize(
    ("page", "asked", "choices"),
    [
        ("people", {"show": "unsigned", "year": "1", "q": "aisha", "page": "3"}, {"show": "unsigned", "year": "1"}),
        ("pairs", {"year": "1"}, {}),
        ("messages", {"letter": "nudges.unsigned", "show": ""}, {"letter": "nudges.unsigned"}),
        ("concerns", {"show": "open"}, {}),
        ("people", {"show": "x" * 61}, {}),
    ],
)
def test_only_choices_are_kept_and_never_what_was_searched_for(page, asked, choices) -> None:
    assert kept_choices(page, asked) == choices


def test_saved_from_the_list_it_stands_above_it_for_colleagues(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    page = client.get(reverse("console:people"), {"show": "mentees", "year": "1", "q": "aisha"}).content.decode()
    url = reverse("console:new_filter") + "?page=people&show=mentees&year=1"
    assert url.replace("&", "&amp;") in page
    answer = client.post(url, {"name": "Our first-years", "is_shared": "on"})
    assert answer["Location"] == reverse("console:people") + "?show=mentees&year=1"
    client.force_login(northfield.carys)
    assert "Our first-years" in client.get(reverse("console:people")).content.decode()
    shown = client.get(reverse("console:filter", args=[SavedFilter.objects.get().pk]), follow=True)
    assert {person.user for person in shown.context["page_obj"]} == {northfield.omar}  # her own school's only


def test_course_of_another_school_lists_nobody(client: Client, northfield: Northfield) -> None:
    saved = kept(northfield, asked={"course": str(northfield.sociology.pk)})
    client.force_login(northfield.carys)
    shown = client.get(reverse("console:filter", args=[saved.pk]), follow=True)
    assert list(shown.context["page_obj"]) == []
    assert "Sociology" not in shown.content.decode()


def test_neither_another_scheme_nor_who_does_not_read_the_list_sees_it(client: Client, northfield: Northfield) -> None:
    url = reverse("console:filter", args=[kept(northfield).pk])
    own = reverse("console:filter", args=[kept(northfield, "Mine", is_shared=False).pk])
    for name, addresses in (("mallory", [url, own]), ("una", [url, own]), ("tom", [own])):
        client.force_login(northfield.people[name])
        for address in addresses:
            assert client.get(address).status_code == 404


def test_name_is_used_once_and_belongs_to_its_owner(northfield: Northfield) -> None:
    saved = kept(northfield)
    with pytest.raises(WrongState):
        kept(northfield)
    with pytest.raises(WrongState):
        kept(northfield, "Empty", asked={"q": "aisha"})
    with pytest.raises(NotAllowed):
        change_filter(saved=saved, name="Hers", is_shared=False, by=northfield.tom, now=NOW)
    with pytest.raises(NotAllowed):
        kept(northfield, by=northfield.una)
    remove_filter(saved=saved, by=northfield.sam, now=NOW)
    assert kept(northfield).pk != saved.pk


def test_removing_has_a_way_back_unless_the_name_is_taken(client: Client, northfield: Northfield) -> None:
    saved = kept(northfield)
    client.force_login(northfield.sam)
    client.post(reverse("console:remove_filter", args=[saved.pk]))
    assert client.get(reverse("console:filter", args=[saved.pk])).status_code == 404
    client.post(reverse("console:restore_filter", args=[saved.pk]))
    assert client.get(reverse("console:filter", args=[saved.pk])).status_code == 302
    client.post(reverse("console:change_filter", args=[saved.pk]), {"name": "Year one"})
    saved.refresh_from_db()
    assert (saved.name, saved.is_shared) == ("Year one", False)


def test_filters_narrow_lists_by_course_and_year_and_keep_each_other(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.dr_lee)
    course = str(northfield.cs.pk)
    page = client.get(reverse("console:people"), {"course": course, "show": "mentees"})
    assert [person.user for person in page.context["page_obj"]] == [northfield.omar]
    assert f"?course={course}&amp;show=mentors" in page.content.decode()
    assert list(client.get(reverse("console:pairs"), {"course": course}).context["rows"]) == []
    assert len(client.get(reverse("console:pairs"), {"course": str(northfield.sociology.pk)}).context["rows"]) == 3
    assert client.get(reverse("console:people"), {"course": "x", "year": "9" * 30}).status_code == 200


@pytest.mark.parametrize(
    "name", ["console:people", "console:pairs", "console:groups", "messaging:log", "events:staff_list"]
)
def test_a_list_keeps_the_year_that_its_address_names(client: Client, northfield: Northfield, name: str) -> None:
    client.force_login(northfield.sam)
    year = northfield.cohort.slug
    page = client.get(reverse(name), {"cohort": year})
    assert f'<input type="hidden" name="cohort" value="{year}">' in page.content.decode()
    links = [row["url"] for row in page.context["filters"]]
    assert len(links) > 1
    assert all(f"cohort={year}" in link for link in links)
