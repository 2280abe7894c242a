"""A catalogue is whole, or it is said what it lacks; Welsh has the numbers that it needs."""

from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils.translation import ngettext, override

from mentoring.lib import translations
from mentoring.lib.extraction import Sentence

HELLO = Sentence("Hello, %(name)s")
DAYS = Sentence("%(n)s day", "<b>%(n)s</b> days")
WANTED = {HELLO, DAYS}


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """A whole one of two sentences."""
    path = tmp_path / "django.po"
    translations.write(path, WANTED)
    change(path, HELLO, msgstr="Helô, %(name)s")
    days = ["%(n)s diwrnod", "%(n)s ddiwrnod", "<b>%(n)s</b> diwrnod", "<b>%(n)s</b> diwrnod"]
    change(path, DAYS, msgstr_plural=dict(enumerate(days)))
    translations.write(path, WANTED)
    return path


def change(path: Path, sentence: Sentence, **to: object) -> None:
    catalogue = translations.read(path)
    entry = catalogue.find(sentence.words)
    assert entry is not None
    for name, value in to.items():
        setattr(entry, name, value)
    path.write_text(str(catalogue) + "\n", encoding="utf-8")


def faults(path: Path, wanted: set[Sentence] | None = None) -> Iterator[str]:
    return translations.faults(path, WANTED if wanted is None else wanted)


def test_whole_catalogue_has_no_fault(catalogue: Path) -> None:
    assert list(faults(catalogue)) == []
    assert polib.mofile(str(catalogue.with_suffix(".mo"))).find(HELLO.words).msgstr == "Helô, %(name)s"


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        ({"msgstr": ""}, "not translated"),
        ({"msgstr": "Helô"}, "placeholders"),
        ({"msgstr": "Helô, %(enw)s"}, "placeholders"),
        ({"msgstr": "<b>Helô</b>, %(name)s"}, "placeholders"),
        ({"msgstr": "Helô, %(name)s "}, "white space"),
        ({"flags": ["fuzzy"]}, "not settled"),
    ],
)
def test_fault_of_an_entry_is_named(catalogue: Path, to: dict[str, object], fault: str) -> None:
    change(catalogue, HELLO, **to)
    said = list(faults(catalogue))
    assert any(fault in line and HELLO.words in line for line in said), said


def test_stale_compilation_is_noticed(catalogue: Path) -> None:
    change(catalogue, HELLO, msgstr="Shwmae, %(name)s")
    assert ["django.mo is not what django.po compiles to"] == list(faults(catalogue))
    catalogue.with_suffix(".mo").unlink()
    assert ["django.mo is not what django.po compiles to"] == list(faults(catalogue))


@pytest.mark.parametrize("form", range(4))
def test_every_number_has_its_form(catalogue: Path, form: int) -> None:
    forms = dict(translations.read(catalogue).find(DAYS.words).msgstr_plural)
    change(catalogue, DAYS, msgstr_plural={**forms, form: ""})
    assert any("not translated" in line for line in faults(catalogue))


def test_number_may_be_left_out_where_it_is_one_or_two_as_in_english(catalogue: Path) -> None:
    forms = dict(translations.read(catalogue).find(DAYS.words).msgstr_plural)
    change(catalogue, DAYS, msgstr_plural={**forms, 2: "llawer"})
    assert any("placeholders" in line for line in faults(catalogue))


def test_new_sentence_is_taken_in_and_an_old_one_dropped(catalogue: Path) -> None:
    new = Sentence("New")
    said = list(faults(catalogue, {HELLO, new}))
    assert any("not in the catalogue: 'New'" in line for line in said)
    assert any("no longer in the source" in line and DAYS.words in line for line in said)
    translations.write(catalogue, {HELLO, new})
    assert list(faults(catalogue, {HELLO, new})) == ["not translated: 'New'"]
    assert translations.read(catalogue).find(HELLO.words).msgstr == "Helô, %(name)s"


def test_check_writes_nothing_and_ends_with_one(catalogue: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(translations, "CATALOGUE", catalogue)
    monkeypatch.setattr(translations, "sentences", lambda root: {*WANTED, Sentence("New")})
    before = catalogue.read_bytes()
    assert translations.main(["--check"]) == 1
    assert catalogue.read_bytes() == before
    assert "'New'" in capsys.readouterr().out
    assert translations.main([]) == 0
    assert "New" in catalogue.read_text()


@pytest.mark.parametrize(
    ("number", "pairs", "students"),
    [
        (0, "0 o barau", "0 o fyfyrwyr heb fentor"),
        (1, "1 pâr", "1 myfyriwr heb fentor"),
        (2, "2 bâr", "2 fyfyriwr heb fentor"),
        (3, "3 o barau", "3 o fyfyrwyr heb fentor"),
        (6, "6 o barau", "6 o fyfyrwyr heb fentor"),
        (8, "8 o barau", "8 o fyfyrwyr heb fentor"),
        (11, "11 o barau", "11 o fyfyrwyr heb fentor"),
    ],
)
def test_numbers_in_welsh(number: int, pairs: str, students: str) -> None:
    with override("cy"):
        assert ngettext("%(n)s pair", "%(n)s pairs", number) % {"n": number} == pairs
        without = ngettext("%(n)s student without a mentor", "%(n)s students without a mentor", number)
        assert without % {"n": number} == students


@pytest.mark.parametrize(
    ("number", "years"), [(1, "1 flwyddyn"), (2, "2 flynedd"), (3, "3 blynedd"), (8, "8 mlynedd"), (11, "11 mlynedd")]
)
def test_forms_of_a_word_that_needs_all_four(number: int, years: str) -> None:
    with override("cy"):
        assert ngettext("%(num)d year", "%(num)d years", number) % {"num": number} == years
