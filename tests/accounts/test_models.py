"""People, and the trail that cannot be changed."""

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.encryption import CannotDecrypt
from accounts.forms import NameField
from accounts.models import AppendOnly, AuditEntry, Consent, User
from accounts.selectors import has_consented, institution_of
from accounts.services import give_consent, record, withdraw_consent
from mentoring.concerns.models import Concern
from tests.factories import NOW, Northfield


def _entry(northfield: Northfield) -> AuditEntry:
    """One that stays young by the database's own clock."""
    young = NOW.replace(year=2126)
    return record(verb="tried", obj=northfield.cohort, by=northfield.sam, now=young, fields=["name"])


def test_trail_cannot_be_changed_through_the_application(northfield: Northfield) -> None:
    entry = _entry(northfield)
    with pytest.raises(AppendOnly):
        AuditEntry.objects.filter(pk=entry.pk).update(verb="never happened")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.all().delete()
    with pytest.raises(AppendOnly):
        entry.delete()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditentry SET verb = 'never happened'", "DELETE FROM accounts_auditentry"],
)
def test_trail_cannot_be_changed_through_the_database(northfield: Northfield, statement: str) -> None:
    entry = _entry(northfield)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).verb == "tried"


def test_saving_an_entry_again_is_refused(northfield: Northfield) -> None:
    entry = _entry(northfield)
    entry.verb = "never happened"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


def test_consent_to_a_new_text_closes_the_old(northfield: Northfield) -> None:
    give_consent(person=northfield.aisha, kind=Consent.Kind.NOTES, text_version="1", now=NOW)
    give_consent(person=northfield.aisha, kind=Consent.Kind.NOTES, text_version="1", now=NOW)
    give_consent(person=northfield.aisha, kind=Consent.Kind.NOTES, text_version="2", now=NOW)
    assert Consent.objects.count() == 2
    assert has_consented(northfield.aisha, Consent.Kind.NOTES)
    withdraw_consent(person=northfield.aisha, kind=Consent.Kind.NOTES, now=NOW)
    withdraw_consent(person=northfield.aisha, kind=Consent.Kind.NOTES, now=NOW)
    assert not has_consented(northfield.aisha, Consent.Kind.NOTES)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("a@northfield.ac.uk", True),
        ("A@NORTHFIELD.AC.UK", True),
        ("a@evil-northfield.ac.uk", False),
        ("a@northfield.ac.uk.evil.com", False),
        ("a@sub.northfield.ac.uk", False),
    ],
)
def test_only_exact_domains_are_the_institutions(northfield: Northfield, address: str, known: bool) -> None:
    assert (institution_of(address) is not None) is known


def test_two_addresses_that_differ_in_case_are_one_person(northfield: Northfield) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create(email="SAM@northfield.ac.uk")


def _concern(northfield: Northfield) -> Concern:
    return Concern.objects.create(
        cohort=northfield.cohort,
        kind="wellbeing",
        text="She has not left her room.",
        raised_by=northfield.priya,
        raised_at=NOW,
        form_key="00000000-0000-4000-8000-000000000001",
    )


def test_confidential_text_lies_encrypted_and_reads_back(northfield: Northfield) -> None:
    concern = _concern(northfield)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM concerns_concern")
        stored = cursor.fetchone()[0]
    assert "room" not in stored
    assert Concern.objects.get(pk=concern.pk).text == "She has not left her room."


def test_wrong_key_fails_closed(northfield: Northfield, settings) -> None:
    _concern(northfield)
    settings.FIELD_KEYS = ["VDhSTzB6Ymh1cVZrM2h0cGNQdEJqVk9xRFFiYUx3Y1g="]
    with pytest.raises(CannotDecrypt):
        Concern.objects.get()


def test_key_rotation_reads_old_values(northfield: Northfield, settings) -> None:
    _concern(northfield)
    settings.FIELD_KEYS = ["VDhSTzB6Ymh1cVZrM2h0cGNQdEJqVk9xRFFiYUx3Y1g=", *settings.FIELD_KEYS]
    assert Concern.objects.get().text == "She has not left her room."


def test_encrypted_field_cannot_be_searched(northfield: Northfield) -> None:
    with pytest.raises(FieldError):
        list(Concern.objects.filter(text__contains="room"))


@pytest.mark.abuse(21)
@pytest.mark.parametrize("odd", ["İ", "ı", "ſ", "о", "\u200b", "ａ", "é"])
def test_an_address_that_only_looks_like_one_of_the_university_is_none(northfield: Northfield, odd: str) -> None:
    assert institution_of("mina.lee@northfield.ac.uk") == northfield.institution
    assert institution_of(f"m{odd}na.lee@northfield.ac.uk") is None
    with pytest.raises(ValidationError) as refused:
        User(email=f"m{odd}na.lee@northfield.ac.uk").clean_fields(exclude=["password"])
    assert any("no university address has" in words for words in refused.value.message_dict["email"])


@pytest.mark.abuse(12)
@pytest.mark.parametrize("broken", ["Lee\nBcc: x", "Lee\r", "Lee\u2028x", "Lee\x00"])
def test_a_name_is_one_line_wherever_it_is_typed(broken: str) -> None:
    for field in ("given_name", "family_name", "known_as"):
        with pytest.raises(ValidationError) as refused:
            User(email="x@northfield.ac.uk", **{field: broken}).clean_fields(exclude=["password"])
        assert any("one line" in words for words in refused.value.message_dict[field])
    with pytest.raises(ValidationError):
        NameField(strip=False).clean(broken)
    assert NameField().clean("O’Brien-Świątek") == "O’Brien-Świątek"
