"""The lines of the error summary: every message of a form, with the id of the control it is about.

A line stands apart from its field, so it says which one it means: ours do in their own words ("Enter the date"),
and Django's, or one that stands there twice, by the field's label.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BaseFormSet, Field
from django.forms.boundfield import BoundField


@dataclass(frozen=True)
class Problem:
    """`target` is an element id on the page, never empty."""

    message: str
    target: str


def problems_of(*forms: BaseForm | BaseFormSet) -> list[Problem]:
    """The problems in the order in which the fields stand on the page, those of a whole form first."""
    return [problem for form in forms if form for problem in _problems(form)]


def _problems(form: BaseForm | BaseFormSet) -> Iterator[Problem]:
    if isinstance(form, BaseFormSet):
        yield from _about(form.non_form_errors(), whole_form_id(form))
        for one in form.forms:
            yield from _problems(one)
        return
    yield from _about(form.non_field_errors(), whole_form_id(form))
    errors = [(field, error) for field in form for error in field.errors.as_data()]
    said = Counter(words for _field, error in errors for words in error.messages)
    for field, error in errors:
        for words in error.messages:
            is_plain = said[words] == 1 and not _is_djangos(error, field.field)
            yield Problem(words if is_plain else _with_label(field, words), control_id(field))


def _is_djangos(error: ValidationError, field: Field) -> bool:
    """Whether nobody wrote the message for this form: it is as Django's field or validator has it."""
    defaults = [vars(kind).get("default_error_messages", {}) for kind in _djangos_kinds(field)]
    messages = [words for kept in defaults for words in kept.values()]
    messages += [vars(kind).get("message") for check in field.validators for kind in _djangos_kinds(check)]
    return any(error.message is words for words in messages)


def _djangos_kinds(thing: object) -> list[type]:
    return [kind for kind in type(thing).__mro__ if kind.__module__.startswith("django.")]


def _with_label(field: BoundField, words: str) -> str:
    """The message after its field's label, unless the label is in it already."""
    label = str(field.label)
    if field.is_hidden or label.casefold() in words.casefold():
        return words
    return f"{label} {words}" if label.endswith("?") else f"{label}: {words}"


def _about(messages: Iterable[object], target: str) -> Iterator[Problem]:
    for message in messages:
        yield Problem(message=str(message), target=target)


def whole_form_id(form: BaseForm | BaseFormSet) -> str:
    """The id of the paragraph that holds what is wrong with the form as a whole."""
    return f"{form.prefix or 'form'}_problem"


def control_id(field: BoundField) -> str:
    """The id of the first control of a field. Django has none for radios: theirs is id_x_0."""
    if field.is_hidden:
        return whole_form_id(field.form)
    if field.id_for_label:
        return field.id_for_label
    first = field.subwidgets[0] if field.subwidgets else None
    return (first.id_for_label if first else "") or f"div_{field.auto_id}"
