"""Two drafts side by side."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mentoring.matching.forms import CompareForm
from mentoring.matching.models import Run
from mentoring.matching.selectors import Comparison, comparison, drafts_to_compare, run_name
from mentoring.matching.selectors.comparing import LISTS
from mentoring.matching.views.loading import visible_run
from schemes.permissions import requires
from schemes.roles import Capability


@require_GET
@requires(Capability.SEE_MATCHES)
def compare(request: HttpRequest) -> HttpResponse:
    """Numbers in plain words, who changes mentor, who is newly matched or left over, which groups change."""
    keys = [request.GET.get(name, "") for name in ("one", "other")]
    if not all(keys):
        return redirect("matching:drafts")
    if not all(key.isdigit() for key in keys):
        raise Http404
    one, other = (visible_run(request, int(key)) for key in keys)
    if one.cohort_id != other.cohort_id:
        raise Http404
    show = request.GET.get("show", "")
    found = comparison(one, other, request.user, timezone.localdate(), show=show, number=request.GET.get("page"))
    choices = {run.pk: run for run in (*drafts_to_compare(request.user, one.cohort, timezone.localdate()), one, other)}
    context = {
        "one": one,
        "other": other,
        "names": [run_name(one), run_name(other)],
        "found": found,
        "page_obj": found.page,
        "figures": _figures(found),
        "filters": _filters(found, one, other),
        "form": CompareForm(
            initial={"one": one.pk, "other": other.pk}, runs=[(pk, run_name(run)) for pk, run in choices.items()]
        ),
    }
    return render(request, "matching/compare.html", context)


def _figures(found: Comparison) -> list[dict[str, Any]]:
    """What each draft comes to, most important first: its vector in plain words."""
    words = [
        (_("Students with a mentor"), "paired", True),
        (_("Without a mentor"), "unmatched", False),
        (_("In a near subject"), "near", False),
        (_("Groups"), "groups", None),
        (_("Groups smaller than planned"), "undersized", False),
        (_("Wishes: none honoured"), "none_honoured", False),
        (_("Wishes: some honoured"), "some_honoured", None),
        (_("Wishes: all honoured"), "all_honoured", True),
    ]
    rows = []
    for label, name, more_is_better in words:
        before, after = getattr(found.before, name), getattr(found.after, name)
        better = None if more_is_better is None or before == after else (after > before) == more_is_better
        rows.append({"label": label, "before": before, "after": after, "better": better, "change": after - before})
    return rows


def _filters(found: Comparison, one: Run, other: Run) -> list[dict[str, Any]]:
    labels = {
        "moved": _("Other mentor"),
        "matched": _("Newly matched"),
        "lost": _("No mentor any more"),
        "joined": _("Only in the second"),
        "gone": _("Only in the first"),
        "groups": _("Groups"),
    }
    return [
        {
            "label": labels[name],
            "url": f"?{urlencode({'one': one.pk, 'other': other.pk, 'show': name})}",
            "count": len(getattr(found.changes, name)),
            "current": name == found.show,
        }
        for name in LISTS
    ]
