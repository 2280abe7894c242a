"""Coming in by SAML: real signatures, and what is done to them on the way."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from tests.factories import NOW, Northfield
from tests.federation.conftest import NAMED, SAML

TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def _anonymous(client: Client) -> bool:
    return bool(get_user(client).is_anonymous)


def test_somebody_who_was_imported_comes_in(saml: SAML, northfield: Northfield) -> None:
    client = Client()
    answer = saml.come(client, northfield.aisha.email, sent={"next": "/my/data/"})
    assert (answer.status_code, answer["Location"]) == (302, "/my/data/")
    assert get_user(client) == northfield.aisha
    link = SocialAccount.objects.get()
    assert (link.provider, link.uid, link.extra_data) == ("northfield-saml", "subject-1", {})


def test_who_somebody_is_comes_from_the_lasting_attribute_before_the_name_id(
    saml: SAML, northfield: Northfield
) -> None:
    lasting = {"urn:oasis:names:tc:SAML:attribute:subject-id": "a1@northfield.ac.uk"}
    saml.come(Client(), northfield.aisha.email, format=TRANSIENT, attributes=lasting)
    assert SocialAccount.objects.get().uid == "a1@northfield.ac.uk"


def test_an_address_as_name_id_will_do(saml: SAML, northfield: Northfield) -> None:
    client = Client()
    saml.come(client, None, format=EMAIL, subject=northfield.aisha.email)
    assert get_user(client) == northfield.aisha


BAD: dict[str, dict[str, Any]] = {
    "not signed": {"signed_by": None},
    "signed by another": {"signed_by": "foreign"},
    "changed after signing": {"forge": ("aisha@northfield", "sam@northfield")},
    "for another audience": {"audience": "https://other.example.org/metadata"},
    "for nobody in particular": {"audience": ""},
    "of another issuer": {"entity_id": "https://evil.example.org"},
    "sent to another place": {"to": "https://other.example.org/acs"},
    "long over": {"now": NOW - timedelta(hours=2)},
    "not yet": {"now": NOW + timedelta(hours=2)},
    "for one visit only": {"format": TRANSIENT},
    "with a comment in the subject": {"forge": (">subject-1<", "><!---->subject-2<")},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_assertion_opens_nothing(saml: SAML, northfield: Northfield, name: str) -> None:
    client = Client()
    assert saml.come(client, northfield.aisha.email, **BAD[name]).status_code in {401, 403}
    assert _anonymous(client)
    assert not SocialAccount.objects.exists()


def test_only_the_response_signed_is_not_enough_unless_that_was_agreed(saml: SAML, northfield: Northfield) -> None:
    saml.agree(signed="response")
    assert saml.come(Client(), northfield.aisha.email).status_code == 401
    saml.agree(signed="assertion")
    assert saml.come(Client(), northfield.aisha.email).status_code == 302


def test_two_assertions_are_one_too_many(saml: SAML, northfield: Northfield) -> None:
    """The good one wrapped beside one of the attacker's own making."""
    client = Client()
    asked = saml.leave(client)
    good = base64.b64decode(saml.answer(northfield.aisha.email, in_response_to=asked)).decode()
    evil = base64.b64decode(saml.answer(northfield.sam.email, in_response_to=asked, signed_by=None)).decode()
    stolen = "<saml:Assertion" + evil.split("<saml:Assertion")[1].split("</samlp:Response>")[0]
    wrapped = good.replace("</samlp:Status>", f"</samlp:Status>{stolen}")
    assert saml.back(client, base64.b64encode(wrapped.encode()).decode()).status_code == 401
    assert _anonymous(client)


def test_an_answer_to_nobody_s_question_is_refused(saml: SAML, northfield: Northfield) -> None:
    client = Client()
    assert saml.back(client, saml.answer(northfield.aisha.email), RelayState="/my/data/").status_code == 401
    assert saml.back(client, saml.answer(northfield.aisha.email, in_response_to="_made-up")).status_code == 403
    assert _anonymous(client)


