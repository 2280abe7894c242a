"""What every model field holds about a person, why, for how long, and what happens to it.

A model declares its fields beside them, in ``personal_data = declare(...)``; models of
installed packages are declared in ``THIRD_PARTY``. A field without a declaration fails the tests.
Source: design.md "Personal data is declared"; GDPR articles 5, 9, 15, 17, 30.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class Category(StrEnum):
    """How sensitive a field is."""

    NONE = "none"  # says nothing about a person
    LINK = "link"  # a key that ties rows to a person
    ORDINARY = "ordinary"
    SPECIAL = "special"  # GDPR article 9
    CONFIDENTIAL = "confidential"  # told in confidence


class Erase(StrEnum):
    """What erasure does to a field."""

    KEEP = "keep"
    BLANK = "blank"
    DELETE_ROW = "delete-row"
    PSEUDONYM = "pseudonym"  # stays, about somebody whose name and address are gone


class Trigger(StrEnum):
    """From what a period of keeping is counted."""

    SCHEME = "life of the scheme"
    ROW = "with its row"
    ACCOUNT = "with the account"
    CASE = "moved to the institution's case system"
    LEAVING = "leaving"  # the last day of the person's last cohort
    COHORT = "the cohort"
    MATCH = "the match ends"
    ENTRY = "its entry"


ANCHORED = frozenset({Trigger.COHORT, Trigger.MATCH})
"""Triggers whose day is looked up from a row; the others end with something else."""


@dataclass(frozen=True)
class Retention:
    """How long a field is kept: so many days after its trigger; 0 is the very day."""

    trigger: Trigger
    days: int = 0

    def __str__(self) -> str:
        """In plain words, for the privacy notice."""
        if self.trigger == Trigger.SCHEME:
            return _("as long as the scheme runs")
        if self.trigger == Trigger.ROW:
            return _("as long as what it belongs to")
        if self.trigger == Trigger.ACCOUNT:
            return _("as long as the account")
        if self.trigger == Trigger.CASE:
            return _("until it is moved to the university’s case system")
        return _period(self.days) % {"event": AFTER[self.trigger]}


AFTER: dict[Trigger, str | Promise] = {
    Trigger.LEAVING: gettext_lazy("the last year of mentoring that somebody took part in"),
    Trigger.COHORT: gettext_lazy("the end of the year of mentoring"),
    Trigger.MATCH: gettext_lazy("the end of the match"),
    Trigger.ENTRY: gettext_lazy("the day it was written"),
}


def _period(days: int) -> str:
    if not days:
        return _("until %(event)s")
    if days % 365 == 0:
        years = days // 365
        return ngettext("{years} year after %(event)s", "{years} years after %(event)s", years).format(years=years)
    return ngettext("{days} day after %(event)s", "{days} days after %(event)s", days).format(days=days)


@dataclass(frozen=True)
class FieldRule:
    """One field's declaration."""

    category: Category
    purpose: str | Promise
    retention: Retention
    export: bool
    erase: Erase
    condition: str = ""  # the article 9 condition, for special categories

    @property
    def is_confidential(self) -> bool:
        return self.category in {Category.SPECIAL, Category.CONFIDENTIAL}

    def but(self, erase: Erase) -> "FieldRule":
        """The same rule with another end, where a column cannot hold the usual one."""
        return replace(self, erase=erase)


class Keeper(StrEnum):
    """Who reviews what is held back from a person's copy."""

    NOBODY = ""
    OFFICER = "the safeguarding leads, for the data-protection officer"
    SAFEGUARDING = "the safeguarding leads"


@dataclass(frozen=True)
class Aside:
    """What those whom a row is about beside its subject get of it in their copy.

    With a ``keeper`` nothing, not even that there is a row: the keeper reviews it. Else what is not confidential,
    without the fields in ``without``.
    """

    keeper: Keeper = Keeper.NOBODY
    without: tuple[str, ...] = ()


HELD_BY_OFFICER = Aside(Keeper.OFFICER)
HELD_BY_SAFEGUARDING = Aside(Keeper.SAFEGUARDING)


