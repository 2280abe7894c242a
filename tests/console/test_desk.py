"""Putting a row of Today off, handing it over, and who is left untouched by that."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.services import NotAllowed, WrongState
from mentoring.concerns.models import Concern
from mentoring.console.models import RowCare
from mentoring.console.permissions import deeds_of, desk_of, owners_for
from mentoring.console.rules import Waiting
from mentoring.console.selectors.desk import cares_of
from mentoring.console.services import give_row, snooze_row, wake_row
from mentoring.console.states import OF_PEOPLE
from mentoring.nudges.permissions import can_remind
from mentoring.participation.models import Participant
from schemes.governance import let_staff_lead, let_students_lead
from schemes.models import Cohort, Scheme
from schemes.services import open_cohort
from tests.factories import NOW, TERMS, TODAY, Match, MatchFactory, MentorFactory, Northfield, ParticipantFactory

QUIET = Waiting("quiet", 1)


def titles(client: Client, northfield: Northfield, name: str, kind: str = "rows", **asked: str) -> list[str]:
    client.force_login(northfield.people[name])
    return [row.title for row in client.get(reverse("console:today"), asked).context[kind]]


def snoozed(northfield: Northfield, row: Waiting = QUIET, days: int = 7) -> RowCare:
    until = TODAY + timedelta(days=days)
    return snooze_row(row=row, cohort=northfield.cohort, until=until, by=northfield.sam, now=NOW)


def test_snoozed_row_waits_aside_for_who_counts_the_same_people(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    snoozed(northfield, Waiting("quiet", 3))
    for name in ("sam", "tom"):  # both coordinate the school of health
        assert "Pairs gone quiet" not in titles(client, northfield, name)
        assert titles(client, northfield, name, "snoozed_rows") == ["Pairs gone quiet"]
    assert "Pairs gone quiet" in titles(client, northfield, "dr_lee")  # counts the whole university
    page = client.get(reverse("console:today")).content.decode()
    assert "Put off by" not in page
    client.force_login(northfield.tom)
    assert "Put off by Sam Whitaker" in client.get(reverse("console:today")).content.decode()


def test_more_bring_it_back_and_so_does_the_day(
    client: Client, northfield: Northfield, matched: dict[str, Match], clock
) -> None:
    snoozed(northfield, Waiting("quiet", 3), days=2)
    match = MatchFactory(
        mentor=MentorFactory(cohort=northfield.cohort, programme=northfield.sociology),
        mentee=ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology),
    )
    assert "Pairs gone quiet" in titles(client, northfield, "sam")
    Match.objects.filter(pk=match.pk).delete()
    assert "Pairs gone quiet" not in titles(client, northfield, "sam")
    clock.move_to(NOW + timedelta(days=2))
    assert "Pairs gone quiet" in titles(client, northfield, "sam")


@pytest.mark.parametrize(
    ("row", "days"),
    [
        (Waiting("concerns", 1), 1),
        (QUIET, 0),
        (QUIET, 29),
        (Waiting("questions", 1), 3),
        (Waiting("swaps", 1, promised_by=TODAY + timedelta(days=3)), 4),
    ],
)
def test_what_was_promised_or_is_a_concern_is_not_put_off(northfield: Northfield, row: Waiting, days: int) -> None:
    with pytest.raises(WrongState):
        snoozed(northfield, row, days)
    assert not RowCare.objects.exists()


def test_senior_mentor_of_another_kind_of_desk_puts_nothing_off(northfield: Northfield) -> None:
    for name in ("una", "dana", "priya"):
        with pytest.raises(NotAllowed):
            wake_row(kind="swaps", cohort=northfield.cohort, by=northfield.people[name], now=NOW)


def test_form_snoozes_with_undo_and_asks_for_a_day_that_is_possible(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.sam)
    url = reverse("console:snooze_row", args=["quiet"])
    answer = client.post(url, {"when": "other", "day": (TODAY + timedelta(days=60)).isoformat()})
    assert "Enter a day from tomorrow" in answer.content.decode()
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    page = client.post(url, {"when": tomorrow}, follow=True)
    care = RowCare.objects.get()
    assert (care.kind, care.snoozed_count, care.snoozed_by) == ("quiet", 3, northfield.sam)
    undo = reverse("console:wake_row", args=["quiet"])
    assert f'action="{undo}"' in page.content.decode()
    for _press in range(2):
        client.post(undo)
    assert titles(client, northfield, "sam", "snoozed_rows") == []
    assert AuditEntry.objects.filter(verb="row brought back").count() == 1


def test_row_is_taken_handed_over_and_given_back(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.sam)
    url = reverse("console:give_row", args=["quiet"])
    client.post(url, {"owner": northfield.tom.pk})
    assert titles(client, northfield, "tom", show="mine") == ["Pairs gone quiet"]
    assert titles(client, northfield, "sam", show="mine") == []
    assert "Tom Archer looks after it." in client.get(reverse("console:today")).content.decode()
    client.post(url, {"owner": northfield.carys.pk})  # of another school: she does not see these pairs
    assert RowCare.objects.get().owner == northfield.tom
    client.post(url, {})
    assert RowCare.objects.get().owner is None


def test_owners_see_the_row_and_share_the_desk(northfield: Northfield) -> None:
    health = desk_of(northfield.sam, northfield.cohort, TODAY)
    assert health == northfield.health
    assert owners_for("quiet", northfield.cohort, health, TODAY) == [northfield.sam, northfield.tom]
    assert owners_for("swaps", northfield.cohort, health, TODAY) == [northfield.sam]  # an intern sees no wishes
    assert owners_for("concerns", northfield.cohort, health, TODAY) == []
    with pytest.raises(WrongState):
        give_row(kind="swaps", cohort=northfield.cohort, owner=northfield.tom, by=northfield.sam, now=NOW)


def test_who_no_longer_coordinates_there_owns_nothing(northfield: Northfield) -> None:
    give_row(kind="quiet", cohort=northfield.cohort, owner=northfield.tom, by=northfield.sam, now=NOW)
    assert cares_of(northfield.cohort, northfield.health, TODAY)["quiet"].owner == northfield.tom
    northfield.scheme.appointments.filter(user=northfield.tom).update(ends_on=TODAY - timedelta(days=1))
    assert cares_of(northfield.cohort, northfield.health, TODAY)["quiet"].owner is None


def test_concern_has_no_page_on_which_it_could_be_put_off(client: Client, northfield: Northfield) -> None:
    Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text="x", raised_by=northfield.priya, raised_at=NOW,
        form_key="6f1d7c5e-0f0a-4d2f-9a46-3b8de1c1f2a7",
    )  # fmt: skip
    client.force_login(northfield.dana)
    assert "admin/today/" not in client.get(reverse("console:today")).content.decode()
    client.force_login(northfield.dr_lee)
    assert client.get(reverse("console:row", args=["concerns"])).status_code == 404


def test_what_staff_may_do_in_one_year_they_may_not_in_a_year_that_students_lead(northfield: Northfield) -> None:
    """The same scheme, a year of each kind: what is held in one gives nothing in the other (R95)."""
    for number, person in enumerate((northfield.tom, northfield.una)):
        User.objects.filter(pk=person.pk).update(student_number=f"S{number}")
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    let_staff_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    scheme, led = Scheme.objects.get(pk=northfield.scheme.pk), Cohort.objects.get(pk=northfield.cohort.pk)
    theirs = open_cohort(scheme=scheme, name="Next", slug="next", terms=TERMS, by=None, now=NOW)
    sam, tom = User.objects.get(pk=northfield.sam.pk), User.objects.get(pk=northfield.tom.pk)
    aisha = Participant.objects.get(pk=northfield.participant("aisha").pk)
    assert desk_of(sam, theirs, TODAY)
    assert deeds_of(sam, OF_PEOPLE, theirs, TODAY)
    assert desk_of(sam, led, TODAY) is None
    assert deeds_of(sam, OF_PEOPLE, led, TODAY) == []
    assert not can_remind(sam, aisha, TODAY)
    desk = desk_of(tom, led, TODAY)
    assert desk is not None
    assert can_remind(tom, aisha, TODAY)
    assert owners_for("quiet", led, desk, TODAY) == [tom]
    assert set(deeds_of(tom, OF_PEOPLE, theirs, TODAY)) < set(deeds_of(tom, OF_PEOPLE, led, TODAY))
