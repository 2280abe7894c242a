"""Letters about emergencies. None says whom or what it is about: that is behind signing in."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency
from mentoring.safeguarding.models import Grant, Opening
from mentoring.safeguarding.selectors import opens_confidences
from mentoring.safeguarding.services.grants import APPOINTED, ASKED, READER, REPLACED, RESIGNED
from mentoring.safeguarding.services.openings import ALERT, LATE, TOLD
from mentoring.safeguarding.states import GrantKind, GrantState, ReviewState
from schemes.models import Appointment
from schemes.permissions import appointments_with
from schemes.roles import Capability
from schemes.selectors import scheme_lead
from schemes.states import Role


def _behind(message: Message, name: str, label: str) -> tuple[Action, ...]:
    """The way in, for who can sign in; an address without an account has none."""
    return (Action(label, absolute(reverse(name))),) if message.recipient else ()


def _to_review(message: Message) -> tuple[Action, ...]:
    """To where it is reviewed; an administrator, told because nobody else could, appoints somebody who can."""
    today = timezone.localdate(message.due_at)
    if message.recipient and not appointments_with(message.recipient, Capability.BREAK_GLASS, today):
        return _behind(message, "safeguarding:grants", _("Propose a safeguarding lead"))
    return _behind(message, "safeguarding:openings", _("Sign in and see"))


def opened(message: Message) -> Content | None:
    """At once to the other safeguarding leads and the officer: that it happened, and nothing else."""
    opening = about(message)
    if not isinstance(opening, Opening):
        return None
    return Content(
        subject=_("Confidences were opened in an emergency"),
        paragraphs=(
            _("A safeguarding lead in peer mentoring has opened somebody’s confidences in an emergency."),
            _("They can be read for an hour, and what is read is recorded. Somebody else reviews it by %(day)s.")
            % {"day": date_format(opening.review_due_on, "l j F")},
            _("For everybody’s safety this message says nothing else."),
        ),
        actions=_to_review(message),
        why=_("You are told at once whenever confidences are opened in an emergency. It is never held back."),
    )


def review_late(message: Message) -> Content | None:
    """Once, when nobody has closed the review in time; not while somebody just has."""
    opening = about(message)
    if not isinstance(opening, Opening) or opening.state != ReviewState.WAITING:
        return None
    return Content(
        subject=_("A review of opened confidences is late"),
        paragraphs=(
            _("Confidences were opened in an emergency, and the review was due by %(day)s. It is still open.")
            % {"day": date_format(opening.review_due_on, "l j F")},
            _("Another safeguarding lead than the one who opened them closes it. If there is none, appoint one now."),
            _("For everybody’s safety this message says nothing else."),
        ),
        actions=_behind(message, "home", _("Sign in")),
        why=_("You can close the review, or see to it that somebody does."),
    )


def told(message: Message) -> Content | None:
    """To the person themself, in plain words; what was read stays behind signing in."""
    opening = about(message)
    if not isinstance(opening, Opening) or opening.told_at is None:
        return None
    day = date_format(timezone.localtime(opening.opened_at), "l j F")
    return Content(
        subject=_("Somebody looked at what you said in confidence"),
        paragraphs=(
            _("On %(day)s a safeguarding lead of your mentoring scheme opened confidences about you.") % {"day": day},
            _("They may do so only when somebody may be in danger, for an hour, and somebody else checks it."),
            _("You did nothing wrong. Sign in to see what kinds of things were opened, and whom you can ask."),
        ),
        actions=(Action(_("See who looked"), absolute(reverse("protection:looks"))),),
        why=_("You get this once, because you have a right to know."),
    )


def grant_asked(message: Message) -> Content | None:
    """To everybody who could stop it, while it has not begun."""
    grant = about(message)
    if not isinstance(grant, Grant) or grant.state not in {GrantState.ASKED, GrantState.APPROVED}:
        return None
    if grant.begins_at is not None:
        begins = date_format(timezone.localtime(grant.begins_at), "l j F, H:i")
        what = _("Two administrators approved it. It comes into force on %(when)s, unless somebody stops it.") % {
            "when": begins
        }
    else:
        what = _("It needs two administrators, and a day after the second one’s approval. Until then it does nothing.")
    if grant.kind == GrantKind.END:
        return _end_asked(message, grant, what)
    return Content(
        subject=_("A new safeguarding lead is proposed"),
        paragraphs=(
            _("%(who)s proposes %(name)s as safeguarding lead of %(scheme)s.")
            % {"who": grant.asked_by.full_name, "name": grant.person.full_name, "scheme": grant.scheme.name},
            what,
            _("A safeguarding lead reads every concern. If this surprises you, stop it."),
        ),
        actions=_behind(message, "safeguarding:grants", _("See it")),
        why=_("You are told whenever somebody may come to read concerns."),
    )


def _end_asked(message: Message, grant: Grant, what: str) -> Content:
    names = {"who": grant.asked_by.full_name, "name": grant.person.full_name, "scheme": grant.scheme.name}
    is_theirs = message.recipient_id == grant.person_id
    return Content(
        subject=_("That a safeguarding lead goes is proposed"),
        paragraphs=(
            _("%(who)s proposes that you are no longer safeguarding lead of %(scheme)s.") % names
            if is_theirs
            else _("%(who)s proposes that %(name)s is no longer safeguarding lead of %(scheme)s.") % names,
            what,
            _("If this surprises you, tell another safeguarding lead or the scheme lead: they can stop it.")
            if is_theirs
            else _("Whoever is safeguarding lead reads every concern. If this surprises you, stop it."),
        ),
        actions=_behind(message, "safeguarding:grants", _("See it")),
        why=_("You are told whenever somebody may cease to read concerns."),
    )


def resigned(message: Message) -> Content | None:
    """To the safeguarding leads who stay, and the scheme's lead."""
    appointment = about(message)
    if not isinstance(appointment, Appointment):
        return None
    names = {"name": appointment.user.full_name, "scheme": appointment.scheme.name}
    return Content(
        subject=_("A safeguarding lead has given up the role"),
        paragraphs=(
            _("%(name)s is no longer safeguarding lead of %(scheme)s, by their own wish.") % names,
            _("Concerns reach those who stay. Propose another one if you are too few."),
        ),
        actions=_behind(message, "safeguarding:grants", _("See it")),
        why=_("You are told whenever somebody may cease to read concerns."),
    )


