"""Nobody becomes somebody else, or an administrator, by one administrator's word (trust.md §1 no. 21)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.selectors import account_changed_lately
from accounts.services import NotAllowed, WrongState
from mentoring.credentials import services
from mentoring.credentials.models import AccountChange
from mentoring.credentials.states import ChangeState, Kind
from mentoring.credentials.tasks import sweep
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.safeguarding import services as safeguarding
from tests.factories import NOW, Northfield, UserFactory

NEW = "d.new@northfield.ac.uk"
DAY = timedelta(days=1)


@pytest.fixture
def second(northfield: Northfield) -> User:
    """Another administrator, for years."""
    return UserFactory(given_name="Bea", is_staff=True, is_superuser=True, institution=northfield.institution)


def _ask(northfield: Northfield, person: User, kind: str, **what: Any) -> AccountChange:
    return services.ask(person=person, kind=kind, by=what.pop("by", northfield.admin), now=timezone.now(), **what)


def _told() -> set[str]:
    return set(Message.objects.filter(letter="credentials.asked").values_list("recipient__given_name", flat=True))


def _fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.abuse(21)
def test_an_address_needs_its_own_confirmation_and_a_day_and_the_old_one_hears_first(
    northfield: Northfield, clock: Any
) -> None:
    dana, old = northfield.dana, northfield.dana.email
    change = _ask(northfield, dana, Kind.ADDRESS, new_address=NEW)
    assert {"Dana", "Alex"} <= _told()
    clock.shift(DAY)
    sweep.apply(throw=True)
    assert _fresh(dana).email == old  # unconfirmed, it never happens
    letter = Message.objects.get(letter="credentials.confirm")
    content = LETTERS["credentials.confirm"].compose(letter)
    assert letter.address == NEW
    assert content is not None
    assert "Dana" not in str(content)
    path = re.sub(r"^https?://[^/]+", "", content.actions[0].url)
    assert Client().get(path).status_code == 200
    assert AccountChange.objects.get().confirmed_at is None
    Client().post(path)
    assert _fresh(dana).email == NEW
    assert list(EmailAddress.objects.filter(user=dana).values_list("email", "verified")) == [(NEW, True)]
    done = Message.objects.filter(letter="credentials.done")
    assert {each.address or each.recipient.email for each in done} == {NEW, old}
    change.refresh_from_db()
    assert change.state == ChangeState.DONE
    assert account_changed_lately(dana, timezone.now())


@pytest.mark.abuse(21)
def test_a_confirmed_address_still_waits_its_day_in_which_the_person_stops_it(
    northfield: Northfield, clock: Any
) -> None:
    dana, old = northfield.dana, northfield.dana.email
    change = _ask(northfield, dana, Kind.ADDRESS, new_address=NEW)
    services.confirm_address(change=change, now=timezone.now())
    clock.shift(DAY - timedelta(minutes=1))
    sweep.apply(throw=True)
    assert _fresh(dana).email == old
    client = Client()
    client.force_login(dana)
    url = reverse("credentials:stop", args=[change.pk])
    assert url in client.get(reverse("credentials:mine")).content.decode()
    client.post(url)
    clock.shift(DAY)
    sweep.apply(throw=True)
    assert _fresh(dana).email == old
    assert not EmailAddress.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("address", ["d@example.com", "sam@northfield.ac.uk"])
def test_an_address_of_elsewhere_or_of_somebody_is_refused(northfield: Northfield, address: str) -> None:
    with pytest.raises(WrongState):
        _ask(northfield, northfield.dana, Kind.ADDRESS, new_address=address)


@pytest.mark.abuse(21)
def test_a_second_step_goes_after_a_day_and_the_leads_hear_when_it_is_one_of_theirs(
    northfield: Northfield, clock: Any
) -> None:
    TOTP.activate(northfield.dana, generate_totp_secret())
    _ask(northfield, northfield.dana, Kind.SECOND_STEP)
    assert {"Dana", "Alex"} <= _told()
    clock.shift(DAY - timedelta(minutes=1))
    sweep.apply(throw=True)
    assert Authenticator.objects.exists()
    clock.shift(timedelta(minutes=1))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    assert not Authenticator.objects.exists()
    entry = AuditEntry.objects.get(verb="way of signing in changed")
    assert (entry.actor, entry.object_id) == (northfield.admin, str(northfield.dana.pk))


def test_with_a_second_administrator_a_lost_phone_is_mended_at_once(northfield: Northfield, second: User) -> None:
    TOTP.activate(northfield.sam, generate_totp_secret())
    change = _ask(northfield, northfield.sam, Kind.SECOND_STEP)
    services.agree(change=change, by=second, now=timezone.now())
    assert not Authenticator.objects.exists()


@pytest.mark.abuse(21)
def test_ones_own_second_step_goes_only_by_another_administrator(
    northfield: Northfield, second: User, clock: Any
) -> None:
    TOTP.activate(northfield.admin, generate_totp_secret())
    change = _ask(northfield, northfield.admin, Kind.SECOND_STEP)
    with pytest.raises(NotAllowed):
        services.agree(change=change, by=northfield.admin, now=timezone.now())
    clock.shift(timedelta(days=9))
    sweep.apply(throw=True)
    assert Authenticator.objects.exists()
    services.agree(change=change, by=second, now=timezone.now())
    assert not Authenticator.objects.exists()


@pytest.mark.abuse(21)
def test_an_administrator_is_made_by_two_and_a_day(northfield: Northfield, second: User, clock: Any) -> None:
    sam = northfield.sam
    change = _ask(northfield, sam, Kind.ADMINISTRATOR)
    assert {"Sam", "Alex", "Bea", "Dana"} <= _told()
    clock.shift(timedelta(days=3))
    sweep.apply(throw=True)
    assert not _fresh(sam).is_staff
    services.agree(change=change, by=second, now=timezone.now())
    sweep.apply(throw=True)
    assert not _fresh(sam).is_staff
    clock.shift(DAY)
    sweep.apply(throw=True)
    made = _fresh(sam)
    assert (made.is_staff, made.is_superuser) == (True, True)


@pytest.mark.abuse(21)
def test_the_only_administrator_makes_the_second_after_a_day_and_that_one_does_not_count_for_a_week(
    northfield: Northfield, clock: Any
) -> None:
    _ask(northfield, northfield.sam, Kind.ADMINISTRATOR)
    clock.shift(DAY)
    sweep.apply(throw=True)
    sam = _fresh(northfield.sam)
    assert sam.is_staff
    TOTP.activate(northfield.dana, generate_totp_secret())
    change = _ask(northfield, northfield.dana, Kind.SECOND_STEP)
    with pytest.raises(WrongState):
        services.agree(change=change, by=sam, now=timezone.now())
    grant = safeguarding.ask_for_grant(
        scheme=northfield.scheme, email=northfield.carys.email, given_name="", family_name="", by=northfield.admin,
        now=timezone.now(),
    )  # fmt: skip
    with pytest.raises(WrongState):
        safeguarding.approve(grant=grant, by=sam, now=timezone.now())
    theirs = safeguarding.ask_for_grant(
        scheme=northfield.scheme, email=northfield.tom.email, given_name="", family_name="", by=sam, now=timezone.now()
    )
    assert theirs.first_by is None
    clock.shift(timedelta(days=7))
    assert safeguarding.approve(grant=grant, by=sam, now=timezone.now()).state == "approved"


@pytest.mark.abuse(21)
def test_one_whose_second_step_was_changed_this_week_is_no_second(northfield: Northfield, second: User) -> None:
    TOTP.activate(northfield.dana, generate_totp_secret())
    TOTP.activate(second, generate_totp_secret())
    third = UserFactory(is_staff=True, institution=northfield.institution)
    now = timezone.now()
    services.agree(change=_ask(northfield, second, Kind.SECOND_STEP), by=third, now=now)
    with pytest.raises(WrongState):
        services.agree(change=_ask(northfield, northfield.dana, Kind.SECOND_STEP), by=second, now=now)


def test_the_last_administrator_stays_and_a_stranger_asks_for_nothing(
    northfield: Northfield, second: User, clock: Any
) -> None:
    _ask(northfield, northfield.admin, Kind.NO_ADMINISTRATOR, by=second)
    clock.shift(DAY)
    sweep.apply(throw=True)
    assert not _fresh(northfield.admin).is_staff
    change = AccountChange.objects.create(
        person=second, kind=Kind.NO_ADMINISTRATOR, asked_by=second, asked_at=NOW, begins_at=NOW
    )
    sweep.apply(throw=True)
    change.refresh_from_db()
    assert (change.state, _fresh(second).is_staff) == ("stopped", True)
    for name in ("dr_lee", "dana", "aisha", "mallory", "admin"):
        with pytest.raises(NotAllowed):
            _ask(northfield, northfield.sam, Kind.ADMINISTRATOR, by=_fresh(northfield.people[name]))


def test_what_nobody_agrees_to_is_given_up_and_who_asked_must_administer_still(
    northfield: Northfield, second: User, clock: Any
) -> None:
    waits = _ask(northfield, northfield.sam, Kind.ADMINISTRATOR)
    TOTP.activate(northfield.carys, generate_totp_secret())
    orphan = _ask(northfield, northfield.carys, Kind.SECOND_STEP, by=second)
    User.objects.filter(pk=second.pk).update(is_staff=False)
    clock.shift(timedelta(days=14))
    sweep.apply(throw=True)
    assert {each.state for each in AccountChange.objects.filter(pk__in=[waits.pk, orphan.pk])} == {"stopped"}
    assert Authenticator.objects.exists()


@pytest.mark.abuse(21)
def test_the_database_holds_that_the_second_is_another(northfield: Northfield) -> None:
    for wrong in (northfield.admin, northfield.sam):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountChange.objects.create(
                person=northfield.sam, kind=Kind.ADMINISTRATOR, asked_by=northfield.admin, asked_at=NOW, second_by=wrong
            )


def test_it_is_asked_for_on_a_page_by_who_has_just_shown_who_they_are(northfield: Northfield) -> None:
    admin = northfield.admin
    admin.set_password("four quiet wooden boats")
    admin.save()
    client = Client()
    client.force_login(admin)
    told = {"email": northfield.sam.email, "kind": "administrator"}
    asked = client.post(reverse("credentials:ask"), told)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not AccountChange.objects.exists()
    client.post(asked["Location"], {"password": "four quiet wooden boats", "next": reverse("credentials:ask")})
    assert AccountChange.objects.get().person == northfield.sam
    page = client.get(reverse("credentials:changes")).content.decode()
    assert "Sam" in page
    assert "Made an administrator" in page


def test_nobody_gives_their_own_account_another_address(northfield: Northfield) -> None:
    """The package would let a person add one and sign in by it; who has an address is the university's word."""
    client = Client()
    client.force_login(northfield.priya)
    before = northfield.priya.email
    address = "/accounts/email/"
    for told in ({"action_add": "", "email": NEW}, {"action_primary": "", "email": NEW}):
        assert client.post(address, told).status_code == 405
    assert client.get(address)["Location"] == reverse("mfa_index")
    assert not EmailAddress.objects.filter(email=NEW).exists()
    northfield.priya.refresh_from_db()
    assert northfield.priya.email == before
