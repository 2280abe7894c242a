"""Doing one thing to many: who is left out, once for two presses, and back again."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import NotAllowed, WrongState
from mentoring.announcements import rules as announcing
from mentoring.announcements.models import Announcement
from mentoring.announcements.selectors import users_of
from mentoring.console.models import Batch
from mentoring.console.rules import PairChosen, PersonChosen, why_not, why_not_ended
from mentoring.console.selectors.batches import plan_for_pairs
from mentoring.console.services import do_to_many, take_back_batch
from mentoring.console.states import Deed
from mentoring.contacts.models import CourtesyReply
from mentoring.matching.services import ask_for_swap
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from tests.factories import NOW, TODAY, Match, Northfield


@pytest.mark.parametrize(
    ("deed", "facts", "reason"),
    [
        ("write", {}, ""),
        ("write", {"in_reach": False}, "out-of-reach"),
        ("write", {"takes_part": False}, "not-taking-part"),
        ("invite", {}, "no-mentor"),
        ("invite", {"is_mentor": True}, ""),
        ("invite", {"is_mentor": True, "is_trained": True}, "trained"),
        ("agree", {"has_agreed": True}, "agreed"),
        ("pause", {"is_paused": True}, "paused"),
        ("write", {"is_paused": True, "has_agreed": True}, ""),
    ],
)
def test_who_is_left_out_of_what(deed: str, facts: dict[str, bool], reason: str) -> None:
    assert why_not(deed, PersonChosen(**{"in_reach": True, "takes_part": True} | facts)) == reason


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, ""),
        ({"is_on": False}, "ended"),
        ({"is_own": True}, "own"),
        ({"waits_for_swap": True}, "swap"),
        ({"in_reach": False}, "out-of-reach"),
    ],
)
def test_which_pair_is_not_ended(facts: dict[str, bool], reason: str) -> None:
    assert why_not_ended(PairChosen(**{"in_reach": True, "is_on": True} | facts)) == reason


def plan(northfield: Northfield, matched: dict[str, Match], *names: str):
    chosen = Match.objects.filter(pk__in=[matched[name].pk for name in names]).with_people()
    return plan_for_pairs(Deed.REMATCH, chosen, northfield.cohort, northfield.sam, TODAY)


def ended(northfield: Northfield, matched: dict[str, Match], *names: str, key: uuid.UUID | None = None) -> Batch:
    return do_to_many(
        plan=plan(northfield, matched, *names), cohort=northfield.cohort, form_key=key or uuid.uuid4(),
        by=northfield.sam, now=NOW,
    )  # fmt: skip


def states(matched: dict[str, Match]) -> dict[str, str]:
    return {name: Match.objects.get(pk=match.pk).state for name, match in matched.items()}


def test_ended_pairs_come_back_whole_within_ten_minutes(northfield: Northfield, matched: dict[str, Match]) -> None:
    CourtesyReply.objects.create(match=matched["ben"], choice="hello", replied_at=NOW)
    before = states(matched)
    batch = ended(northfield, matched, "aisha", "ben")
    assert states(matched) == {"aisha": "ended", "ben": "ended", "chidi": before["chidi"]}
    owed = Message.objects.filter(letter__startswith="matching.moved")
    assert set(owed.values_list("state", "due_at")) == {("due", NOW + timedelta(minutes=10))}
    assert owed.count() == 4
    assert take_back_batch(batch=batch, by=northfield.sam, now=NOW + timedelta(minutes=9)) == 2
    assert states(matched) == before | {"ben": "active"}
    assert set(owed.values_list("state", flat=True)) == {"cancelled"}
    assert take_back_batch(batch=batch, by=northfield.sam, now=NOW) == 0


def test_after_ten_minutes_it_is_too_late(northfield: Northfield, matched: dict[str, Match]) -> None:
    batch = ended(northfield, matched, "aisha")
    with pytest.raises(WrongState):
        take_back_batch(batch=batch, by=northfield.sam, now=NOW + timedelta(minutes=10))
    assert states(matched)["aisha"] == "ended"


def test_wish_for_another_mentor_is_answered_and_not_ended_over(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    ask_for_swap(match=matched["aisha"], reasons=[], handler=None, by=None, now=NOW)
    found = plan(northfield, matched, "aisha", "ben")
    assert [match.pk for match in found.matches] == [matched["ben"].pk]
    assert found.left_out == {"swap": 1}


def test_ending_many_pairs_needs_a_second_person_as_writing_to_many_does(
    northfield: Northfield, matched: dict[str, Match], monkeypatch
) -> None:
    monkeypatch.setattr(announcing, "ALONE_UP_TO", 5)
    ended(northfield, matched, "aisha", "ben")  # four letters
    with pytest.raises(WrongState, match="second person"):
        ended(northfield, matched, "chidi")
    assert states(matched)["chidi"] != "ended"


def narrow(northfield: Northfield, *gone: str) -> None:
    """sam looks after health still; those who went are students of another unit now."""
    for name in gone:
        Participant.objects.filter(pk=northfield.participant(name).pk).update(programme=northfield.cs)


@pytest.mark.abuse(19)
def test_those_out_of_reach_by_now_are_neither_shown_nor_brought_back(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    batch = ended(northfield, matched, "aisha", "ben")
    narrow(northfield, "ben")
    client.force_login(northfield.sam)
    page = client.get(reverse("console:batch", args=[batch.pk])).content.decode()
    assert "Aisha Begum" in page
    assert northfield.ben.full_name not in page
    assert "1 more is not yours any more" in page
    assert take_back_batch(batch=batch, by=northfield.sam, now=NOW) == 1
    assert (states(matched)["aisha"] != "ended", states(matched)["ben"]) == (True, "ended")


@pytest.mark.abuse(19)
def test_a_batch_is_gone_with_the_last_person_in_reach(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    batch = ended(northfield, matched, "aisha", "ben")
    client.force_login(northfield.sam)
    page, undo = reverse("console:batch", args=[batch.pk]), reverse("console:undo_batch", args=[batch.pk])
    assert page in client.get(reverse("console:batches")).content.decode()
    narrow(northfield, "aisha", "ben")
    assert page not in client.get(reverse("console:batches")).content.decode()
    assert client.get(page).status_code == client.post(undo).status_code == 404
    with pytest.raises(NotAllowed):
        take_back_batch(batch=batch, by=northfield.sam, now=NOW)
    assert states(matched)["aisha"] == "ended"


def look(client: Client, name: str, **asked: object):
    page = client.get(reverse(name), asked)
    given = {"seal": page.context["plan"].seal, "form_key": page.context["form_key"]}
    return page, f"{reverse(name)}?{page.wsgi_request.META['QUERY_STRING']}", given


def test_pause_shows_whom_and_who_not_and_two_presses_are_one(client: Client, northfield: Northfield) -> None:
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    Participant.objects.filter(pk=ben.pk).update(nudges_paused_at=NOW - timedelta(days=1))
    client.force_login(northfield.sam)
    asked = {"deed": "pause", "pk": [aisha.pk, ben.pk, northfield.participant("omar").pk]}
    page, url, given = look(client, "console:people_batch", **asked)
    assert page.context["plan"].people == [aisha]
    assert "1 has no reminders now." in page.content.decode()
    assert not Batch.objects.exists()  # looking changes nothing
    first, second = client.post(url, given), client.post(url, given)
    batch = Batch.objects.get()
    assert first["Location"] == second["Location"] == reverse("console:batch", args=[batch.pk])
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is not None
    client.post(reverse("console:undo_batch", args=[batch.pk]))
    aisha.refresh_from_db()
    ben.refresh_from_db()
    assert aisha.nudges_paused_at is None
    assert ben.nudges_paused_at is not None  # was paused before: not this batch's to undo


def test_list_that_changed_meanwhile_is_looked_at_again(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    _page, url, given = look(client, "console:people_batch", deed="pause", everyone="3", show="mentees")
    Participant.objects.filter(pk=northfield.participant("chidi").pk).update(nudges_paused_at=NOW)
    answer = client.post(url, given)
    assert "changed meanwhile" in answer.content.decode()
    assert not Batch.objects.exists()


def test_invitation_to_training_becomes_an_announcement_to_the_untrained_only(
    client: Client, northfield: Northfield
) -> None:
    client.force_login(northfield.sam)
    page, url, given = look(client, "console:people_batch", deed="invite", everyone="5")
    assert "3 are no mentors." in page.content.decode()
    words = {"subject": "Training", "text": page.context["form"].initial["text"]}
    client.post(url, given | words)
    answer = client.post(url, given | words)
    made = Announcement.objects.get()
    assert answer["Location"] == reverse("announcements:one", args=[made.pk])
    assert set(users_of(made)) == {northfield.priya, northfield.una}
    assert made.state == "draft"  # the count is typed, and above 500 a second person looks, on its own page
    assert not Message.objects.filter(letter="announcements.note").exists()


@pytest.mark.parametrize(("page", "deed"), [("people", "pause"), ("pairs", "rematch")])
def test_a_list_on_which_nothing_was_ticked_says_so_itself_and_stays_filtered(
    client: Client, northfield: Northfield, matched: dict[str, Match], page: str, deed: str
) -> None:
    client.force_login(northfield.sam)
    cohort = northfield.cohort.slug
    asked = {"deed": deed, "cohort": cohort, "show": "paused", "course": "", "q": "Khan"}
    assert (
        f'name="cohort" value="{cohort}"' in client.get(reverse(f"console:{page}"), {"cohort": cohort}).content.decode()
    )
    answer = client.get(reverse(f"console:{page}_batch"), asked, follow=True)
    assert answer.redirect_chain == [(reverse(f"console:{page}") + f"?cohort={cohort}&show=paused&q=Khan", 302)]
    assert "Tick the rows first" in answer.content.decode()


@pytest.mark.parametrize(("name", "deed", "page"), [("tom", "pause", "people"), ("dr_lee", "swap", "pairs")])
def test_who_may_not_do_it_finds_no_such_page(
    client: Client, northfield: Northfield, name: str, deed: str, page: str
) -> None:
    client.force_login(northfield.people[name])
    assert client.get(reverse(f"console:{page}_batch"), {"deed": deed, "everyone": "1"}).status_code == 404
    if name == "tom":
        assert 'name="deed"' not in client.get(reverse("console:people")).content.decode()