def replaced(message: Message) -> Content | None:
    """To a scheme lead in whose place somebody else was appointed."""
    appointment = about(message)
    if not isinstance(appointment, Appointment) or appointment.ends_on is None:
        return None
    scheme = appointment.scheme
    lead = scheme_lead(scheme, timezone.localdate())
    names = {"scheme": scheme.name, "day": date_format(appointment.ends_on, "l j F")}
    paragraphs = [_("Your role as scheme lead of %(scheme)s ends with %(day)s.") % names]
    if lead is not None and lead.pk != appointment.user_id:
        paragraphs.append(_("%(name)s leads the scheme now.") % {"name": lead.full_name})
    return Content(
        subject=_("Somebody else leads your mentoring scheme"),
        paragraphs=(*paragraphs, _("If this surprises you, tell an administrator of your university now.")),
        actions=_behind(message, "home", _("Sign in")),
        why=_("You are told when somebody is appointed in your place."),
    )


def reader(message: Message) -> Content | None:
    """To whoever would notice that somebody comes to read people's records, or what is confidential."""
    appointment = about(message)
    if not isinstance(appointment, Appointment) or appointment.appointed_by is None:
        return None
    names = {
        "who": appointment.appointed_by.full_name,
        "name": appointment.user.full_name,
        "role": appointment.get_role_display(),
        "scheme": appointment.scheme.name,
        "day": date_format(appointment.starts_on, "l j F"),
        "address": appointment.user.email,
    }
    appointed = _("%(who)s appointed %(name)s (%(address)s): %(role)s of %(scheme)s, from %(day)s.") % names
    if not opens_confidences(appointment, timezone.localdate(message.due_at)):
        return Content(
            subject=_("Somebody new may come to see people’s records"),
            paragraphs=(
                appointed,
                _("Make sure that this is somebody you know, at an address that is theirs."),
                _("If this surprises you, end the role under Set-up, or tell an administrator of your university now."),
            ),
            actions=_behind(message, "home", _("Sign in")),
            why=_("You are told whenever somebody may come to see people’s records in your scheme."),
        )
    return Content(
        subject=_("Somebody new may come to read what is confidential"),
        paragraphs=(
            appointed,
            _("A scheme lead reads concerns while there is no safeguarding lead.")
            if appointment.role == Role.LEAD
            else _("Whoever leads a year of students reads what is closed to staff."),
            _("If this surprises you, tell a safeguarding lead or an administrator of your university now."),
        ),
        actions=_behind(message, "home", _("Sign in")),
        why=_("You are told whenever somebody may come to read what is confidential."),
    )


register(Letter(READER, Urgency.AT_ONCE, reader, gettext_lazy("Somebody may read what is confidential")))


def appointed(message: Message) -> Content | None:
    """To whoever was given a role: what it is, by whom, and what to do if it surprises them."""
    given = about(message)
    today = timezone.localdate(message.due_at)
    if not isinstance(given, Appointment) or given.appointed_by is None or (given.ends_on and given.ends_on < today):
        return None
    names = {
        "who": given.appointed_by.full_name,
        "role": given.get_role_display(),
        "scheme": given.scheme.name,
        "day": date_format(given.starts_on, "l j F"),
    }
    return Content(
        subject=_("You have a new role in peer mentoring"),
        paragraphs=(
            _("%(who)s has given you a role in %(scheme)s, from %(day)s: %(role)s.") % names,
            _("A role opens what belongs to its work, and closes what its holder may not see as well."),
            _("If this surprises you, tell an administrator of your university now."),
        ),
        actions=_behind(message, "home", _("Sign in")),
        why=_("You are told whenever somebody gives you a role."),
    )


register(Letter(APPOINTED, Urgency.AT_ONCE, appointed, gettext_lazy("Appointed to a role")))
register(Letter(RESIGNED, Urgency.AT_ONCE, resigned, gettext_lazy("Safeguarding lead gave up the role")))
register(Letter(REPLACED, Urgency.AT_ONCE, replaced, gettext_lazy("Scheme lead replaced")))
register(Letter(ALERT, Urgency.AT_ONCE, opened, gettext_lazy("Confidences opened in an emergency")))
register(Letter(LATE, Urgency.AT_ONCE, review_late, gettext_lazy("Review of an emergency is late")))
register(Letter(TOLD, Urgency.NORMAL, told, gettext_lazy("Told that confidences were opened")))
register(Letter(ASKED, Urgency.AT_ONCE, grant_asked, gettext_lazy("Safeguarding lead proposed")))
