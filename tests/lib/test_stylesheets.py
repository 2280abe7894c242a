"""The committed stylesheets are what their source compiles to, small, and load nothing from elsewhere."""

import gzip
import re
from pathlib import Path

import pytest

from mentoring.lib import stylesheets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scss").mkdir()
    (tmp_path / "scss" / "a.scss").write_text("$red: #f00; p { color: $red; }")
    return tmp_path


def test_committed_stylesheets_equal_their_source() -> None:
    assert stylesheets.stale() == []


def test_written_stylesheet_is_fresh(folder: Path) -> None:
    sheets = {"scss/a.scss": "css/a.css"}
    assert stylesheets.stale(folder, sheets) == ["css/a.css"]
    stylesheets.write(folder, sheets)
    assert stylesheets.stale(folder, sheets) == []
    assert (folder / "css" / "a.css").read_text() == "p{color:red}\n"


@pytest.mark.parametrize("changed", ["source", "target"])
def test_changed_file_is_noticed(folder: Path, changed: str) -> None:
    sheets = {"scss/a.scss": "css/a.css"}
    stylesheets.write(folder, sheets)
    path = folder / ("scss/a.scss" if changed == "source" else "css/a.css")
    path.write_text("p { color: blue }")
    assert stylesheets.stale(folder, sheets) == ["css/a.css"]


def test_check_says_which_and_ends_with_one(monkeypatch, capsys) -> None:
    monkeypatch.setattr(stylesheets, "stale", lambda: ["css/mentoring.css"])
    assert stylesheets.main(["--check"]) == 1
    assert "static/css/mentoring.css" in capsys.readouterr().out
    monkeypatch.setattr(stylesheets, "stale", list)
    assert stylesheets.main(["--check"]) == 0


def test_weight_and_origin() -> None:
    for target in stylesheets.SHEETS.values():
        css = (stylesheets.STATIC / target).read_bytes()
        assert len(gzip.compress(css)) <= 25_000
        addresses = re.findall(rb"url\(\"?([^\")]+)", css)
        assert addresses, "the type is not loaded"
        for address in addresses:
            assert (stylesheets.STATIC / target).parent.joinpath(address.decode()).resolve().is_file()


def test_type_is_light_enough() -> None:
    fonts = list((stylesheets.STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) <= 45_000
    assert (stylesheets.STATIC / "fonts" / "OFL.txt").is_file()
