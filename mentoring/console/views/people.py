"""People: the list, and one person."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest
from accounts.proving import proven_again
from mentoring.agreements.selectors import unaccepted_texts
from mentoring.console.forms import PeopleFilterForm
from mentoring.console.permissions import OF_CONTACTS
from mentoring.console.selectors.exports import PEOPLE, people_rows
from mentoring.console.selectors.history import person_history, tells_of
from mentoring.console.selectors.pairs import state_shown
from mentoring.console.selectors.people import filtered, may_resume_nudges
from mentoring.console.selectors.today import people_in_reach
from mentoring.console.services import note_export, note_look
from mentoring.console.states import OF_PEOPLE, ListPage
from mentoring.console.views.exports import export_urls
from mentoring.console.views.listing import choosing, course_asked, courses_in_reach, filter_links, kept
from mentoring.lib.exports import as_file
from mentoring.lib.keys import keys_from
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_place
from mentoring.matching.selectors import matches_visible_to, orphaned_by
from mentoring.nudges.permissions import can_remind
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.participation.selectors import mode_words, participants_visible_to
from mentoring.participation.states import ParticipantState
from mentoring.training.selectors import is_trained
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, holds, requires
from schemes.roles import Capability
from schemes.speech import page_of

PAGE = 50
ELSEWHERE = 10


def _filters(request: SignedInRequest, *, may_see_contacts: bool) -> list[dict[str, Any]]:
    labels = {
        "": _("Everyone"),
        "mentees": _("Mentees"),
        "mentors": _("Mentors"),
        "unmatched": _("Without a mentor"),
        "untrained": _("Untrained"),
        "training-gap": _("Untrained, with students"),
        "unsigned": _("Not agreed"),
        "unhappy": _("Does not work for them"),
        "stopped": _("Stopped"),
    }
    shown = {key: label for key, label in labels.items() if may_see_contacts or key not in OF_CONTACTS[ListPage.PEOPLE]}
    return filter_links(request, shown)


def listed_people(request: SignedInRequest, cohort: Cohort, capability: Capability) -> ParticipantQuerySet:
    """Whom the address of the page asks for: by filter, by course and year, and by words."""
    today, shown = timezone.localdate(), request.GET.get("show", "")
    everyone = people_in_reach(request.user, cohort, capability, today)
    if shown in OF_CONTACTS[ListPage.PEOPLE]:
        everyone &= people_in_reach(request.user, cohort, Capability.SEE_CONTACTS, today)
    if (course := course_asked(request)) is not None:
        everyone = everyone.filter(programme=course)
    if year := keys_from([request.GET.get("year", "")]):
        everyone = everyone.filter(year_of_study__in=[number for number in year if number < 100])
    found = filtered(everyone, cohort, shown, today).found_by(request.GET.get("q", ""))
    return found.select_related("user", "programme").order_by(F("user__family_name").asc(), "user__given_name", "pk")


def _elsewhere(user: Any, cohort: Cohort, words: str, today: date) -> list[Participant]:
    """Whom the words find in other years and schemes, as far as the reader sees them; the newest first."""
    if not words:
        return []
    others = participants_visible_to(user, today).exclude(cohort=cohort)
    return list(others.found_by(words).order_by("-cohort__starts_on", "user__family_name", "pk")[:ELSEWHERE])


@requires(Capability.SEE_PEOPLE)
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody in reach, filtered by an address that can be shared."""
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    if cohort is None:
        return render(request, "console/no_cohort.html")
    today = timezone.localdate()
    words = request.GET.get("q", "").strip()
    page = Paginator(listed_people(request, cohort, Capability.SEE_PEOPLE), PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page_obj": page,
        "filters": _filters(
            request,
            may_see_contacts=bool(appointments_with(request.user, Capability.SEE_CONTACTS, today, cohort=cohort)),
        ),
        "search": words,
        "filter_form": PeopleFilterForm(request.GET, courses=courses_in_reach(request, cohort, Capability.SEE_PEOPLE)),
        "kept": kept(request, "cohort", "show"),
        "choosing": choosing(request, OF_PEOPLE, cohort),
        "export_urls": export_urls(request, "console:export_people"),
        "may_import": bool(appointments_with(request.user, Capability.IMPORT_PEOPLE, today)),
        "elsewhere": _elsewhere(request.user, cohort, words, today),
        "is_filtered": bool(words or kept(request, "show", "course", "year")),
    }
    return render(request, "console/people.html", context)


