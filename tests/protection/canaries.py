"""One person with a canary in every field that the registry declares about people.

Rows are made from the models themselves, so that a new model or field is covered without being named here.
"""

import hashlib
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from django.db import models

from accounts.models import User
from accounts.registry import Category, FieldRule
from mentoring.matching.models import Match
from mentoring.messaging.states import MessageState
from mentoring.protection.selectors.registered import Registered, about_people
from tests.factories import NOW, MatchFactory, MentorFactory, Northfield, ParticipantFactory

PREFIX = "canary"
NUMBERS = count(100)  # no two alike, for what must be unique
# Made by the cast itself, or by signing in.
STAND_ALREADY = {"accounts.User", "participation.Participant", "matching.Match", "account.EmailAddress"}


def canary(label: str, name: str, longest: int | None = None) -> str:
    """A word that appears nowhere else: "canary7accounts7user7email", or one as short as the column."""
    word = f"{PREFIX}7{label.replace('.', '7')}7{name}".lower().replace("_", "")
    if longest is None or len(word) <= longest:
        return word
    return "z" + hashlib.sha256(word.encode()).hexdigest()[: longest - 1]


def plant(person: User, northfield: Northfield) -> dict[str, FieldRule]:
    """Fill every text of the person's rows with its own canary: {canary: its rule}."""
    planted: dict[str, FieldRule] = {}
    made: dict[type[models.Model], models.Model] = {User: person}
    for each in sorted(about_people(), key=_depth):
        row = _row(each, person, northfield, made)
        words = _fill(each, row)
        if words:
            row.save()
            made[each.model] = row
        planted |= words
    return planted


def _depth(each: Registered) -> tuple[int, str]:
    """People first, then what hangs on them directly, then the rest."""
    order = {"accounts.User": 0, "participation.Participant": 1, "matching.Match": 2, "accounts.Consent": 1}
    return order.get(each.label, 3), each.label


def _row(each: Registered, person: User, northfield: Northfield, made: dict[Any, Any]) -> models.Model:
    if each.label in STAND_ALREADY and (found := each.of(person).first()):
        return found
    row = each.model()
    for one in each.model._meta.local_concrete_fields:
        if not one.primary_key and not one.has_default():
            setattr(row, one.attname, _value(one, each, person, northfield, made))
    return row


def _value(one: Any, each: Registered, person: User, northfield: Northfield, made: dict[Any, Any]) -> Any:
    if one.is_relation:
        return _key(one, each, person, northfield, made)
    if isinstance(one, models.GenericIPAddressField):
        return "192.0.2.7"
    if isinstance(one, models.UUIDField):
        return uuid4()
    if isinstance(one, models.DateTimeField):
        return None if one.null else NOW + timedelta(hours=len(one.name))
    if isinstance(one, models.DateField):
        return None if one.null else NOW.date()
    if one.choices:
        return one.choices[-1][0]
    if isinstance(one, models.BooleanField):
        return None if one.null else True
    if isinstance(one, models.IntegerField):
        return None if one.null else next(NUMBERS)
    return None if one.null else ("" if one.empty_strings_allowed else None)


def _key(one: Any, each: Registered, person: User, northfield: Northfield, made: dict[Any, Any]) -> Any:
    """What a link leads to: the person along the subject's path, else anything that fits."""
    target = one.related_model
    if target is Match and each.declaration.subject.startswith(f"{one.name}__mentor"):
        return _as_mentor(person, northfield).pk
    if one.name == each.declaration.subject.split("__")[0]:
        return made[target].pk if target in made else target._base_manager.first().pk
    if one.null:
        return None
    if target is User:
        return northfield.sam.pk
    if found := target._base_manager.exclude(pk=made[target].pk if target in made else None).first():
        return found.pk
    return made[target].pk if target in made else _made_up(target, northfield).pk


def _as_mentor(person: User, northfield: Northfield) -> Match:
    """A match of the other scheme in which the person is the mentor."""
    if found := Match.objects.filter(mentor__user=person).first():
        return found
    there = {"cohort": northfield.other_cohort, "programme": northfield.sociology}
    return MatchFactory(
        mentor=MentorFactory(user=person, **there), mentee=ParticipantFactory(user=northfield.ben, **there)
    )


def _made_up(target: type[models.Model], northfield: Northfield) -> models.Model:
    """A row that is nobody's, for links that must lead somewhere."""
    row = target()
    declared = Registered(target, target.personal_data)  # type: ignore[attr-defined]
    for one in target._meta.local_concrete_fields:
        if not one.primary_key and not one.has_default():
            setattr(row, one.attname, _value(one, declared, northfield.sam, northfield, {User: northfield.sam}))
            if isinstance(one, models.CharField | models.TextField) and not one.choices and not one.null:
                setattr(row, one.attname, f"x{uuid4().hex}"[: one.max_length or 40])
    _hold_constraints(row)
    row.save(force_insert=True)
    return row


def _hold_constraints(row: Any) -> None:
    """What the database demands of some rows."""
    label = row._meta.label
    if label in {"events.Event", "contacts.Invitation"}:
        row.ends_at = row.starts_at + timedelta(hours=1)
    if label == "recruitment.Advert":
        row.closes_on = row.opens_on + timedelta(days=1)
    if label == "matching.Match":
        row.mentor = row.cohort.participants.filter(role="mentor").exclude(pk=row.mentee_id).first()
    if label == "messaging.Message":
        row.state = MessageState.DUE


def _fill(each: Registered, row: Any) -> dict[str, FieldRule]:
    planted = {}
    _hold_constraints(row)
    for one in each.model._meta.local_concrete_fields:
        rule = each.declaration.fields[one.name]
        word = _word(each, one) if rule.category != Category.NONE else None
        if word is not None:
            setattr(row, one.attname, word)
            planted[canary(each.label, one.name, one.max_length)] = rule
    return planted


def _word(each: Registered, one: Any) -> Any:
    """The canary as this column can hold it; none for numbers, days, links and choices."""
    text = canary(each.label, one.name)
    if one.is_relation or one.choices or one.primary_key or one.name in {"password", "language"}:
        return None
    if isinstance(one, models.EmailField):
        return f"{text}@northfield.ac.uk"
    if isinstance(one, models.JSONField) or type(one).__name__ == "EncryptedJSONField":
        return {"told": text}
    if isinstance(one, models.FileField | models.URLField):
        return None
    if isinstance(one, models.CharField | models.TextField):
        return canary(each.label, one.name, one.max_length)
    return None
