import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.participation.reading import FIELDS, chosen, guess, signature
from mentoring.participation.reading.headings import fields_of
from tests.participation.reading.samples import HEADINGS, mapped, shared

BANNER = [
    "SPRIDEN_ID",
    "SPRIDEN_LAST_NAME",
    "SPRIDEN_FIRST_NAME",
    "GOREMAL_EMAIL_ADDRESS",
    "SGBSTDN_PROGRAM_1",
    "YEAR",
    "SPBPERS_BIRTH_DATE",
]
TRIBAL = ["Person Code", "Forename", "Surname", "Known As", "College Email", "Course Instance Code", "Year of Course"]
WELSH = [
    "Rhif myfyriwr",
    "Enw cyntaf",
    "Cyfenw",
    "E-bost",
    "Cod cwrs",
    "Blwyddyn astudio",
    "Grŵp tiwtor",
    "Dyddiad geni",
]
SITS = ["STU_CODE.STU.CAMS", "STU_FNM1.STU.CAMS", "STU_SURN.STU.CAMS", "STU_INEM.STU.CAMS", "SCE_CRSC.SCE.CAMS"]


@pytest.mark.parametrize("headings", [HEADINGS, BANNER, TRIBAL, WELSH, [*SITS, "SCE_BLOK.SCE.CAMS"]])
def test_guess_finds_what_is_required_in_each_style(headings):
    mapping = guess(headings)
    assert mapping.complete
    assert headings[mapping.fields["family_name"]] in ("Last name", "SPRIDEN_LAST_NAME", "Surname", "Cyfenw", SITS[2])


def test_guess_maps_the_sits_extract_and_drops_what_is_private():
    _table, mapping = mapped(shared("starters-sits.csv"))
    assert mapping.complete
    assert [(each.heading, each.category) for each in mapping.dropped] == [
        ("STU_GEND", "gender"),
        ("STU_DOB", "date_of_birth"),
        ("STU_CAT3", "phone"),
        ("STU_DOMC", "nationality"),
    ]
    assert mapping.heading_of("deprivation_quintile") == "POLAR4"
    assert mapping.ignored == ["CRS_TITL", "SCE_DPTC", "FAC_NAME"]


@pytest.mark.parametrize(
    ("heading", "category"),
    [
        ("Date of Birth", "date_of_birth"),
        ("DOB", "date_of_birth"),
        ("Mobile", "phone"),
        ("Home telephone no.", "phone"),
        ("Term-time address line 1", "home_address"),
        ("Post code", "home_address"),
        ("Personal e-mail", "personal_email"),
        ("Email (personal)", "personal_email"),
        ("STU_HAEM", "personal_email"),
        ("Next of kin", "next_of_kin"),
        ("Gender identity", "gender"),
        ("Nationality", "nationality"),
        ("Ethnicity", "ethnicity"),
        ("Disability code", "disability"),
        ("Religion or belief", "religion"),
        ("Title", "title"),
        ("Dyddiad geni", "date_of_birth"),
        ("Ffôn symudol", "phone"),
        ("Cyfeiriad cartref", "home_address"),
        ("Cenedligrwydd", "nationality"),
    ],
)
def test_guess_drops_private_columns(heading, category):
    mapping = guess([*HEADINGS, heading])
    assert [(each.column, each.category) for each in mapping.dropped] == [(len(HEADINGS), category)]


def test_taken_never_looks_at_a_dropped_cell():
    class Cells(list):
        looked_at: list[int] = []

        def __getitem__(self, index):
            self.looked_at.append(index)
            return super().__getitem__(index)

    _table, mapping = mapped(shared("starters-sits.csv"))
    cells = Cells(["x"] * 20)
    mapping.taken(cells)
    assert set(cells.looked_at) == set(mapping.fields.values())
    assert not {each.column for each in mapping.dropped} & set(cells.looked_at)


def test_guess_takes_the_surest_of_several_and_names_all():
    mapping = guess(["Email", "University e-mail", *HEADINGS[:3], "Course code", "Year"])
    assert mapping.fields["email"] == 1
    assert mapping.ambiguous == {"email": [1, 0]}


def test_guess_names_what_is_missing_and_what_is_ignored():
    mapping = guess(["Student ID", "Shoe size", "First name"])
    assert mapping.missing == ["email", "course_code", "year_of_study"]
    assert mapping.ignored == ["Shoe size"]


def test_guess_only_mentors_offer_places():
    assert "places_offered" in guess([*HEADINGS, "Places offered"], "mentor").fields
    assert guess([*HEADINGS, "Places offered"], "mentee").ignored == ["Places offered"]


def test_guess_programmes():
    _table, mapping = mapped(shared("courses.csv"), "programme")
    assert mapping.fields == {"course_code": 0, "course_title": 1, "hecos": 2, "department": 3, "school": 4}


def test_chosen_maps_by_choice():
    assert chosen(["a", "b"], "mentee", {"email": 1}).taken(["x", "y"]) == {"email": "y"}


@pytest.mark.parametrize(
    "fields", [{"email": 1}, {"email": 2}, {"email": -1}, {"shoe_size": 0}, {"email": 0, "campus": 0}]
)
def test_chosen_refuses_private_absent_unknown_and_doubled_columns(fields):
    with pytest.raises(ValueError, match="column"):
        chosen(["E-mail", "Date of birth"], "mentee", fields)


def test_signature_is_the_source_s_own():
    assert signature(HEADINGS) == signature([heading.upper() + " " for heading in HEADINGS])
    assert signature(HEADINGS) != signature(HEADINGS[::-1])
    assert len(signature(HEADINGS)) == 64


@given(st.lists(st.text(), max_size=30), st.sampled_from(["mentee", "mentor", "programme"]))
def test_guess_accounts_for_every_heading_once(headings, kind):
    mapping = guess(headings, kind)
    taken = list(mapping.fields.values())
    dropped = [each.column for each in mapping.dropped]
    assert len(taken) == len(set(taken))
    assert not set(taken) & set(dropped)
    assert set(mapping.fields) <= set(fields_of(kind)) <= set(FIELDS)
    assert len(taken) + len(dropped) + len(mapping.ignored) == sum(
        1 for column, heading in enumerate(headings) if heading or column in taken
    )