@dataclass(frozen=True)
class Declaration:
    """A model's declaration: the path to the person (``""`` when there is none) and a rule a field.

    ``also``: paths to others whom a row is about; ``aside`` says what they are told of it.
    """

    subject: str
    fields: dict[str, FieldRule]
    also: tuple[str, ...] = ()
    aside: Aside = Aside()

    @property
    def keeper(self) -> Keeper:
        """Who reviews what others wrote in confidence about somebody; nobody where there is no such thing."""
        is_held = any(rule.is_confidential and not rule.export for rule in self.fields.values())
        return self.aside.keeper or (Keeper.OFFICER if self.also and is_held else Keeper.NOBODY)

    def shown_aside(self) -> list[str]:
        """The fields of a row that are in the copy of somebody whom it is about beside its subject."""
        if not self.also or self.aside.keeper:
            return []
        shown = ((name, rule) for name, rule in self.fields.items() if rule.export and not rule.is_confidential)
        return [name for name, _rule in shown if name not in self.aside.without]


YEARS_2 = 730
SETTING = FieldRule(Category.NONE, gettext_lazy("running the scheme"), Retention(Trigger.SCHEME), False, Erase.KEEP)
LINK = FieldRule(Category.LINK, gettext_lazy("running the scheme"), Retention(Trigger.ROW), False, Erase.KEEP)
IDENTITY = FieldRule(
    Category.ORDINARY,
    gettext_lazy("recognising the person and writing to them"),
    Retention(Trigger.LEAVING, YEARS_2),
    True,
    Erase.BLANK,
)
STUDY = FieldRule(
    Category.ORDINARY,
    gettext_lazy("matching within the course of study"),
    Retention(Trigger.COHORT, YEARS_2),
    True,
    Erase.BLANK,
)
ACTIVITY = FieldRule(
    Category.ORDINARY,
    gettext_lazy("running and evidencing the scheme"),
    Retention(Trigger.LEAVING, YEARS_2),
    True,
    Erase.PSEUDONYM,
)
OWN_WORDS = FieldRule(
    Category.ORDINARY,
    gettext_lazy("what the person chose to show others"),
    Retention(Trigger.COHORT),
    True,
    Erase.BLANK,
)
CHOICE = FieldRule(
    Category.ORDINARY,
    gettext_lazy("doing as the person chose"),
    Retention(Trigger.LEAVING, YEARS_2),
    True,
    Erase.KEEP,
)
SPECIAL = FieldRule(
    Category.SPECIAL,
    gettext_lazy("honouring the person’s wishes in matching"),
    Retention(Trigger.COHORT, 30),
    True,
    Erase.DELETE_ROW,
    condition="explicit consent (article 9(2)(a))",
)
REPEATING = FieldRule(
    Category.SPECIAL,
    gettext_lazy("showing how a matching came about, under pseudonyms"),
    Retention(Trigger.COHORT, YEARS_2),
    True,
    Erase.DELETE_ROW,
    condition="explicit consent (article 9(2)(a))",
)
REPEATING_KEY = replace(REPEATING, retention=Retention(Trigger.COHORT, 30), export=False, erase=Erase.BLANK)
"""What ties the pseudonyms of a matching to people: as short-lived as the wishes themselves."""
SHORTLISTED = replace(SPECIAL, purpose=gettext_lazy("choosing a mentor by hand"), export=False)
"""Whom a rule left over for a student: what was wished could be read off it, so it goes with the wishes."""
CONFIDENCE = FieldRule(
    Category.CONFIDENTIAL,
    gettext_lazy("helping with what was told"),
    Retention(Trigger.MATCH, 90),
    True,
    Erase.DELETE_ROW,
)
GROUP_CONFIDENCE = replace(CONFIDENCE, retention=Retention(Trigger.COHORT, 90))
CONCERN = FieldRule(
    Category.CONFIDENTIAL, gettext_lazy("keeping people safe"), Retention(Trigger.CASE), False, Erase.KEEP
)
ACCOUNT_OF_OPENING = FieldRule(
    Category.ORDINARY,
    gettext_lazy("answering for what was opened in an emergency"),
    Retention(Trigger.CASE),
    False,
    Erase.KEEP,
)
"""Not in anybody's copy: the person is told of an opening by letter and on their page, when it is safe."""
CREDENTIAL = FieldRule(Category.ORDINARY, gettext_lazy("signing in"), Retention(Trigger.ACCOUNT), False, Erase.BLANK)
TRAIL = FieldRule(
    Category.LINK, gettext_lazy("accountability"), Retention(Trigger.ENTRY, YEARS_2), True, Erase.PSEUDONYM
)
PASSING = FieldRule(
    Category.ORDINARY, gettext_lazy("handing over one message"), Retention(Trigger.ROW), False, Erase.BLANK
)

