"""Vouching for a whole list at once, as after an import of last year's mentors."""

from django.urls import reverse

from mentoring.training.models import TrainedElsewhere
from tests.events.test_views import as_
from tests.factories import MentorFactory, Northfield


def test_everyone_untrained_is_vouched_for_at_once(northfield: Northfield) -> None:
    for _number in range(60):
        MentorFactory(cohort=northfield.cohort, programme=northfield.participant("priya").programme)
    client, url = as_(northfield.sam), reverse("training:vouch")
    assert "All 62 were trained elsewhere" in client.get(reverse("training:mentors")).content.decode()
    assert "See all 62" in client.get(f"{url}?everyone=62").content.decode()
    client.post(f"{url}?everyone=62", {"where": "Last year"})
    assert TrainedElsewhere.objects.count() == 62


def test_everyone_is_who_was_shown(northfield: Northfield) -> None:
    client, url = as_(northfield.sam), reverse("training:vouch")
    MentorFactory(cohort=northfield.cohort, programme=northfield.participant("priya").programme)
    answer = client.post(f"{url}?everyone=2", {"where": "Last year"}, follow=True)
    assert "The list has changed meanwhile" in answer.content.decode()
    assert not TrainedElsewhere.objects.exists()
