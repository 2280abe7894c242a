"""Stages 4 and 5: mentors are recruited and trained."""

import re
from datetime import timedelta
from pathlib import Path

from accounts.models import User
from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.states import BookingState
from mentoring.matching.selectors import matchable_mentors
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.states import ApplicationState
from tests.journey.conftest import link_in, subject_is, words_of
from tests.journey.year import NIA, SAM, Year, let_it_go

MENTORS = ("u2500105@northfield.ac.uk", "u2500112@northfield.ac.uk")


def place_an_advert(year: Year, title: str, cohort: str) -> Advert:
    """An advert that is open today."""
    page = year.sam.go("/admin/recruitment/")
    year.sam.follow("Place an advert")
    page.get_by_label("Mentors for which year?").select_option(label=f"Northfield Peer Mentoring {cohort}")
    page.get_by_label("Title").fill(title)
    page.get_by_label("What mentoring is").fill(
        "Be the person you would have liked to meet.\n\nIt takes an hour a week."
    )
    page.get_by_label("Opens on").fill(year.today.isoformat())
    page.get_by_label("Closes on").fill((year.today + timedelta(weeks=3)).isoformat())
    year.sam.press("Place the advert")
    year.sam.sees("Placed. Its page can be shared now")
    return Advert.objects.get(title=title)


def recruit(year: Year) -> None:
    """Stage 4: an advert, a stranger who signs up and applies, a decision."""
    advert = place_an_advert(year, "Mentor with us", "this year")
    nia = year.visit()
    page = nia.go(f"/mentor-with-us/{advert.slug}/")
    nia.follow("Offer to be a mentor")
    nia.follow("Make an account")
    page.get_by_label("First name").fill("Nia")
    page.get_by_label("Last name").fill("Newman")
    page.get_by_label("University e-mail").fill("nia@example.org")
    nia.press("Continue")
    page.locator(".field--error").first.wait_for()
    assert not User.objects.filter(given_name="Nia").exists()
    page.get_by_label("University e-mail").fill(NIA)
    nia.press("Continue")
    nia.enter_the_code(NIA, "Is this your address?")

    nia.sees("Which year of study will you be in")
    page.get_by_label("Your course").select_option(label="BSc (Hons) Sociology")
    page.get_by_role("radio", name="Year 1").check()
    page.get_by_role("radio", name="4", exact=True).check()
    nia.press("Send my application")
    page.get_by_text("There is a problem").first.wait_for()
    assert not Application.objects.exists()
    page.get_by_role("radio", name="Year 2").check()
    page.get_by_label("Why would you like to be a mentor?").fill("Somebody did it for me.")
    nia.press("Send my application")
    nia.sees("Your application has arrived")
    year.mailbox.wait_for(NIA, subject_is("Thank you for offering to be a mentor"))
    accept_the_applicant(year, advert, "Nia Newman")
    year.people[NIA] = nia


def accept_the_applicant(year: Year, advert: Advert, name: str) -> Participant:
    """Sam decides; the letter waits ten minutes, which are passed in the database."""
    page = year.sam.go(f"/admin/recruitment/{advert.pk}/")
    page.get_by_role("checkbox", name=name).check()
    year.sam.press("Accept")
    page.get_by_role("heading", name="Accept", level=1).wait_for()
    year.sam.press("Accept")
    year.sam.sees("The letter goes out in ten minutes")
    application = Application.objects.select_related("participant__user").get(advert=advert)
    assert application.state == ApplicationState.ACCEPTED
    assert application.participant is not None
    email = application.participant.user.email
    letter = Message.objects.get(letter="recruitment.accepted", recipient__email=email)
    assert letter.state == "due"
    assert not year.mailbox.has(email, "You are going to be a mentor")
    let_it_go(letter)
    mail = year.mailbox.wait_for(email, subject_is("You are going to be a mentor"))
    assert SAM in mail["Reply-To"]
    return application.participant


