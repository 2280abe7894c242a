"""Letters about people's own data. None of them says anything that is kept."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.protection.models import DataCopy, ErasureRequest
from mentoring.protection.services.copying import READY
from mentoring.protection.services.erasing import GRANTED, REFUSED
from mentoring.protection.states import ErasureState


def _mine() -> str:
    return absolute(reverse("protection:mine"))


def copy_ready(message: Message) -> Content | None:
    """To who asked for a copy: it is ready, for a week. Not sent once it is gone."""
    copy = DataCopy.objects.filter(pk=message.object_id or 0).exclude(file="").first()
    if copy is None:
        return None
    return Content(
        subject=_("Your copy is ready"),
        paragraphs=(
            _("You asked for a copy of everything that peer mentoring keeps about you. It is ready."),
            _("You can fetch it for a week, after signing in. Then the file is deleted."),
        ),
        actions=(Action(_("Fetch my copy"), _mine()),),
        why=_("You get this once, because you asked for a copy."),
    )


def erasure_granted(message: Message) -> Content | None:
    """To who asked to be erased: it happens tomorrow. Not sent if they took it back."""
    wish = ErasureRequest.objects.filter(pk=message.object_id or 0, state=ErasureState.GRANTED).first()
    if wish is None:
        return None
    return Content(
        subject=_("Your data will be erased tomorrow"),
        paragraphs=(
            _("As you asked, your name, address and what you told us are erased in a day. It cannot be undone then."),
            _("Until then you can take it back, with one button."),
        ),
        actions=(Action(_("See or take it back"), _mine()),),
        why=_("You get this once, because you asked to be erased."),
    )


def erasure_refused(message: Message) -> Content | None:
    """To who asked to be erased: why it cannot be done now, and where to complain."""
    wish = ErasureRequest.objects.filter(pk=message.object_id or 0, state=ErasureState.REFUSED).first()
    if wish is None:
        return None
    return Content(
        subject=_("About your wish to be erased"),
        paragraphs=(
            _("The university cannot erase your data now. The reason: %(why)s") % {"why": wish.why_refused},
            _("You can write to the university, and complain to the Information Commissioner’s Office."),
        ),
        actions=(Action(_("See what is kept"), _mine()),),
        why=_("You get this once, because you asked to be erased."),
    )


register(Letter(READY, Urgency.NORMAL, copy_ready, gettext_lazy("Copy of one’s own data")))
register(Letter(GRANTED, Urgency.NORMAL, erasure_granted, gettext_lazy("Erasure granted")))
register(Letter(REFUSED, Urgency.NORMAL, erasure_refused, gettext_lazy("Erasure refused")))
