"""What the nudges say: one small concrete thing, kindly, and how to stop. Never how to be a friend.

A trial found that monthly tips lowered contact and closeness (look/README.md §4): a nudge names a
task, says that little is enough, and asks for nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.agreements.selectors import unaccepted_texts
from mentoring.contacts.letters import check_action
from mentoring.matching.letters import one_tap, one_tap_actions, way_out
from mentoring.matching.models import Match
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.nudges.rules import Owed
from mentoring.nudges.selectors import AGAIN, LETTER, may_be_nudged, names_not_greeted, standing_of, year_in_numbers
from mentoring.participation.models import Participant
from schemes.nudging import Text
from schemes.roles import Capability
from schemes.selectors import coordinators_for

Words = Callable[[Owed, Participant, date], Content]


def quiet_url(participant: Participant) -> str:
    """The signed link that ends nudges and nothing else; mail programs may offer it as one click (RFC 8058)."""
    token = make_token(purpose="quiet", person=participant.user, object_id=participant.pk)
    return absolute(reverse("portal:quiet_link", kwargs={"token": token}))


def _match(owed: Owed) -> Match:
    return Match.objects.with_people().get(pk=owed.match)


def _log() -> Action:
    return Action(_("Log a contact"), absolute(reverse("contacts:log")))


def _why(participant: Participant) -> str:
    if participant.is_mentor:
        return _("You are getting this because you are a mentor this year. At most one such message in two weeks.")
    if participant.cohort.policy.is_opt_in:
        return _("You are getting this because you asked for a mentor. At most one such message in two weeks.")
    return _("You are getting this because every new student is given a mentor. At most one such message in two weeks.")


def welcome(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentee who has taken up their place, or who asked for a mentor."""
    if participant.cohort.policy.is_opt_in:
        return _welcome_to_who_asked(participant)
    university = participant.cohort.scheme.unit.institution.name
    return Content(
        subject=_("You will have a mentor at your new university"),
        paragraphs=(
            _("Everyone who starts at %(university)s gets one. You need not ask, and you need do nothing.")
            % {"university": university},
            _("A mentor is just a student a year or so ahead, on a course like yours."),
            _comfort(),
        ),
        actions=(_wishes(),),
    )


def _welcome_to_who_asked(participant: Participant) -> Content:
    return Content(
        subject=_("You will have a mentor"),
        paragraphs=(
            _("You asked for one in %(scheme)s. We look for somebody who suits you; you need do nothing more.")
            % {"scheme": participant.cohort.scheme.name},
            _("A mentor is just a student who has done this before. You hear by e-mail who it is."),
            _comfort(),
        ),
        actions=(_wishes(),),
    )


def _comfort() -> str:
    return _("If something would make it more comfortable, you can say so now. Skipping is fine too.")


def _wishes() -> Action:
    return Action(_("Choose, or skip"), absolute(reverse("participation:wishes") + "?as=mentee"))


