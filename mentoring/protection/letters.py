"""Letters about people's own data. None of them says anything that is kept."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.protection.models import DataCopy, ErasureRequest, TrailAnchor
from mentoring.protection.permissions import copies_to_review
from mentoring.protection.services.anchoring import ANCHOR
from mentoring.protection.services.copying import HELD, READY
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


def held(message: Message) -> Content | None:
    """To a safeguarding lead, while nobody has reviewed it; whom it is about stays behind signing in."""
    lead, today = message.recipient, timezone.localdate()
    if lead is None or not copies_to_review(lead, today).filter(pk=message.object_id or 0).exists():
        return None
    return Content(
        subject=_("Action needed in peer mentoring"),
        paragraphs=(
            _("Somebody made a copy of their data. What others told about them in confidence is not in it."),
            _("Nor does it say that there is such a thing."),
            _("Decide with the data-protection officer what can be told. The law gives a month."),
            _("For everybody’s safety this message says nothing else. Sign in to read it."),
        ),
        actions=(Action(_("Sign in and see"), absolute(reverse("protection:held"))),),
        why=_("You are a safeguarding lead. This message is never held back."),
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


def trail_anchor(message: Message) -> Content | None:
    """The last link of the audit trail, to be kept where this machine cannot reach; or that the trail does not hold."""
    anchor = TrailAnchor.objects.filter(pk=message.object_id or 0).first()
    if anchor is None:
        return None
    day = date_format(timezone.localtime(anchor.made_at), "j F Y")
    broken = ngettext(
        "%(count)s entry was edited, removed or inserted. Run verify_audit to see which, and keep a copy of it.",
        "%(count)s entries were edited, removed or inserted. Run verify_audit to see which, and keep a copy of them.",
        anchor.findings,
    ) % {"count": anchor.findings}
    return Content(
        subject=_("The audit trail does not hold") if anchor.findings else _("Anchor of the audit trail"),
        paragraphs=(
            broken if anchor.findings else _("The audit trail of peer mentoring was looked over and holds."),
            _("Keep this line of %(day)s. verify_audit compares the trail with it at any time.") % {"day": day},
        ),
        quote=str(anchor),
        why=_("This address keeps the anchors of the audit trail, or administers the university’s peer mentoring."),
    )


register(Letter(READY, Urgency.NORMAL, copy_ready, gettext_lazy("Copy of one’s own data")))
register(Letter(GRANTED, Urgency.NORMAL, erasure_granted, gettext_lazy("Erasure granted")))
register(Letter(ANCHOR, Urgency.NORMAL, trail_anchor, gettext_lazy("Anchor of the audit trail")))
register(Letter(REFUSED, Urgency.NORMAL, erasure_refused, gettext_lazy("Erasure refused")))
register(Letter(HELD, Urgency.AT_ONCE, held, gettext_lazy("Copy from which something was held back")))
