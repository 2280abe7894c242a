"""The pages: asked on her own screen, the list without sensitive words, and one note for one person."""

import pytest
from django.urls import reverse

from mentoring.confidences.models import Disclosure, Note
from mentoring.matching.services import end_matches_of
from mentoring.matching.states import EndReason
from schemes.services import change_policy

MINE = reverse("confidences:mine")


def test_she_reads_who_can_read_before_she_says_yes(client, northfield, match) -> None:
    client.force_login(northfield.aisha)
    page = client.get(MINE).content.decode()
    assert "Dana Osei" in page
    assert "in serious danger" in page
    client.post(reverse("confidences:allow"))
    assert "There are none yet" in client.get(MINE).content.decode()


def test_where_the_scheme_has_no_notes_there_is_no_page(client, northfield, matched) -> None:
    client.force_login(northfield.aisha)
    assert client.get(MINE).status_code == 404
    assert client.post(reverse("confidences:allow")).status_code == 404


def test_she_sees_that_a_note_exists_and_reads_what_is_shown(client, northfield, allowed, note) -> None:
    client.force_login(northfield.aisha)
    page = client.get(MINE).content.decode()
    assert "has not shown you this one" in page
    assert note.text not in page
    client.force_login(northfield.priya)
    client.post(reverse("confidences:note", args=[note.pk]), {"text": note.text, "shown": "on"})
    client.force_login(northfield.aisha)
    assert note.text in client.get(MINE).content.decode()


def test_the_words_of_a_sensitive_note_stand_on_its_own_page(client, northfield, allowed) -> None:
    client.force_login(northfield.priya)
    url = reverse("confidences:notes", args=[allowed.pk])
    assert client.post(url, {"text": "Sees a therapist."}).status_code == 302
    assert "therapist" not in client.get(url).content.decode()
    assert "therapist" in client.get(reverse("confidences:note", args=[Note.objects.get().pk])).content.decode()


def test_a_mentor_shows_one_note_and_its_reader_reads_it(client, northfield, allowed, note) -> None:
    client.force_login(northfield.priya)
    told = {"reader": northfield.dana.pk, "basis": "danger", "reason": "She cannot go on, she wrote last night."}
    assert client.post(reverse("confidences:disclose", args=[note.pk]), told).status_code == 302
    client.force_login(northfield.dana)
    assert note.text not in client.get(reverse("confidences:shown")).content.decode()
    one = Disclosure.objects.get()
    page = client.get(reverse("confidences:shown_note", args=[one.pk])).content.decode()
    assert note.text in page
    assert "has been told" in page


def test_her_yes_carries_the_words_that_she_read(client, northfield, allowed, note) -> None:
    client.force_login(northfield.priya)
    client.post(reverse("confidences:disclose", args=[note.pk]), {"reader": northfield.sam.pk, "basis": "agreed"})
    edit = client.post(reverse("confidences:note", args=[note.pk]), {"text": "Failed the exam."})
    assert "Write another note" in edit.content.decode()
    client.force_login(northfield.aisha)
    assert f'name="seen" value="{note.version}"' in client.get(MINE).content.decode()
    one = Disclosure.objects.get()
    client.post(reverse("confidences:answer", args=[one.pk]), {"answer": "yes", "seen": "2020-01-01"})
    assert Disclosure.objects.get().state == "asked"
    client.post(reverse("confidences:answer", args=[one.pk]), {"answer": "yes", "seen": note.version})
    assert Disclosure.objects.get().state == "open"
    client.force_login(northfield.sam)
    assert "Likes tea." in client.get(reverse("confidences:shown_note", args=[one.pk])).content.decode()


def test_both_see_what_the_other_leaves_aside(client, northfield, match) -> None:
    url = reverse("confidences:pair", args=[match.pk])
    client.force_login(northfield.aisha)
    assert "as often as you like. At most 2,000 letters." in client.get(url).content.decode()
    client.post(url, {"goals": "Find friends", "areas": ["family"], "differences": "explore", "version": 0})
    client.force_login(northfield.priya)
    page = client.get(url).content.decode()
    assert "Aisha would rather not speak about" in page
    assert "Find friends" in page


@pytest.mark.parametrize("what", ["the pair ended", "the scheme keeps no notes any more"])
def test_that_a_note_was_shown_stays_hers_to_know(client, northfield, allowed, note, now, what) -> None:
    """The letter's link opens, whatever became of the pair since (R81)."""
    client.force_login(northfield.priya)
    told = {"reader": northfield.dana.pk, "basis": "danger", "reason": "She cannot go on, she wrote last night."}
    client.post(reverse("confidences:disclose", args=[note.pk]), told)
    if what == "the pair ended":
        end_matches_of(northfield.participant("priya"), reason=EndReason.MENTOR_LEFT, by=northfield.sam, now=now)
    else:
        off = {"notes_allowed": False}
        change_policy(cohort=northfield.cohort, changes=off, by=northfield.dr_lee, now=now)
    client.force_login(northfield.aisha)
    page = client.get(MINE).content.decode()
    assert "To whom one was shown" in page
    assert "Dana Osei" in page
    assert note.text not in page
    assert client.post(reverse("confidences:allow")).status_code == 404
    client.force_login(northfield.ben)
    assert client.get(MINE).status_code == 404
