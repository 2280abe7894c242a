"""Which texts are in force, and who has yet to accept them."""

from mentoring.agreements import services
from mentoring.agreements.selectors import (
    fields_for,
    floor_words,
    participants_with_unaccepted,
    texts_in_force,
    unaccepted_texts,
)
from mentoring.participation import services as participation
from schemes.policy import policy_from
from tests.factories import TODAY, ParticipantFactory


def _accept_all(participant, now) -> None:
    for text in unaccepted_texts(participant):
        services.accept(participant=participant, kind=text.kind, version=text.version, by=participant.user, now=now)


def _waiting(northfield) -> set[str]:
    return {p.user.given_name for p in participants_with_unaccepted(northfield.cohort)}


def test_before_anything_is_published_the_standard_texts_are_asked_for(northfield) -> None:
    texts = texts_in_force(northfield.cohort)
    assert [(t.kind, t.version, t.pk) for t in texts] == [
        ("role-description", 1, None),
        ("code-of-conduct", 1, None),
        ("agreement", 1, None),
    ]
    assert _waiting(northfield) == {"Priya", "Una", "Aisha", "Ben", "Chidi", "Omar"}


def test_who_accepted_all_is_done_until_a_new_version(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    _accept_all(aisha, now)
    assert unaccepted_texts(aisha) == []
    assert _waiting(northfield) == {"Priya", "Una", "Ben", "Chidi", "Omar"}
    services.publish_text(cohort=northfield.cohort, kind="agreement", body="# New", by=northfield.dr_lee, now=now)
    assert [(t.kind, t.version) for t in unaccepted_texts(aisha)] == [("agreement", 2)]
    assert "Aisha" in _waiting(northfield)


def test_a_text_for_mentors_is_not_asked_of_mentees(northfield, now) -> None:
    aisha, priya = northfield.participant("aisha"), northfield.participant("priya")
    _accept_all(aisha, now)
    _accept_all(priya, now)
    services.publish_text(cohort=northfield.cohort, kind="agreement", body="# M", by=None, now=now, for_mentees=False)
    assert unaccepted_texts(aisha) == []
    assert _waiting(northfield) >= {"Priya"}
    assert "Aisha" not in _waiting(northfield)


def test_nobody_who_stopped_or_is_of_another_cohort_is_waited_for(northfield, now) -> None:
    participation.leave(participant=northfield.participant("aisha"), by=None, now=now)
    ParticipantFactory(user=northfield.nobody, cohort=northfield.other_cohort, programme=northfield.sociology)
    assert _waiting(northfield).isdisjoint({"Aisha", "Nia"})


def test_waiting_takes_constant_queries(northfield, django_assert_num_queries) -> None:
    cohort = northfield.cohort
    assert cohort.policy.agreement_texts
    with django_assert_num_queries(2):
        list(participants_with_unaccepted(cohort))
    for _unused in range(5):
        ParticipantFactory(cohort=cohort, programme=northfield.sociology)
    with django_assert_num_queries(2):
        list(participants_with_unaccepted(cohort))


def test_fields_name_the_readers_own_coordinators(northfield) -> None:
    assert fields_for(northfield.cohort, TODAY, northfield.participant("aisha")) == {
        "floor": "at least once a month",
        "coordinators": "Sam Whitaker",
        "scheme_lead": "Mina Lee",
    }
    omar = fields_for(northfield.cohort, TODAY, northfield.participant("omar"))
    assert omar["coordinators"] == "Carys Morgan"


def test_the_floor_is_said_as_the_policy_sets_it() -> None:
    assert floor_words(policy_from({"floor_per_term": 3})) == "at least 3 times a term"
    assert floor_words(policy_from({"contact_floor_days": 0})) == "as often as suits us both"
    assert floor_words(policy_from({"contact_floor_days": 14})) == "at least once every 14 days"
