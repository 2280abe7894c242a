"""Signing in through the real pages; every mail of it goes through the outbox."""

import re
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, EmailDomain, User
from mentoring.messaging import delivery
from mentoring.messaging.adapters import AccountAdapter
from mentoring.messaging.channels import FileChannel
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Urgency

PASSWORD = "long enough to be a secret"


def owed():
    return Message.objects.latest("pk")


def is_signed_in(client):
    return "_auth_user_id" in client.session


def ask_for_code(client, email):
    return client.post(reverse("account_request_login_code"), {"email": email})


def enter_code(client, code):
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def test_signing_in_by_code(client, aisha):
    answer = ask_for_code(client, "Aisha@northfield.ac.uk")
    assert answer.status_code == 302
    message = owed()
    assert (message.letter, message.recipient, message.urgency) == ("sign-in.code", aisha, Urgency.AT_ONCE)
    assert not is_signed_in(client)
    assert enter_code(client, message.secret["code"]).status_code == 302
    assert is_signed_in(client)
    assert mail.outbox == []


def test_a_wrong_code_signs_nobody_in(client, aisha):
    ask_for_code(client, aisha.email)
    answer = enter_code(client, "WRONG1")
    assert answer.status_code == 200
    assert not is_signed_in(client)


def test_three_wrong_codes_end_the_attempt(client, aisha):
    ask_for_code(client, aisha.email)
    code = owed().secret["code"]
    for _ in range(3):
        enter_code(client, "WRONG1")
    enter_code(client, code)
    assert not is_signed_in(client)


def test_the_code_arrives_and_is_forgotten(client, aisha, tmp_path):
    ask_for_code(client, aisha.email)
    code = owed().secret["code"]
    delivery.sweep(clock=timezone.now, channel=FileChannel(tmp_path))
    [file] = tmp_path.iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.SMTP)
    assert code in letter.get_body(("plain",)).get_content()
    assert code in letter.get_body(("html",)).get_content()
    assert code not in letter["Subject"]
    message = owed()
    assert (message.state, message.secret) == (MessageState.SENT, None)


