"""What the nudges say: one small concrete thing, kindly, and how to stop. Never how to be a friend.

A trial found that monthly tips lowered contact and closeness (look/README.md §4): a nudge names a
task, says that little is enough, and asks for nothing else.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.matching.letters import one_tap_actions
from mentoring.matching.models import Match
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.nudges.rules import Owed, Rule
from mentoring.nudges.selectors import LETTER, names_not_greeted, reason_for
from mentoring.participation.models import Participant

Words = Callable[[Owed, Participant, date], Content]


def quiet_url(participant: Participant) -> str:
    """The signed link that ends nudges and nothing else; mail programs may offer it as one click (RFC 8058)."""
    token = make_token(purpose="quiet", person=participant.user, object_id=participant.pk)
    return absolute(reverse("portal:quiet_link", kwargs={"token": token}))


def _match(owed: Owed) -> Match:
    return Match.objects.with_people().get(pk=owed.match)


def _log() -> Action:
    return Action(_("Log a contact"), absolute(reverse("contacts:log")))


def _as_mentor() -> str:
    return _("You are getting this because you are a mentor this year. At most one such message in two weeks.")


def _as_mentee() -> str:
    return _("You are getting this because every new student has a mentor. At most one such message in two weeks.")


def first_hello(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor who has not been in touch with a new mentee yet."""
    names = get_text_list(names_not_greeted(participant), _("and"))
    return Content(
        subject=_("A first hello"),
        paragraphs=(
            _("We have not heard yet that you wrote to %(names)s.") % {"names": names},
            _("Two sentences are enough. Their addresses are on your page."),
            _("Written already? Logging takes ten seconds, and trying counts, answered or not."),
        ),
        actions=(_log(),),
        why=_as_mentor(),
    )


def quiet_pair(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor of a pair from which nothing was heard for a while."""
    name = _match(owed).mentee.user.first_name
    weeks = (today - owed.since).days // 7
    return Content(
        subject=_("You and %(name)s") % {"name": name},
        paragraphs=(
            _("Nothing is on record with %(name)s for %(weeks)d weeks. That is common at this time of year.")
            % {"name": name, "weeks": weeks},
            _("One line from you is enough. No answer is no verdict on you."),
            _("Were you in touch? Logging takes ten seconds."),
        ),
        actions=(_log(),),
        why=_as_mentor(),
    )


def log_reminder(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor who has logged nothing for a while."""
    return Content(
        subject=_("Anything to log?"),
        paragraphs=(
            _("A hello in the corridor counts, and so does a message that nobody answered."),
            _("It takes ten seconds. Your hours for the certificate come from here."),
            _("Nothing to log? Then leave it: we will not ask again soon."),
        ),
        actions=(_log(),),
        why=_as_mentor(),
    )


def agreement_due(owed: Owed, participant: Participant, today: date) -> Content:
    """To somebody who has yet to accept a text."""
    return Content(
        subject=_("One thing left: 3 minutes"),
        paragraphs=(
            _("There is a short text that you have not accepted yet."),
            _("It says what a mentor is for, what stays between you, and how either of you can stop."),
            _("Both of you get the same one."),
        ),
        actions=(Action(_("Read and accept"), absolute(reverse("agreements:mine"))),),
        why=_as_mentor() if participant.is_mentor else _as_mentee(),
    )


def phase_mentor(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor when settling in turns into studying (R66)."""
    return Content(
        subject=_("What changes this week"),
        paragraphs=(
            _("Settling in is over, and the first assignments are coming."),
            _("You need not read drafts, and may not write them: the library and the academic skills tutors help."),
            _("Worried about somebody? Tell us; it is not yours to carry."),
        ),
        actions=(Action(_("See your mentees"), absolute(reverse("portal:mentees"))),),
        why=_as_mentor(),
    )


def phase_mentee(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentee when settling in turns into studying (R66)."""
    match = _match(owed)
    name = match.mentor.user.first_name
    return Content(
        subject=_("First assignment soon?"),
        paragraphs=(
            _("%(name)s has handed in first assignments here too.") % {"name": name},
            _("%(name)s cannot write it for you, but knows where to look.") % {"name": name},
            _("The library desk helps with finding books and with references."),
        ),
        actions=one_tap_actions(match),
        why=_as_mentee(),
        reply_to=match.mentor.user.email,
    )


def still_here(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentee who has not tapped yet."""
    match = _match(owed)
    return Content(
        subject=_("Still here, no pressure"),
        paragraphs=(
            _("%(name)s is your mentor all year, whether you answer or not.") % {"name": match.mentor.user.first_name},
            _("Most people ask about small things: where food is cheap, how to find part-time work."),
            _("One tap answers. You can also stop these messages below."),
        ),
        actions=one_tap_actions(match),
        why=_as_mentee(),
        reply_to=match.mentor.user.email,
    )


def _composing(words: Words) -> Callable[[Message], Content | None]:
    """A letter that is wanted only while its reason stands."""

    def compose(message: Message) -> Content | None:
        today = timezone.localdate(message.due_at)
        found = reason_for(message, today)
        if found is None:
            return None
        owed, participant = found
        return replace(words(owed, participant, today), stop_url=quiet_url(participant))

    return compose


for _rule, _words, _title in (
    (Rule.FIRST_HELLO, first_hello, gettext_lazy("First hello")),
    (Rule.QUIET_PAIR, quiet_pair, gettext_lazy("Quiet pair")),
    (Rule.LOG_REMINDER, log_reminder, gettext_lazy("Anything to log?")),
    (Rule.AGREEMENT_DUE, agreement_due, gettext_lazy("Agreement due")),
    (Rule.PHASE_MENTOR, phase_mentor, gettext_lazy("Phase switch, to mentors")),
    (Rule.PHASE_MENTEE, phase_mentee, gettext_lazy("Phase switch, to mentees")),
    (Rule.STILL_HERE, still_here, gettext_lazy("Still here, to mentees")),
):
    register(Letter(LETTER + _rule, Urgency.NUDGE, _composing(_words), _title))
