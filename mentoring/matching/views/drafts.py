"""Changing a draft by hand: one student's page, keeping, moving, undoing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.forms import AskCostForm, KeepForm, KeepManyForm, MoveForm, RoomForm
from mentoring.matching.models import HandMove, Proposal, Run, Shortlist
from mentoring.matching.permissions import can_move
from mentoring.matching.rules import group_note
from mentoring.matching.selectors import (
    Choices,
    DraftReader,
    choices_for,
    cost_page,
    drafted_size,
    proposals_visible_to,
    run_name,
    sizes_of,
)
from mentoring.matching.services import keep_pairs, make_room, move_mentee, shortlist_for, strike, struck_when_refused
from mentoring.matching.services import undo_move as take_back
from mentoring.matching.states import RunState
from mentoring.matching.views.loading import attempt, say_not_offered, visible_proposal, visible_run
from mentoring.participation.selectors import study_line
from schemes.permissions import requires
from schemes.roles import Capability


def _movable(request: HttpRequest, run: Run, pk: int) -> Proposal:
    """A student of the draft whom the reader may move: 404 unless seen, 403 if only seen."""
    proposal = visible_proposal(request, run, pk)
    if not can_move(request.user, run, proposal.mentee, timezone.localdate()):
        raise PermissionDenied
    return proposal


def _choices(request: HttpRequest, found: Proposal) -> tuple[Shortlist, Choices]:
    """The list of mentors for a student of a draft, and what of it is offered now."""
    kept = shortlist_for(found.mentee, draft=found.run, now=timezone.now())
    return kept, choices_for(kept, by=request.user)


@require_GET
@requires(Capability.SEE_MATCHES)
def student(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """One student of a draft: why this mentor or none, and which others there are."""
    run = visible_run(request, pk)
    found = visible_proposal(request, run, proposal)
    today = timezone.localdate()
    may_move = run.state == RunState.DRAFT and can_move(request.user, run, found.mentee, today)
    choices = _choices(request, found)[1] if may_move else Choices([])
    is_published = run.state == RunState.PUBLISHED
    context = {
        "run": run,
        "back": run_name(run) if is_published else _("Draft"),
        "is_published": is_published,
        "row": DraftReader(run, request.user, today).rows([found])[0],
        "proposal": found,
        "study": study_line(found.mentee),
        "choices": choices.offered,
        "may_move": may_move,
        "cost_form": AskCostForm(mentors=choices.further) if may_move else None,
    }
    return render(request, "matching/student.html", context)


@require_GET
@requires(Capability.SEE_MATCHES)
def cost(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """What it would cost the others to give a student a certain mentor; nothing is chosen yet."""
    run = visible_run(request, pk)
    found = _movable(request, run, proposal)
    if run.state != RunState.DRAFT:
        return redirect("matching:student", pk=pk, proposal=proposal)
    kept, choices = _choices(request, found)
    form = AskCostForm(request.GET, mentors=choices.further)
    shown = cost_page(found, form.cleaned_data["mentor"]) if form.is_valid() else None
    if shown is None:
        return redirect("matching:student", pk=pk, proposal=proposal)
    if set(shown.cost.broken) - {"capacity", "lock"}:
        strike([kept], shown.mentor.pk)  # asked once; nobody learns anything by asking again
    mine = proposals_visible_to(request.user, timezone.localdate()).filter(run=run, mentee__in=shown.others)
    today = timezone.localdate()
    movable = [
        p for p in mine.select_related("mentee__programme__unit") if can_move(request.user, run, p.mentee, today)
    ]
    context = {
        "run": run,
        "proposal": found,
        "shown": shown,
        "rows": [row for row in shown.rows if row.mentee.pk in {p.mentee_id for p in movable}],
        "may_choose": shown.cost.possible and len(movable) == len(shown.others),
    }
    return render(request, "matching/cost.html", context)


@require_POST
@requires(Capability.SEE_MATCHES)
def room(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Choose it: the student moves, and the others make room as it was shown."""
    run = visible_run(request, pk)
    found = _movable(request, run, proposal)
    form = RoomForm(request.POST, mentors=_choices(request, found)[1].further)
    if not form.is_valid():
        say(request, _("The draft has changed since. Look again at what it would cost."), level=messages.ERROR)
        return redirect("matching:student", pk=pk, proposal=proposal)
    user: Any = request.user
    with attempt(request):
        moved = make_room(
            proposal=found,
            mentor_id=form.cleaned_data["mentor"],
            seal=form.cleaned_data["seal"],
            by=user,
            now=timezone.now(),
        )
        words = ngettext("%d student was moved.", "%d students were moved.", len(moved)) % len(moved)
        say(request, words + " " + _("Each move can be undone under “Moved by hand”."))
        return redirect(f"{reverse('matching:draft', args=[pk])}?show=moved")
    return redirect("matching:student", pk=pk, proposal=proposal)


