"""Stages 6 to 8: wishes and own words, a draft that is changed and published, introductions."""

from collections import Counter

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from mentoring.matching.models import Match, Proposal, Run
from mentoring.matching.states import MatchState, RunState
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant, Wishes
from tests.journey.conftest import PATIENCE, Visitor, link_in, subject_is, words_of
from tests.journey.year import NIA, Year, wait_for_rows

HELLO = "I got lost on my first day, twice. Ask me where the cheap food is."


def ask_wishes(year: Year) -> None:
    """Stage 6: what somebody tells for matching needs consent, is encrypted, and can be taken back."""
    nia = year.person(NIA)
    page = nia.go("/my/wishes/?as=mentor")
    page.get_by_label("Your own gender").select_option("woman")
    nia.press("Save")
    page.get_by_role("link", name="Tick the box to agree").wait_for()
    assert not Wishes.objects.exists()
    page.get_by_role("checkbox", name="I agree that what I tell here").check()
    nia.press("Save")
    nia.sees("Saved. You can change or delete it here at any time")

    wisher, regretter = year.mentees(2)
    for mentee, kind in ((wisher, "It must be"), (regretter, "I would prefer")):
        visitor = year.person(mentee.user.email)
        page = visitor.go("/my/wishes/?as=mentee")
        page.get_by_role("group", name="My mentor’s gender").get_by_role("radio", name=kind).check()
        page.get_by_label("Which gender?").select_option("woman")
        page.get_by_role("checkbox", name="I agree that what I tell here").check()
        visitor.press("Save")
        visitor.sees("Saved. You can change or delete it here at any time")
    assert Wishes.objects.count() == 3
    visitor = year.person(regretter.user.email)
    visitor.go("/my/wishes/?as=mentee")
    visitor.press("Delete my answers")
    visitor.sees("Deleted. Your match stays as it is")
    assert not Wishes.objects.filter(participant=regretter).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT told FROM participation_wishes")
        assert [row for row in cursor.fetchall() if "woman" in str(row) or "must" in str(row)] == []
    say_hello(nia, "mentor", HELLO)
    say_hello(year.person(wisher.user.email), "mentee", "Hello! I am new here.")


def say_hello(visitor: Visitor, role: str, words: str) -> None:
    """Own words, and one interest that the match may see."""
    page = visitor.go(f"/my/profile/?as={role}")
    page.get_by_label("Say hello in your own words").fill(words)
    enjoyed = page.locator("section", has=page.get_by_role("group", name="What do you enjoy?"))
    enjoyed.get_by_role("checkbox", name="Books").check()
    enjoyed.get_by_label("Show this to my match").check()
    visitor.press("Save")
    visitor.sees("Saved. Below is how your match sees it")
    page.locator(".person").get_by_text(words).wait_for()


def match_everybody(year: Year) -> None:
    """Stage 7: a draft within the disciplines, kept to its rules, changed by hand, published twice."""
    page = year.sam.go("/admin/matching/")
    year.sam.sees("999 students have no mentor yet")
    year.sam.press("Start a draft")
    page.get_by_role("heading", name="pairs drafted").wait_for(timeout=3000 * PATIENCE)
    run = Run.objects.get()
    hold_the_rules(run)
    wisher = year.mentees(1)[0]
    proposal = run.proposals.get(mentee=wisher)
    assert proposal.mentor is not None
    assert proposal.mentor.user.email == NIA

    year.sam.go(f"/admin/matching/{run.pk}/?show=unmatched")
    year.sam.sees("What would help:")
    year.sam.go(f"/admin/matching/{run.pk}/students/{proposal.pk}/")
    year.sam.sees("Wish honoured")
    year.sam.does_not_see("woman", "gender", "Books and")
    year.sam.press("Keep this pair")
    year.sam.sees("Kept when you work it out again")
    move_one_and_back(year, run)
    year.sam.press("Work it out again")
    page.get_by_role("heading", name="pairs drafted").wait_for(timeout=3000 * PATIENCE)
    kept = run.proposals.get(mentee=wisher)
    assert (kept.is_locked, kept.mentor_id) == (True, proposal.mentor_id)
    hold_the_rules(run)
    publish_twice(year, run)


