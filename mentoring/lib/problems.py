"""The lines of the error summary: every message of a form, with the id of the control it is about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.forms import BaseForm, BaseFormSet
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
    for field in form:
        yield from _about(field.errors, control_id(field))


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
