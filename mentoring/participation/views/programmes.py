"""A list of courses for the university's set-up."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, home_of
from accounts.models import User
from mentoring.lib.notices import say
from mentoring.participation.forms.imports import ProgrammesForm
from mentoring.participation.reading import UnreadableFile, guess, read_table
from mentoring.participation.services.programmes import ProgrammeImport, take_programmes
from schemes.permissions import administrators_only


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def import_programmes(request: SignedInRequest) -> HttpResponse:
    """Add the courses of a file: all, or none while a row is faulty."""
    form = ProgrammesForm(request.POST or None, request.FILES or None, institution=home_of(request))
    result = None
    if request.method == "POST" and form.is_valid():
        result = _taken(form, request.user)
        if result and not result.faults:
            say(request, _words(result))
            return redirect("schemes:programmes")
    return render(request, "participation/import_programmes.html", {"form": form, "result": result})


def _taken(form: ProgrammesForm, user: User) -> ProgrammeImport | None:
    """What the file brought; with an error on the form when it cannot be read."""
    try:
        table = read_table(form.cleaned_data["file"].read())
        mapping = guess(table.headings, "programme")
        if mapping.missing:
            form.add_error("file", _("There must be a column for the course code and one for the title."))
            return None
        return take_programmes(
            unit=form.cleaned_data["unit"],
            table=table,
            mapping=mapping,
            with_units=form.cleaned_data["with_units"],
            by=user,
            now=timezone.now(),
        )
    except UnreadableFile as problem:
        form.add_error("file", str(problem))
        return None


def _words(result: ProgrammeImport) -> str:
    return _("%(new)d courses added, %(known)d were here already, %(units)d units added.") % {
        "new": len(result.new),
        "known": len(result.known),
        "units": len(result.units),
    }
