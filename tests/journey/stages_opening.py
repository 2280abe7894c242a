"""Stages 1 to 3: sign in, set the scheme up, import everybody."""

from datetime import date, timedelta

from playwright.sync_api import Page

from mentoring.participation.models import Participant
from schemes.models import PolicyVersion, Programme
from tests.journey.year import ADMIN, DATA, PASSWORD, SAM, Year


def begin(year: Year) -> None:
    """Stage 1: the first administrator of an empty installation."""
    page = year.admin.go("/start/")
    page.get_by_label("Name of your university").fill("University of Northfield")
    page.get_by_label("E-mail domains").fill("northfield.ac.uk")
    page.get_by_label("Your first name").fill("Ada")
    page.get_by_label("Your university e-mail").fill(ADMIN)
    page.get_by_label("A password").fill(PASSWORD)
    year.admin.press("Begin")
    year.admin.sees("Welcome. Next: your units and courses")


def set_up_the_scheme(year: Year) -> None:
    """Stage 2: courses from a list, a scheme from its blueprint, a cohort with dates, a coordinator."""
    page = year.admin.go("/admin/set-up/courses/import/")
    page.locator("input[type=file]").set_input_files(DATA / "courses.csv")
    page.locator("main form button[type=submit]").first.click()
    year.admin.sees("BSc (Hons) Sociology")
    assert Programme.objects.count() == 14

    page = year.admin.go("/admin/set-up/schemes/new/")
    page.get_by_label("Name of the scheme").fill("Northfield Peer Mentoring")
    assert page.get_by_role("radio", name="Transition").is_checked()
    page.get_by_label("Who is responsible overall").fill("dr.lee@northfield.ac.uk")
    page.get_by_label("Their first name").fill("Mina")
    year.admin.press("Save")
    page.get_by_label("Name", exact=True).fill("this year")
    fill_in_the_terms(page, year.today - timedelta(weeks=2))
    year.admin.press("Save")
    year.admin.sees("The cohort is open")

    year.admin.follow("Appoint somebody")
    page.get_by_label("University e-mail").fill(SAM)
    page.get_by_label("First name, if they are new here").fill("Sam")
    page.get_by_label("Role").select_option("coordinator")
    year.admin.press("Save")
    year.admin.sees("appointed")
    # Tests run at any hour of the day: no quiet hours in this cohort.
    version = PolicyVersion.objects.get(cohort=year.cohort)
    version.knobs |= {"quiet_until_hour": 0, "quiet_from_hour": 24}
    version.save()
    year.sam.sign_in(SAM)
    # Everybody starts today, and a welcome would be the only nudge of the coming fortnight.
    year.sam.go("/admin/messages/rules/welcome/")
    year.sam.press("Switch off")
    year.sam.sees("The rule is off")


def fill_in_the_terms(page: Page, first: date) -> None:
    """The terms of a year whose first term begins on a day, and of the year before."""
    dates = {
        "prior_2": (first - timedelta(weeks=36), 10),
        "prior_3": (first - timedelta(weeks=22), 8),
        "own_1": (first, 11),
        "own_2": (first + timedelta(weeks=16), 10),
        "own_3": (first + timedelta(weeks=29), 8),
    }
    for key, (start, weeks) in dates.items():
        page.locator(f"#id_{key}_first").fill(start.isoformat())
        page.locator(f"#id_{key}_last").fill((start + timedelta(weeks=weeks)).isoformat())


def bring_in(year: Year, file: str, role: str, expected: int) -> None:
    """One file, from upload to done."""
    page = year.sam.go("/admin/import/")
    page.get_by_label(role).check()
    page.locator("input[type=file]").set_input_files(DATA / file)
    year.sam.press("Continue")
    year.sam.press("Check the rows")
    year.sam.wait_until_gone("Checking")
    year.sam.press(f"Import {expected} students")
    year.sam.wait_until_gone("Importing")


def import_everybody(year: Year) -> None:
    """Stage 3: returning students and starters as the student record writes them; twice changes nothing."""
    bring_in(year, "mentors.csv", "Returning students, who become mentors", 340)
    bring_in(year, "starters-sits.csv", "New students, who are given a mentor", 999)
    assert Participant.objects.mentees().count() == 999
    assert Participant.objects.mentors().count() == 340
    page = year.sam.go("/admin/import/")
    page.locator("input[type=file]").set_input_files(DATA / "starters-sits.csv")
    year.sam.press("Continue")
    year.sam.press("Check the rows")
    year.sam.wait_until_gone("Checking")
    year.sam.sees("There is nothing to import")
