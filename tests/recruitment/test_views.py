"""Recruiting's pages, by what they change and what they show to whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring.participation.models import Participant
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.recruitment.services import Offer
from schemes.models import Appointment
from tests.events.test_views import as_
from tests.factories import NOW, TODAY, Northfield, UserFactory


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"recruitment:{name}", args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def application(advert: Advert, northfield: Northfield, name: str, **fields: object) -> Application:
    given = {"programme": northfield.sociology, "year_of_study": 2, "submitted_at": NOW, **fields}
    return Application.objects.create(advert=advert, applicant=getattr(northfield, name), **given)


def answers(northfield: Northfield, **changes: str) -> dict[str, str]:
    return {
        "programme": str(northfield.sociology.pk),
        "year_of_study": "2",
        "campus": "Queensgate",
        "places_offered": "4",
        "why": "Because",
        **changes,
    }


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [(2, 9, "You can apply from"), (-3, 3, "Offer to be a mentor"), (-9, -2, "Applications have closed")],
)
def test_anybody_reads_the_advert(opens: int, closes: int, words: str, advert: Advert) -> None:
    Advert.objects.update(opens_on=TODAY + timedelta(days=opens), closes_on=TODAY + timedelta(days=closes))
    shown = page(Client(), "advert", "mentor-2027")
    assert words in shown
    assert "first weeks are like" in shown


def test_an_advert_that_does_not_exist_is_404(db: None) -> None:
    assert Client().get("/mentor-with-us/nothing/").status_code == 404


def test_applying_and_reading_it_again(northfield: Northfield, advert: Advert) -> None:
    client = as_(northfield.aisha)
    client.post(reverse("recruitment:apply", args=["mentor-2027"]), answers(northfield))
    assert Application.objects.get().applicant == northfield.aisha
    shown = page(client, "advert", "mentor-2027")
    assert "Your application has arrived" in shown
    assert "Because" in shown
    assert "Because" not in page(as_(northfield.ben), "advert", "mentor-2027")


def test_what_we_know_of_a_mentee_is_filled_in(northfield: Northfield, advert: Advert) -> None:
    form = as_(northfield.aisha).get(reverse("recruitment:apply", args=["mentor-2027"])).context["form"]
    assert (form.initial["programme"], form.initial["year_of_study"]) == (northfield.sociology.pk, 2)


def test_the_wrong_year_is_said_beside_the_question(northfield: Northfield, advert: Advert) -> None:
    url = reverse("recruitment:apply", args=["mentor-2027"])
    answer = as_(northfield.aisha).post(url, answers(northfield, year_of_study="1"))
    assert "year_of_study" in answer.context["form"].errors
    assert not Application.objects.exists()


def test_surplus_fields_decide_nothing(northfield: Northfield, advert: Advert) -> None:
    url = reverse("recruitment:apply", args=["mentor-2027"])
    as_(northfield.aisha).post(url, answers(northfield, state="accepted", applicant=str(northfield.ben.pk)))
    made = Application.objects.get()
    assert (made.state, made.applicant) == ("submitted", northfield.aisha)


def test_withdrawing_offers_undo(northfield: Northfield, advert: Advert) -> None:
    application(advert, northfield, "aisha")
    client = as_(northfield.aisha)
    shown = client.post(reverse("recruitment:withdraw", args=["mentor-2027"]), follow=True).content.decode()
    assert Application.objects.get().state == "withdrawn"
    undo = reverse("recruitment:offer_again", args=["mentor-2027"])
    assert f'action="{undo}"' in shown
    client.post(undo)
    assert Application.objects.get().state == "submitted"


def test_a_coordinator_sees_their_own_units_applicants(northfield: Northfield, advert: Advert) -> None:
    application(advert, northfield, "aisha")
    application(advert, northfield, "omar", programme=northfield.cs)
    shown = page(as_(northfield.sam), "applications", advert.pk)
    assert "Aisha" in shown
    assert "Omar" not in shown


def test_deciding_together_shows_whom_first(northfield: Northfield, advert: Advert) -> None:
    keys = [application(advert, northfield, name).pk for name in ("aisha", "ben")]
    other = application(advert, northfield, "omar", programme=northfield.cs)
    client, url = as_(northfield.sam), reverse("recruitment:decide", args=[advert.pk])
    chosen = {"pk": [*keys, other.pk], "to": "accepted"}
    shown = client.get(url, chosen).content.decode()
    assert "2 applications" in shown
    assert not Participant.objects.filter(cohort=advert.cohort).exists()
    client.post(url, chosen)
    assert Participant.objects.filter(cohort=advert.cohort).count() == 2
    assert Application.objects.get(pk=other.pk).state == "submitted"


def test_a_decision_offers_undo(northfield: Northfield, advert: Advert) -> None:
    made = application(advert, northfield, "aisha")
    client = as_(northfield.sam)
    url = reverse("recruitment:decide", args=[advert.pk])
    shown = client.post(url, {"pk": made.pk, "to": "declined"}, follow=True).content.decode()
    undo = shown.split('action="/admin/recruitment/decisions/')[1].split('"')[0]
    client.post(f"/admin/recruitment/decisions/{undo}")
    assert Application.objects.get().state == "submitted"


@pytest.mark.parametrize(
    "given", [{}, {"to": "withdrawn"}, {"pk": "x", "to": "accepted"}, {"pk": "99", "to": "accepted"}]
)
def test_a_senseless_decision_says_what_to_do(given: dict[str, str], northfield: Northfield, advert: Advert) -> None:
    answer = as_(northfield.sam).post(reverse("recruitment:decide", args=[advert.pk]), given, follow=True)
    assert "Tick the applications first" in answer.content.decode()


def test_one_application_shows_the_mentee_they_were(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    made = application(advert, northfield, "aisha", why="I remember it well")
    shown = page(as_(northfield.sam), "application", made.pk)
    assert "Was a mentee" in shown
    assert "I remember it well" in shown


def test_inviting_shows_how_many_and_sends_that_many(northfield: Northfield, advert: Advert) -> None:
    client, url = as_(northfield.sam), reverse("recruitment:invite", args=[advert.pk])
    assert "Invite 3 mentees" in client.get(url).content.decode()
    answer = client.post(url, {"from": "northfield-2026", "count": "2"}, follow=True)
    assert "The list has changed" in answer.content.decode()
    client.post(url, {"from": "northfield-2026", "count": "3"})
    assert Invitation.objects.count() == 3
    assert "Nobody is left to invite" in client.get(url).content.decode()


def test_an_advert_is_placed_from_the_form(northfield: Northfield, advert: Advert) -> None:
    given = {
        "cohort": str(advert.cohort.pk),
        "title": "Mentors wanted",
        "text": "Come",
        "opens_on": "2026-10-13",
        "closes_on": "2026-10-12",
    }
    client, url = as_(northfield.dr_lee), reverse("recruitment:new_advert")
    assert "must close on or after" in client.post(url, given).content.decode()
    client.post(url, {**given, "closes_on": "2026-11-12"})
    assert Advert.objects.filter(slug="mentors-wanted", cohort=advert.cohort).exists()


def test_a_coordinator_of_one_unit_reads_the_advert_and_asks_its_lead(northfield: Northfield, advert: Advert) -> None:
    for shown in (page(as_(northfield.sam), "staff"), page(as_(northfield.sam), "applications", advert.pk)):
        assert "This is for the whole scheme" in shown
        assert "Mina Lee" in shown
        assert reverse("recruitment:new_advert") not in shown
        assert reverse("recruitment:change_advert", args=[advert.pk]) not in shown
    Appointment.objects.filter(user=northfield.sam).update(unit=northfield.university)
    assert reverse("recruitment:new_advert") in page(as_(northfield.sam), "staff")
    assert reverse("recruitment:change_advert", args=[advert.pk]) in page(
        as_(northfield.sam), "applications", advert.pk
    )


def test_another_schemes_cohort_cannot_be_advertised_for(northfield: Northfield, advert: Advert) -> None:
    given = {
        "cohort": str(advert.cohort.pk),
        "title": "x",
        "text": "x",
        "opens_on": "2026-10-13",
        "closes_on": "2026-10-14",
    }
    as_(northfield.mallory).post(reverse("recruitment:new_advert"), given)
    assert Advert.objects.count() == 1


def test_pages_cost_the_same_for_one_and_three(northfield: Northfield, advert: Advert) -> None:
    client, costs = as_(northfield.sam), []
    for n in range(3):
        Application.objects.create(
            advert=advert,
            applicant=UserFactory(given_name=f"A{n}"),
            programme=northfield.sociology,
            year_of_study=2,
            submitted_at=NOW,
        )
        Advert.objects.create(
            cohort=advert.cohort, slug=f"advert-{n}", title="x", text="x", opens_on=TODAY, closes_on=TODAY
        )
        with CaptureQueriesContext(connection) as queries:
            page(client, "applications", advert.pk)
            page(client, "staff")
        costs.append(len(queries))
    assert costs[0] == costs[2]
