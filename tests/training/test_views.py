"""Training's pages and the funnel."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring.events.models import Attendance, Event
from mentoring.events.states import Audience, EventKind
from mentoring.recruitment.models import Advert, Application
from mentoring.training.models import TrainedElsewhere
from tests.events.test_views import as_
from tests.factories import NOW, TODAY, MentorFactory, Northfield, UserFactory

TOPICS = ["ethics-confidentiality", "social-academic", "boundaries"]


def session(northfield: Northfield) -> Event:
    return Event.objects.create(
        cohort=northfield.cohort,
        unit=northfield.health,
        kind=EventKind.TRAINING,
        audience=Audience.MENTORS,
        title="Day one",
        starts_at=NOW - timedelta(days=2),
        ends_at=NOW - timedelta(days=2, hours=-1),
        place="A1",
    )


def test_ticking_topics_from_the_page(northfield: Northfield) -> None:
    event = session(northfield)
    Attendance.objects.create(event=event, participant=northfield.participant("priya"), recorded_at=NOW)
    client = as_(northfield.tom)
    client.post(reverse("training:topics", args=[event.pk]), {"topics": TOPICS})
    assert event.covered_topics.count() == 3
    shown = client.get(reverse("training:mentors"), {"show": "trained"}).content.decode()
    assert "Priya" in shown
    assert "Una" not in shown


def test_an_intern_sees_who_lacks_what_but_does_not_vouch(northfield: Northfield) -> None:
    shown = as_(northfield.tom).get(reverse("training:mentors")).content.decode()
    assert "Ethics and confidentiality, Social and academic support, Boundaries" in shown
    assert 'type="checkbox"' not in shown


def test_vouching_together_asks_where_first(northfield: Northfield) -> None:
    keys = [northfield.participant(name).pk for name in ("priya", "una")]
    client, url = as_(northfield.sam), reverse("training:vouch")
    assert "2 mentors" in client.get(url, {"pk": keys}).content.decode()
    query = "&".join(f"pk={key}" for key in keys)
    assert "Enter where they were trained" in client.post(f"{url}?{query}", {"where": ""}).content.decode()
    shown = client.post(f"{url}?{query}", {"where": "Last year"}, follow=True).content.decode()
    assert TrainedElsewhere.objects.count() == 2
    undo = shown.split('action="/admin/training/')[1].split('"')[0]
    client.post(f"/admin/training/{undo}")
    assert not TrainedElsewhere.objects.exists()


def test_mentors_of_another_unit_cannot_be_picked(northfield: Northfield) -> None:
    key = northfield.participant("priya").pk
    shown = as_(northfield.carys).get(reverse("training:vouch"), {"pk": key}).content.decode()
    assert "Nobody was chosen" in shown
    assert "Priya" not in shown


def test_the_funnel_counts_each_step_within_reach(northfield: Northfield, matched: dict[str, object]) -> None:
    advert = Advert.objects.create(
        cohort=northfield.cohort, slug="a", title="A", text="x", opens_on=TODAY, closes_on=TODAY
    )
    for name, programme in (("nobody", northfield.sociology), ("omar", northfield.cs)):
        Application.objects.create(
            advert=advert,
            applicant=getattr(northfield, name),
            programme=programme,
            year_of_study=2,
            submitted_at=NOW,
        )
    TrainedElsewhere.objects.create(
        participant=northfield.participant("priya"), where="x", vouched_by=northfield.sam, vouched_at=NOW
    )
    session(northfield)
    answer = as_(northfield.sam).get(reverse("console:funnel"))
    found = answer.context["funnel"]
    assert (found.interested, found.accepted, found.trained, found.matched) == (3, 2, 1, 1)
    assert "1 of 2 mentors is not trained yet" in answer.content.decode()
    assert "nobody has ticked what was covered" in answer.content.decode()
    other = as_(northfield.carys).get(reverse("console:funnel")).context["funnel"]
    assert (other.interested, other.accepted) == (1, 0)


def test_the_list_costs_the_same_for_two_and_five(northfield: Northfield) -> None:
    client, costs = as_(northfield.sam), []
    for n in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("training:mentors"))
            client.get(reverse("console:funnel"))
        costs.append(len(queries))
        for m in range(3):
            MentorFactory(
                user=UserFactory(given_name=f"M{n}{m}"), cohort=northfield.cohort, programme=northfield.sociology
            )
    assert costs[0] == costs[1]
