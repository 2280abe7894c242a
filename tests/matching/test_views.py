"""Pages of matching: what is shown, what changes, and what never shows."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, Consent
from mentoring.matching.models import Match, Proposal, Run, SwapRequest
from mentoring.matching.selectors import swap_link
from mentoring.matching.services import ask_for_swap, open_swap, stop_taking_part, withdraw_swap
from mentoring.matching.states import EndReason, MatchState, RunState, SwapState
from mentoring.messaging.links import make_token
from mentoring.participation.models import ProfileFact, Wishes
from mentoring.participation.services import leave
from schemes.services import appoint, change_policy
from schemes.states import Role
from tests.factories import MatchFactory
from tests.matching.conftest import add_mentee, add_mentor, solved

CANARY = re.compile(r"canary|gender|ethnicity|religion|home country|exception|must", re.IGNORECASE)


def client_of(northfield, name: str) -> Client:
    client = Client()
    client.force_login(northfield.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def words_of(response) -> str:
    """What a page says, without its markup."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def tell(participant, now, **told) -> None:
    consent = Consent.objects.create(person=participant.user, kind="matching-wishes", text_version="1", given_at=now)
    Wishes.objects.create(participant=participant, consent=consent, told=told, saved_at=now)


def test_the_first_page_says_whether_a_draft_is_worth_starting(trained):
    for number in range(8):
        add_mentee(trained, f"Late{number}", trained.sociology)
    words = words_of(client_of(trained, "sam").get(reverse("matching:drafts")))
    assert "11 students have no mentor yet" in words  # omar is of another unit
    assert "3 places short in Sociology" in words


def test_the_list_of_drafts_counts_the_readers_own_students_newest_first(draft, trained, now):
    solved(trained, by="sam", unit="health", now=now)
    words = words_of(client_of(trained, "sam").get(reverse("matching:drafts")))
    assert words.index("Human and Health Sciences, 12 Oct") < words.index("University of Northfield, 12 Oct")
    assert words.count("3 pairs in 1 group.") == 2
    assert "1 pair in 1 group." in words_of(client_of(trained, "carys").get(reverse("matching:drafts")))


def test_starting_leads_to_a_page_that_shows_progress_until_there_is_a_draft(trained):
    client = client_of(trained, "sam")
    response = client.post(reverse("matching:start"), {"unit": trained.health.pk})
    run = Run.objects.get()
    assert response["Location"] == reverse("matching:draft", args=[run.pk])
    page = client.get(response["Location"])
    assert "Waiting for its turn" in words_of(page)
    assert 'data-refresh="2"' in page.content.decode()
    again = client.post(reverse("matching:start"), {"unit": trained.health.pk}, follow=True)
    assert "is being worked out already" in words_of(again)
    assert Run.objects.count() == 1


def test_nobody_starts_a_draft_for_a_unit_out_of_reach(trained):
    client_of(trained, "sam").post(reverse("matching:start"), {"unit": trained.computing.pk})
    assert not Run.objects.exists()


def test_a_coordinator_sees_and_changes_only_their_own_students(draft, trained):
    client = client_of(trained, "carys")
    words = words_of(client.get(reverse("matching:draft", args=[draft.pk])))
    assert "1 pair drafted" in words
    assert "Omar" in words
    assert not re.search("Aisha|Ben|Chidi|Priya", words)
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    for name in ("student", "move", "keep"):
        url = reverse(f"matching:{name}", kwargs={"pk": draft.pk, "proposal": aisha.pk})
        answer = client.get(url) if name == "student" else client.post(url, {"was": aisha.mentor_id})
        assert answer.status_code == 404, name
    assert client.post(reverse("matching:publish", args=[draft.pk])).status_code == 403
    assert client.post(reverse("matching:again", args=[draft.pk])).status_code == 403
    aisha.refresh_from_db()
    draft.refresh_from_db()
    assert (aisha.mentor_id is None, draft.state) == (False, RunState.DRAFT)


