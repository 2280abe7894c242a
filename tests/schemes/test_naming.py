"""A scheme's words, put in force: by whom, at once for all of its years, on the trail, and never half."""

import pytest

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from schemes.models import Scheme
from schemes.naming import call_things
from schemes.policy import BadPolicy
from schemes.services import open_cohort
from schemes.speech import words_of
from schemes.words import PRODUCT, own_words
from tests.factories import NOW, TERMS

BUDDY = own_words({"mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]}})
PAL = own_words({"mentor": {"en": ["pal", "pals"], "cy": ["cyfaill", "cyfeillion"]}})


def call(northfield, own, by="dr_lee", **more):
    return call_things(scheme=northfield.scheme, own=own, by=northfield.people[by], now=NOW, **more)


def now_called(northfield):
    return words_of(Scheme.objects.get(pk=northfield.scheme.pk))


def test_words_are_in_force_and_the_trail_says_which(northfield):
    knobs = Scheme.objects.get(pk=northfield.scheme.pk).knobs
    assert call(northfield, BUDDY) == PRODUCT
    assert now_called(northfield) == BUDDY
    assert Scheme.objects.get(pk=northfield.scheme.pk).knobs == {**knobs, "words": BUDDY.as_json()}
    entry = AuditEntry.objects.get(verb="words changed")
    assert (entry.actor, entry.fields, entry.scheme_id_at) == (
        northfield.dr_lee,
        ["words.mentor"],
        northfield.scheme.pk,
    )


def test_same_words_again_change_nothing(northfield):
    call(northfield, BUDDY)
    assert call(northfield, BUDDY) == BUDDY
    assert AuditEntry.objects.filter(verb="words changed").count() == 1


def test_only_the_schemes_own_who_set_it_up_may(northfield):
    for name in ("sam", "tom", "mallory", "priya"):
        with pytest.raises(NotAllowed):
            call(northfield, BUDDY, by=name)
    assert now_called(northfield) == PRODUCT
    call(northfield, BUDDY, by="admin")
    assert now_called(northfield) == BUDDY


def test_words_that_somebody_changed_meanwhile_stay(northfield):
    call(northfield, BUDDY)
    call(northfield, PAL)
    with pytest.raises(WrongState):
        call(northfield, PRODUCT, instead_of=BUDDY)
    assert now_called(northfield) == PAL
    call(northfield, BUDDY, instead_of=PAL)
    assert now_called(northfield) == BUDDY


def test_two_things_by_one_word_are_refused(northfield):
    same = own_words({"mentor": {"en": ["buddy", "buddies"]}, "mentee": {"en": ["buddy", "pals"]}})
    with pytest.raises(BadPolicy):
        call(northfield, same)
    assert now_called(northfield) == PRODUCT


def test_next_year_begins_with_them(northfield):
    call(northfield, BUDDY)
    scheme = Scheme.objects.get(pk=northfield.scheme.pk)
    year = open_cohort(scheme=scheme, name="2027/28", slug="next", terms=TERMS, by=None, now=NOW)
    assert year.policy.words == BUDDY.as_json()
