"""The registry as rows and columns: which rows are about a person, and which day ends their keeping."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model, QuerySet

from accounts.models import User
from accounts.registry import THIRD_PARTY, Declaration, Erase, FieldRule, Trigger

PEOPLE = ("participant", "mentee", "mentor")


@dataclass(frozen=True)
class Registered:
    """A model with its declaration."""

    model: type[Model]
    declaration: Declaration

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows(self) -> QuerySet[Any]:
        """All rows, whatever the model's own manager would leave out."""
        return self.model._base_manager.all()

    def of(self, person: User) -> QuerySet[Any]:
        """The rows whose subject the person is."""
        if self.model is User:
            return self.rows().filter(pk=person.pk)
        return self.rows().filter(**{self.declaration.subject: person})

    def also_about(self, person: User) -> QuerySet[Any]:
        """The rows that are about the person beside their subject."""
        found = self.rows().none()
        for path in self.declaration.also:
            found = found | self.rows().filter(**{path: person})
        return found.distinct()

    def ruled(self, *ends: Erase) -> list[tuple[Field, FieldRule]]:
        """The fields that end in one of these ways."""
        rules = self.declaration.fields.items()
        return [(self.model._meta.get_field(name), rule) for name, rule in rules if rule.erase in ends]  # type: ignore[misc]

    def day_of(self, trigger: Trigger) -> str | None:
        """The path to the date that a trigger counts from; ``None`` when the model leads to none."""
        if trigger == Trigger.MATCH:
            return self._match("ended_at__date")
        return self._cohort("ends_on") if trigger == Trigger.COHORT else None

    def _match(self, then: str) -> str | None:
        names = {field.name for field in self.model._meta.get_fields()}
        return next((f"{name}__{then}" for name in ("match", "matches") if name in names), None)

    def _cohort(self, then: str) -> str | None:
        names = {field.name for field in self.model._meta.get_fields()}
        ways = (
            "cohort",
            "group__cohort",
            "meeting__group__cohort",
            "advert__cohort",
            *(f"{p}__cohort" for p in PEOPLE),
        )
        return next((f"{way}__{then}" for way in ways if way.split("__")[0] in names), None)


def registered() -> Iterator[Registered]:
    """Every model that declares what it holds, in a fixed order."""
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        declaration = getattr(model, "personal_data", None) or THIRD_PARTY.get(model._meta.label)
        if declaration is not None:
            yield Registered(model, declaration)


def about_people() -> Iterator[Registered]:
    """The models with rows about somebody; people themselves first."""
    found = [each for each in registered() if each.declaration.subject or each.model is User]
    yield from sorted(found, key=lambda each: each.model is not User)