@require_POST
@requires(Capability.EXPORT_ROWS)
@proven_again
def export_people(request: SignedInRequest, kind: str) -> HttpResponse:
    """The list as a file, under the same filters; on the trail, by whom and which columns."""
    cohort = chosen_cohort(request, Capability.EXPORT_ROWS)
    if cohort is None:
        raise Http404
    note_export(what="people", cohort=cohort, columns=PEOPLE, by=request.user, now=timezone.now())
    rows = people_rows(listed_people(request, cohort, Capability.EXPORT_ROWS))
    return as_file(kind, f"people-{cohort.slug}", PEOPLE.values(), rows)


def _deeds(user: Any, person: Participant, today: date) -> list[dict[str, str]]:
    """What the reader may do for a person, each a link to a page that says what will happen."""
    name, deeds = person.user.first_name, []

    def add(url: str, label: str, hint: str = "") -> None:
        deeds.append({"label": label, "hint": hint, "url": url})

    is_here = person.state != ParticipantState.LEFT
    if can_place(user, person, today) and is_here:
        _add_mentor(add, person, today, user)
    if can_remind(user, person, today) and is_here:
        _add_messages(add, person)
    add(f"mailto:{person.user.email}", _("Write to %(name)s") % {"name": name}, _("In your own mail program"))
    if can_place(user, person, today):
        if person.state != ParticipantState.ENROLLED:
            add(reverse("console:person_back", args=[person.pk]), _("Bring them back"), _("When they asked you to"))
        if is_here:
            add(reverse("console:stop_person", args=[person.pk]), _("Stop for them"), _("When they asked you to"))
    return deeds


def _add_mentor(add: Callable[..., None], person: Participant, today: date, user: Any) -> None:
    """A mentor for a mentee: another one, or a first one."""
    if person.is_mentor:
        return
    match = Match.objects.known().filter(mentee=person).first()
    if match is not None:
        url = reverse("console:pair", args=[match.pk])
        add(url, _("Find another mentor, or end the pair"), _("On the page of the pair"))
    elif person.state == ParticipantState.ENROLLED and not Match.objects.live().filter(mentee=person).exists():
        add(
            reverse("matching:place", args=[person.pk]), _("Find a mentor"), _("The best three with room, with reasons")
        )


def _add_messages(add: Callable[..., None], person: Participant) -> None:
    """Reminders on or off, and the agreement once more."""
    quiet = person.nudges_paused_at is not None
    if unaccepted_texts(person) and not quiet and person.state == ParticipantState.ENROLLED:
        add(reverse("console:person_texts", args=[person.pk]), _("Send the agreement again"), _("One e-mail"))
    if not quiet:
        url = reverse("console:person_reminders", args=[person.pk, "pause"])
        add(url, _("Pause reminders"), _("What they ask for still reaches them"))
    elif may_resume_nudges(person):
        add(reverse("console:person_reminders", args=[person.pk, "resume"]), _("Let reminders come again"))


@requires(Capability.SEE_PEOPLE)
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: what happened, study, matches, and what can be done. Nothing that was told in confidence."""
    today = timezone.localdate()
    person = page_of(get_object_or_404(participants_visible_to(request.user, today), pk=pk))
    note_look(at=person, by=request.user, now=timezone.now())
    unit = person.programme.unit
    mine = Q(mentor=person) | Q(mentee=person)
    matches = matches_visible_to(request.user, today).filter(mine).happened().order_by("-made_at", "-pk")
    return render(
        request,
        "console/person.html",
        {
            "person": person,
            "page_obj": Paginator(person_history(person, request.user, today), PAGE).get_page(request.GET.get("page")),
            "matches": [(each, state_shown(each, tells=tells_of(each, request.user, today))) for each in matches],
            "study_mode": mode_words(person.study_mode),
            "deeds": _deeds(request.user, person, today),
            "is_trained": person.is_mentor and is_trained(person),
            "grew_from": person.grew_from,
            "may_import": holds(request.user, Capability.IMPORT_PEOPLE, cohort=person.cohort, unit=unit, today=today),
            "may_mend": person.user.email_failed_at is not None
            and holds(request.user, Capability.SEE_MESSAGES, cohort=person.cohort, unit=unit, today=today),
            "orphans": person.is_mentor and orphaned_by(request.user, today).filter(mentor=person).exists(),
        },
    )
