"""Every model field says what it holds about a person."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.db.models.fields.related import RelatedField

from accounts.encryption import EncryptedTextField
from accounts.models import User
from accounts.registry import ANCHORED, THIRD_PARTY, Category, Declaration, Erase
from mentoring.protection.selectors.registered import Registered, about_people
from mentoring.protection.services.erasing import empty

MODELS = apps.get_models(include_auto_created=True)


def _declaration(model: type[Model]) -> Declaration | None:
    if model._meta.auto_created:  # a many-to-many table: its owner declares the field
        return None
    own = getattr(model, "personal_data", None)
    return own or THIRD_PARTY.get(model._meta.label)


def _fields(model: type[Model]) -> set[str]:
    return {field.name for field in [*model._meta.local_fields, *model._meta.local_many_to_many]}


@pytest.mark.parametrize("model", [m for m in MODELS if not m._meta.auto_created], ids=lambda m: m._meta.label)
def test_model_declares_every_field(model: type[Model]) -> None:
    declaration = _declaration(model)
    assert declaration is not None, "no declaration"
    assert _fields(model) == set(declaration.fields)


@pytest.mark.parametrize("model", [m for m in MODELS if not m._meta.auto_created], ids=lambda m: m._meta.label)
def test_subject_leads_to_a_person(model: type[Model]) -> None:
    declaration = _declaration(model)
    assert declaration is not None
    if not declaration.subject:
        return
    at: type[Model] = model
    for step in declaration.subject.split("__"):
        field = at._meta.get_field(step)
        assert isinstance(field, RelatedField)
        at = field.related_model  # type: ignore[assignment]
    assert at is User


def test_special_category_names_its_condition() -> None:
    missing = [
        f"{model._meta.label}.{name}"
        for model in MODELS
        if (declaration := _declaration(model))
        for name, rule in declaration.fields.items()
        if rule.category == Category.SPECIAL and not rule.condition
    ]
    assert missing == []


def test_special_and_confidential_fields_are_encrypted_or_only_keys() -> None:
    """A confidential text or JSON value must not lie in the clear."""
    open_fields = [
        f"{model._meta.label}.{name}"
        for model in MODELS
        if (declaration := _declaration(model))
        for name, rule in declaration.fields.items()
        if rule.is_confidential
        and model._meta.get_field(name).get_internal_type() in {"TextField", "JSONField", "CharField"}
        and not isinstance(model._meta.get_field(name), EncryptedTextField)
        and not model._meta.get_field(name).choices
    ]
    assert open_fields == []


ABOUT_PEOPLE = list(about_people())


@pytest.mark.parametrize("each", ABOUT_PEOPLE, ids=lambda each: each.label)
def test_what_is_to_be_blanked_can_be_empty(each: Registered) -> None:
    """Erasing people empties these columns; their own row is made a pseudonym by itself."""
    if each.model is User or each.ruled(Erase.DELETE_ROW):
        return
    cannot = [
        one.name
        for one, _rule in each.ruled(Erase.BLANK)
        if one.unique or (empty(one) is None and not one.null) or one.is_relation
    ]
    assert cannot == []


@pytest.mark.parametrize("each", ABOUT_PEOPLE, ids=lambda each: each.label)
def test_what_ends_on_a_day_leads_to_that_day(each: Registered) -> None:
    endless = [
        one.name
        for one, rule in each.ruled(Erase.BLANK, Erase.DELETE_ROW)
        if rule.retention.trigger in ANCHORED and each.day_of(rule.retention.trigger) is None
    ]
    assert endless == []


@pytest.mark.parametrize("each", ABOUT_PEOPLE, ids=lambda each: each.label)
def test_others_whom_a_row_is_about_are_people(each: Registered) -> None:
    for path in each.declaration.also:
        assert str(each.rows().filter(**{f"{path}__email": "x"}).query)
