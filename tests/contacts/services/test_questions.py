"""Questions that wait are passed on; a question without a name gives nobody away."""

import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.contacts import services
from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.permissions import can_answer
from mentoring.contacts.rules import Turn, turn_of
from mentoring.contacts.selectors.questions import asked_by, questions_to_step_in
from mentoring.contacts.tasks import sweep
from mentoring.logs import WITHOUT_A_NAME
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message

WHY = "She may be hurt, she writes"
CANARY = "Is the moonlit pool free for canaries?"


@pytest.mark.parametrize(
    ("hours", "taken", "turn"),
    [
        (47, None, Turn.MENTOR),
        (48, None, Turn.SENIOR_MENTOR),
        (95, None, Turn.SENIOR_MENTOR),
        (96, None, Turn.COORDINATOR),
        (120, 90, Turn.SENIOR_MENTOR),
        (138, 90, Turn.COORDINATOR),
    ],
)
def test_whose_turn_it_is(now, hours, taken, turn):
    taken_at = None if taken is None else now + timedelta(hours=taken)
    assert turn_of(now, taken_at, now + timedelta(hours=hours)) == turn


def asked_to_step_in():
    return sorted(Message.objects.filter(letter="contacts.step-in").values_list("recipient__given_name", flat=True))


@pytest.fixture
def waiting(matched, now):
    """aisha asked, now."""
    return services.reply(match=matched["aisha"], choice="question", by=None, now=now)


def test_after_48_hours_the_senior_mentor_and_then_the_coordinator(northfield, waiting, clock, now):
    for hours, expected in ((47, []), (49, ["Una"]), (97, ["Sam", "Una"]), (200, ["Sam", "Una"])):
        clock.move_to(now + timedelta(hours=hours))
        for _ in range(2):
            sweep()
        assert asked_to_step_in() == expected
    content = LETTERS["contacts.step-in"].compose(Message.objects.filter(letter="contacts.step-in")[0])
    assert content.subject == "Could you step in for Priya?"


def test_an_answer_or_an_undone_question_ends_it(northfield, waiting, clock, now):
    services.mark_answered(reply=waiting, by=northfield.priya, now=now)
    clock.move_to(now + timedelta(hours=60))
    sweep()
    assert asked_to_step_in() == []


def test_who_takes_it_spares_the_others(northfield, waiting, clock, now):
    later = now + timedelta(hours=52)
    clock.move_to(later)
    sweep()
    message = Message.objects.get(letter="contacts.step-in")
    for _ in range(2):
        services.take_question(question=CourtesyReply.objects.get(), by=northfield.una, now=later)
    assert LETTERS["contacts.step-in"].compose(message) is None
    with pytest.raises(WrongState):
        services.take_question(question=CourtesyReply.objects.get(), by=northfield.sam, now=later)
    clock.move_to(now + timedelta(hours=98))
    sweep()
    assert asked_to_step_in() == ["Una"]
    clock.move_to(later + timedelta(hours=49))
    sweep()
    assert asked_to_step_in() == ["Sam", "Una"]
    services.close_question(reply=CourtesyReply.objects.get(), by=northfield.una, now=later)
    assert CourtesyReply.objects.get().answered_at == later


@pytest.mark.parametrize("name", ["carys", "tom", "priya", "aisha", "mallory"])
def test_nobody_else_steps_in(northfield, waiting, now, name):
    with pytest.raises(NotAllowed):
        services.take_question(question=waiting, by=northfield.people[name], now=now)
    assert list(questions_to_step_in(northfield.people[name], now + timedelta(days=3), now.date())) == []


# Without a name


def test_it_is_relayed_answered_and_found_by_the_asker_alone(northfield, question, now):
    message = Message.objects.get(letter="contacts.masked-asked")
    assert message.recipient == northfield.priya
    assert question.text not in str(LETTERS[message.letter].compose(message))
    services.answer_masked(question=question, text="Very.", by=northfield.priya, now=now)
    [mine] = asked_by(northfield.aisha)
    assert (mine.answer, mine.answered_by) == ("Very.", northfield.priya)
    for name in ("ben", "chidi", "priya", "sam", "admin"):
        assert not asked_by(northfield.people[name]).exists()
    assert LETTERS[message.letter].compose(message) is None
    with pytest.raises(WrongState):
        services.answer_masked(question=question, text="Again.", by=northfield.priya, now=now)


