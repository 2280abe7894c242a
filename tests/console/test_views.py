"""The dashboard: right rows for the right reader, nothing of another unit, constant questions."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.concerns.models import Concern
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.matching.models import Match, SwapRequest
from mentoring.participation.models import Participant
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, Northfield, ParticipantFactory
from tests.queries import count_queries


def _today(client: Client, northfield: Northfield, name: str) -> str:
    client.force_login(northfield.people[name])
    return client.get(reverse("console:today")).content.decode()


def _contact(match: Match, kind: str, days_ago: int) -> Contact:
    made = Contact.objects.create(
        mentor=match.mentor,
        kind=kind,
        channel="message",
        happened_on=TODAY - timedelta(days=days_ago),
        form_key=uuid.uuid4(),
        logged_at=NOW - timedelta(days=days_ago),
    )
    made.matches.add(match)
    return made


def test_heading_counts_the_kinds_of_work_and_the_rest_is_done(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.sam)
    page = client.get(reverse("console:today"))
    waiting = [row.title for row in page.context["rows"]]
    assert waiting == ["Pairs gone quiet", "Mentor who may need a hand", "Agreements not accepted", "Training gap"]
    assert "Good morning, Sam. Four things to look at today" in page.content.decode()
    assert "New students without a mentor" in [row.title for row in page.context["done_rows"]]


def test_concern_shows_to_its_readers_only(client: Client, northfield: Northfield) -> None:
    Concern.objects.create(
        cohort=northfield.cohort,
        kind="wellbeing",
        text="x",
        raised_by=northfield.priya,
        raised_at=NOW,
        form_key=uuid.uuid4(),
    )
    assert "Safeguarding concern" in _today(client, northfield, "dana")
    assert "Safeguarding concern" not in _today(client, northfield, "sam")
    assert "No open concern" not in _today(client, northfield, "sam")


def test_coordinator_of_another_unit_counts_only_their_own(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    page = _today(client, northfield, "carys")
    assert "0 pairs" in page
    assert "New student without a mentor" in page  # omar, of Computing


def test_swap_row_tells_the_promise(client: Client, northfield: Northfield, matched: dict[str, Match]) -> None:
    SwapRequest.objects.create(
        match=matched["aisha"],
        reasons=["time"],
        handler=northfield.sam,
        asked_at=NOW - timedelta(days=4),
        promised_by=TODAY + timedelta(days=1),
    )
    page = _today(client, northfield, "sam")
    assert "Wish for another mentor" in page
    assert "13 October" in page


def test_attempt_is_contact_but_not_a_sign_of_being_heard(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    _contact(matched["aisha"], "attempt", 2)
    _contact(matched["ben"], "two-way", 2)
    CourtesyReply.objects.create(match=matched["chidi"], choice="fine", replied_at=NOW - timedelta(days=30))
    client.force_login(northfield.sam)
    page = client.get(reverse("console:pairs"))
    words = {match.mentee.user.given_name: said for match, said, _tone in page.context["rows"]}
    assert words == {"Aisha": "not heard", "Ben": "heard from", "Chidi": "Thanks, I am fine for now"}


@pytest.mark.parametrize(
    ("show", "names"), [("quiet", {"Aisha"}), ("unheard", {"Aisha"}), ("", {"Aisha", "Ben", "Chidi"})]
)
def test_pairs_are_filtered_by_address(
    client: Client, northfield: Northfield, matched: dict[str, Match], show: str, names: set[str]
) -> None:
    _contact(matched["ben"], "two-way", 2)
    CourtesyReply.objects.create(match=matched["chidi"], choice="fine", replied_at=NOW - timedelta(days=30))
    client.force_login(northfield.sam)
    page = client.get(reverse("console:pairs"), {"show": show})
    assert {match.mentee.user.given_name for match, _words, _tone in page.context["rows"]} == names


def test_pair_tells_what_happened_and_never_what_was_said(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    contact = _contact(matched["aisha"], "two-way", 2)
    contact.note = "She misses her sister."
    contact.save()
    SwapRequest.objects.create(
        match=matched["aisha"], reasons=["uncomfortable"], asked_at=NOW, promised_by=TODAY, handler=northfield.sam
    )
    client.force_login(northfield.sam)
    page = client.get(reverse("console:pair", args=[matched["aisha"].pk])).content.decode()
    assert "We were in touch" in page
    assert "sister" not in page
    assert "uncomfortable" not in page


def test_search_finds_by_name_address_and_number(client: Client, northfield: Northfield) -> None:
    northfield.aisha.student_number = "2600106"
    northfield.aisha.save()
    client.force_login(northfield.sam)
    for words in ("aisha", "BEGUM", "aisha@", "2600106", "aisha begum"):
        page = client.get(reverse("console:people"), {"q": words})
        assert [p.user for p in page.context["page_obj"]] == [northfield.aisha], words


def test_people_of_another_unit_are_not_listed(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    page = client.get(reverse("console:people"))
    listed = {p.user.given_name for p in page.context["page_obj"]}
    assert "Omar" not in listed
    assert "Aisha" in listed


def test_person_shows_nothing_told_in_confidence(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    page = client.get(reverse("console:person", args=[northfield.participant("aisha").pk])).content.decode()
    assert "aisha@northfield.ac.uk" in page
    assert "Wishes, notes and concerns are not shown here" in page


def _grow(northfield: Northfield, count: int) -> None:
    for _number in range(count):
        mentor = MentorFactory(cohort=northfield.cohort, programme=northfield.sociology)
        mentee: Participant = ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology)
        match = MatchFactory(mentor=mentor, mentee=mentee)
        _contact(match, "two-way", 3)
        CourtesyReply.objects.create(match=match, choice="hello", replied_at=NOW)
        SwapRequest.objects.create(match=match, asked_at=NOW, promised_by=TODAY, handler=northfield.sam)


@pytest.mark.parametrize(
    "name", ["console:today", "console:people", "console:pairs", "console:groups", "console:funnel"]
)
def test_page_asks_a_constant_number_of_questions(client: Client, northfield: Northfield, name: str) -> None:
    client.force_login(northfield.sam)
    _grow(northfield, 1)
    few = count_queries(client, reverse(name))
    _grow(northfield, 3)
    assert count_queries(client, reverse(name)) == few


@pytest.mark.parametrize(("name", "offered"), [("sam", True), ("tom", False), ("dr_lee", True)])
def test_another_mentor_is_one_press_away_for_those_who_may_place(
    client: Client, northfield: Northfield, matched: dict[str, Match], name: str, offered: bool
) -> None:
    client.force_login(northfield.people[name])
    page = client.get(reverse("console:pair", args=[matched["aisha"].pk])).content.decode()
    assert ("Find another mentor" in page) is offered
    answer = client.post(reverse("matching:swap_open", args=[matched["aisha"].pk]))
    assert SwapRequest.objects.filter(match=matched["aisha"]).exists() is offered
    assert answer.status_code == (302 if offered else 404)


def test_group_tells_the_facts_by_which_a_mentor_may_need_a_hand(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.sam)
    strained = reverse("console:groups") + "?show=strained"
    [group] = client.get(strained).context["page_obj"]
    assert (group.mentor, group.facts.heard, group.facts.mentees) == (northfield.participant("priya"), 0, 3)
    assert "nothing logged since they were introduced on 14 Sep" in client.get(strained).content.decode()
    CourtesyReply.objects.create(match=matched["ben"], choice="hello", replied_at=NOW)
    assert list(client.get(strained).context["page_obj"]) == []
    client.force_login(northfield.priya)
    assert client.get(strained).status_code == 404


def test_person_says_how_they_study_in_words(client: Client, northfield: Northfield) -> None:
    Participant.objects.update(study_mode="part_time")
    client.force_login(northfield.sam)
    page = client.get(reverse("console:person", args=[northfield.participant("aisha").pk])).content.decode()
    assert "<dd>Part time</dd>" in page


def test_who_works_and_takes_part_finds_both_from_either_side(client: Client, northfield: Northfield) -> None:
    link = f'<a href="{reverse("portal:home")}">My mentoring</a>'
    assert link in _today(client, northfield, "una")
    assert reverse("console:today") in client.get(reverse("portal:home")).content.decode()
    assert link not in _today(client, northfield, "sam")
    northfield.participant("una").cohort.participants.filter(user=northfield.una).update(state="left", left_at=NOW)
    assert link not in _today(client, northfield, "una")


def test_the_list_behind_a_row_shows_those_whom_the_row_counts(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.sam)
    rows = {row.title: row for row in client.get(reverse("console:today")).context["rows"]}
    for title, names in [("Agreements not accepted", ["aisha", "ben", "chidi", "priya"]), ("Training gap", ["priya"])]:
        listed = client.get(rows[title].url).context["page_obj"].object_list
        assert sorted(listed, key=str) == sorted((northfield.participant(name) for name in names), key=str)
        assert rows[title].count == len(names)  # not una, who has nobody yet
