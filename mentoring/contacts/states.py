"""Words of a contact and of a courtesy reply."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
