"""Our components as template tags. Each draws one template of templates/components/; see /styleguide/."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mentoring.lib import charts
from mentoring.lib.notices import undo_address
from mentoring.lib.problems import problems_of, whole_form_id

register = template.Library()

Items = Iterable[Mapping[str, Any] | object]
Shown = dict[str, Any]


@register.filter
def oneline(text: str) -> str:
    """Without line breaks and doubled spaces, for <title>."""
    return SafeString(" ".join(text.split())) if isinstance(text, SafeString) else " ".join(text.split())


@register.filter
def when(value: object) -> str:
    """A date as 6 Oct, a time as 6 Oct, 14:05 in the reader's zone, words as they are."""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return date_format(local, "j M, H:i")
    return date_format(value, "j M") if isinstance(value, date) else str(value or "")


@register.filter
def choice_columns(field: BoundField) -> str:
    """The class for the number of columns that the widget's data-columns asks for; ``row``: as wide as their words."""
    wanted = str(field.field.widget.attrs.get("data-columns", ""))
    return f"choices--{wanted}" if wanted in ("2", "3", "row") else ""


@register.filter
def notice_tone(level: str) -> str:
    return {"success": "good", "warning": "attention", "error": "urgent"}.get(level, "brand")


@register.filter
def problem_id(form: BaseForm) -> str:
    return whole_form_id(form)


@register.simple_tag
def undo_url(message: Message) -> str:
    return undo_address(message)


@register.simple_tag
def initials(name: str) -> SafeString:
    """First letters of the first and last word, in a disc; hidden from readers, who have the name beside it."""
    words = str(name).split()
    letters = "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()
    return render_to_string("components/_initials.html", {"letters": letters})


@register.inclusion_tag("components/_tag.html")
def tag(words: str, tone: str = "plain") -> Shown:
    return {"words": words, "tone": tone}


# Lists


@register.inclusion_tag("components/_queue_row.html")
def queue_row(
    *,
    count: int,
    title: str,
    detail: str = "",
    url: str = "",
    action: str = "",
    tone: str = "brand",
    tag: str = "",
    tag_tone: str = "",
    primary: bool = False,
    owner: str = "",
    more_url: str = "",
) -> Shown:
    """One kind of work that waits: how many, what, how old, one button. Nothing left shows as done.

    ``owner`` looks after it; ``more_url`` is where it is put off or handed over.
    """
    return {
        "count": count,
        "title": title,
        "detail": detail,
        "url": url if count else "",
        "action": action,
        "tone": tone if count else "good",
        "tag": tag if count else "",
        "tag_tone": tag_tone or tone,
        "primary": primary,
        "owner": owner,
        "more_url": more_url,
    }


@register.inclusion_tag("components/_stat_list.html")
def stat_list(items: Items) -> Shown:
    return {"items": items}


@register.inclusion_tag("components/_year_timeline.html")
def year_timeline(items: Items) -> Shown:
    return {"items": items}


@register.inclusion_tag("components/_timeline.html")
def timeline(items: Items) -> Shown:
    return {"items": items}


@register.inclusion_tag("components/_check_answers.html")
def check_answers(rows: Items) -> Shown:
    return {"rows": rows}


@register.inclusion_tag("components/_task_list.html")
def task_list(items: Items) -> Shown:
    return {"items": items}


@register.inclusion_tag("components/_filter_bar.html")
def filter_bar(
    *,
    filters: Items = (),
    search: str | None = None,
    search_label: str = "",
    keep: Mapping[str, str] | None = None,
    form: BaseForm | None = None,
) -> Shown:
    """Filters as links, a search box if `search` is not None, and any GET form. `keep` travels along unseen."""
    return {
        "filters": filters,
        "search": search,
        "search_label": search_label or _("Search"),
        "keep": keep or {},
        "form": form,
    }


