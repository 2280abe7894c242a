from dataclasses import replace

import pytest

from mentoring.participation.reading import StudentRow
from mentoring.participation.reading.comparison import FACTS, KnownPerson, compare

ROW = StudentRow(2, "27", "Ann", "Lee", "", "u27@northfield.ac.uk", "L300", 1, campus="Queensgate")
HERE = KnownPerson(
    pk=1,
    student_number="27",
    email="u27@northfield.ac.uk",
    names={"given_name": "Ann", "family_name": "Lee", "known_as": "Annie"},
    participant=5,
    facts=dict.fromkeys(FACTS.values()) | {"programme": "L300", "year_of_study": 1, "campus": "Queensgate"},
)


def decide(student=ROW, number=HERE, email=HERE, within=True):
    return compare(student, same_number=number, same_email=email, is_within_reach=within)


def test_somebody_unknown_is_new_with_what_the_file_says():
    comparison = decide(number=None, email=None)
    assert comparison.outcome == "new"
    assert comparison.facts == {"programme": "L300", "year_of_study": 1, "campus": "Queensgate"}


def test_a_known_person_without_a_part_is_new_without_a_second_account():
    comparison = decide(number=replace(HERE, participant=None, facts={}))
    assert (comparison.outcome, comparison.person.pk) == ("new", 1)


def test_the_same_again_is_unchanged():
    assert decide().outcome == "unchanged"


def test_only_what_differs_changes():
    comparison = decide(replace(ROW, campus="Barnfield", year_of_study=2))
    assert comparison.outcome == "changed"
    assert comparison.facts == {"year_of_study": 2, "campus": "Barnfield"}


def test_an_empty_cell_and_a_name_in_other_case_change_nothing():
    assert decide(replace(ROW, campus="", given_name="ANN", family_name="lee")).outcome == "unchanged"


def test_who_stopped_is_left_alone():
    left = replace(HERE, has_left=True)
    comparison = decide(replace(ROW, year_of_study=2, family_name="Other"), left, left)
    assert (comparison.outcome, comparison.facts, comparison.person_changes) == ("unchanged", {}, {})


def test_a_new_name_changes_the_person_unless_they_hold_an_office():
    renamed = replace(ROW, family_name="Lee-Jones")
    assert decide(renamed).person_changes == {"family_name": "Lee-Jones"}
    officer = replace(HERE, may_be_renamed=False)
    assert decide(renamed, officer, officer).outcome == "unchanged"


def test_a_number_is_added_to_somebody_known_by_address_alone():
    nameless = replace(HERE, student_number="")
    comparison = decide(number=None, email=nameless)
    assert comparison.person_changes == {"student_number": "27"}


def test_a_new_address_of_somebody_who_never_signed_in_is_taken():
    comparison = decide(replace(ROW, email="new@northfield.ac.uk"), email=None)
    assert comparison.person_changes == {"email": "new@northfield.ac.uk"}


@pytest.mark.parametrize(
    ("student", "number", "email", "within", "fault"),
    [
        (ROW, HERE, HERE, False, ("course_code", "other_unit")),
        (ROW, replace(HERE, is_kept_out=True), None, True, ("email", "of_staff")),
        (ROW, HERE, replace(HERE, pk=2), True, ("email", "address_taken")),
        (ROW, None, replace(HERE, student_number="99"), True, ("email", "address_taken")),
        (
            replace(ROW, email="x@y.ac.uk"),
            replace(HERE, may_be_readdressed=False),
            None,
            True,
            ("email", "other_address"),
        ),
        (ROW, replace(HERE, has_other_role=True), None, True, ("student_number", "other_role")),
    ],
)
def test_what_must_not_happen_is_a_fault(student, number, email, within, fault):
    comparison = decide(student, number, email, within)
    assert (comparison.outcome, comparison.fault) == ("faulty", fault)


FOREIGN = replace(HERE, is_foreign=True)
ELSEWHERE = replace(FOREIGN, participant=None, facts={})


@pytest.mark.abuse(16)
@pytest.mark.parametrize(
    ("number", "email"),
    [
        (FOREIGN, FOREIGN),
        (FOREIGN, None),
        (None, FOREIGN),
        (replace(FOREIGN, has_left=True), None),
        (replace(FOREIGN, has_other_role=True), None),
        (replace(FOREIGN, is_kept_out=True, is_of_staff=True), None),
        (replace(ELSEWHERE, is_of_staff=True), replace(ELSEWHERE, is_of_staff=True)),
        (replace(ELSEWHERE, has_left=True), replace(ELSEWHERE, has_left=True)),
        (replace(ELSEWHERE, email="other@northfield.ac.uk", may_be_readdressed=False), None),
        (None, replace(ELSEWHERE, student_number="99")),
        (replace(ELSEWHERE, pk=2), ELSEWHERE),
    ],
)
def test_a_row_about_somebody_beyond_reach_reads_like_one_about_nobody_and_is_not_taken(number, email):
    unknown = decide(number=None, email=None)
    found = decide(number=number, email=email)
    assert found.is_aside
    assert replace(found, is_aside=False) == unknown


@pytest.mark.parametrize("student_number", ["27", ""])
def test_a_student_from_elsewhere_is_taken_as_they_are(student_number):
    there = replace(ELSEWHERE, student_number=student_number)
    found = decide(replace(ROW, family_name="Other"), there if student_number else None, there)
    assert (found.outcome, found.person, found.person_changes, found.is_aside) == ("new", there, {}, False)


def test_one_s_own_student_is_decided_as_if_the_other_were_not_there():
    alone = decide(replace(ROW, email="x@northfield.ac.uk"), HERE, None)
    beside = decide(replace(ROW, email="x@northfield.ac.uk"), HERE, replace(FOREIGN, pk=2))
    assert replace(beside, is_aside=False) == alone
    assert beside.is_aside


@pytest.mark.parametrize("knows_all", [True, False])
def test_that_somebody_was_erased_is_told_to_who_knows_everybody(knows_all):
    found = compare(ROW, same_number=None, same_email=None, is_within_reach=True, was_erased=True, knows_all=knows_all)
    assert (found.fault == ("student_number", "erased"), found.is_aside) == (knows_all, not knows_all)
