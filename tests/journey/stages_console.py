"""Stage 15, and the end of the year: Today, the lists behind it, and next year's mentors from this year's mentees."""

from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from mentoring.contacts.models import CourtesyReply
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.recruitment.models import Advert, Application, Invitation
from schemes.models import Cohort, PolicyVersion
from tests.journey.conftest import subject_is
from tests.journey.stages_mentors import accept_the_applicant, place_an_advert
from tests.journey.stages_opening import fill_in_the_terms
from tests.journey.year import Year, let_it_go


def look_at_today(year: Year) -> None:
    """The queue names what the walk has left, each with its number and a button that leads there."""
    alone = Participant.objects.mentees().enrolled().exclude(pk__in=Match.objects.live().values("mentee")).count()
    assert alone > 0
    pair = Match.objects.known().filter(mentor__programme__code="B740").order_by("pk")[0]
    long_ago = timezone.now() - timedelta(days=40)
    Match.objects.filter(pk=pair.pk).update(introduced_at=long_ago, made_at=long_ago)
    ask_a_question(year)
    page = year.sam.go("/admin/")
    page.get_by_role("heading", name="to look at today").wait_for()
    queue = page.locator(".queue").first
    found = {row.locator(".queue-title").inner_text(): row for row in queue.locator("li").all()}
    for title, number in (
        ("New students without a mentor", alone),
        ("Pair gone quiet", 1),
        ("Question unanswered for two days", 1),
    ):
        assert str(number) in found[title].inner_text()
    assert "Safeguarding concern" not in found
    assert "No open concern" in page.content()  # nobody is appointed to look after them: Sam stands in
    doors = [str(link.get_attribute("href")) for link in queue.locator("a.btn").all()]
    assert len(doors) == len(found), (doors, sorted(found))
    for door in doors:
        year.sam.go(door)
    year.sam.go("/admin/pairs/?show=quiet")
    year.sam.sees(pair.mentee.user.full_name)
    look_at_the_lists(year, pair)


def ask_a_question(year: Year) -> None:
    """One mentee asked something three days ago, and nobody answered."""
    match = Match.objects.known().filter(mentor__programme__code="G400").with_people().order_by("pk")[0]
    mentee = year.person(match.mentee.user.email)
    mentee.go("/my/mentor/")
    mentee.press("I have a question")
    mentee.sees("You said")
    CourtesyReply.objects.filter(match=match).update(replied_at=timezone.now() - timedelta(days=3))


def look_at_the_lists(year: Year, pair: Match) -> None:
    """People, pairs, events, messages and set-up open for Sam; records for the administrator alone."""
    page = year.sam.go("/admin/people/")
    page.get_by_label("Name, e-mail, student number or course").fill("Newman")
    page.keyboard.press("Enter")
    year.sam.follow("Nia Newman")
    page.get_by_role("heading", name="Nia Newman").wait_for()
    year.sam.sees("Training, day one")
    menu = page.get_by_role("navigation", name="Main")
    for name, words in (("Pairs", "Mentee"), ("Events", "Training, day one"), ("Messages", "Hello from a mentor")):
        menu.get_by_role("link", name=name).click()
        page.get_by_role("heading", name=name, level=1).wait_for()
        if name == "Events":
            year.sam.follow("Past")
        if name == "Messages":
            page.get_by_label("Message").select_option(label=words)
            year.sam.press("Show")
        page.locator("table").get_by_text(words).first.wait_for()
    year.sam.go(f"/admin/pairs/{pair.pk}/")
    year.sam.sees("What happened")
    menu.get_by_role("link", name="Set-up").click()
    year.sam.sees("The work of the year")
    answer = page.goto("/admin/records/accounts/auditentry/")
    assert answer is not None
    assert answer.status == 404
    page = year.admin.go("/admin/records/")
    page.get_by_role("link", name="Audit entries").first.click()
    page.get_by_text("enrolled").first.wait_for()


def begin_the_next_year(year: Year) -> None:
    """A next cohort, an advert for it, this year's mentees invited together, and one of them a mentor."""
    scheme = Cohort.objects.get().scheme_id
    page = year.admin.go(f"/admin/set-up/schemes/{scheme}/cohorts/new/")
    page.get_by_label("Name", exact=True).fill("next year")
    fill_in_the_terms(page, year.today + timedelta(weeks=50))
    year.admin.press("Save")
    year.admin.sees("The cohort is open")
    next_cohort = Cohort.objects.latest("pk")
    assert next_cohort.grew_from == year.cohort
    version = PolicyVersion.objects.get(cohort=next_cohort)
    version.knobs |= {"quiet_until_hour": 0, "quiet_from_hour": 24}
    version.save()

    advert = place_an_advert(year, "Mentor next year", "next year")
    page = year.sam.go(f"/admin/recruitment/{advert.pk}/invite/")
    count = Participant.objects.filter(cohort=year.cohort).mentees().enrolled().count()
    year.sam.sees(f"{count} mentees of")
    year.sam.press(f"Invite {count} mentees")
    year.sam.sees(f"{count} invitations go out in ten minutes")
    assert Invitation.objects.filter(advert=advert).count() == count
    was = year.mentees(1)[0]
    let_it_go(Message.objects.get(letter="recruitment.invitation", recipient=was.user))
    year.mailbox.wait_for(was.user.email, subject_is("Would you be a mentor next year?"))
    become_a_mentor(year, advert, was)


def become_a_mentor(year: Year, advert: Advert, was: Participant) -> None:
    """The invited mentee applies with what is known already, and is accepted; where they come from is kept."""
    mentee = year.person(was.user.email)
    page = mentee.go(f"/mentor-with-us/{advert.slug}/")
    mentee.follow("Offer to be a mentor")
    assert page.get_by_role("radio", name="Year 2").is_checked()
    mentee.press("Send my application")
    mentee.sees("Your application has arrived")
    accept_the_applicant(year, advert, was.user.full_name)
    grown = Application.objects.get(advert=advert).participant
    assert grown is not None
    assert (grown.grew_from_id, grown.role, grown.cohort_id) == (was.pk, "mentor", advert.cohort_id)


def nobody_heard_twice(year: Year) -> None:
    """After everything: no message was acknowledged twice, none is uncertain, and no nudge was repeated."""
    assert max(year.mailbox.sink.acknowledged.values()) == 1
    wrong = Message.objects.filter(state__in=["uncertain", "failed"])
    assert not wrong, list(wrong.values_list("letter", "state", "reason"))
    # A day's further reasons are said by the first message: their own rows are called off.
    said = Message.objects.filter(letter__startswith="nudges.").exclude(state="cancelled")
    nudges = said.order_by().values("recipient")
    assert set(nudges.annotate(n=Count("pk")).values_list("n", flat=True)) == {1}
    left = Participant.objects.filter(state="left").values("user")
    assert not Message.objects.filter(letter__startswith="nudges.", recipient__in=left).exists()