def first_hello(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor who has not been in touch with a new mentee yet."""
    names = get_text_list(names_not_greeted(participant), _("and"))
    return Content(
        subject=_("A first hello"),
        paragraphs=(
            _("We have not heard yet that you wrote to %(names)s.") % {"names": names or _("your mentees")},
            _("Two sentences are enough. Their addresses are on your page."),
            _("Written already? Logging takes ten seconds, and trying counts, answered or not."),
        ),
        actions=(_log(),),
    )


def quiet_pair(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor of a pair from which nothing was heard for a while."""
    name = _match(owed).mentee.user.first_name
    weeks = max(1, (today - owed.since).days // 7)
    nothing = ngettext(
        "Nothing is on record with %(name)s for a week. That is common at this time of year.",
        "Nothing is on record with %(name)s for %(weeks)d weeks. That is common at this time of year.",
        weeks,
    )
    return Content(
        subject=_("You and %(name)s") % {"name": name},
        paragraphs=(
            nothing % {"name": name, "weeks": weeks},
            _("One line from you is enough. No answer is no verdict on you."),
            _("Were you in touch? Logging takes ten seconds."),
        ),
        actions=(_log(),),
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
    )


def agreement_due(owed: Owed, participant: Participant, today: date) -> Content:
    """To somebody who has yet to accept a text."""
    return _texts_wait(len(unaccepted_texts(participant)))


def _texts_wait(number: int) -> Content:
    waiting = ngettext(
        "There is a short text that you have not accepted yet.",
        "There are %(n)d short texts that you have not accepted yet.",
        number,
    )
    what = ngettext(
        "It says what a mentor is for, what stays between you, and how either of you can stop.",
        "They say what a mentor is for, what stays between you, and how either of you can stop.",
        number,
    )
    return Content(
        subject=_("One thing left: 3 minutes"),
        paragraphs=(
            waiting % {"n": number},
            what,
            ngettext("Both of you get the same one.", "Both of you get the same ones.", number),
        ),
        actions=(Action(_("Read and accept"), absolute(reverse("agreements:mine"))),),
    )


def training_due(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentor who has mentees but no training."""
    return Content(
        subject=_("One thing left: your training"),
        paragraphs=(
            _("You have mentees already, and the training is still open."),
            _("It is one session. It covers what is yours to do, and what is not."),
            _("Were you there, or trained elsewhere? Tell a coordinator, and this stops."),
        ),
        actions=(Action(_("Book a session"), absolute(reverse("events:mine"))),),
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
        actions=(Action(_("See who can help"), absolute(reverse("contacts:services"))),),
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
        actions=one_tap(match, "question", "meet", "fine", "not-now"),
        sender_name=match.mentor.user.full_name,
        reply_to=match.mentor.user.email,
    )


def second_term(owed: Owed, participant: Participant, today: date) -> Content:
    """To a mentee in January, when many ask for the first time."""
    match = _match(owed)
    return Content(
        subject=_("Second term: still fancy a mentor?"),
        paragraphs=(
            _("A new term is a fresh start, whatever the first one was like."),
            _("Many students ask something for the first time now. %(name)s is still your mentor.")
            % {"name": match.mentor.user.first_name},
            _("A pause is fine too, and so is stopping."),
        ),
        actions=(*one_tap(match, "meet", "fine", "not-now"), way_out(match, _("Pause, or stop"))),
        sender_name=match.mentor.user.full_name,
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
        sender_name=match.mentor.user.full_name,
        reply_to=match.mentor.user.email,
    )


def half_way(owed: Owed, participant: Participant, today: date) -> Content:
    """To both sides half-way through the first term (R77)."""
    return Content(
        subject=_("Two questions, half a minute"),
        paragraphs=(
            _("It is half-way through the term. Are you in touch as often as you like, and does it work for you?"),
            _("Any answer is fine. Your coordinators read it; the other side never does."),
        ),
        actions=(check_action(participant),),
    )


def thanks(owed: Owed, participant: Participant, today: date) -> Content:
    """To everybody when the year ends."""
    name = participant.user.first_name
    if not participant.is_mentor:
        return Content(
            subject=_("The mentoring year ends"),
            paragraphs=(
                _("Thank you, %(name)s, for taking part in your own way.") % {"name": name},
                _("You know by now what a first year is like. Next year somebody will be glad to hear it from you."),
            ),
            actions=(Action(_("See my mentoring"), absolute(reverse("portal:home"))),),
        )
    year = year_in_numbers(participant)
    logged = ngettext("%(n)d contact is on your record.", "%(n)d contacts are on your record.", year.contacts)
    return Content(
        subject=_("Thank you, %(name)s") % {"name": name},
        paragraphs=(
            ngettext(
                "You were there for %(people)d student this year.",
                "You were there for %(people)d students this year.",
                year.people,
            )
            % {"people": year.people},
            *((logged % {"n": year.contacts},) if year.contacts else ()),
            _("The ones who never answered knew that they could. That counts as much."),
        ),
        actions=(Action(_("See my record"), absolute(reverse("contacts:mine"))),),
    )


# What each text is called in the log, its words, and the line that another message of the same day says of it.
TEXTS: Mapping[Text, tuple[Promise | str, Words, Promise | str]] = {
    Text.WELCOME: (gettext_lazy("You will have a mentor"), welcome, ""),
    Text.FIRST_HELLO: (gettext_lazy("First hello"), first_hello, ""),
    Text.AGREEMENT_DUE: (
        gettext_lazy("Agreement due"),
        agreement_due,
        gettext_lazy("Also: something short waits to be read and accepted. Three minutes."),
    ),
    Text.TRAINING_DUE: (
        gettext_lazy("Training due"),
        training_due,
        gettext_lazy("Also: your training is still open. One session."),
    ),
    Text.PHASE_MENTOR: (
        gettext_lazy("Phase switch, to mentors"),
        phase_mentor,
        gettext_lazy("Also: settling in is over. The page of services shows who helps with assignments."),
    ),
    Text.PHASE_MENTEE: (gettext_lazy("Phase switch, to mentees"), phase_mentee, ""),
    Text.SECOND_TERM: (gettext_lazy("Second term"), second_term, ""),
    Text.HALF_WAY: (
        gettext_lazy("Half-way: two questions"),
        half_way,
        gettext_lazy("Also: two questions about how it goes. Half a minute."),
    ),
    Text.QUIET_PAIR: (gettext_lazy("Quiet pair"), quiet_pair, ""),
    Text.STILL_HERE: (gettext_lazy("Still here, to mentees"), still_here, ""),
    Text.LOG_REMINDER: (
        gettext_lazy("Anything to log?"),
        log_reminder,
        "",
    ),
    Text.THANKS: (gettext_lazy("Thank you"), thanks, ""),
}


def words_of(owed: Owed, participant: Participant, today: date, also: tuple[Owed, ...] = ()) -> Content:
    """A nudge as its reader gets it: the one thing, what else waits that day, why it comes, and how to stop."""
    _title, words, _also = TEXTS[Text(owed.text)]
    content = words(owed, participant, today)
    lines, actions = list(content.paragraphs), list(content.actions)
    for other in also:
        _title, other_words, line = TEXTS[Text(other.text)]
        if line:
            lines.append(str(line))
            actions += other_words(other, participant, today).actions[:1]
    return replace(
        content,
        paragraphs=tuple(lines),
        actions=tuple(dict.fromkeys(actions)),
        why=_why(participant),
        stop_url=quiet_url(participant),
    )


def helper_of(participant: Participant, today: date) -> str:
    """The address of the coordinator who answers for a participant (R70); "" when there is none."""
    found = coordinators_for(participant.cohort, participant.programme.unit, today)
    return found[0].email if found else ""


def compose(message: Message) -> Content | None:
    """A letter that is wanted only while its reason stands. An answer goes to a person, never to nobody."""
    today = timezone.localdate(message.due_at)
    found = standing_of(message, today)
    if found is None:
        return None
    content = words_of(found.owed, found.participant, today, found.also)
    return replace(content, reply_to=content.reply_to or helper_of(found.participant, today))


def texts_again(message: Message) -> Content | None:
    """To somebody whom a coordinator asks once more to accept a text; wanted while one waits."""
    participant = Participant.objects.with_person().filter(pk=message.object_id or 0).first()
    today = timezone.localdate(message.due_at)
    if participant is None or not may_be_nudged(participant, today):
        return None
    waiting = len(unaccepted_texts(participant))
    if not waiting:
        return None
    return replace(
        _texts_wait(waiting),
        why=_("You are getting this because a coordinator asked us to send it once more."),
        stop_url=quiet_url(participant),
        reply_to=helper_of(participant, today),
    )


register(Letter(AGAIN, Urgency.NUDGE, texts_again, gettext_lazy("Texts to accept, sent by a coordinator")))
# Whoever answered nothing, and whoever is fine for now, hears no nudge, and one that is mentioned in another is called
# off: of who is matched, each tells what was heard of them, those about texts and training too.
for _text, (_called, _words, _line) in TEXTS.items():
    _needs = None if _text == Text.WELCOME else Capability.SEE_CONTACTS
    register(Letter(LETTER + _text, Urgency.NUDGE, compose, _called, needs=_needs))
