"""Words of the dashboard's own rows: the lists that have filters, and what can be done to many at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListPage(models.TextChoices):
    """The lists whose filters can be kept under a name."""

    PEOPLE = "people", _("People")
    PAIRS = "pairs", _("Pairs")
    GROUPS = "groups", _("Groups")
    EVENTS = "events", _("Events")
    MESSAGES = "messages", _("Messages")


class Deed(models.TextChoices):
    """What can be done to the rows that were chosen on a list."""

    WRITE = "write", _("Write to them")
    INVITE = "invite", _("Invite them to training")
    AGREE = "agree", _("Ask them again to agree")
    PAUSE = "pause", _("Pause their reminders")
    WRITE_MENTEES = "write-mentees", _("Write to the mentees")
    WRITE_MENTORS = "write-mentors", _("Write to the mentors")
    PAUSE_MENTEES = "pause-mentees", _("Pause the mentees’ reminders")
    REMATCH = "rematch", _("End the pairs and find new mentors")


D = Deed
OF_PEOPLE = (D.WRITE, D.INVITE, D.AGREE, D.PAUSE)
OF_PAIRS = (D.WRITE_MENTEES, D.WRITE_MENTORS, D.PAUSE_MENTEES, D.REMATCH)
WRITES = frozenset({D.WRITE, D.INVITE, D.AGREE, D.WRITE_MENTEES, D.WRITE_MENTORS})
PAUSES = frozenset({D.PAUSE, D.PAUSE_MENTEES})
