"""What applicants and invited mentees hear."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.states import ParticipantState
from mentoring.recruitment.models import Advert, Application, Invitation
from mentoring.recruitment.rules import Opening, opening_on
from mentoring.recruitment.states import ApplicationState
from schemes.roles import Capability


def _application(message: Message, state: str) -> Application | None:
    """The application a letter is about, while it is still in that state."""
    found = Application.objects.filter(pk=message.object_id or 0, state=state)
    return found.select_related("advert__cohort__scheme", "applicant", "decided_by").first()


def _advert_url(advert: Advert) -> str:
    return absolute(reverse("recruitment:advert", args=[advert.slug]))


def _answers_to(application: Application) -> str:
    """The address of who decided: they know why, and answer."""
    return application.decided_by.email if application.decided_by else ""


def _why() -> str:
    return _("You offered to become a mentor.")


def compose_received(message: Message) -> Content | None:
    """Their offer has arrived, and when they hear more."""
    application = _application(message, ApplicationState.SUBMITTED)
    if application is None:
        return None
    closes = date_format(application.advert.closes_on, "j F")
    return Content(
        subject=_("Thank you for offering to be a mentor"),
        paragraphs=(
            _("Your application has arrived. A coordinator reads every one."),
            _("Applications close on %(day)s. You hear from us soon after.") % {"day": closes},
            _("Until it is decided you can change it or take it back."),
        ),
        actions=(Action(_("See my application"), _advert_url(application.advert)),),
        why=_why(),
    )


def compose_accepted(message: Message) -> Content | None:
    """They are a mentor; training comes next."""
    application = _application(message, ApplicationState.ACCEPTED)
    if application is None:
        return None
    return Content(
        subject=_("You are going to be a mentor"),
        paragraphs=(
            _("Welcome to %(scheme)s. We are glad to have you.") % {"scheme": application.advert.cohort},
            _("One thing comes next: training. Nobody starts without it, and it is where you meet the others."),
        ),
        actions=(Action(_("Book my training"), absolute(reverse("events:mine"))),),
        why=_why(),
        reply_to=_answers_to(application),
    )


def compose_reserve(message: Message) -> Content | None:
    """They wait, kindly said."""
    application = _application(message, ApplicationState.RESERVE)
    if application is None:
        return None
    return Content(
        subject=_("You are on our reserve list"),
        paragraphs=(
            _("Thank you for offering to be a mentor. More people offered than we can match just now."),
            _("You are on the reserve list: when somebody is needed on your course, we write to you first."),
            _("If you would rather not wait, you can take your application back at any time."),
        ),
        actions=(Action(_("See my application"), _advert_url(application.advert)),),
        why=_why(),
        reply_to=_answers_to(application),
    )


def compose_declined(message: Message) -> Content | None:
    """No, kindly said, and without a verdict on the person."""
    application = _application(message, ApplicationState.DECLINED)
    if application is None:
        return None
    return Content(
        subject=_("Your offer to be a mentor"),
        paragraphs=(
            _("Thank you for offering to be a mentor. This time we cannot take you on."),
            _("That is about numbers and courses, not about you, and nothing of it goes on your record."),
            _("You are welcome to offer again next year. If you would like to know more, just answer this e-mail."),
        ),
        why=_why(),
        reply_to=_answers_to(application),
    )


def compose_invitation(message: Message) -> Content | None:
    """This year's mentee is asked, once, whether they would like to mentor next year."""
    found = Invitation.objects.filter(pk=message.object_id or 0)
    invitation = found.select_related("advert__cohort__scheme", "mentee__cohort__scheme", "mentee__user").first()
    if invitation is None or invitation.mentee.state != ParticipantState.ENROLLED:
        return None
    advert = invitation.advert
    today = timezone.localdate(message.due_at)
    has_applied = Application.objects.filter(advert=advert, applicant=invitation.mentee.user).exists()
    if has_applied or opening_on(today, opens_on=advert.opens_on, closes_on=advert.closes_on) == Opening.CLOSED:
        return None
    return Content(
        subject=_("Would you be a mentor next year?"),
        paragraphs=(
            _("You know what the first weeks are like. Next year’s new students do not, yet."),
            _("Mentors are trained first, and never alone with it: there are other mentors and a coordinator."),
            _("Have a look until %(day)s. This is the only time we ask.")
            % {"day": date_format(advert.closes_on, "j F")},
        ),
        actions=(Action(_("See what mentoring involves"), _advert_url(advert)),),
        why=_("You have a mentor in %(cohort)s.") % {"cohort": invitation.mentee.cohort},
    )


# Who offered to be a mentor, and what came of it, is for who decides about it.
for _name, _compose, _title in (
    ("received", compose_received, gettext_lazy("Application to be a mentor arrived")),
    ("accepted", compose_accepted, gettext_lazy("Accepted as a mentor")),
    ("reserve", compose_reserve, gettext_lazy("On the reserve list")),
    ("declined", compose_declined, gettext_lazy("Not taken on this time")),
):
    register(Letter(f"recruitment.{_name}", Urgency.NORMAL, _compose, _title, needs=Capability.DECIDE_APPLICATIONS))
register(
    Letter("recruitment.invitation", Urgency.NUDGE, compose_invitation, gettext_lazy("Invitation to become a mentor"))
)
