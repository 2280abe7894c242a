"""What a mentor hears of a tap, in the mentee's words; and fresh links for a mentee."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.contacts.models import CourtesyReply
from mentoring.contacts.states import Reply
from mentoring.matching.letters import one_tap_actions
from mentoring.matching.models import Match
from mentoring.matching.states import KNOWN
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.states import ParticipantState
from schemes.roles import Capability


def _reply(message: Message) -> CourtesyReply | None:
    """The reply a letter is about, while it stands and both still take part."""
    kept = CourtesyReply.objects.filter(pk=message.object_id or 0, undone_at=None)
    found = kept.select_related("match__mentee__user", "match__mentor__user").first()
    if found is None or ParticipantState.LEFT in {found.match.mentee.state, found.match.mentor.state}:
        return None
    return found


def _subject(choice: str, name: str) -> str:
    return {
        Reply.HELLO: _("%(name)s: “Hi, nice to meet you”"),
        Reply.FINE: _("%(name)s is fine, and says thanks"),
        Reply.MEET: _("%(name)s would like to meet"),
        Reply.QUESTION: _("%(name)s has a question"),
        Reply.NOT_NOW: _("%(name)s says: not now"),
    }[Reply(choice)] % {"name": name}


def _gist(choice: str, name: str) -> tuple[str, ...]:
    lines = {
        Reply.HELLO: (_("No answer is needed. A hello back is always nice."),),
        Reply.FINE: (
            _("Your message landed."),
            _("We will not chase %(name)s, and you need not either. They can come back to you at any time."),
        ),
        Reply.MEET: (_("Suggest a day, a time and a public place on campus. Or a call, if that is easier."),),
        Reply.QUESTION: (
            _("Answer within two days if you can. Simply reply to this e-mail and ask what it is."),
            _("Not sure? The page of services shows who knows. Worried? Tell a coordinator from any page."),
        ),
        Reply.NOT_NOW: (_("That is an answer, and a polite one. Leave the door open and try again in a few weeks."),),
    }[Reply(choice)]
    return tuple(line % {"name": name} for line in lines)


def replied(message: Message) -> Content | None:
    """To the mentor: what their mentee tapped."""
    reply = _reply(message)
    if reply is None:
        return None
    mentee = reply.match.mentee.user
    return Content(
        subject=_subject(reply.choice, mentee.first_name),
        quote=str(Reply(reply.choice).label),
        paragraphs=(*_gist(reply.choice, mentee.first_name), _("It is logged for you as a contact.")),
        actions=(Action(_("See your mentees"), absolute(reverse("portal:mentees"))),),
        sender_name=mentee.full_name,
        reply_to=mentee.email,
        why=_("You get this because you are %(name)s’s mentor.") % {"name": mentee.first_name},
    )


def links(message: Message) -> Content | None:
    """To a mentee whose links had expired: new ones."""
    match = Match.objects.with_people().filter(pk=message.object_id or 0, state__in=KNOWN).first()
    if match is None or ParticipantState.LEFT in {match.mentee.state, match.mentor.state}:
        return None
    name = match.mentor.user.first_name
    return Content(
        subject=_("New links to answer %(name)s") % {"name": name},
        paragraphs=(_("Here they are. One tap is enough, and %(name)s sees it straight away.") % {"name": name},),
        actions=one_tap_actions(match),
        reply_to=match.mentor.user.email,
        why=_("You get this because you asked for new links."),
    )


# Both say of a mentee that they were heard.
for _name, _compose, _title in (
    ("replied", replied, gettext_lazy("A mentee’s one-tap reply")),
    ("links", links, gettext_lazy("New links for one-tap replies")),
):
    register(Letter(f"contacts.{_name}", Urgency.NORMAL, _compose, _title, needs=Capability.SEE_CONTACTS))
