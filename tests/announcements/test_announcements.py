"""Writing to many: the count, the second person, the ten minutes, and who may do what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.announcements import rules, services
from mentoring.announcements.letters import note
from mentoring.announcements.models import Announcement
from mentoring.announcements.rules import needs_second_person
from mentoring.announcements.selectors import users_of
from mentoring.announcements.states import AnnouncementState, Audience
from mentoring.messaging import delivery
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.participation.services import leave
from tests.factories import NOW
from tests.messaging.test_delivery import Told

S = AnnouncementState


@pytest.fixture
def written(northfield, now):
    def make(by="sam", audience=Audience.EVERYONE, **fields):
        text = fields.pop("text", "First.\r\n\r\nSecond.")
        return services.write(
            cohort=northfield.cohort, audience=audience, programme=None, subject="Rooms", text=text,
            by=northfield.people[by], now=now, **fields,
        )  # fmt: skip

    return make


@pytest.fixture
def few(monkeypatch):
    """Two people are many."""
    monkeypatch.setattr(rules, "ALONE_UP_TO", 2)


def count_of(announcement):
    return users_of(announcement).count()


def deliver():
    channel = Told()
    delivery.sweep(clock=timezone.now, channel=channel)
    return [parcel.address for parcel in channel.handed]


@pytest.mark.parametrize(
    ("count", "lately", "needs"), [(500, 0, False), (501, 0, True), (1, 500, True), (1, 499, False)]
)
def test_above_five_hundred_a_day_a_second_person_looks(count, lately, needs):
    assert needs_second_person(count, lately=lately) is needs


def test_it_goes_to_each_person_of_the_unit_once_after_ten_minutes(northfield, written, now, clock):
    announcement = written()
    people = set(users_of(announcement).values_list("email", flat=True))
    assert northfield.omar.email not in people  # another unit's
    assert northfield.aisha.email in people
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    assert announcement.send_at == now + timedelta(minutes=10)
    assert deliver() == []
    clock.shift(timedelta(minutes=10))
    assert sorted(deliver()) == sorted(people)
    assert deliver() == []


def test_in_the_evening_it_waits_for_the_morning(northfield, written, now):
    announcement = written()
    late = now.replace(hour=19, minute=55)
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=late)
    assert timezone.localtime(announcement.send_at).hour == 8


@pytest.mark.abuse(10)
def test_five_hundred_and_one_without_a_second_person_hand_over_nothing(northfield, written, now, clock, few):
    announcement = written()
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    assert announcement.state == S.WAITING
    clock.shift(timedelta(days=2))
    assert deliver() == []
    assert not Message.objects.exists()


@pytest.mark.abuse(10)
def test_many_small_ones_are_no_way_around_the_second_person(northfield, written, now, few, monkeypatch):
    first = written(audience=Audience.MENTORS)
    monkeypatch.setattr(rules, "ALONE_UP_TO", count_of(first))
    services.confirm(announcement=first, count=count_of(first), by=northfield.sam, now=now)
    second = written(audience=Audience.MENTORS)
    services.confirm(announcement=second, count=count_of(second), by=northfield.sam, now=now)
    assert (first.state, second.state) == (S.RELEASED, S.WAITING)


def test_the_second_person_is_another_one(northfield, written, now, few):
    announcement = written()
    count = count_of(announcement)
    services.confirm(announcement=announcement, count=count, by=northfield.sam, now=now)
    for stranger in ("sam", "carys", "mallory", "tom", "priya"):
        with pytest.raises(NotAllowed):
            services.approve(announcement=announcement, count=count, by=northfield.people[stranger], now=now)
    assert not Message.objects.exists()
    services.approve(announcement=announcement, count=count, by=northfield.dr_lee, now=now)
    assert (announcement.state, announcement.decided_by) == (S.RELEASED, northfield.dr_lee)
    assert Message.objects.filter(state=MessageState.DUE, due_at=announcement.send_at).count() == count
    assert AuditEntry.objects.filter(verb="announcement released", actor=northfield.dr_lee).count() == 1


@pytest.mark.parametrize("wrong", [-1, 1])
def test_the_number_that_is_typed_must_be_the_number_now(northfield, written, now, wrong):
    announcement = written()
    with pytest.raises(WrongState, match="people now"):
        services.confirm(announcement=announcement, count=count_of(announcement) + wrong, by=northfield.sam, now=now)
    assert (announcement.state, Message.objects.count()) == (S.DRAFT, 0)


def test_only_its_author_sends_it(northfield, written, now):
    announcement = written()
    with pytest.raises(NotAllowed):
        services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.dr_lee, now=now)


@pytest.mark.abuse(10)
def test_stopped_within_ten_minutes_nobody_gets_it(northfield, written, now, clock):
    announcement = written()
    count = count_of(announcement)
    services.confirm(announcement=announcement, count=count, by=northfield.sam, now=now)
    clock.shift(timedelta(minutes=9))
    assert services.stop(announcement=announcement, by=northfield.dr_lee, now=timezone.now()) == count
    clock.shift(timedelta(days=1))
    assert deliver() == []
    assert set(Message.objects.values_list("state", "reason")) == {(MessageState.CANCELLED, "stopped by its sender")}


def test_stopped_between_body_and_dot_it_is_not_handed_over(northfield, written, now, clock):
    announcement = written(audience=Audience.MENTORS)
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    clock.shift(timedelta(minutes=10))
    channel = Told()
    channel.before = lambda parcel: Announcement.objects.update(state=S.STOPPED)
    delivery.sweep(clock=timezone.now, channel=channel)
    assert channel.handed == []


@pytest.mark.abuse(19)
@pytest.mark.parametrize("between_body_and_dot", [False, True])
def test_whose_appointment_was_ended_meanwhile_reaches_nobody(northfield, written, now, clock, between_body_and_dot):
    """Ending somebody's appointment is how a hijacked account is stopped: what it has released stops with it."""
    announcement = written(audience=Audience.MENTORS)
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    clock.shift(timedelta(minutes=10))
    channel = Told()

    def end(*_parcel):
        northfield.sam.appointments.update(ends_on=now.date() - timedelta(days=1))

    if between_body_and_dot:
        channel.before = end
    else:
        end()
    delivery.sweep(clock=timezone.now, channel=channel)
    assert channel.handed == []


