"""Signed links bind purpose, person, object, version and age."""

from datetime import timedelta

import pytest

from mentoring.messaging.links import DeadLink, WhyDead, absolute, make_token, read_token, revoke, versions_looked_up
from mentoring.messaging.models import LinkUse
from mentoring.messaging.views import dead_link

AGE = timedelta(days=14)


def why_dead(purpose, token):
    with pytest.raises(DeadLink) as caught:
        read_token(purpose, token, max_age=AGE)
    return caught.value.reason


def test_a_link_grants_its_purpose_to_its_person(aisha):
    token = make_token(purpose="reply", person=aisha, object_id=7)
    grant = read_token("reply", token, max_age=AGE)
    assert (grant.person, grant.object_id) == (aisha, "7")
    assert not LinkUse.objects.exists()


@pytest.mark.abuse(7)
def test_a_link_of_another_purpose_is_dead(aisha):
    assert why_dead("stop", make_token(purpose="reply", person=aisha, object_id=7)) == WhyDead.UNKNOWN


@pytest.mark.abuse(7)
def test_every_flipped_character_kills_a_link(aisha):
    token = make_token(purpose="reply", person=aisha, object_id=7)
    for at in range(len(token) - 1):  # the last character of base64 has spare bits
        other = "A" if token[at] != "A" else "B"
        assert why_dead("reply", token[:at] + other + token[at + 1 :]) == WhyDead.UNKNOWN


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é", "\x00", "." * 5000])
def test_rubbish_is_dead(token, db):
    assert why_dead("reply", token) == WhyDead.UNKNOWN


def test_an_old_link_is_expired(aisha, clock):
    token = make_token(purpose="reply", person=aisha, object_id=7)
    clock.shift(timedelta(days=14, seconds=2))
    assert why_dead("reply", token) == WhyDead.EXPIRED


def test_a_revoked_link_is_dead_and_a_new_one_works(aisha, priya, now):
    old = make_token(purpose="reply", person=aisha, object_id=7)
    others = make_token(purpose="reply", person=priya, object_id=7)
    revoke(purpose="reply", person=aisha, object_id=7, by=None, now=now)
    assert why_dead("reply", old) == WhyDead.REVOKED
    assert read_token("reply", others, max_age=AGE).person == priya
    new = make_token(purpose="reply", person=aisha, object_id=7)
    assert read_token("reply", new, max_age=AGE).person == aisha
    revoke(purpose="reply", person=aisha, object_id=7, by=None, now=now)
    assert why_dead("reply", new) == WhyDead.REVOKED


def test_versions_are_looked_up_once_for_many_people(aisha, priya, now, django_assert_num_queries):
    revoke(purpose="reply", person=aisha, object_id=7, by=None, now=now)
    with django_assert_num_queries(1), versions_looked_up([aisha.pk, priya.pk]):
        tokens = [make_token(purpose=purpose, person=aisha, object_id=7) for purpose in ("reply", "stop")]
        others = make_token(purpose="reply", person=priya, object_id=7)
    assert read_token("reply", tokens[0], max_age=AGE).person == aisha
    assert read_token("stop", tokens[1], max_age=AGE).person == aisha
    assert read_token("reply", others, max_age=AGE).person == priya


def test_a_link_made_while_it_is_revoked_is_dead(aisha, now):
    with versions_looked_up([aisha.pk]):
        revoke(purpose="reply", person=aisha, object_id=7, by=None, now=now)
        made = make_token(purpose="reply", person=aisha, object_id=7)
    assert why_dead("reply", made) == WhyDead.REVOKED


def test_links_of_others_are_looked_up_as_ever(aisha, priya, now):
    revoke(purpose="reply", person=priya, object_id=7, by=None, now=now)
    with versions_looked_up([aisha.pk]):
        made = make_token(purpose="reply", person=priya, object_id=7)
    assert read_token("reply", made, max_age=AGE).person == priya


def test_a_closed_account_has_no_links(aisha):
    token = make_token(purpose="reply", person=aisha, object_id=7)
    aisha.is_active = False
    aisha.save()
    assert why_dead("reply", token) == WhyDead.REVOKED


def test_addresses_are_full(settings):
    settings.SITE_URL = "https://mentoring.northfield.ac.uk"
    assert absolute("/my/") == "https://mentoring.northfield.ac.uk/my/"


@pytest.mark.parametrize(("reason", "words"), [(WhyDead.EXPIRED, b"has expired"), (WhyDead.REVOKED, b"does not work")])
def test_a_dead_link_page_says_so_and_what_to_do(rf, db, reason, words):
    answer = dead_link(rf.get("/l/reply/x/"), DeadLink(reason))
    assert answer.status_code == 410
    assert words in answer.content
    assert b"/accounts/login/" in answer.content
