"""The words of Today's queue: what waits, how old it is, and where one button leads."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.console.rules import Waiting


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
    if waiting.key in {"questions", "step-in", "masked", "applications", "announcements"}:
        return _("Oldest waiting %(age)s.") % {"age": age}
    return {
        "quiet": _("No sign from either for weeks. “Fine for now” is not counted."),
        "worn": _("They hear nothing more until somebody decides."),
        "check-ins": _("Half-way, they said that it does not work for them."),
        "failed-messages": _("Refused, or perhaps not arrived. Each says what to do."),
        "failed-addresses": _("Mail comes back. No nudges go there until the address is mended."),
        "agreements": _("A reminder goes out by itself."),
        "training": _("Mentors who have mentees but no training."),
    }[waiting.key]


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


def _done(key: str) -> str:
    return {
        "concerns": _("No open concern."),
        "swaps": _("Nobody waits for another mentor."),
        "unmatched": _("Every new student has a mentor."),
        "questions": _("No question waits."),
        "step-in": _("No question waits for you to step in."),
        "masked": _("No question without a name waits."),
        "worn": _("Nobody has left two reminders unanswered."),
        "check-ins": _("Nobody said that it does not work."),
        "quiet": _("No pair has gone quiet."),
        "failed-messages": _("Every message arrived."),
        "failed-addresses": _("Every address takes mail."),
        "announcements": _("No announcement waits for a second person."),
        "applications": _("No application waits."),
        "agreements": _("Everybody has agreed."),
        "training": _("Every mentor with mentees is trained."),
    }[key]


def title_in_words(key: str, count: int) -> str:
    """What a kind of work is called."""
    words = {
        "concerns": ngettext("Safeguarding concern", "Safeguarding concerns", count),
        "untaken-concerns": ngettext("Concern that nobody has taken", "Concerns that nobody has taken", count),
        "reviews": ngettext("Opened confidence to review", "Opened confidences to review", count),
        "late-reviews": ngettext("Late review of an emergency", "Late reviews of emergencies", count),
        "swaps": ngettext("Wish for another mentor", "Wishes for another mentor", count),
        "unmatched": ngettext("New student without a mentor", "New students without a mentor", count),
        "questions": ngettext("Question unanswered for two days", "Questions unanswered for two days", count),
        "step-in": ngettext("Question to step in for", "Questions to step in for", count),
        "masked": ngettext("Unanswered question without a name", "Unanswered questions without a name", count),
        "quiet": ngettext("Pair gone quiet", "Pairs gone quiet", count),
        "worn": ngettext("Person who left two reminders unanswered", "People who left two reminders unanswered", count),
        "check-ins": ngettext("Student for whom it does not work", "Students for whom it does not work", count),
        "failed-messages": ngettext("E-mail that did not arrive", "E-mails that did not arrive", count),
        "failed-addresses": ngettext("Address that takes no mail", "Addresses that take no mail", count),
        "announcements": ngettext("Announcement to approve", "Announcements to approve", count),
        "applications": ngettext("Application to decide", "Applications to decide", count),
        "agreements": ngettext("Agreement not accepted", "Agreements not accepted", count),
        "training": ngettext("Training gap", "Training gaps", count),
    }
    return words[key]


def _button(waiting: Waiting) -> tuple[str, str]:
    people, pairs = reverse("console:people"), reverse("console:pairs")
    return {
        "concerns": (_("Read concern"), reverse("concerns:inbox")),
        "untaken-concerns": (_("See who does what"), reverse("schemes:setup")),
        "reviews": (_("Review it"), reverse("safeguarding:openings")),
        "late-reviews": (_("See who does what"), reverse("schemes:setup")),
        "swaps": (_("Find new mentors"), reverse("matching:swaps")),
        "unmatched": (
            ngettext("Match %(n)s student", "Match %(n)s students", waiting.count) % {"n": waiting.count},
            reverse("matching:drafts"),
        ),
        "questions": (_("See questions"), f"{pairs}?show=questions"),
        "step-in": (_("See questions"), reverse("contacts:questions")),
        "masked": (_("See questions"), reverse("contacts:questions")),
        "worn": (_("Decide"), reverse("nudges:unanswered")),
        "check-ins": (_("See who"), f"{people}?show=unhappy"),
        "quiet": (_("See quiet pairs"), f"{pairs}?show=quiet"),
        "failed-messages": (_("See messages"), f"{reverse('messaging:log')}?show=needs-you"),
        "failed-addresses": (_("Mend addresses"), reverse("messaging:addresses")),
        "announcements": (_("Look at it"), reverse("announcements:list")),
        "applications": (_("Decide"), reverse("recruitment:staff")),
        "agreements": (_("See who"), f"{people}?show=unsigned"),
        "training": (_("See who"), f"{people}?show=untrained"),
    }[waiting.key]


def row_of(waiting: Waiting, now: datetime) -> Row:
    """The words for one kind of work."""
    action, url = _button(waiting)
    return Row(
        count=waiting.count,
        title=title_in_words(waiting.key, waiting.count),
        detail=_detail(waiting, now) if waiting.count else _done(waiting.key),
        url=url,
        action=action,
        tone=TONES.get(waiting.key, "brand"),
    )


def greeting(name: str, kinds: int, now: datetime) -> str:
    """The page's heading: how many kinds of work wait."""
    hour = timezone.localtime(now).hour
    hello = _("Good morning") if hour < 12 else _("Good afternoon") if hour < 18 else _("Good evening")
    if not kinds:
        return _("%(hello)s, %(name)s. Nothing needs you today") % {"hello": hello, "name": name}
    things = str(NUMBERS.get(kinds, _("Some things")))
    return _("%(hello)s, %(name)s. %(things)s to look at today") % {"hello": hello, "name": name, "things": things}
