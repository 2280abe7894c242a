"""A mentee's permission for notes."""

from django.urls import reverse

from accounts.models import Consent
from accounts.selectors import has_consented
from schemes.services import change_policy

URL = reverse("contacts:notes")


def _allow_in_scheme(northfield, now) -> None:
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=now)


def test_where_the_scheme_has_no_notes_there_is_no_page(client, northfield) -> None:
    client.force_login(northfield.aisha)
    assert client.get(URL).status_code == 404
    assert client.post(reverse("contacts:allow_notes")).status_code == 404
    assert not Consent.objects.exists()


def test_the_page_warns_before_and_the_permission_is_given_and_taken_back(client, northfield, now) -> None:
    _allow_in_scheme(northfield, now)
    client.force_login(northfield.aisha)
    assert "Staff could read them" in client.get(URL).content.decode()
    assert not has_consented(northfield.aisha, Consent.Kind.NOTES)
    client.post(reverse("contacts:allow_notes"))
    assert has_consented(northfield.aisha, Consent.Kind.NOTES)
    client.post(reverse("contacts:forbid_notes"))
    assert not has_consented(northfield.aisha, Consent.Kind.NOTES)


def test_a_mentor_cannot_give_it(client, northfield, matched, now) -> None:
    _allow_in_scheme(northfield, now)
    client.force_login(northfield.priya)
    assert client.post(reverse("contacts:allow_notes")).status_code == 404
    assert not Consent.objects.exists()