def test_the_code_is_not_readable_in_the_database(client, aisha):
    ask_for_code(client, aisha.email)
    code = owed().secret["code"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM messaging_message")
        [(stored,)] = cursor.fetchall()
    assert stored
    assert code not in stored


def test_signing_in_by_password(client, aisha):
    aisha.set_password(PASSWORD)
    aisha.save()
    wrong = client.post(reverse("account_login"), {"login": aisha.email, "password": "wrong"})
    assert wrong.status_code == 200
    assert not is_signed_in(client)
    client.post(reverse("account_login"), {"login": aisha.email, "password": PASSWORD})
    assert is_signed_in(client)


def test_a_closed_account_cannot_sign_in(client, aisha):
    aisha.is_active = False
    aisha.save()
    ask_for_code(client, aisha.email)
    assert not Message.objects.filter(letter="sign-in.code").exists()


@pytest.mark.abuse(16)
def test_known_and_unknown_addresses_get_equal_answers(aisha):
    def pages(email):
        client = Client()
        first = ask_for_code(client, email)
        second = client.get(first["Location"])
        reset = client.post(reverse("account_reset_password"), {"email": email})
        wrong = client.post(reverse("account_login"), {"login": email, "password": "x" * 20})
        return [
            (answer.status_code, answer.get("Location"), answer.content.decode().replace(email, "ADDRESS"))
            for answer in (first, second, reset, wrong)
        ]

    def stripped(answers):
        return [
            (status, location, re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", page))
            for status, location, page in answers
        ]

    known, unknown = stripped(pages("aisha@northfield.ac.uk")), stripped(pages("ghost@northfield.ac.uk"))
    assert known == unknown
    letters = list(Message.objects.order_by("pk").values_list("letter", "recipient__email", "address"))
    assert ask_for_code(Client(), "ghost@gmail.com").status_code == 302
    assert Message.objects.count() == 4
    assert letters == [
        ("sign-in.code", "aisha@northfield.ac.uk", ""),
        ("sign-in.reset", "aisha@northfield.ac.uk", ""),
        ("sign-in.unknown", None, "ghost@northfield.ac.uk"),
        ("sign-in.unknown", None, "ghost@northfield.ac.uk"),
    ]


def test_signing_up_with_a_university_address(client, university):
    answer = client.post(
        reverse("account_signup"),
        {"email": "New.Student@Northfield.ac.uk", "given_name": "New", "family_name": "Student"},
    )
    assert answer.status_code == 302
    person = User.objects.get(email="new.student@northfield.ac.uk")
    assert (person.institution, person.given_name) == (university, "New")
    assert not EmailAddress.objects.get(user=person).verified
    assert not is_signed_in(client)
    assert AuditEntry.objects.filter(verb="person signed up", actor=person).count() == 1
    message = owed()
    assert message.letter == "sign-in.verify"
    client.post(reverse("account_email_verification_sent"), {"code": message.secret["code"]})
    assert EmailAddress.objects.get(user=person).verified
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["x@gmail.com", "x@evil.northfield.ac.uk", "x@northfield.ac.uk.evil.com"])
def test_no_other_address_can_sign_up(client, university, email):
    answer = client.post(reverse("account_signup"), {"email": email, "given_name": "X"})
    assert b"It ends in @northfield.ac.uk." in answer.content
    assert not User.objects.filter(email=email).exists()


@pytest.mark.abuse(16)
def test_signing_up_twice_makes_one_account_and_answers_alike(client, aisha):
    def sign_up(email):
        return Client().post(reverse("account_signup"), {"email": email, "given_name": "A"})

    known, new = sign_up(aisha.email), sign_up("brand.new@northfield.ac.uk")
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert User.objects.filter(email=aisha.email).count() == 1
    assert Message.objects.get(recipient=aisha).letter == "sign-in.known"


def test_sign_up_is_closed_until_an_institution_names_its_domains(client, university):
    EmailDomain.objects.all().delete()
    answer = client.post(reverse("account_signup"), {"email": "x@northfield.ac.uk", "given_name": "X"})
    assert not User.objects.exists()
    assert b"csrfmiddlewaretoken" not in answer.content.split(b"<main")[1]


def test_a_new_password_by_a_link(client, aisha):
    client.post(reverse("account_reset_password"), {"email": aisha.email})
    message = owed()
    assert message.letter == "sign-in.reset"
    form = client.get(urlsplit(message.secret["url"]).path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    aisha.refresh_from_db()
    assert aisha.check_password(PASSWORD)


def test_too_many_passwords_are_stopped_with_a_plain_page(client, aisha):
    answers = [
        client.post(reverse("account_login"), {"login": aisha.email, "password": f"wrong {n}"}) for n in range(7)
    ]
    assert b"Too many" in answers[-1].content
    aisha.set_password(PASSWORD)
    aisha.save()
    client.post(reverse("account_login"), {"login": aisha.email, "password": PASSWORD})
    assert not is_signed_in(client)


def test_too_many_requests_get_the_page_that_says_wait(client, university):
    for number in range(25):
        answer = client.post(reverse("account_reset_password"), {"email": f"a{number}@northfield.ac.uk"})
    assert answer.status_code == 429
    assert b"Too many tries" in answer.content
    assert Message.objects.count() < 25


def test_a_second_factor_is_asked_for_once_it_is_set_up(client, aisha, django_capture_on_commit_callbacks):
    aisha.set_password(PASSWORD)
    aisha.save()
    login = {"login": aisha.email, "password": PASSWORD}
    client.post(reverse("account_login"), login)
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert AuditEntry.objects.filter(verb="way of signing in changed", actor=aisha).exists()
    assert owed().letter == "sign-in.changed"
    assert owed().secret["change"] in {"totp_activated", "recovery_codes_generated"}
    fresh = Client()
    answer = fresh.post(reverse("account_login"), login)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(fresh)
    assert fresh.get(reverse("mfa_authenticate")).status_code == 200


def test_security_keys_can_be_added(client, aisha):
    aisha.set_password(PASSWORD)
    aisha.save()
    client.post(reverse("account_login"), {"login": aisha.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


@pytest.mark.parametrize("name", ["account/email/email_changed", "account/email/of_the_future"])
def test_every_notice_of_allauth_becomes_a_letter(rf, aisha, name):
    AccountAdapter(rf.get("/")).send_mail(name, aisha.email, {})
    [content] = [LETTERS[message.letter].compose(message) for message in Message.objects.all()]
    assert content.subject == "A change to your account"


def test_a_new_code_can_be_asked_for_and_the_old_one_is_dead(client, aisha, clock):
    ask_for_code(client, aisha.email)
    old = owed().secret["code"]
    clock.shift(30)
    page = client.get(reverse("account_confirm_login_code"))
    assert b"Send a new code" in page.content
    answer = client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert answer.status_code == 302
    new = owed().secret["code"]
    assert new != old
    enter_code(client, old)
    assert not is_signed_in(client)
    enter_code(client, new)
    assert is_signed_in(client)


@pytest.mark.abuse(16)
@pytest.mark.parametrize("door", ["account_signup", "account_login"])
def test_a_known_address_costs_as_much_work_as_an_unknown_one(aisha, monkeypatch, door):
    """A password is hashed either way: the time that it takes would tell (tests.bench.enumeration)."""
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *told: hashed.append(1) or encode(self, *told))
    aisha.set_password("a pass phrase of her own")
    aisha.save()
    work = []
    for address in (aisha.email, "nobody@northfield.ac.uk"):
        hashed.clear()
        given = {"login": address, "password": PASSWORD, "email": address, "password1": PASSWORD, "given_name": "New"}
        Client().post(reverse(door), given)
        work.append(len(hashed))
    assert work[0] == work[1] > 0


@pytest.mark.abuse(16)
def test_signing_up_with_a_known_address_writes_as_much_and_keeps_nothing(aisha):
    asked, accounts = [], User.objects.count()
    for address in (aisha.email, "nobody@northfield.ac.uk"):
        with CaptureQueriesContext(connection) as seen:
            Client().post(reverse("account_signup"), {"email": address, "given_name": "New", "password1": PASSWORD})
        asked.append(len(seen))
    assert abs(asked[0] - asked[1]) <= 4
    assert User.objects.count() == accounts + 1
