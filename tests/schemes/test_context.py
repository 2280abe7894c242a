"""Which cohort a page is about stays so, whatever was opened beside it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.training.models import TrainedElsewhere
from schemes.services import open_next_cohort
from tests.factories import NOW, TERMS, Northfield

PAGES = (
    "participation:imports",
    "events:plan",
    "support:arrange",
    "nudges:rules",
)


@pytest.mark.parametrize("name", PAGES)
def test_a_form_says_which_cohort_it_was_opened_for(northfield: Northfield, name: str) -> None:
    later = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    lee = Client()
    lee.force_login(northfield.dr_lee)
    for cohort in (northfield.cohort, later):
        page = lee.get(reverse(name), {"cohort": cohort.slug}).content.decode()
        main = page[page.index("<main") :]
        actions = re.findall(r'<form method="post" action="([^"]*)"', main)
        assert any(action.endswith(f"?cohort={cohort.slug}") for action in actions)


def test_a_draft_is_started_for_the_cohort_whose_page_was_open(northfield: Northfield) -> None:
    TrainedElsewhere.objects.create(
        participant=northfield.participant("priya"), where="last year", vouched_by=northfield.sam, vouched_at=NOW
    )
    lee = Client()
    lee.force_login(northfield.sam)
    page = lee.get(reverse("matching:drafts"), {"cohort": northfield.cohort.slug}).content.decode()
    assert f'action="{reverse("matching:start")}?cohort={northfield.cohort.slug}"' in page


def test_a_text_is_published_in_the_cohort_whose_page_was_open(northfield: Northfield) -> None:
    later = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    lee = Client()
    lee.force_login(northfield.dr_lee)
    edit = lee.get(reverse("agreements:edit", args=["agreement"]), {"cohort": northfield.cohort.slug}).content.decode()
    lee.get(reverse("agreements:staff"), {"cohort": later.slug})  # in another tab
    assert f"?cohort={northfield.cohort.slug}" in edit
    given = {"body": "Be kind.", "for_mentors": "on"}
    lee.post(reverse("agreements:publish", args=["agreement"]) + f"?cohort={northfield.cohort.slug}", given)
    assert northfield.cohort.agreement_texts.filter(body="Be kind.").exists()
    assert not later.agreement_texts.filter(body="Be kind.").exists()


def test_a_cohort_named_in_an_address_is_shown_and_not_remembered(northfield: Northfield) -> None:
    later = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    sam, today = Client(), reverse("console:today")
    sam.force_login(northfield.sam)
    sam.get(today)  # a session notes when it began
    before = dict(sam.session.items())
    assert sam.get(today, {"cohort": later.slug}).context["cohort"] == later
    assert dict(sam.session.items()) == before
    assert sam.get(today).context["cohort"] == northfield.cohort


def test_a_cohort_chosen_with_its_button_stays_chosen(northfield: Northfield) -> None:
    later = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    sam, choose = Client(), reverse("console:choose_cohort")
    sam.force_login(northfield.sam)
    shown = sam.get(reverse("console:today")).content.decode()
    assert f'name="cohort" value="{later.slug}"' in shown
    assert sam.post(choose, {"cohort": later.slug}, follow=True).context["cohort"] == later
    assert sam.get(reverse("console:people")).context["cohort"] == later
    sam.post(choose, {"cohort": northfield.other_cohort.slug})  # not hers to see
    assert sam.get(reverse("console:people")).context["cohort"] == later
