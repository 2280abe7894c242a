"""Who asks for another mentor may leave somebody out: for them the wish does not exist (issue 6; R75)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import NotAllowed, WrongState
from mentoring.console.selectors.history import pair_history
from mentoring.console.selectors.today import today_of
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import swaps_visible_to
from mentoring.matching.services import ask_for_swap, open_swap, swap_mentor
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import messages_visible_to


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


def test_who_is_left_out_meets_it_nowhere(swap: SwapRequest, trained: Any, matched: Any, now: Any) -> None:
    today, match = now.date(), matched["aisha"]
    assert not swaps_visible_to(trained.sam, today).exists()
    nothing = _page(trained.sam, "matching:swap", 987_654)
    there = _page(trained.sam, "matching:swap", swap.pk)
    assert (there.status_code, there.content) == (404, nothing.content)
    client = Client()
    client.force_login(trained.sam)
    assert client.post(reverse("matching:choose", args=[swap.pk]), {"mentor": "1"}).status_code == 404
    assert "Aisha" not in _page(trained.sam, "matching:swaps").content.decode()
    [row] = [row for row in today_of(trained.sam, trained.cohort, now).rows if row.key == "swaps"]
    assert row.count == 0
    assert not messages_visible_to(trained.sam, today).filter(letter__startswith="matching.swap").exists()
    labels = [step.label for step in pair_history(match, trained.sam, today)]
    assert "Asked for another mentor" not in labels
    assert reverse("matching:swap", args=[swap.pk]) not in _page(trained.sam, "console:pair", match.pk).content.decode()
    with pytest.raises(NotAllowed):
        swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.sam, now=now)
    with pytest.raises(WrongState):
        open_swap(match=match, by=trained.sam, now=now)


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
