"""What people are written about texts that they accepted."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.agreements.models import Acceptance
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency


def _receipt(message: Message) -> Content | None:
    acceptance = about(message)
    if not isinstance(acceptance, Acceptance):
        return None
    text = acceptance.text
    words = {
        "text": text.get_kind_display(),
        "version": text.version,
        "day": date_format(timezone.localtime(acceptance.accepted_at), "j F Y, H:i"),
        "receipt": acceptance.receipt,
    }
    return Content(
        subject=_("Your receipt: %(text)s") % words,
        paragraphs=(
            _("You accepted the %(text)s (version %(version)s) on %(day)s.") % words,
            _("Your receipt number is %(receipt)s. You can read the text again at any time.") % words,
        ),
        actions=(Action(_("Read it again"), absolute(reverse("agreements:read", args=[text.kind]))),),
        why=_("You get this because you accepted a text of your mentoring scheme."),
    )


register(Letter("agreements.receipt", Urgency.NORMAL, _receipt, gettext_lazy("Receipt for an accepted text")))
