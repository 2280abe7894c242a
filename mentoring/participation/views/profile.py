"""What a student says about themselves, and how their match sees it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, signed_in
from mentoring.lib.notices import say
from mentoring.participation.forms.profile import LABELS, ProfileForm
from mentoring.participation.selectors import fact_words, introduction_line, shown_facts
from mentoring.participation.services import save_profile
from mentoring.participation.states import FactKind
from mentoring.participation.views.own import own_participation


@signed_in("each person's own profile")
def profile(request: SignedInRequest) -> HttpResponse:
    """Write, save, and see it as the match sees it."""
    participant = own_participation(request)
    form = ProfileForm(request.POST or None, participant=participant)
    if request.method == "POST" and form.is_valid():
        save_profile(
            participant=participant,
            hello=form.cleaned_data["hello"],
            facts=form.facts(),
            shown=form.shown(),
            by=participant.user,
            now=timezone.now(),
        )
        say(request, _("Saved. Below is how your match sees it."))
        return redirect(f"{reverse('participation:profile')}?as={participant.role}#preview")
    context = {
        "form": form,
        "pairs": [(form[kind], form[f"show_{kind}"]) for kind in LABELS],
        "participant": participant,
        "line": introduction_line(participant),
        "chips": [fact_words(f) for f in shown_facts(participant) if f.kind != FactKind.COLLEGE],
    }
    return render(request, "participation/profile.html", context)