def test_an_unanswered_one_goes_the_same_way(question, clock, now):
    for hours, expected in ((49, ["Una"]), (98, ["Sam", "Una"])):
        clock.move_to(now + timedelta(hours=hours))
        sweep()
        assert asked_to_step_in() == expected


def test_a_group_of_one_asks_the_coordinators(northfield, matched, now):
    for name in ("ben", "chidi"):
        stop_taking_part(participant=northfield.participant(name), by=None, now=now)
    ask = {"asker": northfield.participant("aisha"), "text": "Hm?", "form_key": uuid.uuid4(), "now": now}
    with pytest.raises(WrongState):
        services.ask_masked(match=matched["aisha"], **ask)
    made = services.ask_masked(match=None, **ask)
    assert services.ask_masked(match=None, **ask) == made
    assert made.unit == northfield.university
    assert asked_to_step_in() == ["Mina"]
    with pytest.raises(NotAllowed):
        services.ask_masked(match=matched["ben"], **ask)


def _answers(client, question, person):
    """Which of the four ways to a question are open to somebody: list, page, taking it, answering it."""
    client.force_login(person)
    page = reverse("contacts:answer_masked", args=[question.pk])
    take = reverse("contacts:take_question", args=["masked", question.pk])
    listed = client.get(reverse("contacts:questions"))
    return (
        take in listed.content.decode(),
        client.get(page).status_code == 200,
        client.post(page, {"text": ""}).status_code == 200,
        client.post(take).status_code == 302,
    )


@pytest.mark.parametrize(
    ("hours", "may"),
    [(1, set()), (47, set()), (49, {"una"}), (97, {"una", "sam", "dr_lee"})],
)
def test_nobody_reads_a_question_before_it_is_their_turn(northfield, question, client, clock, now, hours, may):
    clock.move_to(now + timedelta(hours=hours))
    for name in ("una", "sam", "dr_lee", "carys", "tom", "ben", "mallory"):
        MaskedQuestion.objects.update(taken_by=None, taken_at=None)
        assert set(_answers(client, question, northfield.people[name])) == {name in may}, name
    for by in {"una", "sam"} - may:
        with pytest.raises(NotAllowed):
            services.answer_masked(question=question, text="Hm.", by=northfield.people[by], now=now)


def test_who_took_a_question_keeps_it(northfield, question, now):
    then = now + timedelta(hours=97)
    services.take_question(question=question, by=northfield.sam, now=then)
    taken = MaskedQuestion.objects.get()
    assert can_answer(northfield.sam, taken, then)
    assert can_answer(northfield.una, taken, then)
    assert not can_answer(northfield.dr_lee, taken, then)


def test_a_question_to_the_coordinators_is_no_senior_mentors(northfield, matched, now):
    made = services.ask_masked(
        asker=northfield.participant("aisha"), match=None, text="Hm?", form_key=uuid.uuid4(), now=now
    )
    made.unit = northfield.participant("aisha").programme.unit
    assert can_answer(northfield.sam, made, now)
    assert not can_answer(northfield.una, made, now + timedelta(days=9))


def test_the_question_of_a_mentor_who_stopped_goes_on_at_once(northfield, question, now):
    stop_taking_part(participant=northfield.participant("priya"), by=None, now=now)
    left = MaskedQuestion.objects.get()
    assert can_answer(northfield.una, left, now)
    assert not can_answer(northfield.priya, left, now)


def _may_answer(northfield, question, at):
    return {name for name, person in northfield.people.items() if can_answer(person, question, at)}


def test_the_page_names_whoever_may_read_a_question_and_nobody_else(client, northfield, matched, question, now):
    """Of a mentor, for as long as it waits; of the coordinators, from the beginning."""
    client.force_login(northfield.aisha)
    page = client.get(reverse("contacts:ask")).content.decode()
    said = re.search(r'<p class="who-sees">(.*?)</p>', page, re.DOTALL)[1]
    of_mentor, otherwise = said.split("otherwise")
    asker = northfield.participant("aisha")
    asked = services.ask_masked(asker=asker, match=None, text="Where?", form_key=uuid.uuid4(), now=now)
    for words, own, may in (
        (of_mentor, {"priya"}, _may_answer(northfield, question, now + timedelta(days=5))),
        (otherwise, set(), _may_answer(northfield, asked, now)),
    ):
        assert may == own | {name for name, person in northfield.people.items() if person.full_name in words}
    Match.objects.exclude(mentee=asker).delete()
    page = client.get(reverse("contacts:ask")).content.decode()
    assert f"The words, without your name:{otherwise}" in page


