"""Each component: what it says is escaped, its ids and aria attributes fit together, its links lead somewhere."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory

from mentoring.lib.choices import hinted
from mentoring.lib.notices import say, say_with_undo, undo_address
from mentoring.lib.problems import problems_of

BAD = '<b>"x"</b>&'
ESCAPED = "&lt;b&gt;&quot;x&quot;&lt;/b&gt;&amp;"


def drawn(source: str, **context: Any) -> str:
    return Template("{% load components %}" + source).render(Context(context))


class Page(HTMLParser):
    """Ids, references between elements and the names of fields of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if given.get("id"):
            self.ids.append(given["id"] or "")
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.references += (given.get(name) or "").split()
        if (given.get("href") or "").startswith("#") and given["href"] != "#":
            self.references.append((given["href"] or "")[1:])

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


class Sample(forms.Form):
    who = forms.ChoiceField(
        choices=[("a", "Aisha"), ("b", "Ben")],
        widget=forms.RadioSelect(attrs={"data-columns": "2"}),
        error_messages={"required": "Select who"},
    )
    about = forms.MultipleChoiceField(
        choices=[("l", BAD)], widget=forms.CheckboxSelectMultiple, help_text="Any", required=False
    )
    day = forms.DateField(help_text="Today", error_messages={"required": "Enter the date"})
    note = forms.CharField(widget=forms.Textarea, required=False)
    file = forms.FileField(required=False)
    agreed = forms.BooleanField(label="Agreed", error_messages={"required": "Tick it"})
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


TEXTS = [
    '{% queue_row count=2 title=bad detail=bad url="/x/" action=bad tag=bad %}',
    "{% stat_list items %}",
    "{% year_timeline items %}",
    "{% timeline items %}",
    "{% check_answers items %}",
    "{% task_list items %}",
    "{% breadcrumbs items %}",
    "{% back_link bad bad %}",
    "{% tag bad %}",
    "{% initials bad %}{{ bad }}",
    "{% filter_bar filters=items search=bad keep=keep %}",
    "{% person_card name=bad detail=bad %}x{% endperson_card %}",
    "{% callout title=bad %}x{% endcallout %}",
    "{% confirmation title=bad %}x{% endconfirmation %}",
    "{% details summary=bad %}x{% enddetails %}",
    "{% empty_state title=bad text=bad url=bad action=bad %}",
    "{% job_progress done=1 total=2 label=bad %}",
    "{% post_button label=bad url=bad fields=keep name=bad value=bad about=bad %}",
    "{% who_sees bad %}",
    '{% bar_chart points title=bad sentence=bad id="c" heading=bad %}',
    '{% line_chart points title=bad sentence=bad id="c" heading=bad target=3 %}',
    '{% stacked_chart points title=bad sentence=bad id="c" heading=bad %}',
]


@pytest.mark.parametrize("source", TEXTS)
def test_text_is_escaped_and_ids_fit(source: str) -> None:
    item = dict.fromkeys(("label", "value", "note", "url", "detail", "hint", "status", "count", "when"), BAD)
    html = drawn(source, bad=BAD, items=[item | {"date": BAD}], keep={BAD: BAD}, points=[(BAD, 1), ("b", 2)])
    assert "<b>" not in html
    assert ESCAPED in html or "&lt;" in html
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)
    assert not re.search(r"\s(style|on[a-z]+)=|<script", html)


def test_queue_row_that_is_empty_says_done_and_offers_nothing() -> None:
    html = drawn(
        '{% queue_row count=0 title="Swaps" url="/swaps/" action="See" tone="urgent" tag="Today" primary=True %}'
    )
    assert "All done" in html
    assert "queue-count--good" in html
    assert "/swaps/" not in html
    assert "Today" not in html


def test_queue_row_button_is_told_apart_by_readers() -> None:
    html = drawn('{% queue_row count=3 title="Swaps" url="/swaps/" action="See" primary=True %}')
    assert 'class="btn btn-primary"' in html
    assert 'See<span class="visually-hidden">: Swaps</span>' in html


def test_year_marks_where_we_are() -> None:
    year = [
        {"date": date(2026, 3, 12), "label": "Opened", "state": "done"},
        {"date": "6 Oct", "label": "Phase", "state": "now"},
    ]
    html = drawn("{% year_timeline year %}", year=year)
    assert "12 Mar · done" in html
    assert html.count('aria-current="step"') == 1
    assert "6 Oct · now" in html


def test_time_is_shown_in_the_readers_zone() -> None:
    assert drawn("{{ t|when }}", t=datetime(2026, 7, 1, 12, 5, tzinfo=UTC)) == "1 Jul, 13:05"


