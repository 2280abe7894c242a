"""Every sentence that goes through gettext is found, however it is written."""

import pytest

from mentoring.lib.extraction import Sentence, in_blueprint, in_python, in_template

IMPORT = "from django.utils.translation import gettext_lazy as _later, ngettext as many\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("One")', [Sentence("One")]),
        ('_("One "\n  "sentence")', [Sentence("One sentence")]),
        ('translation.gettext("One")', [Sentence("One")]),
        ('ngettext("%d day", "%d days", n)', [Sentence("%d day", "%d days")]),
        ('pgettext("month", "May")', [Sentence("May", "", "month")]),
        ('npgettext("past", "a day", "%d days", n)', [Sentence("a day", "%d days", "past")]),
        (IMPORT + '_later("Later")', [Sentence("Later")]),
        (IMPORT + 'many("%d day", "%d days", n)', [Sentence("%d day", "%d days")]),
        ("_(words)", []),
        ('say("One")', []),
    ],
)
def test_python(source: str, found: list[Sentence]) -> None:
    assert list(in_python(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "One" %} it’s (not) "this"', [Sentence("One")]),
        ('{% translate "50% of it" as half %}', [Sentence("50%% of it")]),
        ('{% callout title=_("One (of two)") %}', [Sentence("One (of two)")]),
        ("{% blocktranslate trimmed %}\n  One\n  line\n{% endblocktranslate %}", [Sentence("One line")]),
        (
            "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}",
            [Sentence("%(n)s day", "%(n)s days")],
        ),
        ('{# _("Not this") #}{% comment %}{% translate "Nor this" %}{% endcomment %}', []),
    ],
)
def test_templates(source: str, found: list[Sentence]) -> None:
    assert list(in_template(source)) == found


def test_blueprints() -> None:
    data = {"name": "A", "summary": "B", "policy": {"entry": "opt-out"}, "milestones": [{"name": "C", "key": "c"}]}
    assert [sentence.words for sentence in in_blueprint(data)] == ["A", "B", "C"]
