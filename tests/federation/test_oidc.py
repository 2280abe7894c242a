"""Coming in by OIDC: who is let in, as whom; and what somebody with bad intentions tries."""

from typing import Any

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.services import create_institution
from mentoring.messaging.models import Message
from tests.factories import NOW, Northfield
from tests.federation.conftest import OIDC
from tests.federation.peers import OIDCPeer


def _is(client: Client) -> Any:
    return get_user(client)


def _page(answer: Any) -> str:
    return answer.content.decode()


def test_somebody_who_was_imported_comes_in_as_the_person_they_are(oidc: OIDC, northfield: Northfield) -> None:
    people = User.objects.count()
    client = Client()
    answer = oidc.come(client, "AISHA@northfield.ac.uk", name="Quite Another Name")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert _is(client) == northfield.aisha
    assert User.objects.count() == people
    link = SocialAccount.objects.get()
    assert (link.user, link.provider, link.uid, link.extra_data) == (northfield.aisha, "northfield", "subject-1", {})
    assert AuditEntry.objects.filter(verb="joined by university sign-in", object_id=str(northfield.aisha.pk)).exists()
    assert User.objects.get(pk=northfield.aisha.pk).full_name == northfield.aisha.full_name


def test_the_second_time_it_is_the_subject_that_counts(oidc: OIDC, northfield: Northfield) -> None:
    oidc.come(Client(), northfield.aisha.email)
    client = Client()
    oidc.come(client, "aisha.newname@northfield.ac.uk")
    assert _is(client) == northfield.aisha
    assert User.objects.get(pk=northfield.aisha.pk).email == northfield.aisha.email
    assert SocialAccount.objects.count() == 1


def test_who_has_been_here_before_is_told_of_the_new_way_in(oidc: OIDC, northfield: Northfield) -> None:
    User.objects.filter(pk=northfield.priya.pk).update(last_login=NOW)
    oidc.come(Client(), northfield.priya.email)
    oidc.come(Client(), northfield.aisha.email, sub="subject-2")
    assert [m.recipient for m in Message.objects.filter(letter="sign-in.changed")] == [northfield.priya]


