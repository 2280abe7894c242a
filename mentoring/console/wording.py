"""The words of Today's queue: what waits, how old it is, and where one button leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from mentoring.console.models import RowCare
from mentoring.console.rules import Waiting
from mentoring.console.states import PAUSES, Deed
from mentoring.messaging.links import absolute
from mentoring.training.selectors import coming_sessions
from schemes.models import Cohort


@dataclass(frozen=True)
class Row:
    """What a queue row shows."""

    count: int
    title: str
    detail: str
    url: str
    action: str
    tone: str
    tag: str = ""
    owner: str = ""
    more_url: str = ""
    put_off: str = ""
    wake_url: str = ""


TONES = {
    "concerns": "urgent",
    "untaken-concerns": "urgent",
    "reviews": "attention",
    "late-reviews": "urgent",
    "swaps": "attention",
    "unmatched": "attention",
    "questions": "attention",
    "step-in": "attention",
    "masked": "attention",
    "reported": "attention",
}

NUMBERS = {
    1: gettext_lazy("One thing"),
    2: gettext_lazy("Two things"),
    3: gettext_lazy("Three things"),
    4: gettext_lazy("Four things"),
    5: gettext_lazy("Five things"),
    6: gettext_lazy("Six things"),
    7: gettext_lazy("Seven things"),
    8: gettext_lazy("Eight things"),
    9: gettext_lazy("Nine things"),
    10: gettext_lazy("Ten things"),
    11: gettext_lazy("Eleven things"),
    12: gettext_lazy("Twelve things"),
    13: gettext_lazy("Thirteen things"),
    14: gettext_lazy("Fourteen things"),
}


# What is said beneath the title of those kinds of which nothing else is to be told.
DETAILS = {
    "quiet": gettext_lazy("No sign from either for weeks. “Fine for now” is not counted."),
    "strained": gettext_lazy("Nobody answered them and they log nothing. Offer a hand before anything else."),
    "worn": gettext_lazy("They hear nothing more until somebody decides."),
    "check-ins": gettext_lazy("Half-way, they said that it does not work for them."),
    "failed-messages": gettext_lazy("Refused, or perhaps not arrived. Each says what to do."),
    "failed-addresses": gettext_lazy("Mail comes back. No nudges go there until the address is mended."),
    "agreements": gettext_lazy("A reminder goes out by itself."),
    "training": gettext_lazy("Mentors who have mentees but no training."),
}


def _ago(moment: datetime | None, now: datetime) -> str:
    return timesince(moment, now, depth=1) if moment else ""


def _detail(waiting: Waiting, now: datetime) -> str:
    age = _ago(waiting.oldest, now)
    if waiting.key == "concerns":
        return _("Oldest opened %(age)s ago. Only those named on it can see it.") % {"age": age}
    if waiting.key == "untaken-concerns":
        return _untaken(waiting, age)
    if waiting.key in {"reviews", "late-reviews"} and waiting.promised_by:
        return _reviews(waiting.promised_by, now)
    if waiting.key == "swaps" and waiting.promised_by:
        late = (waiting.promised_by - timezone.localdate(now)).days
        if late < 0:
            return _("Oldest waiting %(age)s: later than you promised.") % {"age": age}
        return _("Oldest waiting %(age)s. You promised an answer by %(day)s.") % {
            "age": age,
            "day": date_format(waiting.promised_by, "j F"),
        }
    if waiting.key == "unmatched":
        return ngettext(
            "%(places)s mentor place is free.", "%(places)s mentor places are free.", waiting.free_places
        ) % {"places": waiting.free_places}
    if waiting.key in {"questions", "step-in", "masked", "applications", "announcements", "reported"}:
        return _("Oldest waiting %(age)s.") % {"age": age}
    return str(DETAILS[waiting.key])


def _untaken(waiting: Waiting, age: str) -> str:
    if not waiting.people:
        return _("Raised %(age)s ago, and nobody can read it. Appoint a safeguarding lead now.") % {"age": age}
    names = get_text_list(list(waiting.people), _("or"))
    return _("Raised %(age)s ago. Reach %(names)s now: only they can read it.") % {"age": age, "names": names}


def _reviews(due_on: date, now: datetime) -> str:
    day = date_format(due_on, "j F")
    if due_on < timezone.localdate(now):
        return _("It was due by %(day)s. Another safeguarding lead than the one who opened them closes it.") % {
            "day": day
        }
    return _("Opened by somebody else in an emergency. Look at it by %(day)s.") % {"day": day}


# What is said of each kind when nothing of it waits.
DONE = {
    "concerns": gettext_lazy("No open concern."),
    "swaps": gettext_lazy("Nobody waits for another mentor."),
    "unmatched": gettext_lazy("Every new student has a mentor."),
    "questions": gettext_lazy("No question waits."),
    "step-in": gettext_lazy("No question waits for you to step in."),
    "masked": gettext_lazy("No question without a name waits."),
    "worn": gettext_lazy("Nobody has left two reminders unanswered."),
    "check-ins": gettext_lazy("Nobody said that it does not work."),
    "reported": gettext_lazy("No mentor waits for help with a quiet mentee."),
    "quiet": gettext_lazy("No pair has gone quiet."),
    "strained": gettext_lazy("No mentor seems left alone."),
    "failed-messages": gettext_lazy("Every message arrived."),
    "failed-addresses": gettext_lazy("Every address takes mail."),
    "announcements": gettext_lazy("No announcement waits for a second person."),
    "applications": gettext_lazy("No application waits."),
    "agreements": gettext_lazy("Everybody has agreed."),
    "training": gettext_lazy("Every mentor with mentees is trained."),
}

# What each kind of work is called, in one and in several.
TITLES = {
    "concerns": ngettext_lazy("Safeguarding concern", "Safeguarding concerns"),
    "untaken-concerns": ngettext_lazy("Concern that nobody has taken", "Concerns that nobody has taken"),
    "reviews": ngettext_lazy("Opened confidence to review", "Opened confidences to review"),
    "late-reviews": ngettext_lazy("Late review of an emergency", "Late reviews of emergencies"),
    "swaps": ngettext_lazy("Wish for another mentor", "Wishes for another mentor"),
    "unmatched": ngettext_lazy("New student without a mentor", "New students without a mentor"),
    "questions": ngettext_lazy("Question unanswered for two days", "Questions unanswered for two days"),
    "step-in": ngettext_lazy("Question to step in for", "Questions to step in for"),
    "masked": ngettext_lazy("Unanswered question without a name", "Unanswered questions without a name"),
    "reported": ngettext_lazy("Mentor asks for help: no answer", "Mentors ask for help: no answer"),
    "strained": ngettext_lazy("Mentor who may need a hand", "Mentors who may need a hand"),
    "quiet": ngettext_lazy("Pair gone quiet", "Pairs gone quiet"),
    "worn": ngettext_lazy("Person who left two reminders unanswered", "People who left two reminders unanswered"),
    "check-ins": ngettext_lazy("Student for whom it does not work", "Students for whom it does not work"),
    "failed-messages": ngettext_lazy("E-mail that did not arrive", "E-mails that did not arrive"),
    "failed-addresses": ngettext_lazy("Address that takes no mail", "Addresses that take no mail"),
    "announcements": ngettext_lazy("Announcement to approve", "Announcements to approve"),
    "applications": ngettext_lazy("Application to decide", "Applications to decide"),
    "agreements": ngettext_lazy("Agreement not accepted", "Agreements not accepted"),
    "training": ngettext_lazy("Training gap", "Training gaps"),
}


def title_in_words(key: str, count: int) -> str:
    """What a kind of work is called."""
    return str(TITLES[key] % count)


# What each kind's button says, and where it leads: the view's name, and which of its rows to show.
BUTTONS: dict[str, tuple[Promise, str, str]] = {
    "concerns": (gettext_lazy("Read concern"), "concerns:inbox", ""),
    "untaken-concerns": (gettext_lazy("See who does what"), "schemes:setup", ""),
    "reviews": (gettext_lazy("Review it"), "safeguarding:openings", ""),
    "late-reviews": (gettext_lazy("See who does what"), "schemes:setup", ""),
    "swaps": (gettext_lazy("Find new mentors"), "matching:swaps", ""),
    "unmatched": (ngettext_lazy("Match %(n)s student", "Match %(n)s students", "n"), "matching:drafts", ""),
    "questions": (gettext_lazy("See questions"), "console:pairs", "questions"),
    "step-in": (gettext_lazy("See questions"), "contacts:questions", ""),
    "masked": (gettext_lazy("See questions"), "contacts:questions", ""),
    "worn": (gettext_lazy("Decide"), "nudges:unanswered", ""),
    "check-ins": (gettext_lazy("See who"), "console:people", "unhappy"),
    "reported": (gettext_lazy("See who"), "console:pairs", "reported"),
    "strained": (gettext_lazy("See who"), "console:groups", "strained"),
    "quiet": (gettext_lazy("See quiet pairs"), "console:pairs", "quiet"),
    "failed-messages": (gettext_lazy("See messages"), "messaging:log", "needs-you"),
    "failed-addresses": (gettext_lazy("Mend addresses"), "messaging:addresses", ""),
    "announcements": (gettext_lazy("Look at it"), "announcements:list", ""),
    "applications": (gettext_lazy("Decide"), "recruitment:staff", ""),
    "agreements": (gettext_lazy("See who"), "console:people", "unsigned"),
    "training": (gettext_lazy("See who"), "console:people", "training-gap"),
}


def _button(waiting: Waiting) -> tuple[str, str]:
    words, view, shown = BUTTONS[waiting.key]
    return str(words % {"n": waiting.count}), f"{reverse(view)}?show={shown}" if shown else reverse(view)


def row_of(waiting: Waiting, now: datetime, care: RowCare | None = None, *, may_care: bool = False) -> Row:
    """The words for one kind of work; ``may_care`` when the reader may put it off or hand it over."""
    action, url = _button(waiting)
    return Row(
        count=waiting.count,
        title=title_in_words(waiting.key, waiting.count),
        detail=_detail(waiting, now) if waiting.count else str(DONE[waiting.key]),
        url=url,
        action=action,
        tone=TONES.get(waiting.key, "brand"),
        owner=care.owner.full_name if care and care.owner else "",
        more_url=reverse("console:row", args=[waiting.key]) if may_care and waiting.count else "",
        put_off=_put_off(care) if care else "",
        wake_url=reverse("console:wake_row", args=[waiting.key]) if may_care else "",
    )


def _put_off(care: RowCare) -> str:
    if care.snoozed_until is None or care.snoozed_by is None:
        return ""
    return _("Until %(day)s, or until more wait. Put off by %(name)s.") % {
        "day": date_format(care.snoozed_until, "l j F"),
        "name": care.snoozed_by.full_name,
    }


def greeting(name: str, kinds: int, now: datetime) -> str:
    """The page's heading: how many kinds of work wait."""
    hour = timezone.localtime(now).hour
    hello = _("Good morning") if hour < 12 else _("Good afternoon") if hour < 18 else _("Good evening")
    if not kinds:
        return _("%(hello)s, %(name)s. Nothing needs you today") % {"hello": hello, "name": name}
    things = str(NUMBERS.get(kinds, _("Some things")))
    return _("%(hello)s, %(name)s. %(things)s to look at today") % {"hello": hello, "name": name, "things": things}