def test_filter_that_is_on_says_so() -> None:
    filters = [{"label": "All", "url": "?", "count": 0}, {"label": "Quiet", "url": "?q", "current": True}]
    html = drawn('{% filter_bar filters=filters search="" search_label="Find" %}', filters=filters)
    assert html.count('aria-current="true"') == 1
    assert "<span>0</span>" in html
    assert 'data-shortcut="/"' in html
    assert Page(html).references == ["id_q"]


def test_pagination_keeps_the_rest_of_the_question() -> None:
    request = RequestFactory().get("/people/", {"q": "li & co", "page": "2"})
    page = Paginator(range(30), 10).page(2)
    html = drawn("{% pagination page %}", page=page, request=request)
    assert 'href="?q=li+%26+co&amp;page=1"' in html
    assert 'href="?q=li+%26+co&amp;page=3"' in html
    assert "11 to 20 of 30" in html


def test_pagination_of_a_single_page_is_nothing() -> None:
    assert drawn("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


# Forms


def test_problems_point_at_the_first_control() -> None:
    form = Sample({})
    form.add_error(None, "Whole")
    assert [(p.message, p.target) for p in problems_of(form)] == [
        ("Whole", "form_problem"),
        ("Select who", "id_who_0"),
        ("Enter the date", "id_day"),
        ("Tick it", "id_agreed"),
    ]


def test_problems_of_a_formset_carry_their_prefix() -> None:
    formset = forms.formset_factory(Sample, extra=2)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-agreed": "on"}
    )
    targets = [p.target for p in problems_of(formset)]
    assert targets[:2] == ["id_form-0-who_0", "id_form-0-day"]
    assert "id_form-1-agreed" in targets


def test_form_page_every_reference_leads_to_an_element() -> None:
    form = Sample({})
    form.add_error(None, "Whole")
    form.add_error("secret", "Tampered")
    page = Page(drawn("{% form_page other %}", other=form))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)


def test_form_page_messages_stand_above_their_controls() -> None:
    html = drawn("{% form_page other %}", other=Sample({}))
    body = html[html.index("<form") :]
    assert body.index("Select who") < body.index('id="id_who_0"')
    assert body.index("Enter the date") < body.index('name="day"')
    day = next(a for a in Page(body).all("input") if a.get("name") == "day")
    assert day["aria-invalid"] == "true"
    assert set((day["aria-describedby"] or "").split()) == {"id_day_helptext", "id_day_error"}


def test_form_page_marks_what_is_optional_and_uses_no_stars() -> None:
    html = drawn("{% form_page other %}", other=Sample())
    assert html.count("(optional)") == 3
    assert "*" not in html


def test_choices_are_cards_in_a_fieldset() -> None:
    html = drawn("{% form_page other %}", other=Sample(initial={"who": "b"}))
    page = Page(html)
    assert html.count('class="choice"') == 4
    assert "choices--2" in html
    assert [a["id"] for a in page.all("input") if "checked" in a] == ["id_who_1"]
    assert [a.get("aria-describedby") for a in page.all("fieldset")][:2] == [None, "id_about_helptext"]
    assert ESCAPED in html
    assert "data-columns" not in html


def test_choice_with_a_hint_is_escaped() -> None:
    field = forms.ChoiceField(choices=[("a", hinted(BAD, "Staff"))], widget=forms.RadioSelect)
    form = type("F", (forms.Form,), {"a": field})()
    html = drawn("{% form_fields f %}", f=form)
    assert f'{ESCAPED}<span class="choice-hint">Staff</span>' in html


def test_form_page_with_a_file_is_multipart_and_has_one_filled_button() -> None:
    html = drawn('{% form_page other submit="Send" cancel_url="/back/" %}', other=Sample())
    assert 'enctype="multipart/form-data"' in html
    assert html.count("btn-primary") == 1
    assert 'href="/back/"' in html
    plain = drawn("{% form_page other danger=True %}", other=forms.Form())
    assert "enctype" not in plain
    assert "btn-danger" in plain


def test_form_page_leaves_the_summary_of_the_pages_form_to_the_base() -> None:
    assert "There is a problem" in drawn("{% form_page other %}", other=Sample({}))
    assert "There is a problem" not in drawn("{% form_page form %}", form=Sample({}))


def test_the_summary_names_the_field_where_the_message_does_not() -> None:
    class Plan(forms.Form):
        title = forms.CharField()
        places = forms.IntegerField(label="How many places?", min_value=1)
        link = forms.URLField(label="Link", assume_scheme="https")
        day = forms.DateField(error_messages={"required": "Enter the date"})
        one = forms.CharField(label="Address", error_messages={"required": "Choose a column"})
        two = forms.CharField(label="Number", error_messages={"required": "Choose a column"})
        three = forms.CharField(label="Name", error_messages={"required": "Choose the column of the name"})

    html = drawn("{% error_summary other %}", other=Plan({"places": "0", "link": "http://"}))
    assert re.findall(r'<a href="#id_\w+">(.*?)</a>', html) == [
        "Title: This field is required.",
        "How many places? Ensure this value is greater than or equal to 1.",
        "Link: Enter a valid URL.",
        "Enter the date",
        "Address: Choose a column",
        "Number: Choose a column",
        "Choose the column of the name",
    ]