RULES = (
    IDENTITY,
    STUDY,
    ACTIVITY,
    OWN_WORDS,
    CHOICE,
    SPECIAL,
    REPEATING,
    CONFIDENCE,
    CONCERN,
    ACCOUNT_OF_OPENING,
    CREDENTIAL,
    TRAIL,
    PASSING,
)


def declare(
    subject: str = "", also: tuple[str, ...] = (), aside: Aside = Aside(), /, **fields: FieldRule
) -> Declaration:
    """Declare a model's fields; ``subject`` is the lookup path to ``accounts.User``, or ``""``; see `Declaration`."""
    return Declaration(subject, fields, also, aside)


GONE = CREDENTIAL.but(Erase.DELETE_ROW)
"""What only serves signing in goes with the account, row and all."""


THIRD_PARTY: dict[str, Declaration] = {
    "account.EmailAddress": declare(
        "user", id=LINK, user=LINK, email=IDENTITY.but(Erase.DELETE_ROW), verified=GONE, primary=GONE
    ),
    "account.EmailConfirmation": declare(
        "email_address__user",
        id=LINK,
        email_address=LINK,
        created=GONE,
        sent=GONE,
        key=GONE,
    ),
    "mfa.Authenticator": declare(
        "user",
        id=LINK,
        user=LINK,
        type=GONE,
        data=GONE,
        created_at=GONE,
        last_used_at=GONE,
    ),
    "socialaccount.SocialAccount": declare(
        "user",
        id=LINK,
        user=LINK,
        provider=GONE,
        uid=GONE,
        last_login=GONE,
        date_joined=GONE,
        extra_data=GONE,
    ),
    "socialaccount.SocialApp": declare(
        id=SETTING,
        provider=SETTING,
        provider_id=SETTING,
        name=SETTING,
        client_id=SETTING,
        secret=SETTING,
        key=SETTING,
        settings=SETTING,
    ),
    "socialaccount.SocialToken": declare(
        "account__user", id=LINK, app=LINK, account=LINK, token=GONE, token_secret=GONE, expires_at=GONE
    ),
    "usersessions.UserSession": declare(
        "user",
        id=LINK,
        user=LINK,
        created_at=GONE,
        ip=GONE,
        last_seen_at=GONE,
        session_key=GONE,
        user_agent=GONE,
        data=GONE,
    ),
    "auth.Group": declare(id=SETTING, name=SETTING, permissions=SETTING),
    "auth.Group_permissions": declare(id=SETTING, group=SETTING, permission=SETTING),
    "auth.Permission": declare(id=SETTING, name=SETTING, content_type=SETTING, codename=SETTING),
    "contenttypes.ContentType": declare(id=SETTING, app_label=SETTING, model=SETTING),
    "sessions.Session": declare(session_key=CREDENTIAL, session_data=CREDENTIAL, expire_date=CREDENTIAL),
    "admin.LogEntry": declare(
        "user",
        id=LINK,
        action_time=TRAIL,
        user=TRAIL,
        content_type=TRAIL,
        object_id=TRAIL,
        object_repr=TRAIL.but(Erase.BLANK),
        action_flag=TRAIL,
        change_message=TRAIL,
    ),
}
