"""Whether anything that is installed has a known weakness: the locks, held against a copy of the advisory database.

``python -m mentoring.lib.advisories``, a check of ``manage.py test``. ADVISORY_DATABASE names the copy: the archive or
the unpacked folder that OSV publishes for PyPI, or a clone of the Python Packaging Authority's advisory database. Both
hold records in the Open Source Vulnerability format. Without a copy it says so, and holds: a test asks no network.
"""

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
# What is known and does not reach us: an advisory's name → why, and until when it is looked at again.
ACCEPTED: dict[str, str] = {}


@dataclass(frozen=True)
class Finding:
    """A pinned version that an advisory names."""

    package: str
    version: str
    advisory: str
    fixed: str

    def __str__(self) -> str:
        way_out = f"mended in {self.fixed}" if self.fixed else "not mended yet"
        return f"{self.package} {self.version}: {self.advisory}, {way_out}"


def pins(texts: Iterable[str]) -> dict[str, set[str]]:
    """The versions that lock files pin, by the package's canonical name."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, version in PIN.findall(text):
            found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def records(copy: Path) -> Iterator[Mapping[str, Any]]:
    """Every advisory of a copy. Raises ``ValueError`` for a place that holds none."""
    if copy.suffix == ".zip":
        with zipfile.ZipFile(copy) as archive:
            for name in archive.namelist():
                if name.endswith(".json"):
                    yield json.loads(archive.read(name))
    elif copy.is_dir():
        for path in sorted(copy.rglob("*")):
            if path.suffix == ".json":
                yield json.loads(path.read_text())
            elif path.suffix in {".yaml", ".yml"} and path.stem.startswith("PYSEC"):
                yield _yaml(path.read_text())
    else:
        raise ValueError(f"{copy} is neither a folder nor an archive")


def _yaml(text: str) -> Mapping[str, Any]:
    import yaml  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415  (only the tests install it)

    return dict(yaml.safe_load(text))


def findings(pinned: Mapping[str, set[str]], advisories: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """The pinned versions that an advisory which stands names, but for those that are accepted."""
    found = []
    for advisory in advisories:
        names = {str(advisory.get("id", "")), *map(str, advisory.get("aliases", ()))}
        if advisory.get("withdrawn") or names & set(ACCEPTED):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if package.get("ecosystem") == "PyPI":
                found += [
                    Finding(name, version, str(advisory["id"]), _fixed(affected))
                    for version in sorted(pinned.get(name, ()))
                    if is_named(version, affected)
                ]
    return found


def is_named(version: str, affected: Mapping[str, Any]) -> bool:
    """Whether an advisory's list or ranges hold a version."""
    if version in affected.get("versions", ()):
        return True
    ranges = [each["events"] for each in affected.get("ranges", ()) if each.get("type") == "ECOSYSTEM"]
    return any(_within(Version(version), events) for events in ranges)


def _within(version: Version, events: Iterable[Mapping[str, str]]) -> bool:
    """Whether the last event at or before a version leaves it affected; events stand in any order."""
    inside, latest = False, Version("0.dev0")
    for event in events:
        ((kind, at),) = list(event.items())[:1]
        try:
            point = Version("0.dev0" if at == "0" else at)
        except InvalidVersion:
            continue
        # "last_affected" ends after its version, the others take effect at theirs.
        reached = version > point if kind == "last_affected" else version >= point
        if reached and point >= latest and kind in {"introduced", "fixed", "last_affected"}:
            inside, latest = kind == "introduced", point
    return inside


def _fixed(affected: Mapping[str, Any]) -> str:
    events = [event for each in affected.get("ranges", ()) for event in each["events"]]
    return ", ".join(event["fixed"] for event in events if "fixed" in event)


def main() -> int:
    """0 when nothing is named, or nothing can be looked up."""
    copy = os.environ.get("ADVISORY_DATABASE", "")
    if not copy:
        print("SKIPPED  dependencies: ADVISORY_DATABASE names no copy of the advisory database")
        return 0
    found = findings(pins((ROOT / lock).read_text() for lock in LOCKS), records(Path(copy)))
    for each in found:
        print(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
