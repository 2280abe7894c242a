"""Keys that nobody could mean are left out, on pages as well: never a failure."""

import pytest
from django.test import Client

from mentoring.lib.keys import keys_from
from mentoring.recruitment.models import Advert
from tests.factories import TODAY, Northfield

HUGE = "9" * 25
ENDLESS = "9" * 5000


def test_keys_are_what_a_database_could_hold() -> None:
    assert keys_from(["7", "x", "", "-1", "²", "٣", HUGE, ENDLESS, "12"]) == [7, 12]


@pytest.mark.parametrize("key", [HUGE, ENDLESS, "²"])
def test_impossible_keys_name_nobody(northfield: Northfield, key: str) -> None:
    advert = Advert.objects.create(
        cohort=northfield.cohort, slug="mentors", title="Mentors", text="Come", opens_on=TODAY, closes_on=TODAY
    )
    sam, priya = Client(), Client()
    sam.force_login(northfield.sam)
    priya.force_login(northfield.priya)
    decide = f"/admin/recruitment/{advert.pk}/decide/"
    assert sam.get(decide, {"pk": key, "to": "accepted"}).status_code == 302
    assert sam.post(decide, {"pk": key, "to": "accepted"}).status_code == 302
    assert sam.get("/admin/training/mentors/trained-elsewhere/", {"pk": key}).status_code == 200
    assert priya.get("/my/contacts/log/", {"with": key}).status_code == 200


def test_an_impossible_number_in_an_address_is_what_does_not_exist(northfield: Northfield) -> None:
    sam = Client()
    sam.force_login(northfield.sam)
    assert sam.get(f"/admin/swaps/groups/{HUGE}/").status_code == 404
    assert sam.post(f"/admin/swaps/groups/{HUGE}/").status_code == 404


def test_a_nul_in_an_address_is_refused_in_words(northfield: Northfield) -> None:
    sam = Client()
    sam.force_login(northfield.sam)
    for page in ("/admin/people/?q=%00", "/admin/pairs/?q=a%00b", "/my/wishes/?as=%00"):
        answer = sam.get(page)
        assert answer.status_code == 400
        assert b"We could not read that" in answer.content
