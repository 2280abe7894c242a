"""Wishes rest on consent, keep the least, and go when consent goes."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry, Consent
from accounts.services import WrongState
from mentoring.participation import selectors, services
from mentoring.participation.models import Wishes

WISH = {
    "own": {"gender": "woman", "ethnicity": "black"},
    "wishes": {"religion": {"kind": "must", "value": "sikh"}},
    "exceptions": [],
}


def _save(participant, now, told=WISH, has_consented=True):
    return services.save_wishes(
        participant=participant, told=told, has_consented=has_consented, by=participant.user, now=now
    )


def test_saved_wishes_are_encrypted_and_the_least_that_is_needed(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    wishes = _save(aisha, now)
    assert selectors.told_by(aisha) == {
        "own": {"gender": "woman"},  # her ethnicity helps nobody's exception, so it is not kept
        "wishes": {"religion": {"kind": "must", "value": "sikh"}},
        "exceptions": [],
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM participation_wishes WHERE id = %s", [wishes.pk])
        stored = cursor.fetchone()[0]
    assert "sikh" not in stored
    assert "woman" not in stored


def test_saving_records_consent_with_its_version_and_no_values(northfield, now) -> None:
    _save(northfield.participant("aisha"), now)
    consent = Consent.objects.get(person=northfield.aisha)
    assert (consent.text_version, consent.given_at) == ("wishes-1", now)
    trail = AuditEntry.objects.filter(verb__in=["wishes saved", "consent given"])
    assert trail.count() == 2
    assert "sikh" not in str(list(trail.values()))


def test_wishes_without_consent_are_refused_and_nothing_is_kept(northfield, now) -> None:
    with pytest.raises(WrongState, match="agree"):
        _save(northfield.participant("aisha"), now, has_consented=False)
    northfield.participant("aisha").refresh_from_db()
    assert not Wishes.objects.exists()
    assert northfield.participant("aisha").asked_wishes_at is None


def test_no_preference_throughout_needs_no_consent_and_keeps_nothing(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    _save(aisha, now)
    assert _save(aisha, now, told={"own": {}, "wishes": {}}, has_consented=False) is None
    assert not Wishes.objects.exists()
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    aisha.refresh_from_db()
    assert aisha.asked_wishes_at == now


def test_withdrawing_deletes_what_was_told_and_is_repeatable(northfield, now) -> None:
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    _save(aisha, now)
    _save(ben, now)
    services.withdraw_wishes(participant=aisha, by=northfield.aisha, now=now)
    services.withdraw_wishes(participant=aisha, by=northfield.aisha, now=now)
    assert list(Wishes.objects.values_list("participant_id", flat=True)) == [ben.pk]
    assert Consent.objects.get(person=northfield.aisha).withdrawn_at == now
    assert selectors.told_by(aisha) == {"own": {}, "wishes": {}, "exceptions": []}


def test_a_mentors_exception_needs_their_own_side(northfield, now) -> None:
    priya = northfield.participant("priya")
    with pytest.raises(WrongState, match="gender"):
        _save(priya, now, told={"own": {}, "exceptions": ["gender"]})
    _save(
        priya,
        now,
        told={"own": {"gender": "woman"}, "exceptions": ["gender", "ethnicity"], **{"wishes": WISH["wishes"]}},
    )
    assert selectors.told_by(priya) == {"own": {"gender": "woman"}, "wishes": {}, "exceptions": ["gender"]}


def test_the_matching_reads_everybody_in_one_query(northfield, now, django_assert_num_queries) -> None:
    keys = []
    for name in ("aisha", "ben", "chidi"):
        keys.append(northfield.participant(name).pk)
        _save(northfield.participant(name), now)
    with django_assert_num_queries(1):
        assert set(selectors.told_by_each(keys)) == set(keys)


def test_what_was_told_is_deleted_thirty_days_after_the_year_and_not_before(northfield, now) -> None:
    _save(northfield.participant("aisha"), now)
    last_day = datetime.combine(northfield.cohort.ends_on, time(9), tzinfo=now.tzinfo)
    assert services.forget_wishes(now=last_day + timedelta(days=30)) == 0
    assert services.forget_wishes(now=last_day + timedelta(days=31)) == 1
    assert services.forget_wishes(now=last_day + timedelta(days=31)) == 0
    assert not Wishes.objects.exists()
