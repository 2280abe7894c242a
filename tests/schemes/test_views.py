"""Set-up by hand, from an empty installation on."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Institution, User
from schemes.models import Appointment, Cohort, Scheme, Unit
from schemes.services import change_policy, start_scheme
from schemes.states import Role
from tests.factories import NOW, Northfield, build_northfield
from tests.queries import count_queries

START = {
    "name": "University of Eastmere",
    "domains": "eastmere.ac.uk, students.eastmere.ac.uk",
    "given_name": "Ada",
    "email": "ada@eastmere.ac.uk",
    "password": "four quiet wooden boats",
}


@pytest.mark.django_db
def test_start_makes_the_institution_and_signs_its_administrator_in(client: Client) -> None:
    answer = client.post(reverse("schemes:start"), START)
    assert answer["Location"] == reverse("schemes:setup")
    admin = User.objects.get()
    assert (admin.email, admin.is_staff, admin.institution) == ("ada@eastmere.ac.uk", True, Institution.objects.get())
    assert client.get(reverse("schemes:setup")).status_code == 200


@pytest.mark.django_db
def test_who_has_just_set_it_up_appoints_at_once(client: Client) -> None:
    """The password was chosen a minute ago: it is not asked for again."""
    client.post(reverse("schemes:start"), START)
    admin = User.objects.get()
    unit = Unit.objects.get(parent=None)
    scheme = start_scheme(
        unit=unit, name="A scheme", slug="a-scheme", blueprint_key="transition-plus", lead=admin, by=admin, now=NOW,
        today=NOW.date(),
    )  # fmt: skip
    form = {"email": "sam@eastmere.ac.uk", "given_name": "Sam", "role": "intern", "unit": unit.pk}
    client.post(reverse("schemes:appoint", args=[scheme.pk]), {**form, "starts_on": NOW.date().isoformat()})
    assert Appointment.objects.get(user__email="sam@eastmere.ac.uk").role == "intern"


@pytest.mark.django_db
def test_start_keeps_what_was_typed_and_says_what_is_wrong(client: Client) -> None:
    answer = client.post(reverse("schemes:start"), {**START, "email": "ada@example.com"})
    assert not Institution.objects.exists()
    text = answer.content.decode()
    assert "There is a problem" in text
    assert "University of Eastmere" in text


@pytest.mark.django_db
def test_start_in_production_asks_for_the_code(client: Client, settings) -> None:
    settings.SETUP_IS_OPEN, settings.SETUP_CODE = False, "blue-lantern"
    for given in ("", "red-lantern"):
        answer = client.post(reverse("schemes:start"), {**START, "setup_code": given})
        assert "There is a problem" in answer.content.decode()
    assert not Institution.objects.exists()
    client.post(reverse("schemes:start"), {**START, "setup_code": "blue-lantern"})
    assert Institution.objects.count() == 1


@pytest.mark.django_db
def test_start_in_production_without_a_code_does_not_exist(client: Client, settings) -> None:
    settings.SETUP_IS_OPEN, settings.SETUP_CODE = False, ""
    assert client.post(reverse("schemes:start"), START).status_code == 404
    assert not Institution.objects.exists()


@pytest.mark.django_db
def test_home_of_an_empty_installation_is_its_beginning(client: Client) -> None:
    assert client.get(reverse("home"))["Location"] == reverse("schemes:start")


def test_start_is_gone_once_there_is_an_institution(client: Client, northfield: Northfield) -> None:
    assert client.post(reverse("schemes:start"), START).status_code == 404
    assert Institution.objects.count() == 1


def test_administrator_starts_a_scheme_and_opens_a_cohort(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.admin)
    form = {
        "name": "Departmental",
        "unit": northfield.social.pk,
        "blueprint": "transition-plus",
        "lead_email": "new.lead@northfield.ac.uk",
        "lead_given_name": "Nell",
    }
    answer = client.post(reverse("schemes:start_scheme"), form)
    scheme = Scheme.objects.get(slug="departmental")
    assert answer["Location"] == reverse("schemes:open_cohort", args=[scheme.pk])
    page = client.get(answer["Location"])
    initial = page.context["form"].initial
    answer = client.post(reverse("schemes:open_cohort", args=[scheme.pk]), initial)
    cohort = Cohort.objects.get(scheme=scheme)
    assert answer["Location"] == reverse("schemes:cohort", args=[cohort.slug])
    assert cohort.milestones.count() == 9


def test_lead_outside_the_domains_is_refused(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.admin)
    form = {"name": "X", "unit": northfield.social.pk, "blueprint": "transition-plus", "lead_email": "x@gmail.com"}
    answer = client.post(reverse("schemes:start_scheme"), form)
    assert "northfield.ac.uk" in answer.content.decode()
    assert not Scheme.objects.filter(name="X").exists()


def test_lead_appoints_and_ends(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    form = {
        "email": "nora@northfield.ac.uk",
        "given_name": "Nora",
        "role": "coordinator",
        "unit": northfield.psychology.pk,
        "starts_on": "2026-10-12",
    }
    client.post(reverse("schemes:appoint", args=[northfield.scheme.pk]), form)
    made = Appointment.objects.get(user__email="nora@northfield.ac.uk")
    client.post(reverse("schemes:end_appointment", args=[made.pk]))
    made.refresh_from_db()
    assert made.ends_on is not None


def test_appointing_a_second_lead_hands_over(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    form = {
        "email": "sam@northfield.ac.uk",
        "role": "lead",
        "unit": northfield.university.pk,
        "starts_on": "2026-10-12",
    }
    client.post(reverse("schemes:appoint", args=[northfield.scheme.pk]), form)
    leads = Appointment.objects.filter(scheme=northfield.scheme, role="lead", ends_on=None)
    assert [lead.user for lead in leads] == [northfield.sam]


def test_cohort_page_asks_a_constant_number_of_questions(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    url = reverse("schemes:cohort", args=[northfield.cohort.slug])
    few = count_queries(client, url)
    for n in range(3):
        Appointment.objects.create(
            scheme=northfield.scheme,
            user=northfield.ben,
            role="researcher",
            unit=northfield.university,
            starts_on=f"2026-0{n + 1}-01",
            ends_on="2027-01-01",
        )
    assert count_queries(client, url) == few


@pytest.mark.parametrize("name", ["Peer mentoring for every new student of the whole of Northfield, year", "导师"])
def test_schemes_of_like_names_live_side_by_side(client: Client, northfield: Northfield, name: str) -> None:
    client.force_login(northfield.admin)
    given = {"unit": northfield.health.pk, "blueprint": "transition-plus", "lead_email": northfield.sam.email}
    for number in ("one", "two"):
        answer = client.post(reverse("schemes:start_scheme"), {**given, "name": f"{name} {number}"[-80:]})
        assert answer.status_code == 302
    assert len(set(Scheme.objects.values_list("slug", flat=True))) == Scheme.objects.count()


def test_a_day_beyond_our_times_and_an_endless_wait_are_refused(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    cohort = northfield.cohort
    year = client.post(reverse("console:milestone", args=[cohort.slug, "welcome"]), {"on": "9999-12-31"})
    assert "Check the year." in year.content.decode()
    knobs = {name: value for name, value in cohort.policy.as_json().items() if type(value) is int}
    client.post(reverse("schemes:policy", args=[cohort.slug]), {**knobs, "swap_promise_days": 10**10})
    assert cohort.policy_versions.count() == 1


def test_each_version_of_the_rules_says_what_it_changed(client: Client, northfield: Northfield) -> None:
    by = {"cohort": northfield.cohort, "by": northfield.dr_lee, "now": NOW}
    change_policy(changes={"contact_floor_days": 14, "notes_allowed": True}, **by)
    change_policy(changes={"meeting_places": ("Library café",), "nudges": ()}, **by)
    client.force_login(northfield.dr_lee)
    page = " ".join(client.get(reverse("schemes:policy", args=[northfield.cohort.slug])).content.decode().split())
    for words in (
        "Contact at least every so many days: 31, now 14",
        "Mentors may keep notes, once their mentee permits it: no, now yes",
        "Where pairs can meet: none, now Library café",
        "<li>What goes out by itself, and when</li>",
        "As the cohort was opened.",
    ):
        assert words in page, words


def test_a_second_set_up_at_the_same_moment_is_sent_to_sign_in(client: Client, db: None, monkeypatch) -> None:
    """Both saw an empty installation; the other was a moment faster."""
    monkeypatch.setattr("schemes.services.setting_up._take_turns_at_setting_up", build_northfield)
    answer = client.post(reverse("schemes:start"), START, follow=True)
    assert "set up already" in answer.content.decode()
    assert not User.objects.filter(email="ada@eastmere.ac.uk").exists()


def test_a_manager_of_one_unit_does_not_set_the_scheme_up(client: Client, northfield: Northfield) -> None:
    Appointment.objects.filter(user=northfield.tom).update(role=Role.MANAGER)
    client.force_login(northfield.tom)
    slug = northfield.cohort.slug
    for name in ("cohort", "policy", "quiet_period"):
        assert client.get(reverse(f"schemes:{name}", args=[slug])).status_code == 404
    assert client.post(reverse("contacts:add_service")).status_code == 404
    Appointment.objects.filter(user=northfield.tom).update(unit=northfield.university)
    assert client.get(reverse("schemes:policy", args=[slug])).status_code == 200