def test_who_left_meanwhile_gets_nothing(northfield, written, now, clock):
    announcement = written()
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    leave(participant=northfield.participant("aisha"), by=None, now=now)
    clock.shift(timedelta(minutes=10))
    assert northfield.aisha.email not in deliver()


def test_it_is_written_in_its_authors_words_and_name(northfield, written, now):
    announcement = written(text="Dear all,\r\n\r\nthe room\r\nis new.")
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    content = note(Message.objects.first())
    assert content.paragraphs == ("Dear all,", "the room\nis new.")
    assert (content.sender_name, content.reply_to) == (northfield.sam.full_name, northfield.sam.email)


def test_nobody_approves_their_own_even_in_the_database(northfield, written):
    announcement = written()
    with pytest.raises(Exception, match="nobody_approves_their_own"):
        Announcement.objects.filter(pk=announcement.pk).update(decided_by=announcement.author)


def test_by_hand_from_writing_to_stopping(northfield, now):
    client = Client()
    client.force_login(northfield.sam)
    form = {"audience": "mentors", "subject": "Rooms", "text": "They changed."}
    page = client.post(reverse("announcements:new"), form, follow=True)
    announcement = Announcement.objects.get()
    count = count_of(announcement)
    assert f"Send it to {count}" in page.content.decode()
    wrong = client.post(reverse("announcements:send", args=[announcement.pk]), {"count": count + 1})
    assert f"It would go to {count} people now" in wrong.content.decode()
    assert not Message.objects.exists()
    client.post(reverse("announcements:send", args=[announcement.pk]), {"count": count})
    assert Message.objects.filter(state=MessageState.DUE).count() == count
    client.post(reverse("announcements:stop", args=[announcement.pk]))
    assert Message.objects.filter(state=MessageState.CANCELLED).count() == count


def test_what_waits_is_on_the_second_persons_today_and_not_on_the_authors(northfield, written, now, few):
    announcement = written()
    services.confirm(announcement=announcement, count=count_of(announcement), by=northfield.sam, now=now)
    for name, shows in (("sam", False), ("dr_lee", True)):
        client = Client()
        client.force_login(northfield.people[name])
        assert (b"Announcement to approve" in client.get(reverse("console:today")).content) is shows


PASSWORD = "four quiet wooden boats"


@pytest.mark.abuse(10)
@pytest.mark.parametrize("deed", ["send", "approve"])
def test_mail_to_many_goes_out_only_by_who_has_just_shown_who_they_are(northfield, written, clock, deed) -> None:
    announcement = written()
    count = users_of(announcement).count()
    sender = northfield.people["sam" if deed == "send" else "dr_lee"]
    if deed == "approve":
        Announcement.objects.filter(pk=announcement.pk).update(state="waiting", count=count, confirmed_at=NOW)
    sender.set_password(PASSWORD)
    sender.save()
    client = Client()
    client.force_login(sender)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    clock.shift(timedelta(minutes=6))
    url = reverse(f"announcements:{deed}", args=[announcement.pk])
    asked = client.post(url, {"count": count})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert Announcement.objects.get(pk=announcement.pk).released_at is None
    client.post(asked["Location"], {"password": PASSWORD, "next": url})
    assert Announcement.objects.get(pk=announcement.pk).released_at is not None
