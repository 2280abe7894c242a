"""Stage 10: stop, come back, ask for another mentor, and be given one."""

from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.states import EndReason, MatchState, SwapState
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from tests.journey.conftest import link_in, subject_is, words_of
from tests.journey.year import NIA, Year, changes_nothing

WHY = "I would be more at ease with somebody else"


def stop_and_undo(year: Year) -> None:
    """From the e-mail, signed in nowhere: the link, one button, done; and back."""
    leaver = year.group_of(NIA)[1].mentee
    name, address = leaver.user.first_name, leaver.user.email
    hello = year.mailbox.wait_for(address, subject_is("Nia says hello"))
    phone = year.visit(width=390, height=844)
    changes_nothing(lambda: phone.go(link_in(hello, "/l/stop/")))
    phone.sees("Stop peer mentoring?")
    page = phone.page
    assert page.get_by_role("textbox").count() == 0
    phone.press("Stop peer mentoring", exact=True)
    phone.sees("You have stopped")
    assert phone.taps == 1  # the other one was the link in the e-mail
    leaver.refresh_from_db()
    assert leaver.state == ParticipantState.LEFT
    assert not Match.objects.live().filter(mentee=leaver).exists()
    mail = year.mailbox.wait_for(NIA, subject_is(f"{name} is all right without a mentor"))
    assert "Nobody is asked why" in words_of(mail)
    year.mailbox.wait_for(address, subject_is("You have stopped peer mentoring"))
    year.person(NIA).go("/my/mentees/")
    year.person(NIA).does_not_see(leaver.user.full_name)

    phone.press("Undo")
    phone.sees("Welcome back. You have your mentor as before")
    leaver.refresh_from_db()
    assert leaver.state == ParticipantState.ENROLLED
    assert Match.objects.live().get(mentee=leaver).mentor.user.email == NIA
    year.person(NIA).go("/my/mentees/")
    year.person(NIA).sees(leaver.user.full_name)


def swap(year: Year) -> None:
    """Another mentor is asked for, with a reason for one reader only; three clicks give one."""
    asker = year.group_of(NIA)[1].mentee
    phone = year.visit(width=390, height=844).sign_in(asker.user.email)
    page = phone.go("/my/stop/")
    phone.follow("I would like a different mentor instead")
    page.get_by_role("checkbox", name=WHY).check()
    page.get_by_role("group", name="Who should deal with it?").get_by_role("radio", name="Sam").check()
    phone.press("Ask for a different mentor")
    phone.sees("We are finding you someone")
    asked = SwapRequest.objects.get()
    assert asked.handler is not None
    assert (asked.state, asked.handler.given_name) == (SwapState.ASKED, "Sam")
    year.mailbox.wait_for(asker.user.email, subject_is("We are finding you someone"))

    page = year.sam.go("/admin/")
    before = year.sam.taps
    year.sam.follow("Find new mentors")
    year.sam.follow(asker.user.full_name)
    year.sam.sees(WHY)
    page.get_by_role("button", name="Swap").first.click()
    year.sam.sees("Both are being told")
    assert year.sam.taps - before == 3
    tell_everybody_kindly(year, asker)


def tell_everybody_kindly(year: Year, asker: Participant) -> None:
    """The history is kept, both new sides hear of it, and the old mentor never hears why."""
    new = Match.objects.live().select_related("mentor__user").get(mentee=asker)
    old = Match.objects.get(pk=new.followed_id)
    assert (old.state, old.end_reason, old.mentor.user.email) == (MatchState.ENDED, EndReason.SWAPPED, NIA)
    mentor = new.mentor.user
    assert mentor.email != NIA
    name = asker.user.first_name
    year.mailbox.wait_for(asker.user.email, subject_is(f"{mentor.first_name} says hello"))
    year.mailbox.wait_for(mentor.email, subject_is(f"Meet {name}"))
    mail = year.mailbox.wait_for(NIA, subject_is(f"A change for {name}"))
    assert "no verdict on anybody" in words_of(mail)
    everything = [words_of(mail) for mail in year.mailbox.to(NIA)]
    assert [words for words in everything if WHY in words or "at ease" in words] == []
    pair = year.sam.go(f"/admin/pairs/{old.pk}/")
    pair.get_by_role("heading", name="What happened").wait_for()
    year.sam.does_not_see(WHY)
