"""Who asks for another mentor may leave somebody out: for them the wish does not exist (issue 6; R75)."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.services import NotAllowed, WrongState
from mentoring.console.selectors.history import pair_history
from mentoring.console.selectors.today import today_of
from mentoring.console.states import OF_PAIRS, Deed
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import open_swap_of, swaps_visible_to
from mentoring.matching.services import ask_for_swap, end_for_another, open_swap, swap_mentor
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import messages_visible_to
from schemes.services import appoint
from schemes.states import Role
from tests.factories import UserFactory
from tests.house.states import CHANCE

TITLE = "Different mentor: receipt"


@pytest.fixture
def swap(trained: Any, matched: dict[str, Match], now: Any) -> SwapRequest:
    """aisha chose una, and left sam, who coordinates there, out."""
    return ask_for_swap(
        match=matched["aisha"], reasons=["comfort"], handler=trained.una, excluded=[trained.sam], by=trained.aisha,
        now=now,
    )  # fmt: skip


def _page(person: Any, name: str, *arguments: Any) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name, args=arguments))


def test_whoever_is_said_to_see_a_wish_sees_it_and_nobody_else(trained: Any, matched: Any, now: Any) -> None:
    """Tried with everybody: neither a coordinator elsewhere does, nor a senior mentor who was not chosen."""
    page = _page(trained.aisha, "matching:swap_ask").content.decode()
    found = re.search(r'<p class="who-sees">(.*?)</p>', page, re.DOTALL)
    assert found is not None
    wish = ask_for_swap(match=matched["aisha"], reasons=[], handler=None, by=trained.aisha, now=now)
    seen = {name for name, person in trained.people.items() if swaps_visible_to(person, now.date()).contains(wish)}
    assert seen == {name for name, person in trained.people.items() if person.full_name in found[1]}
    assert {"sam", "dr_lee"} <= seen
    assert not {"una", "carys", "priya"} & seen


def test_who_is_left_out_meets_it_nowhere(swap: SwapRequest, trained: Any, matched: Any, now: Any) -> None:
    today, match = now.date(), matched["aisha"]
    assert not swaps_visible_to(trained.sam, today).exists()
    nothing = _page(trained.sam, "matching:swap", uuid4())
    there = _page(trained.sam, "matching:swap", swap.public_key)
    assert (there.status_code, there.content) == (404, nothing.content)
    client = Client()
    client.force_login(trained.sam)
    assert client.post(reverse("matching:choose", args=[swap.public_key]), {"mentor": "1"}).status_code == 404
    assert "Aisha" not in _page(trained.sam, "matching:swaps").content.decode()
    [row] = [row for row in today_of(trained.sam, trained.cohort, now).rows if row.key == "swaps"]
    assert row.count == 0
    assert not messages_visible_to(trained.sam, today).filter(letter__startswith="matching.swap").exists()
    labels = [step.label for step in pair_history(match, trained.sam, today)]
    assert "Asked for another mentor" not in labels
    assert str(swap.public_key) not in _page(trained.sam, "console:pair", match.pk).content.decode()
    with pytest.raises(NotAllowed):
        swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.sam, now=now)


def test_opening_one_answers_as_for_any_other_pair(swap: SwapRequest, trained: Any, matched: Any, now: Any) -> None:
    client = Client()
    client.force_login(trained.sam)
    answers = {
        name: client.post(reverse("matching:swap_open", args=[matched[name].pk]), follow=True)
        for name in ("aisha", "ben")
    }
    for name, answer in answers.items():
        opened = SwapRequest.objects.get(match=matched[name], handler=trained.sam)
        assert answer.redirect_chain == [(reverse("matching:swap", args=[opened.public_key]), 302)]
        assert "cannot be done" not in answer.content.decode()
        again = client.post(reverse("matching:swap_open", args=[matched[name].pk]))
        assert again["Location"] == reverse("matching:swap", args=[opened.public_key])
    assert open_swap_of(matched["aisha"]) == swap  # hers stands
    assert "COMFORT" not in answers["aisha"].content.decode().upper()


def test_both_close_with_the_pair(swap: SwapRequest, trained: Any, matched: Any, now: Any) -> None:
    beside = open_swap(match=matched["aisha"], by=trained.sam, now=now)
    assert beside != swap
    swap_mentor(swap=beside, mentor=trained.participant("una"), by=trained.sam, now=now)
    swap.refresh_from_db()
    assert swap.state == "withdrawn"


def test_ending_the_pair_does_not_betray_it_either(swap: SwapRequest, trained: Any, matched: Any, now: Any) -> None:
    with pytest.raises(WrongState):
        end_for_another(match=matched["aisha"], by=trained.dr_lee, now=now)
    assert end_for_another(match=matched["aisha"], by=trained.sam, now=now).state == "ended"


@pytest.mark.abuse(4)
@pytest.mark.parametrize("deed", OF_PAIRS)
def test_no_look_at_a_deed_to_many_betrays_it_either(trained: Any, matched: Any, now: Any, deed: Deed) -> None:
    """Neither its own line nor the number of pairs: for who was left out it is as if nobody had asked."""
    clients = {name: Client() for name in ("sam", "dr_lee")}
    for name, client in clients.items():
        client.force_login(trained.people[name])
    asked = {"deed": deed, "pk": [matched["aisha"].pk, matched["ben"].pk]}

    def look(name: str) -> bytes:
        return CHANCE.sub(b"", clients[name].get(reverse("console:pairs_batch"), asked).content)

    before = {name: look(name) for name in clients}
    ask_for_swap(
        match=matched["aisha"], reasons=["comfort"], handler=trained.una, excluded=[trained.sam], by=trained.aisha,
        now=now,
    )  # fmt: skip
    assert look("sam") == before["sam"]
    assert (look("dr_lee") == before["dr_lee"]) is (deed != Deed.REMATCH)


def test_letters_about_it_are_listed_to_those_alone_who_may_read_it(trained: Any, matched: Any, now: Any) -> None:
    swap = ask_for_swap(match=matched["aisha"], reasons=["comfort"], handler=trained.sam, by=trained.aisha, now=now)
    seen = {}
    for name in ("sam", "dr_lee", "tom"):
        found = messages_visible_to(trained.people[name], now.date())
        seen[name] = found.filter(letter__startswith="matching.swap").count()
        log = _page(trained.people[name], "messaging:log").context
        assert (TITLE in {line.title for line in log["lines"]}) is bool(seen[name]), name
        person = _page(trained.people[name], "console:person", trained.participant("aisha").pk).content.decode()
        assert (TITLE in person) is bool(seen[name]), name
        letter = Message.objects.get(letter="matching.swap-asked")
        there = _page(trained.people[name], "messaging:message", letter.pk).status_code
        assert there == (200 if seen[name] else 404)
    assert seen["tom"] == 0
    assert seen["sam"] == 1  # to the student; the one to sam themself is in no log of a unit
    manager = UserFactory(given_name="Max", password=make_password(None))
    appoint(
        scheme=trained.scheme, user=manager, role=Role.MANAGER, unit=trained.university, starts_on=now.date(),
        by=None, now=now,
    )  # fmt: skip
    assert not messages_visible_to(manager, now.date()).filter(letter__startswith="matching.swap").exists()
    assert messages_visible_to(trained.dr_lee, now.date()).filter(object_id=str(swap.pk)).exists()


def test_the_others_deal_with_it_as_before(swap: SwapRequest, trained: Any, now: Any) -> None:
    seen = {name for name in trained.people if swaps_visible_to(trained.people[name], now.date()).exists()}
    assert seen == {"una", "dr_lee"}
    assert Message.objects.filter(letter="matching.swap-wanted", recipient=trained.una).exists()
    new = swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.dr_lee, now=now)
    assert new.followed == swap.match


def test_somebody_is_always_left(trained: Any, matched: dict[str, Match], now: Any) -> None:
    everybody = [trained.sam, trained.una, trained.dr_lee]
    for handler, excluded in ((trained.sam, [trained.sam]), (None, everybody)):
        with pytest.raises(WrongState):
            ask_for_swap(
                match=matched["aisha"], reasons=[], handler=handler, excluded=excluded, by=trained.aisha, now=now
            )
    assert not SwapRequest.objects.exists()


def test_the_form_asks_for_one_or_the_other_and_the_counterpart_reads_ended_only(
    trained: Any, matched: dict[str, Match], now: Any
) -> None:
    client = Client()
    client.force_login(trained.aisha)
    url = reverse("matching:swap_ask")
    both = {"handler": trained.sam.pk, "excluded": [trained.sam.pk], "reasons": ["silence"]}
    assert "Choose one or the other" in client.post(url, both).content.decode()
    client.post(url, {**both, "handler": trained.una.pk})
    swap = SwapRequest.objects.get()
    assert list(swap.excluded.all()) == [trained.sam]
    page = client.get(url).content.decode()
    assert "Sam" not in page
    swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.dr_lee, now=now)
    for name in ("portal:home", "portal:mentees"):
        told = _page(trained.priya, name).content.decode()
        for word in ("We have not been in touch", "swapped", "changed mentor"):
            assert word not in told, (name, word)
