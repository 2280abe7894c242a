"""Questions: asked without a name, answered, and those for which somebody steps in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.models import User
from accounts.proving import proven_again
from accounts.services import NotAllowed, WrongState
from mentoring.contacts.forms.questions import AnswerForm, AskForm, UnmaskForm
from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.permissions import can_answer, safeguarded_by
from mentoring.contacts.selectors.questions import (
    asked_by,
    asker_of,
    in_detail,
    is_hidden_among_others,
    masked_questions,
    open_questions,
    questions_to_step_in,
)
from mentoring.contacts.services import (
    answer_masked,
    ask_masked,
    close_question,
    lift_mask,
    take_question,
    unmask_for_danger,
)
from mentoring.contacts.views.own import own_mentor, taking_part_as
from mentoring.lib.notices import say
from mentoring.participation.states import ParticipantRole
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import holders
from schemes.speech import page_of
from schemes.states import Role

OWN = "a mentee's own questions"
A_PAGE = 20


@signed_in(OWN)
def ask(request: SignedInRequest) -> HttpResponse:
    """Ask without a name: what it means first, then the question; own questions and their answers below."""
    mentee, now = taking_part_as(request, ParticipantRole.MENTEE), timezone.now()
    match = own_mentor(mentee)
    hidden = is_hidden_among_others(match)
    form = AskForm(request.POST or None, mentor=match.mentor.user.first_name if match and hidden else "")
    if request.method == "POST" and form.is_valid():
        to = match if form.is_for_mentor else None
        try:
            ask_masked(
                asker=mentee, match=to, text=form.cleaned_data["text"], form_key=form.cleaned_data["form_key"], now=now
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Asked, without your name. Look here for the answer in a day or two."))
            return redirect("contacts:ask")
    scheme, today = mentee.cohort.scheme, timezone.localdate(now)
    context = {
        "form": form,
        "mentee": mentee,
        "asked": asked_by(request.user),
        "match": match,
        "is_hidden": hidden,
        "keepers": holders(scheme, Role.SAFEGUARDING_LEAD, today),
    }
    return render(request, "contacts/ask.html", context)


@require_POST
@signed_in(OWN)
def name_me(request: SignedInRequest, pk: int) -> HttpResponse:
    """The asker lifts the mask."""
    question = get_object_or_404(asked_by(request.user), pk=pk)
    lift_mask(question=question, by=request.user, now=timezone.now())
    say(request, _("Done. Whoever answers sees your name now."))
    return redirect("contacts:ask")


def _for_reader(request: SignedInRequest, pk: int) -> MaskedQuestion | None:
    question = masked_questions().filter(pk=pk).first()
    return page_of(question) if question and can_answer(request.user, question, timezone.now()) else None


def _whence(user: User, question: MaskedQuestion) -> tuple[str, str]:
    """The list from which a question is answered, and what it is called: the mentor's own, or that of who steps in."""
    if question.mentor is not None and question.mentor.user_id == user.pk:
        return reverse("portal:mentees"), _("My mentees")
    return reverse("contacts:questions"), _("Questions to step in for")


@signed_in("those who may answer a question without a name")
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The question, and the answer; never who asked, unless they said so."""
    question = _for_reader(request, pk)
    if question is None:
        raise Http404
    back_url, back_label = _whence(request.user, question)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_masked(question=question, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Sent. It waits on their page."))
            return redirect(back_url)
    context = {
        "question": question,
        "form": form,
        "asker": asker_of(question) if question.named_at else None,
        "back_url": back_url,
        "back_label": back_label,
    }
    return render(request, "contacts/answer_masked.html", context)


@require_GET
@requires(Capability.HANDLE_SWAPS)
def questions(request: SignedInRequest) -> HttpResponse:
    """What has waited for two days, within reach; one tap takes it."""
    now = timezone.now()
    found = questions_to_step_in(request.user, now, timezone.localdate(now))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"waiting": in_detail(page.object_list, now), "page_obj": page}
    return render(request, "contacts/questions.html", context)


def _reply(pk: int) -> CourtesyReply:
    return get_object_or_404(open_questions(timezone.now()), pk=pk)


@require_POST
@requires(Capability.HANDLE_SWAPS)
def take(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    """Step in for the mentor. Somebody else's reach is 404."""
    question = _reply(pk) if kind == "reply" else get_object_or_404(masked_questions(), pk=pk)
    try:
        take_question(question=question, by=request.user, now=timezone.now())
    except NotAllowed as error:
        raise Http404 from error
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        say(request, _("It is yours. Write when you can; one kind line is enough."))
        if isinstance(question, MaskedQuestion):
            return redirect("contacts:answer_masked", pk=pk)
    return redirect("contacts:questions")


@require_POST
@requires(Capability.HANDLE_SWAPS)
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """It has been answered."""
    try:
        close_question(reply=_reply(pk), by=request.user, now=timezone.now())
    except NotAllowed as error:
        raise Http404 from error
    say(request, _("Thank you. Nobody is asked any more."))
    return redirect("contacts:questions")


@require_GET
@requires(Capability.READ_CONCERNS)
def masks(request: SignedInRequest) -> HttpResponse:
    """The questions without a name of the last months, by number; none is shown until it is opened."""
    today = timezone.localdate()
    found = masked_questions().filter(safeguarded_by(request.user, today))[:100]
    return render(request, "contacts/masks.html", {"questions": found})


@requires(Capability.READ_CONCERNS)
@proven_again
def mask(request: SignedInRequest, pk: int) -> HttpResponse:
    """One question as safeguarding sees it: neither its words nor the name before a reason, on the trail, by somebody
    who has just shown who they are."""
    today = timezone.localdate()
    question = page_of(get_object_or_404(masked_questions().filter(safeguarded_by(request.user, today)), pk=pk))
    form = UnmaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unmask_for_danger(question=question, why=form.cleaned_data["why"], by=request.user, now=timezone.now())
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            return redirect("contacts:mask", pk=pk)
    asker = asker_of(question) if question.unmasked_at else None
    return render(request, "contacts/mask.html", {"question": question, "form": form, "asker": asker})
