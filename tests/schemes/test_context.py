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
    client = Client()
    client.force_login(northfield.dr_lee)
    for cohort in (northfield.cohort, later):
        page = client.get(reverse(name), {"cohort": cohort.slug}).content.decode()
        main = page[page.index("<main") :]
        actions = re.findall(r'<form method="post" action="([^"]*)"', main)
        assert any(action.endswith(f"?cohort={cohort.slug}") for action in actions)


def test_a_draft_is_started_for_the_cohort_whose_page_was_open(northfield: Northfield) -> None:
    TrainedElsewhere.objects.create(
        participant=northfield.participant("priya"), where="last year", vouched_by=northfield.sam, vouched_at=NOW
    )
    sam = Client()
    sam.force_login(northfield.sam)
    page = sam.get(reverse("matching:drafts"), {"cohort": northfield.cohort.slug}).content.decode()
    assert f'action="{reverse("matching:start")}?cohort={northfield.cohort.slug}"' in page


def test_a_text_is_published_in_the_cohort_whose_page_was_open(northfield: Northfield) -> None:
    later = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    sam = Client()
    sam.force_login(northfield.sam)
    edit = sam.get(reverse("agreements:edit", args=["agreement"]), {"cohort": northfield.cohort.slug}).content.decode()
    sam.get(reverse("agreements:staff"), {"cohort": later.slug})  # in another tab
    assert f"?cohort={northfield.cohort.slug}" in edit
    given = {"body": "Be kind.", "for_mentors": "on"}
    sam.post(reverse("agreements:publish", args=["agreement"]) + f"?cohort={northfield.cohort.slug}", given)
    assert northfield.cohort.agreement_texts.filter(body="Be kind.").exists()
    assert not later.agreement_texts.filter(body="Be kind.").exists()
