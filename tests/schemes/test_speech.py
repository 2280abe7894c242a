"""Renaming as it leaves the catalogue: labels, templates, plurals, contexts; and that nobody's words reach the next."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import (
    gettext,
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    override,
    pgettext,
    trans_real,
)

from schemes.speech import is_of_the_product, never_renamed, page_of, speak_for, speaking, spoken, words_of
from schemes.words import PRODUCT, own_words

BUDDY = own_words({"mentor": {"en": ["buddy", "buddies"], "cy": ["cyfaill", "cyfeillion"]}})
GUIDE = own_words({"mentor": {"en": ["guide", "guides"], "cy": ["tywysydd", "tywyswyr"]}})
LABEL = gettext_lazy("Your mentor training")
MANY = ngettext_lazy("%d more mentor", "%d more mentors")


class Scheme:
    def __init__(self, own):
        self.knobs = {"words": own.as_json()}


def test_sentence_is_renamed_in_the_block_alone():
    assert gettext("A mentor") == "A mentor"
    with speaking(BUDDY):
        assert gettext("A mentor") == "A buddy"
        with speaking(GUIDE):
            assert gettext("A mentor") == "A guide"
        with speaking(PRODUCT):
            assert gettext("A mentor") == "A mentor"
        assert gettext("A mentor") == "A buddy"
    assert gettext("A mentor") == "A mentor"


def test_block_ends_also_when_something_fails():
    with pytest.raises(ZeroDivisionError), speaking(BUDDY):
        1 / 0  # noqa: B018
    assert spoken() == PRODUCT


def test_language_changes_within_the_block_and_back():
    with speaking(BUDDY):
        with override("cy"):
            assert gettext("My mentor") == "Fy nghyfaill"
            assert str(LABEL) == "Eich hyfforddiant mentora"
        assert str(LABEL) == "Your buddy training"


def test_plurals_are_renamed_in_each_of_their_forms():
    with speaking(BUDDY):
        assert ngettext("%d more mentor", "%d more mentors", 1) == "%d more buddy"
        assert ngettext("%d more mentor", "%d more mentors", 3) == "%d more buddies"
        assert MANY % 3 == "3 more buddies"
        with override("cy"):
            assert MANY % 1 == "1 cyfaill arall"
            assert MANY % 2 == "2 gyfaill arall"
            assert MANY % 8 == "8 o gyfeillion eraill"


def test_templates_are_renamed_and_what_is_filled_in_is_not():
    page = Template(
        "{% load i18n %}{% translate 'My mentor' %}|"
        "{% blocktranslate with name=who %}{{ name }} has a mentor already.{% endblocktranslate %}|"
        "{% blocktranslate count n=2 %}{{ n }} more mentor{% plural %}{{ n }} more mentors{% endblocktranslate %}|"
        "{% translate 'Groups by mentor' as later %}{{ later }}|{{ label }}|{{ who }}"
    )
    with speaking(BUDDY):
        shown = page.render(Context({"who": "Mentor <Jones>", "label": LABEL}))
    assert shown.split("|")[:2] == ["My buddy", "Mentor &lt;Jones&gt; has a buddy already."]
    assert shown.split("|")[3:] == ["Groups by buddy", "Your buddy training", "Mentor &lt;Jones&gt;"]


@pytest.mark.abuse(15)
def test_what_is_markup_already_stays_so_and_takes_in_none():
    sly = own_words({"mentor": {"en": ["<script>", "x"]}})
    with speaking(sly):
        assert gettext(mark_safe("A mentor")) == "A mentor"
    with speaking(BUDDY):
        assert isinstance(gettext(mark_safe("A mentor")), SafeString)


def test_sentence_with_a_context_loses_it_and_is_renamed(monkeypatch):
    monkeypatch.setattr("schemes.speech.is_of_the_product", lambda message: "A mentor" in message)
    with speaking(BUDDY):
        assert pgettext("in a list", "A mentor") == "A buddy"
    assert pgettext("in a list", "A mentor") == "A mentor"


@pytest.mark.parametrize("words", ["Mentor evening in the bar", "Our mentor’s mentor", ""])
def test_what_somebody_wrote_passes_through_unchanged(words):
    with speaking(BUDDY):
        assert gettext(words) == words


def test_words_of_django_are_not_the_products():
    assert not is_of_the_product("Enter a valid URL path.")
    assert is_of_the_product("A mentor")
    assert is_of_the_product("%d more mentor")


def test_without_a_block_nobody_speaks_for_a_scheme():
    speak_for(Scheme(BUDDY))
    assert spoken() == PRODUCT


def test_page_of_a_scheme_speaks_for_it_until_the_block_ends():
    with speaking(PRODUCT):
        assert page_of("about", Scheme(BUDDY)) == "about"
        assert gettext("A mentor") == "A buddy"
    assert spoken() == PRODUCT


def test_schemes_that_differ_are_spoken_for_in_the_products_words():
    with speaking(GUIDE):
        speak_for(Scheme(BUDDY), Scheme(GUIDE))
        assert spoken() == PRODUCT
        speak_for(Scheme(BUDDY), Scheme(BUDDY))
        assert spoken() == BUDDY
        speak_for()
        assert spoken() == PRODUCT


def test_no_scheme_has_the_products_words():
    assert words_of(None) == PRODUCT
    assert words_of(Scheme(BUDDY)) == BUDDY


def test_what_was_agreed_to_is_never_renamed():
    agreed = never_renamed(gettext_lazy("Notes by my mentor"))
    with speaking(BUDDY):
        assert str(agreed) == "Notes by my mentor"
        with override("cy"):
            assert str(agreed) == "Nodiadau gan fy mentor"
        assert gettext("Notes by my mentor") == "Notes by my buddy"


def test_catalogues_that_are_made_anew_rename_too(monkeypatch):
    monkeypatch.setattr(trans_real, "_translations", {})
    with speaking(BUDDY), override("cy"):
        assert gettext("My mentor") == "Fy nghyfaill"


def test_threads_speak_each_in_their_own_words():
    met = Barrier(2, timeout=10)

    def said(own):
        with speaking(own), override("en-gb"):
            met.wait()
            found = [gettext("A mentor") for _n in range(200)]
            met.wait()
        return {*found, gettext("My mentor")}

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(said, (BUDDY, GUIDE)))
    assert found == [{"A buddy", "My mentor"}, {"A guide", "My mentor"}]


def test_tasks_of_one_loop_speak_each_in_their_own_words():
    async def said(own):
        found = []
        with speaking(own):
            for _n in range(20):
                found.append(gettext("A mentor"))
                await asyncio.sleep(0)
        return {*found, gettext("My mentor")}

    async def both():
        return await asyncio.gather(said(BUDDY), said(GUIDE), said(PRODUCT))

    assert asyncio.run(both()) == [
        {"A buddy", "My mentor"}, {"A guide", "My mentor"}, {"A mentor", "My mentor"},
    ]  # fmt: skip