def left_out_in_words(left_out: Mapping[str, int]) -> list[str]:
    """Who is left out of a deed, and why, a line each."""
    words = {
        "out-of-reach": lambda n: ngettext("%(n)s is not of your part.", "%(n)s are not of your part.", n),
        "not-taking-part": lambda n: ngettext("%(n)s is not taking part now.", "%(n)s are not taking part now.", n),
        "no-mentor": lambda n: ngettext("%(n)s is no mentor.", "%(n)s are no mentors.", n),
        "trained": lambda n: ngettext("%(n)s is trained already.", "%(n)s are trained already.", n),
        "agreed": lambda n: ngettext("%(n)s has agreed already.", "%(n)s have agreed already.", n),
        "paused": lambda n: ngettext("%(n)s has no reminders now.", "%(n)s have no reminders now.", n),
        "ended": lambda n: ngettext("%(n)s pair has ended already.", "%(n)s pairs have ended already.", n),
        "own": lambda n: ngettext("%(n)s pair is your own.", "%(n)s pairs are your own.", n),
        "swap": lambda n: ngettext(
            "%(n)s has asked for another mentor: answer that wish instead.",
            "%(n)s have asked for another mentor: answer those wishes instead.",
            n,
        ),
    }
    return [words[code](n) % {"n": n} for code, n in sorted(left_out.items())]


