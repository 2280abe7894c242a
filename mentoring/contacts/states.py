"""Words of a contact and of a courtesy reply."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ContactKind(models.TextChoices):
    """What happened (R57). An attempt that got no reply is a full contact."""

    ATTEMPT = "attempt", _("Tried, no reply")
    REPLY = "reply", _("They replied")
    TWO_WAY = "two-way", _("We were in touch")
    GROUP = "group", _("With the group")


class Channel(models.TextChoices):
    IN_PERSON = "in-person", _("In person")
    MESSAGE = "message", _("Message")
    EMAIL = "email", _("E-mail")
    VIDEO = "video", _("Video call")
    PHONE = "phone", _("Phone")
    COURTESY = "courtesy", _("One-tap reply")


class Topic(models.TextChoices):
    """Chips, in place of notes."""

    SETTLING = "settling", _("Settling in")
    PEOPLE = "people", _("Meeting people")
    FINDING = "finding", _("Finding my way around")
    STUDY = "study", _("Studying")
    ASSIGNMENT = "assignment", _("Assignments")
    LIBRARY = "library", _("Library")
    MONEY = "money", _("Money and work")
    WELLBEING = "wellbeing", _("Wellbeing")
    PLACEMENT = "placement", _("Placement")


class Reply(models.TextChoices):
    """A mentee's one tap (R58)."""

    HELLO = "hello", _("Hi, nice to meet you")
    FINE = "fine", _("Thanks, I am fine for now")
    MEET = "meet", _("Can we meet?")
    QUESTION = "question", _("I have a question")
    NOT_NOW = "not-now", _("Not now")


class Standing(models.TextChoices):
    """What is known of a mentee; silence is never shown as fine (R59)."""

    HEARD = "heard", _("heard from")
    FINE = "fine", _("said fine")
    NOT_HEARD = "not-heard", _("not heard")


class InvitationState(models.TextChoices):
    """Where an invitation to meet stands, and afterwards whether the meeting happened."""

    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("can come")
    DECLINED = "declined", _("cannot come")
    CANCELLED = "cancelled", _("called off")
    MET = "met", _("met")
    NOT_MET = "not-met", _("did not happen")


I = InvitationState  # noqa: E741
INVITATION = Lifecycle(
    "invitation",
    I.INVITED,
    {
        I.INVITED: frozenset({I.ACCEPTED, I.DECLINED, I.CANCELLED, I.MET, I.NOT_MET}),
        I.ACCEPTED: frozenset({I.INVITED, I.DECLINED, I.CANCELLED, I.MET, I.NOT_MET}),
        I.DECLINED: frozenset({I.INVITED, I.ACCEPTED, I.CANCELLED}),
        I.CANCELLED: frozenset(),
        I.MET: frozenset({I.INVITED}),  # taken back
        I.NOT_MET: frozenset({I.INVITED}),
    },
)
STANDING = (I.INVITED, I.ACCEPTED)


class Often(models.TextChoices):
    """Half-way: is the rhythm right (R55)?"""

    RIGHT = "right", _("Yes, it is about right")
    MORE = "more", _("I would like more")
    LESS = "less", _("Less would do")


class Works(models.TextChoices):
    """Half-way: does it work for you (R77)?"""

    YES = "yes", _("Yes")
    SO_SO = "so-so", _("More or less")
    NO = "no", _("Not really")


class Tried(models.TextChoices):
    """What a mentor tried before saying that a mentee has gone quiet (R78)."""

    MESSAGE = "message", _("A message")
    EMAIL = "email", _("An e-mail")
    CALL = "call", _("A call")
    INVITED = "invited", _("An invitation to meet")


class Cause(models.TextChoices):
    """What may lie behind it: asked first, and none of them is blame."""

    UNKNOWN = "unknown", _("I do not know")
    BUSY = "busy", _("They are busy, or still settling in")
    TIMES = "times", _("Our times do not fit")
    UNWANTED = "unwanted", _("They may not want a mentor")
    LATE = "late", _("They came late, or did not come")


class Wish(models.TextChoices):
    """What would help: a quiet mentee is not the mentor's alone to solve."""

    LOOK = "look", _("Somebody from the team asks them how they are")
    ADVICE = "advice", _("A word with me about what to try")
    KNOW = "know", _("Nothing, just so that you know")