def train(year: Year) -> None:
    """Stage 5: a session with two places for three who want one; who was there is trained."""
    event = plan_a_session(year)
    for address in (NIA, *MENTORS):
        mentor = year.person(address)
        page = mentor.go("/my/events/")
        mentor.follow(event.title)
        mentor.press("Book a place" if address != MENTORS[1] else "Join the waiting list")
        mentor.sees("You have a place" if address != MENTORS[1] else "Number 1 on the waiting list")
    mail = year.mailbox.wait_for(NIA, subject_is("Booked: Training, day one"))
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/calendar"]
    assert f"/my/events/{event.pk}/" in link_in(mail, "/my/events/")

    first = year.person(MENTORS[0])
    page = first.go(f"/my/events/{event.pk}/")
    with page.expect_download() as waiting:
        first.follow("Add to my calendar")
    assert "BEGIN:VEVENT" in Path(waiting.value.path()).read_text()
    first.press("I cannot come: give my place up")
    first.sees("Your place is free for somebody else")
    mail = year.mailbox.wait_for(MENTORS[1], subject_is("You have a place: Training, day one"))
    assert "You need not do anything" in words_of(mail)
    assert Booking.objects.filter(event=event, state=BookingState.BOOKED).count() == 2
    hold_the_session(year, event)
    vouch_for_everybody(year)


def plan_a_session(year: Year) -> Event:
    page = year.sam.go("/admin/events/new/")
    page.get_by_label("What is it called?").fill("Training, day one")
    page.get_by_label("Kind").select_option("training")
    page.get_by_role("radio", name=re.compile("^mentors$", re.IGNORECASE)).check()
    page.get_by_label("Day").fill((year.today + timedelta(days=2)).isoformat())
    page.get_by_label("Starts at").fill("13:00")
    page.get_by_label("Ends at").fill("16:00")
    page.get_by_label("Place", exact=False).first.fill("Ramsden Building, room 1.02")
    page.get_by_label("How many places?").fill("2")
    page.get_by_role("checkbox", name="People book a place").check()
    year.sam.press("Plan the event")
    year.sam.sees("0 of 2 booked")
    return Event.objects.get(title="Training, day one")


def hold_the_session(year: Year, event: Event) -> None:
    """The day comes: a register by taps, topics ticked; one topic short trains nobody."""
    page = year.sam.go(f"/admin/events/{event.pk}/register/")
    year.sam.sees("The register opens on the day")
    back = timedelta(days=3)
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at - back, ends_at=event.ends_at - back)
    page.reload()
    for taps in (1, 2):
        page.get_by_role("button", name="tap when they are here").first.click()
        page.get_by_text(f"{taps} person is here" if taps == 1 else f"{taps} people are here").wait_for()
    assert Attendance.objects.filter(event=event).count() == 2
    for topics, trained in ((2, 0), (3, 2)):
        page = year.sam.go(f"/admin/events/{event.pk}/topics/")
        for box in page.get_by_role("checkbox", name="(required)").all()[:topics]:
            box.check()
        year.sam.press("Save")
        year.sam.sees("Saved. It counts for everyone on the register")
        assert matchable_mentors(year.cohort).count() == trained
    year.sam.go("/admin/matching/")
    year.sam.sees("339 not trained yet")


def vouch_for_everybody(year: Year) -> None:
    """Last year's mentors were trained last year: one statement about all of them."""
    page = year.sam.go("/admin/training/mentors/")
    year.sam.press("All 339 were trained elsewhere")
    page.get_by_label("Where were they trained?").fill("As mentors last year")
    year.sam.press("They are trained")
    year.sam.sees("339 mentors count as trained")
    assert matchable_mentors(year.cohort).count() == 341
    page = year.sam.go("/admin/training/")
    for step in ("Interested", "Trained", "Matched"):
        page.get_by_text(step).first.wait_for()
    year.sam.sees("Nothing. Every mentor is trained")