def done_in_words(deed: str, count: int) -> str:
    """What was done to how many."""
    if deed == Deed.REMATCH:
        words = ngettext("%(n)s pair is ended.", "%(n)s pairs are ended.", count)
    elif deed in PAUSES:
        words = ngettext("%(n)s person gets no reminders now.", "%(n)s people get no reminders now.", count)
    else:
        words = ngettext("A message to %(n)s person is written.", "A message to %(n)s people is written.", count)
    return words % {"n": count}


def first_words(deed: str, cohort: Cohort, today: date) -> dict[str, str]:
    """What a message to many begins with; its author changes it as they like."""
    if deed == Deed.INVITE:
        coming = [f"{event.title}, {_day(event.starts_at)}" for event in coming_sessions(cohort, today)[:5]]
        return {
            "subject": _("Your mentor training"),
            "text": "\n\n".join(
                [
                    _("Training is the last step before you meet your mentees."),
                    *(["\n".join(coming)] if coming else []),
                    _("Book a place here: %(address)s") % {"address": absolute(reverse("events:mine"))},
                ]
            ),
        }
    if deed == Deed.AGREE:
        return {
            "subject": _("One thing left: three minutes"),
            "text": "\n\n".join(
                [
                    _("Please read what mentors and mentees agree to, and accept it."),
                    _("You find it here: %(address)s") % {"address": absolute(reverse("agreements:mine"))},
                    _("Have you done it already? Then there is nothing left to do."),
                ]
            ),
        }
    return {}


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F, H:i")
