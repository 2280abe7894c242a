"""Two questions half-way, from a link (R77)."""

import pytest
from django.conf import settings
from django.db.models import Q
from django.test import Client

from accounts.models import AuditEntry
from accounts.services import WrongState
from mentoring.console.selectors.people import unhappy_in
from mentoring.contacts.letters import check_action
from mentoring.contacts.models import CheckIn
from mentoring.contacts.services import check_in
from mentoring.matching.models import Match
from mentoring.participation.models import Participant


def path_of(participant):
    return check_action(participant).url.removeprefix(settings.SITE_URL)


@pytest.mark.parametrize("name", ["aisha", "priya"])
def test_either_side_answers_without_signing_in_and_may_change_it(northfield, matched, name, now):
    who = northfield.participant(name)
    client = Client()
    assert client.get(path_of(who)).status_code == 200
    assert not CheckIn.objects.exists()
    assert client.post(path_of(who), {"often": "more"}).status_code == 200
    assert not CheckIn.objects.exists()
    for _ in range(2):
        client.post(path_of(who), {"often": "more", "works": "no"})
    kept = CheckIn.objects.get()
    assert (kept.participant, kept.often, kept.works) == (who, "more", "no")
    assert AuditEntry.objects.get(verb="half-way answered").actor is None
    assert unhappy_in(Participant.objects.all(), now.date()).get() == who
    client.post(path_of(who), {"often": "right", "works": "yes"})
    assert CheckIn.objects.get().works == "yes"
    assert not unhappy_in(Participant.objects.all(), now.date()).exists()
    assert "_auth_user_id" not in client.session


def test_who_is_unhappy_is_shown_the_way_to_another_mentor(northfield, matched):
    page = (
        Client()
        .post(path_of(northfield.participant("aisha")), {"often": "less", "works": "no"}, follow=True)
        .content.decode()
    )
    assert "Ask for a different mentor" in page
    assert "Priya" not in page


def test_who_stopped_answers_nothing(northfield, matched, now):
    Participant.objects.filter(user=northfield.aisha).update(state="left", left_at=now)
    answer = Client().post(path_of(northfield.participant("aisha")), {"often": "less", "works": "no"})
    assert answer.status_code == 410
    assert Client().get(path_of(northfield.participant("aisha"))).status_code == 410
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("name", ["aisha", "priya"])
def test_whose_pairs_are_over_is_asked_nothing(northfield, matched, now, name):
    who = northfield.participant(name)
    Match.objects.filter(Q(mentee=who) | Q(mentor=who)).update(state="ended", ended_at=now)
    assert Client().get(path_of(who)).status_code == 410
    with pytest.raises(WrongState):
        check_in(participant=who, often="less", works="no", by=None, now=now)
    assert not CheckIn.objects.exists()