@pytest.mark.abuse(24)
def test_no_page_of_a_draft_reveals_an_attribute(trained, now):
    """Wishes, exceptions and hidden facts are in the data; only outcomes are on the pages."""
    aisha, ben, una = (trained.participant(name) for name in ("aisha", "ben", "una"))
    tell(
        aisha,
        now,
        own={"religion": "canary-a"},
        wishes={"gender": {"kind": "prefer", "value": "canary-b"}},
        exceptions=[],
    )
    tell(ben, now, own={}, wishes={"ethnicity": {"kind": "must", "value": "canary-c"}}, exceptions=[])
    tell(una, now, own={"religion": "canary-d"}, wishes={}, exceptions=["religion"])
    for participant in (aisha, trained.participant("priya"), una):
        ProfileFact.objects.create(participant=participant, kind="circumstance", value="carer", is_shown=False)
    run = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    pages = [reverse("matching:draft", args=[run.pk]) + show for show in ("", "?show=unmatched", "?show=weak")]
    pages += [
        reverse("matching:student", kwargs={"pk": run.pk, "proposal": proposal.pk}) for proposal in run.proposals.all()
    ]
    pages += [reverse("matching:publish", args=[run.pk])]
    said = [words_of(client.get(page)) for page in pages]
    assert not [words for words in said if CANARY.search(words) or "Caring" in words]
    assert any("Wish not honoured" in words for words in said)
    assert any("personal wishes" in words for words in said)
    kept = str(list(run.proposals.values_list("reasons", "strength")))
    assert not CANARY.search(kept)


def test_what_both_show_is_named_and_what_one_hides_is_not(draft, trained):
    proposal = draft.proposals.get(mentee=trained.participant("aisha"))
    for participant, is_shown in ((proposal.mentee, True), (proposal.mentor, True)):
        ProfileFact.objects.create(participant=participant, kind="interest", value="football", is_shown=is_shown)
        ProfileFact.objects.create(
            participant=participant, kind="circumstance", value="carer", is_shown=participant == proposal.mentee
        )
    words = words_of(client_of(trained, "sam").get(reverse("matching:draft", args=[draft.pk])))
    assert "Both said: Football" in words
    assert "Caring" not in words


def test_a_move_by_hand_says_so_can_be_undone_and_refuses_a_stale_page(draft, trained):
    client = client_of(trained, "sam")
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    other = next(trained.participant(n) for n in ("priya", "una") if trained.participant(n).pk != aisha.mentor_id)
    url = reverse("matching:move", kwargs={"pk": draft.pk, "proposal": aisha.pk})
    page = client.get(reverse("matching:student", kwargs={"pk": draft.pk, "proposal": aisha.pk}))
    assert other.user.full_name in words_of(page)
    assert "Makes a group of 1." in words_of(page)
    done = client.post(url, {"mentor": other.pk, "was": aisha.mentor_id}, follow=True)
    assert f"Aisha is with {other.user.first_name} now" in words_of(done)
    stale = client.post(url, {"mentor": other.pk, "was": aisha.mentor_id}, follow=True)
    assert "It may have changed since you opened the page" in words_of(stale)
    undo = reverse("matching:undo_move", args=[draft.pk, draft.hand_moves.get().pk])
    assert "Moved by Sam" in words_of(client.get(reverse("matching:draft", args=[draft.pk]) + "?show=moved"))
    client.post(undo)
    assert Proposal.objects.get(pk=aisha.pk).mentor_id == aisha.mentor_id
    assert "taken back already" in words_of(client.post(undo, follow=True))
    assert "Choose a mentor from the list" in words_of(client.post(url, {"mentor": "x"}, follow=True))


