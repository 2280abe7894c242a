"""What every model field holds about a person, why, for how long, and what happens to it.

A model declares its fields beside them, in ``personal_data = declare(...)``; models of
installed packages are declared in ``THIRD_PARTY``. A field without a declaration fails the tests.
Source: design.md "Personal data is declared"; GDPR articles 5, 9, 15, 17, 30.
"""

from dataclasses import dataclass
from enum import StrEnum


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
    PSEUDONYM = "pseudonym"


@dataclass(frozen=True)
class FieldRule:
    """One field's declaration. ``retention`` is a trigger and a period in plain words."""

    category: Category
    purpose: str
    retention: str
    export: bool
    erase: Erase
    condition: str = ""  # the article 9 condition, for special categories

    @property
    def is_confidential(self) -> bool:
        return self.category in {Category.SPECIAL, Category.CONFIDENTIAL}


@dataclass(frozen=True)
class Declaration:
    """A model's declaration: the path to the person (``""`` when there is none) and a rule a field."""

    subject: str
    fields: dict[str, FieldRule]


SETTING = FieldRule(Category.NONE, "running the scheme", "life of the scheme", False, Erase.KEEP)
LINK = FieldRule(Category.LINK, "running the scheme", "with its row", False, Erase.KEEP)
IDENTITY = FieldRule(
    Category.ORDINARY,
    "recognising the person and writing to them",
    "2 years after leaving",
    True,
    Erase.BLANK,
)
STUDY = FieldRule(
    Category.ORDINARY, "matching within the course of study", "2 years after the cohort", True, Erase.BLANK
)
ACTIVITY = FieldRule(
    Category.ORDINARY, "running and evidencing the scheme", "2 years after the cohort", True, Erase.PSEUDONYM
)
OWN_WORDS = FieldRule(Category.ORDINARY, "what the person chose to show others", "end of the cohort", True, Erase.BLANK)
CHOICE = FieldRule(Category.ORDINARY, "doing as the person chose", "2 years after the cohort", True, Erase.KEEP)
SPECIAL = FieldRule(
    Category.SPECIAL,
    "honouring the person's wishes in matching",
    "30 days after the cohort",
    True,
    Erase.DELETE_ROW,
    condition="explicit consent (article 9(2)(a))",
)
CONFIDENCE = FieldRule(
    Category.CONFIDENTIAL,
    "helping with what was told",
    "90 days after the match ends",
    True,
    Erase.DELETE_ROW,
)
CONCERN = FieldRule(
    Category.CONFIDENTIAL, "keeping people safe", "moved to the institution's case system", False, Erase.KEEP
)
CREDENTIAL = FieldRule(Category.ORDINARY, "signing in", "with the account", False, Erase.BLANK)
TRAIL = FieldRule(Category.LINK, "accountability", "24 months", True, Erase.PSEUDONYM)
PASSING = FieldRule(Category.ORDINARY, "handing over one message", "until it is sent", False, Erase.BLANK)

RULES = (
    IDENTITY,
    STUDY,
    ACTIVITY,
    OWN_WORDS,
    CHOICE,
    SPECIAL,
    CONFIDENCE,
    CONCERN,
    CREDENTIAL,
    TRAIL,
    PASSING,
)


def declare(subject: str = "", /, **fields: FieldRule) -> Declaration:
    """Declare a model's fields; ``subject`` is the lookup path to ``accounts.User``, or ``""``."""
    return Declaration(subject, fields)


THIRD_PARTY: dict[str, Declaration] = {
    "account.EmailAddress": declare(
        "user", id=LINK, user=LINK, email=IDENTITY, verified=CREDENTIAL, primary=CREDENTIAL
    ),
    "account.EmailConfirmation": declare(
        "email_address__user",
        id=LINK,
        email_address=LINK,
        created=CREDENTIAL,
        sent=CREDENTIAL,
        key=CREDENTIAL,
    ),
    "mfa.Authenticator": declare(
        "user",
        id=LINK,
        user=LINK,
        type=CREDENTIAL,
        data=CREDENTIAL,
        created_at=CREDENTIAL,
        last_used_at=CREDENTIAL,
    ),
    "usersessions.UserSession": declare(
        "user",
        id=LINK,
        user=LINK,
        created_at=CREDENTIAL,
        ip=CREDENTIAL,
        last_seen_at=CREDENTIAL,
        session_key=CREDENTIAL,
        user_agent=CREDENTIAL,
        data=CREDENTIAL,
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
        object_repr=TRAIL,
        action_flag=TRAIL,
        change_message=TRAIL,
    ),
}
