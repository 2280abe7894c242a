"""An import takes nobody's way to sign in, tells nothing of other units, and keeps staff out of students' years."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.services import create_person
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.services import owe
from mentoring.participation.models import Participant
from mentoring.participation.reading import Fault
from mentoring.participation.services import import_work
from mentoring.participation.services.imports import leave_out_all
from schemes.governance import let_students_lead
from tests.factories import NOW, MatchFactory, MentorFactory, ParticipantFactory
from tests.participation.conftest import student
from tests.participation.services.test_imports import apply


def _told(letter="sign-in.changed"):
    found = Message.objects.filter(letter=letter).select_related("recipient")
    return {message.address or message.recipient.email for message in found}


@pytest.mark.parametrize("known", ["signed in", "written to", "a mentor", "matched"])
def test_nobody_who_is_known_gets_another_address_by_a_file(checked, northfield, now, known):
    ann = create_person(
        institution=northfield.institution, email="u1@northfield.ac.uk", student_number="1", by=None, now=NOW
    )
    if known == "signed in":
        User.objects.filter(pk=ann.pk).update(last_login=NOW)
    elif known == "written to":
        owe(letter="sign-in.changed", recipient=ann, occasion="before", now=NOW, secret={"change": "email_changed"})
    elif known == "a mentor":
        MentorFactory(user=ann, cohort=northfield.other_cohort, programme=northfield.sociology)
    else:
        MatchFactory(
            mentee=ParticipantFactory(user=ann, cohort=northfield.cohort, programme=northfield.sociology),
            mentor=northfield.participant("priya"),
        )
    hers = checked([student(1, email="mine@northfield.ac.uk")], by="sam")
    leave_out_all(student_import=hers, by=northfield.sam, now=NOW)
    apply(hers)
    assert User.objects.get(pk=ann.pk).email == "u1@northfield.ac.uk"
    row = checked([student(1, email="mine@northfield.ac.uk")], by="dr_lee").rows.get()
    assert [fault["code"] for fault in row.faults] == ["other_address"]
    assert "administrator" in str(Fault(**row.faults[0]).reason)


def test_another_address_of_somebody_unknown_is_a_change_of_its_own_and_both_are_told(checked, northfield, client):
    create_person(
        institution=northfield.institution, email="typo1@northfield.ac.uk", student_number="1", by=None, now=NOW
    )
    student_import = checked([student(1)])
    assert "email" in student_import.rows.get().changed_fields
    client.force_login(northfield.dr_lee)
    page = client.get(reverse("participation:import", args=[student_import.pk])).content.decode()
    assert "1 row changes the address with which somebody signs in" in page
    assert not Message.objects.exists()
    apply(student_import)
    assert _told() == {"typo1@northfield.ac.uk", "u1@northfield.ac.uk"}
    letter = Message.objects.get(address="typo1@northfield.ac.uk")
    assert "Your e-mail address was changed." in LETTERS[letter.letter].compose(letter).paragraphs
    again = checked([student(1, email="other@northfield.ac.uk")])
    assert again.rows.get().faults[0]["code"] == "other_address"


@pytest.mark.abuse(16)
@pytest.mark.parametrize("whom", ["omar", "carys", "nobody"])
@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_the_check_reads_alike_for_a_stranger_and_for_somebody_of_another_unit(checked, northfield, client, whom, role):
    """A student of another unit, staff of another unit, and an address that nobody has."""
    if whom != "nobody":
        User.objects.filter(pk=northfield.people[whom].pk).update(
            student_number="44", email="u44@northfield.ac.uk", given_name="Other"
        )
    student_import = checked([student(44)], by="sam", role=role)
    row = student_import.rows.get()
    assert (row.outcome, row.faults, row.changed_fields) == ("new", [], [])
    client.force_login(northfield.sam)
    page = client.get(reverse("participation:import", args=[student_import.pk])).content.decode()
    assert "Other" not in page
    before = Participant.objects.count()
    apply(student_import)
    assert Participant.objects.count() - before == (whom == "nobody")
    if whom != "nobody":
        left = student_import.rows.get()
        assert "Ask the scheme’s lead" in str(Fault(**left.faults[0]).reason)
        assert AuditEntry.objects.filter(verb="rows left to the lead").count() == 1
        assert User.objects.get(student_number="44").given_name == "Other"
        done = client.get(reverse("participation:import", args=[student_import.pk])).content.decode()
        assert "1 row is for the scheme’s lead" in done
        lead = checked([student(44)], by="dr_lee", role=role).rows.get()
        assert lead.outcome in {"changed", "faulty", "new"}


def test_another_address_of_a_mailbox_of_staff_is_left_to_the_lead(checked, northfield):
    done = apply(checked([student(48, email="carys+me@northfield.ac.uk")], by="sam"))
    assert done.reading["counts"]["aside"] == 1
    assert not User.objects.filter(student_number="48").exists()


def test_an_applicant_of_this_year_is_left_to_the_lead(checked, northfield):
    """Their letters of the year would show to the unit that the file brings them into."""
    ann = create_person(
        institution=northfield.institution, email="u49@northfield.ac.uk", student_number="49", by=None, now=NOW
    )
    owe(letter="sign-in.changed", recipient=ann, occasion="x", now=NOW, secret={}, cohort=northfield.cohort)
    assert apply(checked([student(49)], by="sam")).reading["counts"]["aside"] == 1


@pytest.mark.abuse(16)
def test_who_tries_out_many_addresses_gets_no_answer_any_more(checked, northfield, monkeypatch):
    monkeypatch.setattr(import_work, "MOST_ASIDE", 1)
    User.objects.filter(pk=northfield.omar.pk).update(student_number="44", email="u44@northfield.ac.uk")
    first = apply(checked([student(44), student(45)], by="sam"))
    assert (first.reading["counts"]["aside"], first.reading["counts"]["new"]) == (1, 1)
    again = apply(checked([student(44), student(46)], by="sam"))
    assert (again.reading["counts"]["aside"], again.reading["counts"]["new"]) == (2, 0)
    assert not Participant.objects.filter(user__student_number="46").exists()
    clean = apply(checked([student(47)], by="sam"))  # of files that are all one's own nothing is held up
    assert clean.reading["counts"]["new"] == 1


def test_nobody_of_staff_comes_into_a_year_that_students_lead(checked, northfield):
    for number, name in enumerate(("tom", "una")):
        User.objects.filter(pk=northfield.people[name].pk).update(student_number=f"S{number}")
    [closed] = let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    northfield.cohort = closed
    done = apply(checked([student(7, email="sam@northfield.ac.uk"), student(8)], by="tom"))
    assert [fault["code"] for fault in done.rows.get().faults] == ["left_to_lead"]
    assert not closed.participants.filter(user=northfield.sam).exists()
    assert closed.participants.filter(user__student_number="8").exists()