@register.inclusion_tag("components/_pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page) -> Shown:
    return {
        "page": page,
        "previous": _page_address(context, page.previous_page_number()) if page.has_previous() else "",
        "next": _page_address(context, page.next_page_number()) if page.has_next() else "",
    }


def _page_address(context: template.Context, number: int) -> str:
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return f"?page={number}"
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/_breadcrumbs.html")
def breadcrumbs(items: Items) -> Shown:
    return {"items": items}


@register.inclusion_tag("components/_back_link.html")
def back_link(url: str, label: str = "") -> Shown:
    return {"url": url, "label": label or _("Back")}


# Forms


@register.inclusion_tag("components/_error_summary.html")
def error_summary(*forms: BaseForm) -> Shown:
    """Every message of the forms, each linked to its control."""
    return {"problems": problems_of(*forms)}


@register.inclusion_tag("components/_form.html", takes_context=True)
def form_page(
    context: template.Context,
    form: BaseForm,
    *,
    submit: str = "",
    cancel_url: str = "",
    cancel: str = "",
    action: str = "",
    multipart: bool = False,
    danger: bool = False,
    id: str = "",
) -> Shown:
    """A whole form with one filled button. The base sums up the errors of the page's `form`, this those of others."""
    outer = next((layer["form"] for layer in context.dicts if "form" in layer), None)
    return {
        "form": form,
        "summary": outer is not form,
        "submit": submit or _("Save"),
        "cancel_url": cancel_url,
        "cancel": cancel or _("Cancel"),
        "action": action,
        "multipart": multipart or form.is_multipart(),
        "danger": danger,
        "id": id,
    }


@register.inclusion_tag("components/_form_fields.html")
def form_fields(form: BaseForm) -> Shown:
    return {"form": form}


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """One field of a form, as form_page would draw it."""
    return SafeString(as_crispy_field(field, "bootstrap5"))


@register.inclusion_tag("components/_post_button.html")
def post_button(
    *,
    label: str,
    url: str = "",
    style: str = "primary",
    name: str = "",
    value: str = "",
    fields: Mapping[str, str] | None = None,
    block: bool = False,
    about: str = "",
) -> Shown:
    """A form that is only a button. `about` is read out after the label: "Undo" of what."""
    return {
        "label": label,
        "url": url,
        "style": style,
        "name": name,
        "value": value,
        "fields": fields or {},
        "block": block,
        "about": about,
    }


@register.inclusion_tag("components/_who_sees.html")
def who_sees(text: str) -> Shown:
    return {"text": text}


# Boxes around content


@register.simple_block_tag
def person_card(
    content: str, *, name: str, title: str = "", detail: str = "", url: str = "", level: int = 3
) -> SafeString:
    """A person. `title` is the heading where it says more than the name: "Meet Priya"."""
    shown = {"content": content, "name": name, "title": title or name, "detail": detail, "url": url, "level": level}
    return render_to_string("components/_person_card.html", shown)


@register.simple_block_tag
def confirmation(content: str, *, title: str, level: int = 1) -> SafeString:
    return render_to_string("components/_confirmation.html", {"content": content, "title": title, "level": level})


@register.simple_block_tag
def callout(content: str, *, title: str = "", tone: str = "brand", level: int = 2) -> SafeString:
    shown = {"content": content, "title": title, "tone": tone, "level": level}
    return render_to_string("components/_callout.html", shown)


@register.simple_block_tag
def details(content: str, *, summary: str, open: bool = False) -> SafeString:
    return render_to_string("components/_details.html", {"content": content, "summary": summary, "open": open})


@register.inclusion_tag("components/_empty_state.html")
def empty_state(*, title: str, text: str = "", url: str = "", action: str = "", level: int = 2) -> Shown:
    return {"title": title, "text": text, "url": url, "action": action, "level": level}


@register.inclusion_tag("components/_job_progress.html")
def job_progress(
    *, done: int, total: int, label: str, finished: bool = False, url: str = "", action: str = "", id: str = "job"
) -> Shown:
    """How far a long job is. Until `finished` the page looks again by itself, or by its "Check again" link."""
    return {
        "id": id,
        "done": done,
        "total": total,
        "label": label,
        "finished": finished,
        "url": url,
        "action": action or _("See the result"),
    }


# Charts


def _chart(chart: charts.Chart, points: Sequence[charts.Point], unit: str, words: Mapping[str, str]) -> Shown:
    table = [(label, charts.shown(value, unit)) for label, value in points]
    return {"chart": chart, "width": charts.WIDTH, "table": table, **words}


@register.inclusion_tag("components/_chart_bars.html")
def bar_chart(
    points: Sequence[charts.Point],
    *,
    title: str,
    sentence: str,
    id: str,
    unit: str = "",
    last: bool = False,
    heading: str = "",
) -> Shown:
    """Bars. `sentence` states the finding; `heading` is what the labels are ("Week")."""
    words = {"title": title, "sentence": sentence, "id": id, "heading": heading}
    return _chart(charts.bars(points, unit, last=last), points, unit, words)


@register.inclusion_tag("components/_chart_line.html")
def line_chart(
    points: Sequence[charts.Point],
    *,
    title: str,
    sentence: str,
    id: str,
    unit: str = "",
    target: float | None = None,
    heading: str = "",
) -> Shown:
    words = {"title": title, "sentence": sentence, "id": id, "heading": heading}
    words["aim"] = "" if target is None else charts.shown(target, unit)
    return _chart(charts.line(points, unit, target=target), points, unit, words)


@register.inclusion_tag("components/_chart_stacked.html")
def stacked_chart(
    points: Sequence[charts.Point], *, title: str, sentence: str, id: str, unit: str = "", heading: str = ""
) -> Shown:
    words = {"title": title, "sentence": sentence, "id": id, "heading": heading}
    return _chart(charts.stacked(points, unit), points, unit, words)
