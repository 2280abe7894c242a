"""Northfield itself: units, courses, staff, schemes, and then its year."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Institution, User
from accounts.services import choose_language, create_institution, create_person
from mentoring.contacts.models import SupportService
from mentoring.demo.seeding.calendar import WEEK, first_monday, year_name, years_around
from mentoring.demo.seeding.people import seed_people
from mentoring.demo.seeding.world import Northfield
from mentoring.demo.seeding.year import seed_year
from schemes.models import Cohort, Scheme, Unit
from schemes.naming import call_things
from schemes.services import (
    add_programme,
    add_quiet_period,
    add_unit,
    appoint,
    change_policy,
    open_cohort,
    start_scheme,
)
from schemes.states import QuietKind, Role, UnitKind
from schemes.words import own_words

DOMAIN = "northfield.ac.uk"
PLACES = (
    "Ramsden foyer",
    "Library café, ground floor",
    "Student Central, by the windows",
    "Queensgate Street entrance",
)

UNITS = (
    ("hhs", UnitKind.SCHOOL, "Human and Health Sciences", "uni"),
    ("ce", UnitKind.SCHOOL, "Computing and Engineering", "uni"),
    ("bs", UnitKind.SCHOOL, "Business School", "uni"),
    ("ah", UnitKind.SCHOOL, "Arts and Humanities", "uni"),
    ("soc", UnitKind.DEPARTMENT, "Social Sciences", "hhs"),
    ("psy", UnitKind.DEPARTMENT, "Psychology", "hhs"),
    ("nur", UnitKind.DEPARTMENT, "Nursing", "hhs"),
    ("cs", UnitKind.DEPARTMENT, "Computer Science", "ce"),
    ("eng", UnitKind.DEPARTMENT, "Engineering", "ce"),
    ("mgt", UnitKind.DEPARTMENT, "Management", "bs"),
    ("acc", UnitKind.DEPARTMENT, "Accounting", "bs"),
    ("law", UnitKind.DEPARTMENT, "Law", "bs"),
    ("mus", UnitKind.DEPARTMENT, "Music", "ah"),
    ("lit", UnitKind.DEPARTMENT, "English", "ah"),
    ("his", UnitKind.DEPARTMENT, "History", "ah"),
)

COURSES = (
    ("L300", "BSc (Hons) Sociology", "100505", "sociology", "soc"),
    ("L3C8", "BSc (Hons) Sociology and Criminology", "100505", "sociology", "soc"),
    ("L500", "BSc (Hons) Social Work", "100503", "social work", "soc"),
    ("C800", "BSc (Hons) Psychology", "100497", "psychology", "psy"),
    ("B740", "BSc (Hons) Nursing (Adult)", "100290", "nursing", "nur"),
    ("G400", "BSc (Hons) Computer Science", "100366", "computing", "cs"),
    ("G600", "BEng (Hons) Software Engineering", "100374", "computing", "cs"),
    ("H300", "BEng (Hons) Mechanical Engineering", "100190", "engineering", "eng"),
    ("N200", "BA (Hons) Business Management", "100089", "business", "mgt"),
    ("N400", "BA (Hons) Accountancy and Finance", "100104", "accounting", "acc"),
    ("M100", "LLB (Hons) Law", "100485", "law", "law"),
    ("W300", "BMus (Hons) Music", "100070", "music", "mus"),
    ("Q320", "BA (Hons) English Literature", "100319", "english", "lit"),
    ("V100", "BA (Hons) History", "100302", "history", "his"),
)

STAFF = (
    ("helen", "Helen", "Marsh"),
    ("sam", "Sam", "Whitaker"),
    ("dr_lee", "Mina", "Lee"),
    ("tom", "Tom", "Archer"),
    ("dana", "Dana", "Osei"),
    ("carys", "Carys", "Morgan"),
    ("admin", "Alex", "Winter"),
)

SERVICES = (
    ("Emergency services", "Somebody is in danger now", "", "", "999", True),
    ("Campus security", "Day and night, on campus", "", "", "01632 960 999", True),
    ("Wellbeing team", "Feeling low, anxious or overwhelmed", "https://example.ac.uk/wellbeing", "", "", False),
    ("Academic skills", "Essays, referencing, revision", "https://example.ac.uk/skills", "", "", False),
    ("Library help desk", "Finding books and journals", "https://example.ac.uk/library", "", "", False),
    ("JobShop", "Part-time work", "https://example.ac.uk/jobshop", "", "", False),
    ("Money advice", "Hardship fund, budgeting", "https://example.ac.uk/money", "", "", False),
)


class AlreadyFilled(Exception):
    """There is an institution already; the demo only fills an empty database."""


@transaction.atomic
def seed(*, now: datetime) -> Institution:
    """Fill an empty database with Northfield. Raises ``AlreadyFilled``."""
    if Institution.objects.exists():
        raise AlreadyFilled
    institution = create_institution(
        name="University of Northfield", slug="northfield", domains=[DOMAIN], by=None, now=now, is_demo=True
    )
    institution.help_email = f"peer-mentoring@{DOMAIN}"
    institution.emergency_text = "Emergency services: 999\nCampus security, day and night: 01632 960 999"
    institution.emergency_text_cy = "Gwasanaethau brys: 999\nDiogelwch y campws, ddydd a nos: 01632 960 999"
    institution.privacy_contact = f"data-protection@{DOMAIN}"
    institution.privacy_basis = (
        "Running the scheme is part of the university's public task. Wishes about your mentor rest on your consent."
    )
    institution.accessibility_reviewed_on = timezone.localdate(now)
    institution.save()
    SupportService.objects.bulk_create(
        SupportService(
            institution=institution, name=name, what_for=what, web=web, email=email, phone=phone, is_urgent=urgent
        )
        for name, what, web, email, phone, urgent in SERVICES
    )
    made = _house(institution, now)
    seed_year(made, seed_people(made))
    return institution


def _house(institution: Institution, now: datetime) -> Northfield:
    units = {
        "uni": add_unit(
            institution=institution,
            kind=UnitKind.UNIVERSITY,
            name=institution.name,
            code="uni",
            parent=None,
            by=None,
            now=now,
        )
    }
    for key, kind, name, parent in UNITS:
        units[key] = add_unit(
            institution=institution, kind=kind, name=name, code=key, parent=units[parent], by=None, now=now
        )
    courses = {
        code: add_programme(unit=units[unit], code=code, name=name, hecos=hecos, subject_group=group, by=None, now=now)
        for code, name, hecos, group, unit in COURSES
    }
    staff = {
        key: create_person(
            institution=institution,
            email=f"{given.lower()}.{family.lower()}@{DOMAIN}",
            given_name=given,
            family_name=family,
            by=None,
            now=now,
        )
        for key, given, family in STAFF
    }
    for key, person in staff.items():
        choose_language(person=person, language="cy" if key == "carys" else "en-gb", by=None, now=now)
    staff["admin"].is_staff = staff["admin"].is_superuser = True
    staff["admin"].save()
    scheme, cohort, next_cohort = _schemes(units, staff, now)
    return Northfield(institution, units, courses, staff, scheme, cohort, next_cohort, now)


def _keep_quiet(cohort: Cohort, first: date, now: datetime) -> None:
    """The winter closure and the exams after it; ``first`` is the first Monday of term."""
    for kind, begin, end in [(QuietKind.CLOSURE, 12, 14), (QuietKind.EXAMS, 15, 16)]:
        add_quiet_period(
            cohort=cohort, kind=kind, first=first + begin * WEEK, last=first + end * WEEK, by=None, now=now
        )


def _appoint(scheme: Scheme, units: dict[str, Unit], staff: dict[str, User], starts_on: date, now: datetime) -> None:
    for key, role, unit in [
        ("dr_lee", Role.MANAGER, "uni"),
        ("sam", Role.COORDINATOR, "uni"),
        ("carys", Role.COORDINATOR, "ce"),
        ("tom", Role.INTERN, "uni"),
        ("dana", Role.SAFEGUARDING_LEAD, "uni"),
        ("sam", Role.SAFEGUARDING_LEAD, "uni"),
    ]:
        appoint(
            scheme=scheme,
            user=staff[key],
            role=role,
            unit=units[unit],
            starts_on=starts_on,
            by=None,
            now=now,
        )


# What the second scheme calls things.
BUDDIES = {
    "mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]},
    "mentee": {
        "en": ["placement student", "placement students"],
        "cy": ["myfyriwr ar leoliad", "myfyrwyr ar leoliad"],
    },
    "mentoring": {"en": ["buddying"], "cy": ["cyfeillio"]},
}


def _schemes(units: dict[str, Unit], staff: dict[str, User], now: datetime) -> tuple[Scheme, Cohort, Cohort]:
    today = timezone.localdate(now)
    first = first_monday(today)
    scheme = start_scheme(
        unit=units["uni"],
        name="Northfield Peer Mentoring",
        slug="northfield",
        blueprint_key="transition-plus",
        lead=staff["helen"],
        by=None,
        now=now,
        today=first - 52 * WEEK,
    )
    name, later = year_name(first), first + 52 * WEEK
    cohort = open_cohort(
        scheme=scheme, name=name, slug="northfield-this-year", terms=years_around(first), by=None, now=now
    )
    _keep_quiet(cohort, first, now)
    change_policy(cohort=cohort, changes={"meeting_places": PLACES}, by=staff["dr_lee"], now=now)
    next_cohort = open_cohort(
        scheme=scheme,
        name=year_name(later),
        slug="northfield-next-year",
        terms=years_around(later),
        by=None,
        now=now,
        grew_from=cohort,
    )
    _appoint(scheme, units, staff, first - 40 * WEEK, now)
    buddies = start_scheme(
        unit=units["bs"],
        name="Business placement buddies",
        slug="placement-buddies",
        blueprint_key="transition-plus",
        lead=staff["dr_lee"],
        by=None,
        now=now,
        today=today,
    )
    call_things(scheme=buddies, own=own_words(BUDDIES), by=staff["dr_lee"], now=now)
    return scheme, cohort, next_cohort