REFUSED = {
    "an address of nobody": ({"email": "new@northfield.ac.uk"}, "You are not on the list yet"),
    "an address of elsewhere": ({"email": "aisha@gmail.com"}, "not an address of this university"),
    "a domain that only looks like ours": ({"email": "aisha@northfield.ac.uk.evil.org"}, "not an address of this"),
    "two at signs": ({"email": "aisha@northfield.ac.uk@evil.org"}, "did not tell us your address"),
    "a blank in it": ({"email": "aisha @northfield.ac.uk"}, "did not tell us your address"),
    "a letter of another alphabet": ({"email": "a\u0131sha@northfield.ac.uk"}, "You are not on the list yet"),
    "no address": ({"email": None}, "did not tell us your address"),
    "an address that was not verified": ({"email_verified": False}, "Your address is not confirmed"),
    "nothing said about verifying": ({"email_verified": None}, "Your address is not confirmed"),
    "verified in words": ({"email_verified": "perhaps"}, "Your address is not confirmed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_others_get_a_page_that_says_what_to_do(oidc: OIDC, northfield: Northfield, name: str) -> None:
    claims, said = REFUSED[name]
    client = Client()
    answer = oidc.come(client, **{"email": northfield.aisha.email, **claims})
    assert answer.status_code == 403
    assert said in _page(answer)
    assert _is(client).is_anonymous
    assert not SocialAccount.objects.exists()


FORGED: dict[str, dict[str, Any]] = {
    "signed by another": {"signed_by": "foreign"},
    "for another audience": {"aud": "somebody-else"},
    "for several, and handed to another": {"aud": ["peer-mentoring", "other"], "azp": "other"},
    "of another issuer": {"iss": "https://evil.example.org"},
    "long over": {"exp": int(NOW.timestamp()) - 3600},
    "without an end": {"exp": None},
    "with another's nonce": {"nonce": "not-the-one"},
    "without a nonce": {"nonce": None},
    "without a subject": {"sub": None},
    "with an empty subject": {"sub": ""},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_opens_nothing(oidc: OIDC, northfield: Northfield, name: str) -> None:
    client = Client()
    answer = oidc.come(client, northfield.sam.email, **FORGED[name])
    assert answer.status_code in {401, 403}
    assert _is(client).is_anonymous
    assert not SocialAccount.objects.exists()


def test_an_unsigned_token_opens_nothing(oidc: OIDC, northfield: Northfield) -> None:
    for algorithm, key in (("none", None), ("HS256", "x" * 64)):
        client = Client()
        asked = oidc.leave(client)
        code = oidc.peer.grant(asked, now=NOW.timestamp(), email=northfield.sam.email, email_verified=True)
        told = jwt.decode(oidc.peer.tokens[code], options={"verify_signature": False})
        oidc.peer.tokens[code] = jwt.encode(told, key, algorithm=algorithm, headers={"kid": "own"})
        assert oidc.back(client, asked, code).status_code == 403
        assert _is(client).is_anonymous


def test_details_of_another_subject_are_not_taken(oidc: OIDC, peer: OIDCPeer, northfield: Northfield) -> None:
    peer.details = {"sub": "somebody-else", "email": northfield.sam.email, "email_verified": True}
    assert oidc.come(Client(), None, email_verified=None).status_code == 403
    peer.details["sub"] = "subject-1"
    client = Client()
    oidc.come(client, None, email_verified=None)
    assert _is(client) == northfield.sam
    peer.details = {}


def test_an_answer_belongs_to_the_browser_that_asked_and_works_once(oidc: OIDC, northfield: Northfield) -> None:
    asker, other = Client(), Client()
    asked = oidc.leave(asker)
    code = oidc.peer.grant(asked, now=NOW.timestamp(), email=northfield.sam.email, email_verified=True)
    assert oidc.back(other, asked, code).status_code == 401  # a stolen link, or one that was slipped to somebody
    assert oidc.back(asker, {**asked, "state": "made-up"}, code).status_code == 401
    assert oidc.back(asker, asked, code)["Location"] == "/"
    assert oidc.back(asker, asked, code).status_code == 401
    assert oidc.peer.asked[-1]["code_verifier"]


def test_an_answer_of_another_provider_is_not_taken(oidc: OIDC, northfield: Northfield) -> None:
    client = Client()
    asked = oidc.leave(client)
    code = oidc.peer.grant(asked, now=NOW.timestamp(), email=northfield.sam.email, email_verified=True)
    assert oidc.back(client, asked, code, iss="https://evil.example.org").status_code == 403
    assert _is(client).is_anonymous


@pytest.mark.parametrize("target", ["https://evil.example.org/", "//evil.example.org", "/\\evil.example.org"])
def test_it_leads_nowhere_else_afterwards(oidc: OIDC, northfield: Northfield, target: str) -> None:
    answer = oidc.come(Client(), northfield.aisha.email, sent={"next": target})
    assert answer["Location"] == "/"
    assert oidc.come(Client(), northfield.aisha.email, sent={"next": "/my/data/"})["Location"] == "/my/data/"


def test_what_is_asked_of_the_provider_is_not_the_address_lines_to_say(oidc: OIDC) -> None:
    url = reverse("openid_connect_login", args=["northfield"]) + "?scope=admin&auth_params=prompt%3Dnone%26nonce%3Dmine"
    location = Client().post(url)["Location"]
    assert "admin" not in location
    assert "prompt" not in location
    assert "nonce=mine" not in location


def test_a_provider_speaks_for_its_own_university_only(oidc: OIDC, northfield: Northfield) -> None:
    other = create_institution(name="Southfield", slug="southfield", domains=["southfield.ac.uk"], by=None, now=NOW)
    dean = User.objects.create_user("dean@southfield.ac.uk", institution=other)
    door = reverse("openid_connect_login", args=["northfield"])
    assert Client().post(door).status_code == 404  # two universities, and it does not say which
    oidc.agree(institution="northfield", domains=("northfield.ac.uk", "southfield.ac.uk"))
    answer = oidc.come(Client(), dean.email)
    assert (answer.status_code, SocialAccount.objects.count()) == (403, 0)
    assert "not an address of this university" in _page(answer)
    oidc.agree(institution="southfield", domains=())
    assert oidc.come(Client(), northfield.sam.email, sub="subject-9").status_code == 403


def test_another_subject_with_the_same_address_waits_for_a_human(oidc: OIDC, northfield: Northfield) -> None:
    oidc.come(Client(), northfield.sam.email)
    client = Client()
    answer = oidc.come(client, northfield.sam.email, sub="another")
    assert answer.status_code == 403
    assert "Your university account has changed" in _page(answer)
    assert _is(client).is_anonymous
    assert AuditEntry.objects.filter(verb="sign-in refused", object_id=str(northfield.sam.pk)).exists()


def test_a_subject_that_shows_somebody_elses_address_is_refused(oidc: OIDC, northfield: Northfield) -> None:
    oidc.come(Client(), northfield.aisha.email)
    answer = oidc.come(Client(), northfield.sam.email)
    assert "Your address belongs to somebody else here" in _page(answer)


def test_an_account_that_was_made_with_somebody_elses_address_is_taken_from_its_maker(
    oidc: OIDC, northfield: Northfield
) -> None:
    """The maker knows the password and waits for the owner of the address to come."""
    waiting = User.objects.create_user(
        "late@northfield.ac.uk", "a-made-up-sentence", institution=northfield.institution
    )
    EmailAddress.objects.create(user=waiting, email=waiting.email, verified=False, primary=True)
    intruder, owner = Client(), Client()
    intruder.force_login(waiting)
    intruder_session = intruder.session.session_key
    TOTP.activate(waiting, generate_totp_secret())
    UserSession.objects.create(user=waiting, session_key=intruder_session, ip="127.0.0.1", user_agent="")
    oidc.come(owner, waiting.email)
    assert _is(owner) == waiting
    waiting.refresh_from_db()
    assert not waiting.has_usable_password()
    assert not waiting.authenticator_set.exists()
    assert EmailAddress.objects.get(user=waiting).verified
    assert intruder.get(reverse("portal:home")).status_code == 302


def test_a_closed_account_stays_closed(oidc: OIDC, northfield: Northfield) -> None:
    User.objects.filter(pk=northfield.aisha.pk).update(is_active=False)
    client = Client()
    assert oidc.come(client, northfield.aisha.email)["Location"] == reverse("account_inactive")
    assert not SocialAccount.objects.exists()


def test_nobody_joins_two_accounts_by_hand(oidc: OIDC, northfield: Northfield) -> None:
    client = Client()
    client.force_login(northfield.priya)
    answer = oidc.come(client, northfield.aisha.email, sent={"process": "connect"})
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()
    assert _is(client) == northfield.priya


def test_what_the_university_demands_of_an_account_is_demanded(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(require={"hd": ("northfield.ac.uk",), "acct": ("0",)})
    assert "not meant for peer mentoring" in _page(oidc.come(Client(), northfield.aisha.email))
    client = Client()
    oidc.come(client, northfield.aisha.email, hd="northfield.ac.uk", acct=0)
    assert _is(client) == northfield.aisha


def test_a_university_may_let_its_people_simply_come(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(new_people=True)
    client = Client()
    oidc.come(client, "Nia.New@northfield.ac.uk", given_name="Nia", family_name="New")
    nia = User.objects.get(email="nia.new@northfield.ac.uk")
    assert _is(client) == nia
    assert (nia.full_name, nia.institution, nia.is_staff) == ("Nia New", northfield.institution, False)
    assert not nia.has_usable_password()
    assert not nia.appointments.exists()


def test_turning_back_is_no_error(oidc: OIDC) -> None:
    client = Client()
    asked = oidc.leave(client)
    told = {"error": "access_denied", "state": asked["state"]}
    answer = client.get(reverse("openid_connect_callback", args=["northfield"]), told, follow=True)
    assert "You turned back before you had signed in" in _page(answer)


def test_a_provider_that_is_down_is_said_kindly(oidc: OIDC, peer: OIDCPeer) -> None:
    oidc.agree(id="elsewhere", issuer="http://127.0.0.1:9")
    answer = Client().post(reverse("openid_connect_login", args=["elsewhere"]))
    assert answer.status_code == 403
    assert "Signing in did not work" in _page(answer)


def test_there_is_nothing_where_no_provider_is(northfield: Northfield) -> None:
    for name in ("openid_connect_login", "openid_connect_callback", "saml_login", "saml_metadata", "saml_finish_acs"):
        assert Client().get(reverse(name, args=["nothing"])).status_code == 404
    assert Client().post(reverse("saml_acs", args=["nothing"])).status_code == 404
