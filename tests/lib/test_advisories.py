"""Pins held against advisories, offline."""

import json
import zipfile
from pathlib import Path

import pytest

from mentoring.lib import advisories
from mentoring.lib.advisories import ROOT, Finding, findings, is_named, main, pins, records

ADVISORY = {
    "id": "PYSEC-2026-1",
    "aliases": ["CVE-2026-1"],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Django"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "5.2"}, {"fixed": "5.2.4"}, {"introduced": "0"}, {"fixed": "4.2.9"}],
                }
            ],
            "versions": ["3.0.1"],
        }
    ],
}
AFFECTED = ADVISORY["affected"][0]


@pytest.mark.parametrize(
    ("version", "named"),
    [("4.2.8", True), ("4.2.9", False), ("5.1", False), ("5.2", True), ("5.2.3", True), ("5.2.4", False),
     ("5.2.10", False), ("3.0.1", True)],
)  # fmt: skip
def test_ranges_hold_what_lies_between_their_events(version: str, named: bool) -> None:
    assert is_named(version, AFFECTED) is named


def test_last_affected_is_affected_and_the_next_is_not() -> None:
    events = {"ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "2.0"}]}]}
    assert [is_named(version, events) for version in ("1.9", "2.0", "2.0.1")] == [True, True, False]


def test_locks_are_read_whole() -> None:
    pinned = pins((ROOT / lock).read_text() for lock in advisories.LOCKS)
    assert len(pinned) > 80
    assert {"django", "django-allauth", "uv", "pytest"} <= set(pinned)


def test_a_pinned_version_that_is_named_is_found_with_its_way_out() -> None:
    assert findings({"django": {"5.2.3"}}, [ADVISORY]) == [Finding("django", "5.2.3", "PYSEC-2026-1", "5.2.4, 4.2.9")]
    assert findings({"django": {"5.2.4"}, "flask": {"5.2.3"}}, [ADVISORY]) == []


def test_what_was_withdrawn_or_accepted_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings({"django": {"5.2.3"}}, [{**ADVISORY, "withdrawn": "2026-01-01T00:00:00Z"}]) == []
    monkeypatch.setattr(advisories, "ACCEPTED", {"CVE-2026-1": "made up"})
    assert findings({"django": {"5.2.3"}}, [ADVISORY]) == []


def test_archive_and_folder_are_read_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2026-1.json", json.dumps(ADVISORY))
    folder = tmp_path / "vulns"
    folder.mkdir()
    (folder / "PYSEC-2026-1.json").write_text(json.dumps(ADVISORY))
    (folder / "PYSEC-2026-2.yaml").write_text(json.dumps({**ADVISORY, "id": "PYSEC-2026-2"}))  # JSON is YAML
    assert [each["id"] for each in records(tmp_path / "all.zip")] == ["PYSEC-2026-1"]
    assert [each["id"] for each in records(folder)] == ["PYSEC-2026-1", "PYSEC-2026-2"]
    with pytest.raises(ValueError, match="neither"):
        list(records(tmp_path / "absent"))


def test_without_a_copy_it_says_so_and_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ADVISORY_DATABASE", raising=False)
    assert main() == 0
    assert capsys.readouterr().out.startswith("SKIPPED  dependencies")


def test_a_finding_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (version,) = pins([(ROOT / "requirements.txt").read_text()])["django"]
    named = {**ADVISORY, "affected": [{"package": {"ecosystem": "PyPI", "name": "django"}, "versions": [version]}]}
    (tmp_path / "one.json").write_text(json.dumps(named))
    monkeypatch.setenv("ADVISORY_DATABASE", str(tmp_path))
    assert main() == 1
    assert f"django {version}: PYSEC-2026-1, not mended yet" in capsys.readouterr().out