def test_an_answer_works_once_and_in_the_browser_that_asked(saml: SAML, northfield: Northfield) -> None:
    asker, other = Client(), Client()
    asked = saml.leave(asker)
    answer = saml.answer(northfield.sam.email, in_response_to=asked)
    assert saml.back(other, answer).status_code == 403
    assert _anonymous(other)
    assert saml.back(asker, answer).status_code == 403  # seen already, wherever that was
    again = saml.leave(asker)
    fresh = saml.answer(northfield.sam.email, in_response_to=again)
    assert saml.back(asker, fresh).status_code == 302
    assert saml.back(Client(), fresh).status_code == 403


def test_an_unsolicited_answer_cannot_be_dressed_as_an_answer(saml: SAML, northfield: Northfield) -> None:
    """Somebody's captured assertion without a request, put into a response to the thief's own request, once used."""
    thief, owner = Client(), Client()
    loose = saml.answer(northfield.sam.email)
    saml.back(owner, loose)
    asked = saml.leave(thief)
    dressed = base64.b64decode(loose).decode().replace(' Destination="', f' InResponseTo="{asked}" Destination="', 1)
    assert saml.back(thief, base64.b64encode(dressed.encode()).decode()).status_code == 403
    assert _anonymous(thief)


@pytest.mark.parametrize("email", ["aisha@gmail.com", "new@northfield.ac.uk"])
def test_others_get_a_page(saml: SAML, northfield: Northfield, email: str) -> None:
    client = Client()
    assert saml.come(client, email).status_code == 403
    assert _anonymous(client)


def test_an_address_counts_only_where_the_university_gives_them_out(saml: SAML, northfield: Northfield) -> None:
    saml.agree(addresses_are_verified=False)
    answer = saml.come(Client(), northfield.aisha.email)
    assert "Your address is not confirmed" in answer.content.decode()


def test_garbage_is_answered_kindly(saml: SAML) -> None:
    for sent in ("", "!!!", base64.b64encode(b"<a/>").decode(), base64.b64encode(b"<!DOCTYPE x []><a/>").decode()):
        assert saml.back(Client(), sent).status_code in {401, 403}
    too_long = {"SAMLResponse": "A" * 600_000}
    assert Client().post(reverse("saml_acs", args=["northfield-saml"]), too_long).status_code == 400


def test_what_the_universitys_side_must_know_is_there(saml: SAML) -> None:
    answer = Client().get(reverse("saml_metadata", args=["northfield-saml"]), headers=NAMED)
    told = answer.content.decode()
    assert answer["Content-Type"] == "text/xml"
    assert 'WantAssertionsSigned="true"' in told
    assert saml.acs in told


def test_nobody_is_signed_out_by_an_unsigned_word(saml: SAML, northfield: Northfield) -> None:
    client = Client()
    saml.come(client, northfield.aisha.email)
    request = base64.b64encode(b"<samlp:LogoutRequest/>").decode()
    url = reverse("saml_sls", args=["northfield-saml"])
    assert client.get(url, {"SAMLRequest": request}).status_code == 400
    assert client.get(url, {"SAMLRequest": request, "Signature": "bWFkZS11cA=="}, headers=NAMED).status_code in {
        400,
        403,
    }
    assert get_user(client) == northfield.aisha


def test_showing_oneself_again_is_asked_for_in_earnest(saml: SAML, northfield: Northfield) -> None:
    client = Client()
    saml.come(client, northfield.aisha.email)
    asked = saml.leave(client, process="redirect", next="/my/data/")
    old = saml.answer(northfield.aisha.email, in_response_to=asked, shown_at=NOW - timedelta(hours=1))
    assert "did not ask who you are" in saml.back(client, old).content.decode()
    asked = saml.leave(client, process="redirect", next="/my/data/")
    assert saml.back(client, saml.answer(northfield.aisha.email, in_response_to=asked))["Location"] == "/my/data/"