def test_single_field() -> None:
    html = drawn("{% form_field form.day %}", form=Sample())
    assert 'name="day"' in html
    assert 'name="who"' not in html


def test_post_button_carries_the_token() -> None:
    html = drawn('{% post_button label="Undo" url="/undo/" fields=f %}', f={"pk": "7"}, csrf_token="kept")
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="kept">' in html
    assert '<input type="hidden" name="pk" value="7">' in html


# Boxes, charts, notices


def test_job_looks_again_until_finished() -> None:
    going = drawn('{% job_progress done=3 total=9 label="Importing" url="/r/" %}')
    assert "data-refresh" in going
    assert "Check again" in going
    assert "/r/" not in going
    done = drawn('{% job_progress done=9 total=9 label="Importing" finished=True url="/r/" %}')
    assert "data-refresh" not in done
    assert 'href="/r/"' in done


def test_chart_has_sentence_values_and_table() -> None:
    html = drawn(
        '{% bar_chart p title="T" sentence="Week 2 was busiest." id="w" last=True %}', p=[("wk 1", 5), ("wk 2", 9)]
    )
    page = Page(html)
    assert page.all("svg")[0]["role"] == "img"
    assert page.all("svg")[0]["aria-labelledby"] == "w-title w-desc"
    assert html.count("chart-bar--now") == 1
    assert html.count("Week 2 was busiest.") == 2
    assert re.findall(r'<td class="num">(\d)</td>', html) == ["5", "9"]


def test_initials_of_one_and_of_many_names() -> None:
    assert ">A<" in drawn('{% initials "aisha" %}')
    assert ">LG<" in drawn('{% initials "Llŷr ap Gwyn" %}')
    assert "><" in drawn('{% initials "" %}').replace("\n", "")


def test_undo_address_is_ours_only() -> None:
    assert undo_address(Message(messages.SUCCESS, "x", extra_tags="undo:/u/1/")) == "/u/1/"
    assert undo_address(Message(messages.SUCCESS, "x", extra_tags="undo:https://evil.example/")) == ""
    assert undo_address(Message(messages.SUCCESS, "x")) == ""


class _Kept:
    """Stands for a request's message storage."""

    def __init__(self) -> None:
        self.added: list[tuple[int, str, str]] = []

    def add(self, level: int, message: str, extra_tags: str) -> None:
        self.added.append((level, message, extra_tags))


def test_saying_keeps_words_and_the_way_back() -> None:
    request = RequestFactory().get("/")
    request._messages = kept = _Kept()  # type: ignore[attr-defined]
    say(request, "Saved")
    say_with_undo(request, "Published", "/undo/3/")
    assert kept.added == [(messages.SUCCESS, "Saved", ""), (messages.SUCCESS, "Published", "undo:/undo/3/")]


# Pages


@pytest.mark.django_db
def test_styleguide_shows_every_component_and_its_links_lead_somewhere(client: Client) -> None:
    response = client.get("/styleguide/")
    html = response.content.decode()
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)
    assert not re.search(r"\sstyle=|\son(click|load|submit)=", html)
    for name in (
        "queue-row",
        "stats",
        "year",
        "choice",
        "answers",
        "tasks",
        "error-summary",
        "tag",
        "filter-bar",
        "person",
        "chart",
        "notice",
        "empty",
        "progress",
        "pagination",
        "table--cards",
        "callout",
    ):
        assert re.search(rf'class="[^"]*\b{name}\b', html), name


@pytest.mark.django_db
def test_page_not_found_tells_nothing_of_the_request(client: Client) -> None:
    first = client.get("/pairs-of-aisha/")
    second = client.get("/nothing-at-all/?who=aisha")
    assert first.status_code == second.status_code == 404
    assert first.content == second.content
    assert b"aisha" not in first.content
    assert b"csrfmiddlewaretoken" not in first.content


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "429", "500", "503"])
def test_error_pages_are_drawn_without_any_context(name: str) -> None:
    html = Template('{% extends "' + name + '.html" %}').render(Context())
    assert html.count("<h1") == 1
    assert "Peer mentoring</title>" in html
    assert "csrfmiddlewaretoken" not in html


def test_title_says_error_first_and_once() -> None:
    page = Template('{% extends "base.html" %}{% block title %}Log{% endblock title %}')
    assert "<title>Error: Log - Peer mentoring</title>" in page.render(Context({"form": Sample({})}))
    assert "<title>Log - Peer mentoring</title>" in page.render(Context({"form": Sample()}))