def test_an_answered_question_opens_to_nobody_later(northfield, question, now):
    services.answer_masked(question=question, text="Very.", by=northfield.priya, now=now)
    answered = MaskedQuestion.objects.get()
    for name in ("una", "sam", "dr_lee"):
        assert not can_answer(northfield.people[name], answered, now + timedelta(days=30))


def test_neither_trail_nor_log_says_who_sent_something_without_a_name(northfield, matched, client, caplog):
    client.force_login(northfield.aisha)
    sent = {"text": CANARY, "whom": "mentor", "form_key": uuid.uuid4()}
    with caplog.at_level(logging.INFO):
        assert client.post(reverse("contacts:ask"), sent).status_code == 302
        made = MaskedQuestion.objects.get()
        client.post(reverse("contacts:name_me", args=[made.pk]))
        client.get(reverse("portal:home"))
    lines = [one.__dict__ for one in caplog.records if one.__dict__.get("event") == "request"]
    assert [("user" in line, line["route"]) for line in lines] == [
        (False, "contacts:ask"), (False, "contacts:name_me"), (True, "portal:home"),
    ]  # fmt: skip
    about = AuditEntry.objects.filter(object_type="contacts.maskedquestion")
    assert about.count() == 2
    assert set(about.values_list("actor", flat=True)) == {None}


@pytest.mark.parametrize("route", sorted(WITHOUT_A_NAME))
def test_each_page_without_a_name_is_a_page(route):
    assert reverse(route, args=[] if route == "contacts:ask" else [1])


