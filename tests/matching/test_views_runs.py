"""Pages around a draft: compare, keep many, what if, about, fair, what it costs; never more queries for more rows."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from mentoring.matching import tasks
from mentoring.matching.models import HandMove, Match, Run, Trial
from mentoring.matching.selectors import matchable_mentors, run_name
from mentoring.matching.services import keep_pairs, move_mentee, publish_run, start_beside
from mentoring.matching.states import RunState, TrialKind
from mentoring.participation.models import Participant
from mentoring.participation.services import leave
from tests.factories import NOW, MatchFactory
from tests.matching.conftest import add_mentee, add_mentor, solved
from tests.matching.test_views import CANARY, client_of, tell, words_of
from tests.queries import count_queries


def page(name: str, run: Run, query: str = "", **more) -> str:
    return reverse(f"matching:{name}", kwargs={"pk": run.pk, **more}) + query


def late(trained, number: int, name: str = "Late") -> list:
    return [add_mentee(trained, f"{name}{n}", trained.sociology) for n in range(number)]


@pytest.fixture
def beside(draft, trained, now) -> Run:
    """Another draft: Dewi has joined, and aisha was moved to the other mentor by hand."""
    everybody = draft.proposals.values_list("mentee", flat=True)
    keep_pairs(run=draft, mentee_ids=everybody, is_kept=True, by=trained.dr_lee, now=now)
    add_mentee(trained, "Dewi", trained.sociology)
    other = start_beside(run=draft, why="second go", by=trained.dr_lee, now=now)
    tasks.solve(other.pk)
    aisha = other.proposals.get(mentee=trained.participant("aisha"))
    spare = next(trained.participant(n).pk for n in ("priya", "una") if trained.participant(n).pk != aisha.mentor_id)
    move_mentee(proposal=aisha, mentor_id=spare, was=aisha.mentor_id, by=trained.dr_lee, now=now)
    other.refresh_from_db()
    return other


def test_drafts_are_named_by_when_and_why_and_two_are_compared(draft, beside, trained):
    client = client_of(trained, "sam")
    words = words_of(client.get(reverse("matching:drafts")))
    assert "second go, 12 Oct" in words
    assert "Compare two drafts" in words
    compare = reverse("matching:compare") + f"?one={draft.pk}&other={beside.pk}"
    words = words_of(client.get(compare))
    assert "2 students differ." in words
    assert "Students with a mentor 3 4 the second" in words
    assert re.search(r"Aisha \w+ .*BSc", words)
    assert "Dewi" in words_of(client.get(compare + "&show=joined"))
    groups = words_of(client.get(compare + "&show=groups"))
    assert "Priya Khan" in groups
    assert "Una Brennan" in groups
    assert "Aisha" in words_of(client.get(page("draft", beside, "?show=changed")))
    assert words_of(client.get(reverse("matching:compare"), follow=True)).startswith("Matching")
    assert client.get(reverse("matching:compare") + f"?one={draft.pk}&other=x").status_code == 404


def test_a_comparison_holds_the_readers_own_students_only(draft, beside, trained):
    words = words_of(
        client_of(trained, "carys").get(reverse("matching:compare") + f"?one={draft.pk}&other={beside.pk}")
    )
    assert "Every student has the same mentor in both." in words
    assert not re.search("Aisha|Dewi|Priya", words)
    theirs = client_of(trained, "mallory").get(reverse("matching:compare") + f"?one={draft.pk}&other={beside.pk}")
    assert theirs.status_code == 404


def test_ticked_pairs_or_all_of_a_list_are_kept_and_set_free(draft, trained):
    client = client_of(trained, "sam")
    aisha, ben = (draft.proposals.get(mentee=trained.participant(n)) for n in ("aisha", "ben"))
    omar = draft.proposals.get(mentee=trained.participant("omar"))
    kept = page("draft", draft, "?show=kept")
    done = client.post(page("keep_many", draft), {"chosen": [aisha.pk, ben.pk], "keep": "1"}, follow=True)
    assert "2 more are kept now." in words_of(done)
    assert "Choose Aisha" in words_of(client.get(kept))
    assert AuditEntry.objects.filter(verb="pair kept").count() == 2
    nobody = client.post(page("keep_many", draft), {"keep": "1"}, follow=True)
    assert "Tick at least one student first" in words_of(nobody)
    client.post(page("keep_many", draft), {"chosen": [omar.pk], "keep": "1"})  # not a student of sam's
    omar.refresh_from_db()
    assert not omar.is_locked
    client.post(page("keep_many", draft, "?show=kept"), {"everybody": "1"})
    assert not draft.proposals.filter(is_locked=True).exists()
    client.post(page("keep_many", draft, "?discipline=sociology"), {"everybody": "1", "keep": "1"})
    assert draft.proposals.filter(is_locked=True).count() == 3


def test_only_who_may_move_them_keeps_many(draft, trained):
    refused = client_of(trained, "dr_lee").post(page("keep_many", draft), {"everybody": "1", "keep": "1"})
    assert refused.status_code in {302, 403}
    for name in ("priya", "mallory", "una"):
        answer = client_of(trained, name).post(page("keep_many", draft), {"everybody": "1", "keep": "1"})
        assert answer.status_code == 404


def test_those_without_a_mentor_stand_by_reason_with_what_would_help(trained, now):
    late(trained, 7)
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    answer = client.get(page("draft", run, "?show=unmatched"))
    words = words_of(answer)
    assert "10 students for 8 places in Sociology." in words
    assert "2 students" in words
    assert "Recruit 1 mentor in Sociology." in words
    assert "2 more matched" in words
    (reason,) = set(re.findall(r"reason=(\w{10})", answer.content.decode()))
    assert words_of(client.get(page("draft", run, f"?show=unmatched&reason={reason}"))).count("What would help:") == 2
    assert "Nobody here" in words_of(client.get(page("draft", run, "?show=unmatched&reason=none")))
    tried = re.search(r'href="([^"]+what-if/\?discipline=sociology&amp;mentors=1)"', answer.content.decode())
    assert tried
    form = client.get(tried[1].replace("&amp;", "&")).content.decode()
    assert re.search(r'name="mentors" value="1"', form)


def test_a_what_if_is_asked_watched_and_read_without_javascript(trained, now):
    late(trained, 7)
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    before = list(run.proposals.values_list("pk", "mentor", "is_locked"))
    wrong = client.post(page("what_if", run), {"mentors": "1"})
    assert "Choose the discipline of the new mentors" in words_of(wrong)
    assert "Say what should be different" in words_of(client.post(page("what_if", run), {}))
    asked = client.post(page("what_if", run), {"mentors": "1", "discipline": "sociology"})
    trial = Trial.objects.get()
    waiting = client.get(asked["Location"])
    assert "Waiting for its turn" in words_of(waiting)
    assert 'data-refresh="2"' in waiting.content.decode()
    assert "One is being worked out already" in words_of(client.post(page("what_if", run), {"places": "1"}))
    tasks.try_out(trial.pk)
    words = words_of(client.get(asked["Location"]))
    assert "2 more students would be matched: 10 instead of 8." in words
    assert words.count("a new mentor") == 2
    assert "nothing has been changed" in words
    assert "1 more mentor in Sociology" in words_of(client.get(page("what_if", run)))
    assert list(run.proposals.values_list("pk", "mentor", "is_locked")) == before
    client.post(page("trial_delete", run, trial=trial.pk))
    assert not Trial.objects.exists()


def test_a_what_if_without_wishes_names_no_mentor_and_no_attribute(trained, now):
    """Who would be matched is said; whose wish or exception stood between them is not."""
    tell(
        trained.participant("ben"),
        now,
        own={},
        wishes={"religion": {"kind": "must", "value": "canary-c"}},
        exceptions=[],
    )
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    asked = client.post(page("what_if", run), {"without": "wishes"})
    tasks.try_out(Trial.objects.get().pk)
    words = words_of(client.get(asked["Location"]))
    assert "1 more student would be matched" in words
    assert "Ben" in words
    assert not re.search("Priya|Una", words)
    assert not CANARY.search(words)


def test_a_what_if_is_called_off_from_its_page(draft, trained):
    client = client_of(trained, "dr_lee")
    asked = client.post(page("what_if", draft), {"places": "1"})
    trial = Trial.objects.get()
    assert "Called off." in words_of(client.post(page("trial_cancel", draft, trial=trial.pk), follow=True))
    tasks.try_out(trial.pk)
    assert "called off before there was an answer" in words_of(client.get(asked["Location"]))
    other = client_of(trained, "sam").get(asked["Location"])  # dr_lee's run reaches further than sam
    assert other.status_code == 404


def test_about_a_run_says_what_is_proven_and_repeats_it(trained, now):
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    words = words_of(client.get(page("about", run)))
    assert "The best there is Proven" in words
    assert run.digest in words
    assert "numpy" in words
    assert "scipy" in words
    assert "python" in words
    assert "5 people" in words
    client.post(page("repeat", run))
    assert "Getting ready" in words_of(client.get(page("about", run)))
    tasks.sweep()
    assert "the same input, the same 3 pairs." in words_of(client.get(page("about", run)))
    Run.objects.filter(pk=run.pk).update(is_proven=False, bounds=[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, -9])
    assert "could be better by" in words_of(client.get(page("about", run)))
    run.inputs.filter(participant=trained.participant("ben")).delete()
    client.post(page("repeat", run))
    tasks.sweep()
    assert "has been deleted since" in words_of(client.get(page("about", run)))
    assert client_of(trained, "carys").get(page("about", run)).status_code == 404


def test_what_is_counted_over_everybody_is_for_who_sees_everybody(draft, trained):
    for name in ("about", "fairness", "what_if"):
        assert client_of(trained, "sam").get(page(name, draft)).status_code == 403, name
        assert client_of(trained, "dr_lee").get(page(name, draft)).status_code == 200, name


def test_the_fairness_page_hides_the_small_and_checks_the_shuffle(trained, now):
    Participant.objects.update(study_mode="full_time")
    for student in late(trained, 22):
        student.campus, student.study_mode = "Barnfield", "part_time"
        student.save()
    for number in range(4):
        add_mentor(trained, f"Wren{number}", trained.sociology, now)
    tell(
        trained.participant("ben"),
        now,
        own={"gender": "canary"},
        wishes={"gender": {"kind": "prefer", "value": "x"}},
        exceptions=[],
    )
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    words = words_of(client.get(page("fairness", run)))
    assert "What this shows, and what it does not" in words
    assert "Full time" in words
    assert "Part time" in words
    assert "Barnfield hidden hidden" in words  # 22, hidden with Queensgate's 3
    assert "canary" not in words
    client.post(page("shuffle", run))
    tasks.sweep()
    assert "Held" in words_of(client.get(page("fairness", run)))


def test_what_an_alternative_costs_is_shown_before_it_is_chosen(trained, now):
    late(trained, 5)
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    proposal = run.proposals.select_related("mentor__user").exclude(mentor=None).first()
    other = next(trained.participant(n) for n in ("priya", "una") if trained.participant(n).pk != proposal.mentor_id)
    student = client.get(page("student", run, proposal=proposal.pk))
    assert "What would it cost?" in words_of(student)
    assert "Who may read why" in words_of(student)
    before = list(run.proposals.values_list("pk", "mentor"))
    shown = client.get(page("cost", run, f"?mentor={other.pk}", proposal=proposal.pk))
    words = words_of(shown)
    assert "1 other student gets another mentor." in words
    assert "Move them, and 1 other" in words
    assert list(run.proposals.values_list("pk", "mentor")) == before
    seal = re.search(r'name="seal" value="(\w+)"', shown.content.decode())
    assert seal
    sent = {"mentor": other.pk, "seal": seal[1]}
    done = client.post(page("room", run, proposal=proposal.pk), sent, follow=True)
    assert "2 students were moved." in words_of(done)
    assert words_of(done).count("Moved by Sam") == 2
    again = client.post(page("room", run, proposal=proposal.pk), sent, follow=True)
    assert "The draft has changed since" in words_of(again)
    for bad in ("", "?mentor=x", "?mentor=0"):
        assert client.get(page("cost", run, bad, proposal=proposal.pk)).status_code == 302


def test_each_move_is_undone_from_its_row(draft, beside, trained):
    client = client_of(trained, "sam")
    moved = page("draft", beside, "?show=moved")
    assert "Moved by Lee" in words_of(client.get(moved)) or "Moved by" in words_of(client.get(moved))
    move = beside.hand_moves.get()
    assert page("undo_move", beside, move=move.pk) in client.get(moved).content.decode()
    client.post(page("undo_move", beside, move=move.pk))
    assert beside.proposals.get(mentee=move.mentee).mentor == move.moved_from
    assert "Nobody here" in words_of(client.get(moved))


LISTS = ["", "?show=unmatched", "?show=weak", "?show=undersized", "?show=kept", "?show=moved", "?show=changed"]


def test_pages_ask_the_database_as_often_for_many_as_for_few(trained, now):
    """One query count with one student or group in each list and with three."""
    counted = []
    for more in (1, 2):
        late(trained, 2 * more, f"Late{more}-")
        for number in range(more):
            add_mentor(trained, f"Wren{more}-{number}", trained.sociology, now)
        run = solved(trained, by="sam", unit="health", now=now)
        other = start_beside(run=run, by=trained.sam, now=now)
        tasks.solve(other.pk)
        _stir(other, trained, now, 1 if more == 1 else 3)
        Trial.objects.create(
            run=other, kind=TrialKind.WHAT_IF, asked={"places": 1}, requested_by=trained.sam, queued_at=now
        )
        client = client_of(trained, "sam")
        pages = [page("draft", other, show) for show in LISTS]
        pages += [page("about", other), page("fairness", other), page("what_if", other)]
        compare = f"{reverse('matching:compare')}?one={run.pk}&other={other.pk}&show="
        pages += [compare + show for show in ("lost", "groups")]
        pages.append(reverse("matching:drafts"))
        counted.append([count_queries(client, url) for url in pages])
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 25


def _stir(run: Run, trained, now, rows: int) -> None:
    """That many students without a mentor, moved by hand; as many weak in small groups; the others in one group."""
    mentors = list(matchable_mentors(trained.cohort, trained.health).order_by("pk"))
    proposals = list(run.proposals.order_by("pk"))
    for n, proposal in enumerate(proposals):
        small = mentors[n - rows] if rows <= n < 2 * rows else mentors[-1]
        proposal.mentor = None if n < rows else small
        proposal.strength = "weak" if rows <= n < 2 * rows else "fair"
        proposal.is_locked = n >= 2 * rows
        proposal.save()
        if n < rows:
            HandMove.objects.create(
                run=run, mentee=proposal.mentee, moved_from=mentors[-1], moved_by=trained.sam, moved_at=now
            )


def test_nothing_of_this_tells_anybody_or_makes_a_match(draft, beside, trained):
    assert not Match.objects.exists()
    assert {run.state for run in Run.objects.all()} == {RunState.DRAFT}
    assert timezone.now() >= draft.queued_at


@pytest.mark.parametrize("where", ["console:today", "console:pairs"])
def test_what_was_published_and_is_told_to_nobody_stands_where_one_looks_for_it(client, draft, trained, now, where):
    undo = reverse("matching:unpublish", args=[draft.pk])
    client.force_login(trained.dr_lee)
    assert undo not in client.get(reverse(where)).content.decode()
    publish_run(run=draft, by=trained.dr_lee, now=now)
    shown = client.get(reverse(where)).content.decode()
    assert "4 pairs are published" in shown
    assert "Nobody is told before 09:15" in shown
    assert undo in shown
    client.force_login(trained.tom)  # who sees it, and publishes nothing
    assert undo not in client.get(reverse(where)).content.decode()


def test_once_they_are_told_of_it_a_publishing_is_shown_no_more(client, draft, trained, now, clock):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    clock.shift(timedelta(minutes=16))
    client.force_login(trained.dr_lee)
    assert "pairs are published" not in client.get(reverse("console:today")).content.decode()


def test_a_student_of_a_published_run_is_matched_with_somebody(draft, trained):
    client = client_of(trained, "dr_lee")
    aisha, ben = (draft.proposals.get(mentee=trained.participant(name)) for name in ("aisha", "ben"))
    urls = [reverse("matching:student", args=[draft.pk, proposal.pk]) for proposal in (aisha, ben)]
    assert f"Drafted with {aisha.mentor.user.full_name}" in words_of(client.get(urls[0]))
    leave(participant=trained.participant("ben"), by=None, now=timezone.now())
    client.post(reverse("matching:publish", args=[draft.pk]))
    page = client.get(urls[0])
    assert f"Matched with {aisha.mentor.user.full_name}" in words_of(page)
    assert run_name(draft) in page.content.decode()
    left = words_of(client.get(urls[1]))
    assert f"Drafted with {ben.mentor.user.full_name}" in left
    assert "stopped taking part meanwhile" in left


def test_pairs_whose_publishing_was_undone_never_ended(draft, trained):
    client = client_of(trained, "sam")
    ended = reverse("console:pairs") + "?show=ended"
    aisha, priya = trained.participant("aisha"), trained.participant("priya")
    over = MatchFactory(mentor=priya, mentee=aisha, state="ended", ended_at=NOW, end_reason="moved")
    lee = client_of(trained, "dr_lee")
    lee.post(reverse("matching:publish", args=[draft.pk]))
    lee.post(reverse("matching:unpublish", args=[draft.pk]))
    assert [row[0] for row in client.get(ended).context["rows"]] == [over]
    person = words_of(client.get(reverse("console:person", args=[aisha.pk])))
    assert person.count("No longer matched with") == 1
    assert person.count("atched with") == 1
    assert person.count("Aisha Begum with") == 1


def test_students_are_imported_by_those_who_may(trained):
    Participant.objects.mentees().delete()
    for address in (reverse("matching:drafts"), reverse("console:people")):
        tom, sam = (client_of(trained, name).get(address).content.decode() for name in ("tom", "sam"))
        assert reverse("participation:imports") not in tom
        assert reverse("participation:imports") in sam