def test_growing_beyond_the_plan_warns_and_beyond_the_hard_maximum_refuses(draft, trained):
    client = client_of(trained, "sam")
    una = trained.participant("una")
    draft.proposals.update(mentor=None)
    for number in range(4):
        MatchFactory(mentor=una, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    seen = []
    for name in ("aisha", "ben", "chidi"):
        proposal = draft.proposals.get(mentee=trained.participant(name))
        url = reverse("matching:move", kwargs={"pk": draft.pk, "proposal": proposal.pk})
        seen.append(words_of(client.post(url, {"mentor": una.pk}, follow=True)))
    assert "larger than planned" not in seen[0]
    assert "That makes a group of 6, larger than planned." in seen[1]
    assert "Choose a mentor from the list" in seen[2]  # a group of the most it may have is not offered
    page = words_of(client_of(trained, "dr_lee").get(reverse("matching:publish", args=[draft.pk])))
    assert "Some groups are larger than planned" in page


def test_a_group_is_kept_and_set_free(draft, trained):
    mentor = draft.proposals.get(mentee=trained.participant("aisha")).mentor
    client = client_of(trained, "tom")
    url = reverse("matching:keep_group", kwargs={"pk": draft.pk, "mentor": mentor.pk})
    back = client.post(f"{url}?page=1&show=", {"keep": "1"})
    assert back["Location"] == f"{reverse('matching:draft', args=[draft.pk])}?page=1&show=#group-{mentor.pk}"
    assert draft.proposals.filter(is_locked=True).count() == 3
    client.post(url, {})
    assert draft.proposals.filter(is_locked=True).count() == 0


def test_publishing_asks_first_names_who_is_left_out_and_can_be_undone(draft, trained):
    client = client_of(trained, "dr_lee")
    url = reverse("matching:publish", args=[draft.pk])
    page = client.get(url)
    assert "Publish 4 pairs" in words_of(page)
    not_yet = f'<a class="btn btn-quiet" href="{reverse("matching:draft", args=[draft.pk])}">Not yet</a>'
    assert not_yet in page.content.decode()
    assert not Match.objects.exists()
    leave(participant=trained.participant("ben"), by=None, now=timezone.now())
    done = client.post(url, follow=True)
    words = words_of(done)
    assert "3 pairs published." in words
    assert "Nobody has been told yet" in words
    assert "Ben Okafor stopped taking part meanwhile" in words
    assert Match.objects.filter(state=MatchState.PROPOSED).count() == 3
    twice = client.post(url, follow=True)
    assert Match.objects.count() == 3
    assert twice.status_code == 200
    client.post(reverse("matching:unpublish", args=[draft.pk]))
    assert set(Match.objects.values_list("end_reason", flat=True)) == {EndReason.UNDONE}


def test_a_draft_put_aside_can_be_read_and_not_changed(draft, trained):
    client = client_of(trained, "dr_lee")
    client.post(reverse("matching:discard", args=[draft.pk]))
    page = client.get(reverse("matching:draft", args=[draft.pk])).content.decode()
    assert "discarded" in page
    assert reverse("matching:publish", args=[draft.pk]) not in page
    refused = client.post(reverse("matching:publish", args=[draft.pk]), follow=True)
    assert "no longer possible" in words_of(refused)
    assert not Match.objects.exists()


def test_students_see_nothing_of_what_is_not_announced(draft, trained):
    client_of(trained, "dr_lee").post(reverse("matching:publish", args=[draft.pk]))
    mentee = client_of(trained, "aisha")
    assert "You have no mentor at the moment" in words_of(mentee.get(reverse("matching:swap_ask")))
    for name in ("priya", "una"):
        home = client_of(trained, name).get(reverse("portal:home"), follow=True)
        assert "Aisha" not in home.content.decode()


def test_an_intern_drafts_and_is_told_who_publishes(draft, trained, now):
    own = solved(trained, by="tom", unit="health", now=now)
    client = client_of(trained, "tom")
    words = words_of(client.get(reverse("matching:draft", args=[own.pk])))
    assert "A coordinator publishes it." in words
    assert "Publish 3" not in words
    assert client.post(reverse("matching:publish", args=[own.pk])).status_code == 403
    assert not Match.objects.exists()


def test_the_draft_page_asks_the_same_number_of_questions_for_more_rows(
    trained, now, django_assert_max_num_queries, django_assert_num_queries
):
    small = solved(trained, by="sam", unit="health", now=now)
    client = client_of(trained, "sam")
    client.get(reverse("matching:draft", args=[small.pk]))
    with django_assert_max_num_queries(40) as few:
        client.get(reverse("matching:draft", args=[small.pk]))
    for number in range(6):
        add_mentor(trained, f"Mentor{number}", trained.sociology, now)
    for number in range(40):
        add_mentee(trained, f"Mentee{number}", trained.sociology)
    large = solved(trained, by="sam", unit="health", now=now)
    assert large.proposals.filter(mentor=None).exists()
    for show in ("", "?show=unmatched", "?show=weak"):
        with django_assert_max_num_queries(len(few.captured_queries) + 2) as many:
            client.get(reverse("matching:draft", args=[large.pk]) + show)
        assert len(many.captured_queries) > 0
    student = large.proposals.exclude(mentor=None).first()
    with django_assert_max_num_queries(45):
        client.get(reverse("matching:student", kwargs={"pk": large.pk, "proposal": student.pk}))


@pytest.fixture
def swap(trained, matched, now) -> SwapRequest:
    return ask_for_swap(match=matched["aisha"], reasons=["comfort"], handler=trained.sam, by=trained.aisha, now=now)


def test_only_the_chosen_handler_reads_the_reasons(swap, trained):
    url = reverse("matching:swap", args=[swap.public_key])
    assert "at ease" in words_of(client_of(trained, "sam").get(url))
    lead = words_of(client_of(trained, "dr_lee").get(url))
    assert "Aisha" in lead
    assert "at ease" not in lead
    for name in ("priya", "una", "carys", "tom", "mallory", "aisha"):
        assert client_of(trained, name).get(url).status_code == 404


def test_the_list_says_nothing_of_reasons_to_who_may_not_read_them(trained, matched, now):
    change_policy(
        cohort=trained.cohort, changes={"near_disciplines": [["sociology", "computing"]]}, by=trained.dr_lee, now=now
    )
    asked = ask_for_swap(match=matched["aisha"], reasons=["course"], handler=trained.sam, by=trained.aisha, now=now)
    url = reverse("matching:swap", args=[asked.public_key])

    def offered(name):
        return [choice.mentor.user.given_name for choice in client_of(trained, name).get(url).context["choices"]]

    assert offered("sam") == ["Una"]
    assert offered("dr_lee") == ["Una", "Zane"]
    assert "for Sam Whitaker alone to read" in words_of(client_of(trained, "dr_lee").get(url))
    SwapRequest.objects.filter(pk=asked.pk).update(reasons=[])
    assert offered("dr_lee") == ["Una", "Zane"]


def test_a_swap_takes_three_clicks(swap, trained):
    client = client_of(trained, "sam")
    queue = client.get(reverse("matching:swaps"))
    assert "Promised by 17 Oct" in words_of(queue)
    page = reverse("matching:swap", args=[swap.public_key])
    assert page in queue.content.decode()
    assert "Una Brennan" in words_of(client.get(page))
    done = client.post(
        reverse("matching:choose", args=[swap.public_key]), {"mentor": trained.participant("una").pk}, follow=True
    )
    assert "Aisha is with Una now" in words_of(done)
    swap.refresh_from_db()
    assert swap.state == SwapState.DONE
    again = client.post(
        reverse("matching:choose", args=[swap.public_key]), {"mentor": trained.participant("una").pk}, follow=True
    )
    assert again.status_code == 200
    assert Match.objects.live().filter(mentee=trained.participant("aisha")).count() == 1


def test_without_places_the_page_says_what_to_do(swap, trained):
    for number in range(6):
        MatchFactory(mentor=trained.participant("una"), mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    assert "No places" in words_of(client_of(trained, "sam").get(reverse("matching:swap", args=[swap.public_key])))


def test_whoever_handles_it_reads_no_outcome_of_wishes(trained, matched, now):
    tell(
        trained.participant("aisha"),
        now,
        own={"gender": "f"},
        wishes={"gender": {"kind": "prefer", "value": "f"}},
        exceptions=[],
    )
    add_mentor(trained, "Wren", trained.sociology, now)
    swap = ask_for_swap(match=matched["aisha"], reasons=["times"], handler=trained.una, by=None, now=now)
    words = words_of(client_of(trained, "una").get(reverse("matching:swap", args=[swap.public_key])))
    assert "Our times do not fit" in words
    assert "honoured" not in words
    assert "honoured" not in words_of(client_of(trained, "sam").get(reverse("matching:swap", args=[swap.public_key])))


def test_a_mentee_asks_in_two_posts_and_takes_it_back(trained, matched):
    client = client_of(trained, "aisha")
    url = reverse("matching:swap_ask")
    assert "Priya is told kindly, never why" in words_of(client.get(url))
    client.post(url, {"handler": trained.sam.pk, "reasons": ["times"]})
    client.post(url, {"handler": trained.sam.pk, "reasons": ["times"]})
    assert SwapRequest.objects.count() == 1
    assert "Saturday 17 October" in words_of(client.get(url))
    client.post(reverse("matching:swap_withdraw"))
    assert SwapRequest.objects.get().state == SwapState.WITHDRAWN


def test_a_mentee_cannot_choose_somebody_who_was_not_offered(trained, matched):
    answer = client_of(trained, "aisha").post(reverse("matching:swap_ask"), {"handler": trained.priya.pk})
    assert "Select a valid choice" in answer.content.decode()
    assert not SwapRequest.objects.exists()


def test_a_mentor_who_coordinates_is_not_named_among_those_who_see_the_wish(trained, matched):
    whole = {"scheme": trained.scheme, "unit": trained.university, "starts_on": timezone.localdate(), "by": None}
    appoint(role=Role.COORDINATOR, user=trained.priya, now=timezone.now(), **whole)
    page = words_of(client_of(trained, "aisha").get(reverse("matching:swap_ask")))
    assert "Sam Whitaker" in page
    assert "Priya Khan" not in page


def _asked(trained, match, **more) -> SwapRequest:
    return ask_for_swap(match=match, reasons=[], handler=trained.sam, by=trained.aisha, now=timezone.now(), **more)


def _path(swap: SwapRequest) -> str:
    return swap_link(swap).replace("http://localhost:8000", "")


def test_the_signed_link_asks_without_signing_in_and_get_changes_nothing(trained, matched):
    client = Client()
    before = withdraw_swap(swap=_asked(trained, matched["aisha"]), by=trained.aisha, now=timezone.now())
    path = _path(before)
    entries = AuditEntry.objects.count()
    asking = client.get(path)
    assert asking.status_code == 200
    assert "Priya" not in asking.content.decode()
    assert AuditEntry.objects.count() == entries
    client.post(path, {"handler": trained.sam.pk})
    assert "Priya" not in client.get(path).content.decode()
    swap = SwapRequest.objects.get(state=SwapState.ASKED)
    assert (swap.match, swap.handler) == (matched["aisha"], trained.sam)
    assert "_auth_user_id" not in client.session
    client.post(f"{_path(swap)}keep/")
    swap.refresh_from_db()
    assert swap.state == SwapState.WITHDRAWN


@pytest.mark.abuse(7)
def test_the_link_to_one_request_takes_back_no_other(trained, matched):
    """A coordinator whom the student left out opens one of their own beside hers: each letter is about its own."""
    match = matched["aisha"]
    kept = {"handler": trained.una, "excluded": [trained.sam]}
    hers = ask_for_swap(match=match, reasons=[], by=trained.aisha, now=timezone.now(), **kept)
    his = open_swap(match=match, by=trained.sam, now=timezone.now())
    client = Client()
    for _twice in range(2):
        client.post(f"{_path(his)}keep/")
        assert set(SwapRequest.objects.filter(state=SwapState.ASKED)) == {hers}
    page = client.get(_path(his)).content.decode()
    assert "We are finding you someone" in page
    assert "keep/" not in page
    assert f"{_path(hers)}keep/" in client.get(_path(hers)).content.decode()
    client.post(f"{_path(hers)}keep/")
    assert not SwapRequest.objects.filter(state=SwapState.ASKED).exists()


@pytest.mark.parametrize("kind", ["forged", "other purpose", "other person", "no key", "expired", "over"])
def test_a_link_that_does_not_hold_is_said_kindly(kind, trained, matched, clock):
    match, person = matched["aisha"], trained.aisha
    key = str(_asked(trained, match).public_key)
    token = make_token(purpose="swap", person=person, object_id=key)
    if kind == "forged":
        token = token[:-2] + ("aa" if token[-2:] != "aa" else "bb")
    if kind == "other purpose":
        token = make_token(purpose="stop", person=person, object_id=key)
    if kind == "other person":
        token = make_token(purpose="swap", person=trained.ben, object_id=key)
    if kind == "no key":
        token = make_token(purpose="swap", person=person, object_id=match.pk)
    if kind == "expired":
        clock.shift(timedelta(days=366))
    if kind == "over":
        stop_taking_part(participant=match.mentee, by=None, now=timezone.now())
    for suffix in ("", "keep/"):
        answer = Client().post(reverse("matching:swap_link", args=[token]) + suffix, {"handler": trained.sam.pk})
        assert answer.status_code == 410
    assert SwapRequest.objects.get().state == (SwapState.WITHDRAWN if kind == "over" else SwapState.ASKED)


def test_late_joiners_and_groups_without_a_mentor_find_a_home(trained, matched):
    late = add_mentee(trained, "Dewi", trained.sociology)
    stop_taking_part(participant=trained.participant("priya"), by=trained.priya, now=timezone.now())
    client = client_of(trained, "sam")
    queue = words_of(client.get(reverse("matching:swaps")))
    assert "Priya Khan’s group Aisha, Ben, Chidi" in queue
    assert "1 student without a mentor" in queue
    una = trained.participant("una")
    client.post(reverse("matching:rehome", args=[trained.participant("priya").pk]), {"mentor": una.pk})
    assert Match.objects.live().filter(mentor=una).count() == 3
    assert "Una Brennan" in words_of(client.get(reverse("matching:place", args=[late.pk])))
    done = client.post(reverse("matching:place", args=[late.pk]), {"mentor": una.pk}, follow=True)
    assert "Dewi with Una" in words_of(done)
    nobody = client.post(reverse("matching:place", args=[late.pk]), {"mentor": 0}, follow=True)
    assert "Choose a mentor from the list" in words_of(nobody)
    assert Match.objects.live().filter(mentee=late).count() == 1