@require_POST
@requires(Capability.SEE_MATCHES)
def move(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Give a student another mentor, or none."""
    run = visible_run(request, pk)
    found = _movable(request, run, proposal)
    kept, choices = _choices(request, found)
    form = MoveForm(request.POST, offered=choices.keys)
    if not form.is_valid():
        say_not_offered(request)
        return redirect("matching:student", pk=pk, proposal=proposal)
    user: Any = request.user
    wanted, was = form.cleaned_data["mentor"], form.cleaned_data["was"]
    with attempt(request), struck_when_refused([kept], wanted or 0):
        moved = move_mentee(proposal=found, mentor_id=wanted, was=was, by=user, now=timezone.now())
        last = run.hand_moves.filter(mentee=moved.mentee_id).first()
        undo = reverse("matching:undo_move", args=[pk, last.pk]) if last else ""
        say_with_undo(request, _moved_words(moved), undo)
        return redirect("matching:draft", pk=pk)
    return redirect("matching:student", pk=pk, proposal=proposal)


def _moved_words(proposal: Proposal) -> str:
    """What was done, and a warning when the group is now larger than planned (R29)."""
    name, mentor = proposal.mentee.user.first_name, proposal.mentor
    if mentor is None:
        return _("%(name)s is left out of this draft.") % {"name": name}
    names = {"name": name, "mentor": mentor.user.first_name}
    words = _("%(name)s is with %(mentor)s now, and stays there when you work it out again.") % names
    size = drafted_size(proposal.run, mentor.pk)
    if group_note(size, sizes_of(proposal.run.cohort.policy)) == "over":
        words += " " + _("That makes a group of %(size)d, larger than planned.") % {"size": size}
    return words


@require_POST
@requires(Capability.SEE_MATCHES)
def keep(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Keep a pair, or set it free."""
    run = visible_run(request, pk)
    found = _movable(request, run, proposal)
    _keep(request, run, [found.mentee_id])
    return redirect("matching:student", pk=pk, proposal=proposal)


@require_POST
@requires(Capability.SEE_MATCHES)
def keep_group(request: HttpRequest, pk: int, mentor: int) -> HttpResponse:
    """Keep a whole group, as far as the reader sees it, or set it free."""
    run = visible_run(request, pk)
    mine = proposals_visible_to(request.user, timezone.localdate()).filter(run=run, mentor__pk=mentor)
    proposals = list(mine.select_related("mentee__programme__unit"))
    if not proposals:
        raise Http404
    if not all(can_move(request.user, run, p.mentee, timezone.localdate()) for p in proposals):
        raise PermissionDenied
    _keep(request, run, [p.mentee_id for p in proposals])
    return redirect(f"{reverse('matching:draft', args=[pk])}?{request.GET.urlencode()}#group-{mentor}")


def _keep(request: HttpRequest, run: Run, mentees: list[int]) -> None:
    form = KeepForm(request.POST)
    is_kept = form.is_valid() and form.cleaned_data["keep"]
    user: Any = request.user
    with attempt(request):
        keep_pairs(run=run, mentee_ids=mentees, is_kept=is_kept, by=user, now=timezone.now())
        say(request, _("Kept when you work it out again.") if is_kept else _("Free to change again."))


@require_POST
@requires(Capability.SEE_MATCHES)
def keep_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the ticked pairs of a list, or everybody in it; or set them free."""
    run = visible_run(request, pk)
    chosen = {name: request.GET.get(name, "") for name in ("show", "discipline", "reason")}
    listed = DraftReader(run, request.user, timezone.localdate()).listed(**chosen)
    form = KeepManyForm(request.POST, listed=list(listed.values_list("pk", flat=True)))
    if form.is_valid():
        user: Any = request.user
        mentees = run.proposals.filter(pk__in=form.pairs()).values_list("mentee", flat=True)
        with attempt(request):
            is_kept = form.cleaned_data["keep"]
            count = keep_pairs(run=run, mentee_ids=mentees, is_kept=is_kept, by=user, now=timezone.now())
            say(request, _kept_words(count, is_kept))
    else:
        say(request, _("Tick at least one student first."), level=messages.ERROR)
    return redirect(f"{reverse('matching:draft', args=[pk])}?{request.GET.urlencode()}")


def _kept_words(count: int, is_kept: bool) -> str:
    if is_kept:
        return ngettext("%d more is kept now.", "%d more are kept now.", count) % count
    return ngettext("%d is free to change again.", "%d are free to change again.", count) % count


@require_POST
@requires(Capability.SEE_MATCHES)
def undo_move(request: HttpRequest, pk: int, move: int) -> HttpResponse:
    """Take back one move by hand, if the student was not moved again since."""
    run = visible_run(request, pk)
    found = run.hand_moves.filter(pk=move).first()
    if found is None:  # taken back already
        say(request, _("This move was taken back already."))
        return redirect("matching:draft", pk=pk)
    _movable(request, run, _proposal_of(run, found))
    user: Any = request.user
    with attempt(request):
        proposal = take_back(move=found, by=user, now=timezone.now())
        say(request, _("Undone: %(name)s is where they were.") % {"name": proposal.mentee.user.first_name})
    return redirect("matching:draft", pk=pk)


def _proposal_of(run: Run, move: HandMove) -> int:
    """The key of the moved student's proposal; 0, which nobody has, when there is none any more."""
    return run.proposals.filter(mentee=move.mentee_id).values_list("pk", flat=True).first() or 0