def raw():
    """The table as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM contacts_maskedquestion")
        return str(cursor.fetchall())


def test_no_row_log_or_trail_leads_to_the_asker(northfield, matched, now, caplog):
    """Beside the encrypted asker, all that the asking wrote is the same whoever of the group asked."""
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    written = []
    for asker, match in ((aisha, matched["aisha"]), (ben, matched["ben"])):
        before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in apps.get_models()}
        with caplog.at_level(logging.DEBUG):
            services.ask_masked(asker=asker, match=match, text=CANARY, form_key=uuid.uuid4(), now=now)
        new = {
            model._meta.label: model._base_manager.exclude(pk__in=keys)
            for model, keys in before.items()
            if model._base_manager.exclude(pk__in=keys).exists()
        }
        written.append({label: serializers.serialize("python", rows) for label, rows in new.items()})
    one, two = written
    assert set(one) == set(two) == {"contacts.MaskedQuestion", "accounts.AuditEntry", "messaging.Message"}
    for label in ("accounts.AuditEntry", "messaging.Message"):
        for first, second in zip(one[label], two[label], strict=True):
            same = {name for name, value in first["fields"].items() if value == second["fields"][name]}
            assert set(first["fields"]) - same <= {"object_id", "key", "message_id"}
    [entry] = one["accounts.AuditEntry"]
    assert entry["fields"]["actor"] is None
    assert CANARY not in raw()
    for person in (aisha, ben):
        marks = MaskedQuestion.objects.values_list("mark", flat=True)
        assert all(str(person.pk) != mark and str(person.user_id) != mark for mark in marks)
    assert "canaries" not in caplog.text
    assert "aisha" not in caplog.text.lower()
    assert MaskedQuestion.objects.latest("pk").asked_at.minute == 0


PAGES = (
    "console:today", "console:people", "console:pairs", "messaging:log", "contacts:questions", "contacts:masks",
    "portal:home", "portal:mentees", "contacts:mine", "nudges:rules", "nudges:unanswered",
)  # fmt: skip


def test_no_page_of_staff_or_mentor_tells_the_askers_from_the_others(northfield, matched, now, clock):
    """Every page reads the same whether aisha asked or ben did, for all who may look."""
    shown = []
    for name in ("aisha", "ben"):
        MaskedQuestion.objects.all().delete()
        Message.objects.all().delete()
        made = services.ask_masked(
            asker=northfield.participant(name), match=matched[name], text=CANARY, form_key=uuid.uuid4(), now=now
        )
        clock.move_to(now + timedelta(hours=50))
        pages = {}
        for reader in ("sam", "dana", "una", "priya"):
            client = Client()
            client.force_login(northfield.people[reader])
            paths = [reverse(page) for page in PAGES] + [reverse("contacts:answer_masked", args=[made.pk])]
            paths += [reverse("console:pair", args=[matched[one].pk]) for one in ("aisha", "ben", "chidi")]
            for path in paths:
                pages[reader, path.replace(f"/questions/{made.pk}/", "/questions/n/")] = _without_numbers(
                    client.get(path), made.pk
                )
        shown.append(pages)
        clock.move_to(now)
    assert sum(CANARY in page for page in shown[0].values()) == 2  # priya, and una whose turn it is
    for key, page in shown[0].items():
        assert page == shown[1][key], key


def _without_numbers(answer, pk):
    page = answer.content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|/messages/\d+/', "", page)
    page = re.sub(rf"/(questions|masked|masks)/{pk}/", r"/\1/n/", page)
    return page.replace(f"Question {pk}", "Question n").replace(f"> {pk}<", "> n<")


@pytest.mark.parametrize(("name", "hours", "back"), [("priya", 0, "portal:mentees"), ("una", 50, "contacts:questions")])
def test_from_a_question_without_a_name_one_comes_back_to_ones_list(
    client, northfield, question, clock, now, name, hours, back
):
    clock.move_to(now + timedelta(hours=hours))
    client.force_login(northfield.people[name])
    path = reverse("contacts:answer_masked", args=[question.pk])
    assert f'<div class="back"><a href="{reverse(back)}">' in client.get(path).content.decode()
    assert client.post(path, {"text": ""}).status_code == 200
    answer = client.post(path, {"text": "Very."}, follow=True)
    assert answer.redirect_chain == [(reverse(back), 302)]
    assert "Sent. It waits on their page." in answer.content.decode()


def test_the_asker_alone_lifts_the_mask(northfield, question, now):
    for name in ("ben", "priya", "sam", "dana", "admin"):
        with pytest.raises(NotAllowed):
            services.lift_mask(question=question, by=northfield.people[name], now=now)
    page = Client()
    page.force_login(northfield.priya)
    path = reverse("contacts:answer_masked", args=[question.pk])
    assert "Aisha" not in page.get(path).content.decode()
    services.lift_mask(question=question, by=northfield.aisha, now=now)
    assert "Aisha Begum" in page.get(path).content.decode()


def test_danger_needs_the_safeguarding_lead_a_reason_and_leaves_a_trail(northfield, question, now):
    for name in ("sam", "dr_lee", "admin", "priya", "una", "mallory"):
        with pytest.raises(NotAllowed):
            services.unmask_for_danger(question=question, why=WHY, by=northfield.people[name], now=now)
    for why in ("  ", "x", "danger", "x " * 20, "." * 30):
        with pytest.raises(WrongState):
            services.unmask_for_danger(question=question, why=why, by=northfield.dana, now=now)
    asker = services.unmask_for_danger(question=question, why=WHY, by=northfield.dana, now=now)
    assert asker == northfield.participant("aisha")
    entry = AuditEntry.objects.get(verb="mask lifted for danger")
    assert (entry.actor, entry.object_id) == (northfield.dana, str(question.pk))
    client = Client()
    client.force_login(northfield.aisha)
    mine = client.get(reverse("contacts:ask")).content.decode()
    assert "Dana Osei found out" in mine
    assert "She may be hurt" not in mine
    for name in ("priya", "sam"):
        client.force_login(northfield.people[name])
        page = client.get(reverse("contacts:answer_masked", args=[question.pk])).content.decode()
        assert "Aisha" not in page


def test_danger_is_stated_before_anything_is_sent(northfield, matched):
    client = Client()
    client.force_login(northfield.aisha)
    page = client.get(reverse("contacts:ask")).content.decode()
    assert page.index("One exception: danger") < page.index("Dana Osei") < page.index("<textarea")


def test_a_question_ends_with_its_year(question, now):
    services.forget_masked(now=now)
    assert MaskedQuestion.objects.exists()
    services.forget_masked(now=now + timedelta(days=365))
    assert not MaskedQuestion.objects.exists()
