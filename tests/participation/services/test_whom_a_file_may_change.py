"""An import takes nobody's way to sign in, tells nothing of other units, and keeps staff out of students' years."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.services import create_person
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.services import owe
from mentoring.participation.reading import Fault
from schemes.governance import let_students_lead
from tests.factories import NOW, MatchFactory, MentorFactory, ParticipantFactory
from tests.participation.conftest import student
from tests.participation.services.test_imports import apply


def _told(letter="sign-in.changed"):
    found = Message.objects.filter(letter=letter).select_related("recipient")
    return {message.address or message.recipient.email for message in found}


@pytest.mark.parametrize("known", ["signed in", "written to", "a mentor", "matched"])
@pytest.mark.parametrize("by", ["dr_lee", "sam"])
def test_nobody_who_is_known_gets_another_address_by_a_file(checked, northfield, now, known, by):
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
    row = checked([student(1, email="mine@northfield.ac.uk")], by=by).rows.get()
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


def test_the_check_says_nothing_of_another_unit_s_student(checked, northfield):
    User.objects.filter(pk=northfield.omar.pk).update(student_number="44")
    codes = set()
    for role in ("mentee", "mentor"):
        row = checked([student(44, email=northfield.omar.email)], by="sam", role=role).rows.get()
        codes.add(row.faults[0]["code"])
        assert "role" not in str(Fault(**row.faults[0]).reason)
    assert codes == {"not_yours"}


def test_nobody_of_staff_comes_into_a_year_that_students_lead(checked, northfield):
    for number, name in enumerate(("tom", "una")):
        User.objects.filter(pk=northfield.people[name].pk).update(student_number=f"S{number}")
    [closed] = let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    northfield.cohort = closed
    rows = checked([student(7, email="sam@northfield.ac.uk"), student(8)], by="tom").rows
    assert [fault["code"] for fault in rows.get(outcome="faulty").faults] == ["of_staff"]
    assert rows.filter(outcome="new").count() == 1
