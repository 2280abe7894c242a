"""Applying, deciding, inviting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.participation.services import leave
from mentoring.recruitment import services
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.recruitment.selectors import mentee_past
from mentoring.recruitment.services import AdvertDetails, Offer
from tests.factories import NOW, TODAY, Northfield

LATER = NOW + timedelta(minutes=5)
TOO_LATE = NOW + timedelta(minutes=10)


def apply(advert: Advert, user: object, offer: Offer, now: object = NOW) -> Application:
    return services.apply(advert=advert, user=user, offer=offer, now=now)  # type: ignore[arg-type]


def owed(letter: str) -> int:
    return Message.objects.filter(letter=letter, state="due").count()


def test_an_advert_gets_an_address_of_its_own(northfield: Northfield, advert: Advert) -> None:
    details = AdvertDetails("Be a mentor", "Text", TODAY, TODAY)
    whose = [(northfield.cohort, northfield.dr_lee), (northfield.other_cohort, northfield.mallory)]
    made = [services.place_advert(cohort=c, details=details, by=by, now=NOW).slug for c, by in whose]
    assert made == ["be-a-mentor", "be-a-mentor-2"]


def test_a_form_sent_twice_places_one_advert(northfield: Northfield, advert: Advert) -> None:
    details = AdvertDetails(advert.title, "Text", TODAY, TODAY)
    with pytest.raises(WrongState, match="already"):
        services.place_advert(cohort=advert.cohort, details=details, by=northfield.dr_lee, now=NOW)
    assert Advert.objects.count() == 1


def test_an_advert_cannot_close_before_it_opens(northfield: Northfield, advert: Advert) -> None:
    details = AdvertDetails("A", "B", TODAY, TODAY - timedelta(days=1))
    with pytest.raises(WrongState):
        services.change_advert(advert=advert, details=details, by=northfield.dr_lee, now=NOW)


@pytest.mark.parametrize("name", ["sam", "carys", "mallory", "tom"])
def test_an_advert_is_only_changed_for_the_whole_scheme(name: str, northfield: Northfield, advert: Advert) -> None:
    details, by = AdvertDetails("Mine", "Text", TODAY, TODAY), northfield.people[name]
    with pytest.raises(NotAllowed):
        services.change_advert(advert=advert, details=details, by=by, now=NOW)
    with pytest.raises(NotAllowed):
        services.place_advert(cohort=advert.cohort, details=details, by=by, now=NOW)
    assert [found.title for found in Advert.objects.all()] == ["Be a mentor"]


def test_an_application_is_kept_once_and_acknowledged(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    first = apply(advert, northfield.aisha, offer)
    again = apply(advert, northfield.aisha, replace(offer, places_offered=5), LATER)
    assert (again.pk, again.places_offered, Application.objects.count()) == (first.pk, 5, 1)
    assert owed("recruitment.received") == 1
    assert AuditEntry.objects.get(verb="application changed").fields == ["places_offered"]


@pytest.mark.parametrize("year", [1, 4])
def test_another_year_of_study_is_refused(year: int, northfield: Northfield, advert: Advert, offer: Offer) -> None:
    with pytest.raises(WrongState, match="in year 2 or 3"):
        apply(advert, northfield.aisha, replace(offer, year_of_study=year))


def test_a_mentor_of_that_year_cannot_apply(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    Advert.objects.update(cohort=northfield.cohort)
    with pytest.raises(WrongState, match="already"):
        apply(Advert.objects.get(), northfield.priya, offer)


@pytest.mark.parametrize("days", [-2, 21])
def test_nobody_applies_before_or_after(days: int, northfield: Northfield, advert: Advert, offer: Offer) -> None:
    with pytest.raises(WrongState):
        apply(advert, northfield.aisha, offer, NOW + timedelta(days=days))
    assert not Application.objects.exists()


def test_withdrawing_can_be_undone_by_offering_again(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    application = apply(advert, northfield.aisha, offer)
    for _time in range(2):
        services.withdraw(application=application, now=LATER)
    assert owed("recruitment.received") == 0
    assert apply(advert, northfield.aisha, offer, LATER).state == "submitted"


def test_accepting_makes_a_mentor_who_grew_from_the_mentee(
    northfield: Northfield, advert: Advert, offer: Offer
) -> None:
    application = apply(advert, northfield.aisha, offer)
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=NOW)
    mentor = Participant.objects.get(cohort=advert.cohort, user=northfield.aisha)
    assert (mentor.role, mentor.places_offered, mentor.year_of_study) == ("mentor", 4, 2)
    assert mentor.grew_from == northfield.participant("aisha")
    assert Application.objects.get().participant == mentor
    assert Message.objects.get(letter="recruitment.accepted").due_at == NOW + timedelta(minutes=10)


def test_accepting_somebody_new_has_no_past(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    application = apply(advert, northfield.nobody, offer)
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=NOW)
    assert Participant.objects.get(user=northfield.nobody).grew_from is None


def test_an_undone_decision_tells_nobody_and_can_be_taken_again(
    northfield: Northfield, advert: Advert, offer: Offer
) -> None:
    application = apply(advert, northfield.aisha, offer)
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=NOW)
    undo = {"decided_at": NOW, "now": LATER}
    assert services.undo_decisions(by=northfield.dr_lee, **undo) == 0  # type: ignore[arg-type]
    assert services.undo_decisions(by=northfield.sam, **undo) == 1  # type: ignore[arg-type]
    assert services.undo_decisions(by=northfield.sam, **undo) == 0  # type: ignore[arg-type]
    application = Application.objects.get()
    assert (application.state, application.participant, application.decided_by) == ("submitted", None, None)
    assert Participant.objects.get(cohort=advert.cohort).state == "left"
    assert owed("recruitment.accepted") == 0
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=LATER)
    assert Participant.objects.get(cohort=advert.cohort).state == "enrolled"
    assert owed("recruitment.accepted") == 1


def test_a_told_decision_cannot_be_undone(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    application = apply(advert, northfield.aisha, offer)
    services.decide(applications=[application], to="declined", by=northfield.sam, now=NOW)
    with pytest.raises(WrongState):
        services.undo_decisions(decided_at=NOW, by=northfield.sam, now=TOO_LATE)


def test_the_reserve_can_be_accepted_and_hears_only_the_last_word(
    northfield: Northfield, advert: Advert, offer: Offer
) -> None:
    application = apply(advert, northfield.aisha, offer)
    services.decide(applications=[application], to="reserve", by=northfield.sam, now=NOW)
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=LATER)
    assert (owed("recruitment.reserve"), owed("recruitment.accepted")) == (0, 1)


def test_all_are_decided_or_none(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    fine = apply(advert, northfield.aisha, offer)
    gone = apply(advert, northfield.ben, offer)
    services.withdraw(application=gone, now=NOW)
    with pytest.raises(WrongState, match="Ben"):
        services.decide(applications=[fine, gone], to="declined", by=northfield.sam, now=NOW)
    assert set(Application.objects.values_list("state", flat=True)) == {"submitted", "withdrawn"}
    assert owed("recruitment.declined") == 0


def test_a_coordinator_of_another_unit_does_not_decide(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    application = apply(advert, northfield.aisha, offer)
    for stranger in (northfield.carys, northfield.mallory, northfield.tom):
        with pytest.raises(NotAllowed):
            services.decide(applications=[application], to="accepted", by=stranger, now=NOW)


def test_a_decided_offer_can_neither_be_changed_nor_taken_back(
    northfield: Northfield, advert: Advert, offer: Offer
) -> None:
    application = apply(advert, northfield.aisha, offer)
    services.decide(applications=[application], to="accepted", by=northfield.sam, now=NOW)
    with pytest.raises(WrongState):
        apply(advert, northfield.aisha, replace(offer, places_offered=3), LATER)
    with pytest.raises(WrongState):
        services.withdraw(application=Application.objects.get(), now=LATER)


def invite(advert: Advert, by: object, expected: int, now: object = NOW) -> int:
    source = advert.cohort.grew_from
    return services.invite(advert=advert, source=source, expected=expected, by=by, now=now)  # type: ignore[arg-type]


def test_every_mentee_within_reach_is_invited_once_ever(northfield: Northfield, advert: Advert) -> None:
    assert invite(advert, northfield.sam, 3) == 3
    invited = set(Invitation.objects.values_list("mentee__user__given_name", flat=True))
    assert invited == {"Aisha", "Ben", "Chidi"}
    other = Advert.objects.create(
        cohort=advert.cohort, slug="again", title="Again", text="x", opens_on=TODAY, closes_on=TODAY
    )
    assert invite(other, northfield.sam, 0) == 0
    assert invite(advert, northfield.dr_lee, 1) == 1  # omar, in the other school
    assert owed("recruitment.invitation") == 4


def test_who_stopped_or_applied_is_not_invited(northfield: Northfield, advert: Advert, offer: Offer) -> None:
    leave(participant=northfield.participant("ben"), by=northfield.ben, now=NOW)
    apply(advert, northfield.chidi, offer)
    assert invite(advert, northfield.sam, 1) == 1
    assert Invitation.objects.get().mentee == northfield.participant("aisha")


def test_a_list_that_changed_is_not_sent(northfield: Northfield, advert: Advert) -> None:
    with pytest.raises(WrongState, match="changed"):
        invite(advert, northfield.sam, 2)
    assert not Invitation.objects.exists()
    assert not Message.objects.exists()


def test_a_closed_advert_invites_nobody(northfield: Northfield, advert: Advert) -> None:
    with pytest.raises(WrongState):
        invite(advert, northfield.sam, 3, NOW + timedelta(days=30))


def test_invitations_can_be_taken_back_and_sent_again(northfield: Northfield, advert: Advert) -> None:
    invite(advert, northfield.sam, 3)
    assert services.take_back_invitations(invited_at=NOW, by=northfield.sam, now=LATER) == 3
    assert (Invitation.objects.count(), owed("recruitment.invitation")) == (0, 0)
    assert invite(advert, northfield.sam, 3, LATER) == 3
    assert owed("recruitment.invitation") == 3
    with pytest.raises(WrongState):
        services.take_back_invitations(invited_at=LATER, by=northfield.sam, now=LATER + timedelta(minutes=10))


def test_the_past_is_of_the_same_scheme_only(northfield: Northfield, advert: Advert) -> None:
    Participant.objects.filter(user=northfield.aisha).update(cohort=northfield.other_cohort)
    assert mentee_past(northfield.aisha, advert.cohort) is None
    assert mentee_past(northfield.ben, advert.cohort) == northfield.participant("ben")
