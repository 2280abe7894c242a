"""What coming in by one's university opens, and what not: second step, roles, showing oneself again, leaving."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mentoring.credentials.services import ask, carry_out_due
from mentoring.credentials.states import Kind
from mentoring.federation.models import RoleProposal
from mentoring.federation.selectors import refusals
from mentoring.federation.states import ProposalState
from mentoring.identity import RoleRule
from schemes.models import Appointment
from tests.factories import NOW, Northfield
from tests.federation.conftest import OIDC

PASSWORD = "a-made-up-sentence-of-words"
MFA = "https://refeds.org/profile/mfa"


@pytest.fixture
def demanded(settings: Any) -> None:
    settings.SECOND_STEP_DEMANDED = True


def _today(client: Client) -> Any:
    return client.get(reverse("console:today"))


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize(
    ("trusted", "said", "opens"),
    [
        ((), {"amr": ["pwd", "mfa"]}, False),  # nobody agreed to believe it
        (("mfa",), {"amr": ["pwd"]}, False),
        (("mfa",), {"amr": ["pwd", "mfa"]}, True),
        ((MFA,), {"acr": MFA}, True),
        ((MFA,), {"acr": "mfa"}, False),
    ],
)
def test_their_second_step_counts_only_if_that_was_agreed(
    oidc: OIDC, northfield: Northfield, trusted: tuple[str, ...], said: dict[str, Any], opens: bool
) -> None:
    oidc.agree(second_step=trusted)
    client = Client()
    oidc.come(client, northfield.sam.email, **said)
    assert (_today(client).status_code == 200) is opens
    if not opens:
        assert _today(client)["Location"] == reverse("mfa_index")


@pytest.mark.usefixtures("demanded")
def test_our_own_second_step_is_still_asked_for(oidc: OIDC, northfield: Northfield) -> None:
    TOTP.activate(northfield.sam, generate_totp_secret())
    client = Client()
    assert oidc.come(client, northfield.sam.email, amr=["mfa"])["Location"] == reverse("mfa_authenticate")
    assert get_user(client).is_anonymous
    oidc.agree(second_step=("mfa",))
    trusted = Client()
    oidc.come(trusted, northfield.sam.email, amr=["mfa"])
    assert _today(trusted).status_code == 200


@pytest.mark.usefixtures("demanded")
def test_a_code_after_that_does_not_inherit_the_second_step(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(second_step=("mfa",))
    client = Client()
    oidc.come(client, northfield.sam.email, amr=["mfa"])
    client.post(reverse("account_logout"))
    northfield.sam.set_password(PASSWORD)
    northfield.sam.save()
    client.post(reverse("account_login"), {"login": northfield.sam.email, "password": PASSWORD})
    assert _today(client)["Location"] == reverse("mfa_index")


RULES = (
    RoleRule(claim="groups", value="interns", role="intern", scheme="transition-plus"),
    RoleRule(claim="groups", value="seniors", role="senior-mentor", scheme="transition-plus", unit="health"),
    RoleRule(claim="groups", value="staff", role="coordinator", scheme="transition-plus"),
    RoleRule(claim="groups", value="elsewhere", role="intern", scheme="no-such-scheme"),
)


def _rules(northfield: Northfield) -> tuple[RoleRule, ...]:
    return tuple(
        RoleRule(each.claim, each.value, each.role, northfield.scheme.slug, each.unit)
        if each.scheme == "transition-plus"
        else each
        for each in RULES
    )


def test_a_directory_proposes_low_roles_and_gives_none(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(roles=_rules(northfield))
    client = Client()
    oidc.come(client, northfield.omar.email, groups=["interns", "seniors", "staff", "elsewhere"])
    assert sorted(RoleProposal.objects.values_list("role", "unit__code")) == [
        ("intern", northfield.scheme.unit.code),
        ("senior-mentor", "health"),
    ]
    assert not Appointment.objects.filter(user=northfield.omar).exists()
    assert _today(client).status_code == 404
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    states = dict(RoleProposal.objects.values_list("role", "state"))
    assert states == {"intern": ProposalState.WAITING, "senior-mentor": ProposalState.WITHDRAWN}


def test_who_may_appoint_confirms_having_shown_who_they_are(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(roles=_rules(northfield))
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    proposal = RoleProposal.objects.get()
    lee = Client()
    northfield.dr_lee.set_password(PASSWORD)
    northfield.dr_lee.save()
    lee.force_login(northfield.dr_lee)
    assert northfield.omar.full_name in lee.get(reverse("federation:proposals")).content.decode()
    confirm = reverse("federation:confirm", args=[proposal.pk])
    assert lee.post(confirm)["Location"].startswith(reverse("account_reauthenticate"))
    lee.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    lee.post(confirm)
    made = Appointment.objects.get(user=northfield.omar)
    assert (made.role, made.appointed_by, made.starts_on) == ("intern", northfield.dr_lee, NOW.date())
    assert lee.post(confirm).status_code == 404
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    assert RoleProposal.objects.count() == 1


def test_what_was_declined_is_not_proposed_again(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(roles=_rules(northfield))
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    admin = Client()
    admin.force_login(northfield.admin)
    admin.post(reverse("federation:decline", args=[RoleProposal.objects.get().pk]))
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    assert RoleProposal.objects.get().state == ProposalState.DECLINED


def _appointing(client: Client, northfield: Northfield) -> Any:
    told = {"email": northfield.omar.email, "role": "intern", "unit": northfield.university.pk}
    url = reverse("schemes:appoint", args=[northfield.scheme.pk])
    return client.post(url, {**told, "starts_on": "2026-10-12"})


def test_who_can_show_themselves_at_the_university_alone_is_sent_there(
    oidc: OIDC, northfield: Northfield, clock: Any
) -> None:
    """Somebody without password or second step here would be waved through by allauth."""
    client = Client()
    oidc.come(client, northfield.dr_lee.email)
    asked = _appointing(client, northfield)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    page = client.get(asked["Location"], follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("federation:again", args=["northfield"]))
    onward = f"{reverse('federation:resume')}?next={reverse('schemes:appoint', args=[northfield.scheme.pk])}"
    question = oidc.leave(client, process="redirect", next=onward)
    assert (question["prompt"], question["max_age"]) == ("login", "0")
    old = oidc.peer.grant(
        question, now=NOW.timestamp(), email=northfield.dr_lee.email, email_verified=True,
        auth_time=int(NOW.timestamp()) - 3600,
    )  # fmt: skip
    assert "did not ask who you are" in oidc.back(client, question, old).content.decode()
    assert not Appointment.objects.filter(user=northfield.omar).exists()
    answer = oidc.come(
        client, northfield.dr_lee.email, sent={"process": "redirect", "next": onward}, auth_time=int(NOW.timestamp())
    )
    assert answer["Location"] == onward
    client.post(reverse("federation:resume"), {"next": reverse("schemes:appoint", args=[northfield.scheme.pk])})
    assert Appointment.objects.get(user=northfield.omar).role == "intern"  # what was typed was kept
    clock.shift(timedelta(minutes=6))
    assert _appointing(client, northfield)["Location"].startswith(reverse("account_reauthenticate"))


def test_somebody_else_cannot_show_themselves_for_one(oidc: OIDC, northfield: Northfield) -> None:
    oidc.come(Client(), northfield.priya.email, sub="subject-2")
    client = Client()
    oidc.come(client, northfield.dr_lee.email)
    answer = oidc.come(
        client, northfield.priya.email, sub="subject-2", sent={"process": "redirect"}, auth_time=int(NOW.timestamp())
    )
    assert "That was another person" in answer.content.decode()
    assert get_user(client) == northfield.dr_lee
    assert _appointing(client, northfield)["Location"].startswith(reverse("account_reauthenticate"))
    stranger = oidc.come(Client(), northfield.priya.email, sub="subject-2", sent={"process": "redirect"})
    assert stranger.status_code == 403


def test_leaving_says_that_the_university_may_not_have_noticed(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(sign_out_url="https://login.northfield.ac.uk/logout")
    client = Client()
    oidc.come(client, northfield.aisha.email)
    page = client.post(reverse("account_logout"), follow=True)
    assert "At University of Northfield you may still be signed in" in page.content.decode()
    assert "https://login.northfield.ac.uk/logout" in page.content.decode()
    assert get_user(client).is_anonymous


def test_where_it_is_the_only_way_codes_and_passwords_open_nothing(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(only=True)
    northfield.sam.set_password(PASSWORD)
    northfield.sam.save()
    client = Client()
    answer = client.post(reverse("account_login"), {"login": northfield.sam.email, "password": PASSWORD}, follow=True)
    assert "comes in by its own sign-in" in answer.content.decode()
    assert get_user(client).is_anonymous
    assert "Make an account" not in client.get(reverse("account_login")).content.decode()
    oidc.come(client, northfield.sam.email)
    assert get_user(client) == northfield.sam


def test_the_sign_in_page_begins_with_the_university(oidc: OIDC, northfield: Northfield) -> None:
    page = Client().get(reverse("account_login") + "?next=/my/data/").content.decode()
    assert page.index("Sign in with University of Northfield") < page.index("Another way to sign in")
    assert page.count('name="next" value="/my/data/"') >= 3
    oidc.use()
    page = Client().get(reverse("account_login")).content.decode()
    assert "Another way to sign in" not in page
    assert "Send me a code" in page


def test_the_administrator_sees_what_is_set_and_no_secret(oidc: OIDC, northfield: Northfield) -> None:
    oidc.agree(roles=_rules(northfield))
    oidc.come(Client(), "somebody@gmail.com")
    admin = Client()
    admin.force_login(northfield.admin)
    page = admin.get(reverse("federation:overview")).content.decode()
    for words in ("northfield.ac.uk", "/accounts/oidc/northfield/login/callback/", "not an address of this university"):
        assert words in page
    assert "groups = staff" in page.split("Lines that can propose nothing")[1]
    assert "made-up" not in page
    assert "gmail" not in page
    assert len(refusals(northfield.institution)) == 1


def test_the_administrator_asks_the_provider(oidc: OIDC, northfield: Northfield) -> None:
    admin = Client()
    admin.force_login(northfield.admin)
    url = reverse("federation:try", args=["northfield"])
    assert "what it says fits" in admin.post(url, follow=True).content.decode()
    oidc.agree(issuer=oidc.peer.issuer.replace("127.0.0.1", "localhost"))
    page = admin.post(url, follow=True).content.decode()
    assert "That must be the issuer in the file" in page
    assert "Add that to origins in the file" in page
    oidc.agree(issuer="http://127.0.0.1:9")
    assert "It does not answer" in admin.post(url, follow=True).content.decode()


def test_a_link_that_is_undone_lets_a_new_subject_join(oidc: OIDC, northfield: Northfield, clock: Any) -> None:
    oidc.come(Client(), northfield.sam.email)
    ask(person=northfield.sam, kind=Kind.UNIVERSITY_LINK, by=northfield.admin, now=timezone.now())
    assert SocialAccount.objects.exists()
    carry_out_due(now=timezone.now() + timedelta(days=1))
    assert not SocialAccount.objects.exists()
    client = Client()
    oidc.come(client, northfield.sam.email, sub="another")
    assert get_user(client) == northfield.sam