def hold_the_rules(run: Run) -> None:
    """No group too large, nobody outside the discipline, and as many matched as there are places."""
    pairs = run.proposals.exclude(mentor=None).select_related("mentee__programme", "mentor__programme")
    assert run.proposals.count() == 999
    assert [p for p in pairs if p.mentee.programme.subject_group != p.mentor.programme.subject_group] == []
    sizes = Counter(p.mentor_id for p in pairs)
    assert max(sizes.values()) <= 6
    assert sum(3 <= size <= 5 for size in sizes.values()) >= 0.9 * len(sizes)
    people = Participant.objects.enrolled().values_list("programme__subject_group", "places_offered")
    places: Counter[str] = Counter()
    for group, offered in people.filter(role="mentor"):
        places[group] += min(offered or 5, 5)
    students = Counter(group for group, _offered in people.filter(role="mentee"))
    assert len(pairs) >= sum(min(students[group], places[group]) for group in students)


def move_one_and_back(year: Year, run: Run) -> None:
    """One student goes to another mentor by hand, and comes back by Undo."""
    biggest = run.proposals.values("mentor").exclude(mentor=None).annotate(n=Count("pk")).order_by("-n", "mentor")
    proposal = run.proposals.filter(mentor=biggest[0]["mentor"], is_locked=False).order_by("pk")[0]
    page = year.sam.go(f"/admin/matching/{run.pk}/students/{proposal.pk}/")
    page.get_by_role("button", name="Move here").first.click()
    year.sam.sees("and stays there when you work it out again")
    moved = Proposal.objects.get(pk=proposal.pk)
    assert moved.mentor_id not in (None, proposal.mentor_id)
    year.sam.go(f"/admin/matching/{run.pk}/?show=moved")
    year.sam.press("Undo")
    year.sam.sees("is where they were")
    assert Proposal.objects.get(pk=proposal.pk).mentor_id == proposal.mentor_id


def publish_twice(year: Year, run: Run) -> None:
    """Published, taken back while nobody knows, and published again."""
    page = year.sam.page
    count = run.proposals.exclude(mentor=None).count()
    for time in (1, 2):
        year.sam.follow(f"Publish {count} pairs")
        page.get_by_role("heading", name=f"Publish {count} pairs?").wait_for()
        year.sam.sees("says hello")
        year.sam.press(f"Publish {count} pairs")
        year.sam.sees("Nobody has been told yet")
        assert Match.objects.filter(state=MatchState.PROPOSED).count() == count
        if time == 1:
            year.sam.press("Undo publishing")
            page.get_by_role("link", name=f"Publish {count} pairs").first.wait_for()
            assert not Match.objects.live().exists()
            assert Run.objects.get().state == RunState.DRAFT
    assert not Message.objects.filter(letter__in=["matching.hello", "matching.meet"]).exists()
    assert Match.objects.filter(end_reason="undone").count() == count


def introduce(year: Year) -> None:
    """Stage 8: the fifteen minutes pass, and beat and the worker tell everybody, each once."""
    count = Match.objects.live().count()
    assert Run.objects.update(publish_at=timezone.now()) == 1
    sent = Message.objects.filter(letter="matching.hello", state="sent")
    wait_for_rows(sent, count)
    wait_for_rows(Message.objects.filter(state__in=["due", "claimed", "handing"], due_at__lte=timezone.now()), 0)
    wisher = year.mentees(1)[0]
    mail = year.mailbox.wait_for(wisher.user.email, subject_is("Nia says hello"))
    assert "Nia Newman via" in str(mail["From"])
    assert NIA in str(mail["Reply-To"])
    assert HELLO in words_of(mail)
    assert "* Books" in words_of(mail)
    assert link_in(mail, "/l/reply-hello/").startswith("http")
    mail = year.mailbox.wait_for(NIA, lambda mail: str(mail["Subject"]).startswith("Meet "))
    assert f"{wisher.user.first_name}: " in words_of(mail)
    assert "You both said: Books" in words_of(mail)
    assert "woman" not in words_of(mail)
    assert Match.objects.filter(state=MatchState.PROVISIONAL).count() == count
    assert max(year.mailbox.sink.acknowledged.values()) == 1
    told = Counter(str(mail["To"]) for mail in list(year.mailbox.sink.journal) if "says hello" in str(mail["Subject"]))
    assert set(told.values()) == {1}
    assert len(told) == count
