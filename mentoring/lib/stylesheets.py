"""Compile static/scss/ to the stylesheets that are served, and check that the committed ones equal their source.

python -m mentoring.lib.stylesheets            writes static/css/
python -m mentoring.lib.stylesheets --check    writes nothing; ends with 1 if a stylesheet is stale
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import sass

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS: Mapping[str, str] = {
    "scss/mentoring.scss": "css/mentoring.css",
    "scss/records.scss": "css/records.css",
}


def compiled(source: Path) -> str:
    """The minified CSS of one Sass file, ending in a newline. Raises sass.CompileError with file and line."""
    return str(sass.compile(filename=str(source), output_style="compressed")).strip() + "\n"


def stale(static: Path = STATIC, sheets: Mapping[str, str] = SHEETS) -> list[str]:
    """The stylesheets (paths below `static`) that are missing or differ from what their source compiles to."""
    return [target for source, target in sheets.items() if _read(static / target) != compiled(static / source)]


def write(static: Path = STATIC, sheets: Mapping[str, str] = SHEETS) -> None:
    """Compile every stylesheet into its place."""
    for source, target in sheets.items():
        (static / target).parent.mkdir(parents=True, exist_ok=True)
        (static / target).write_text(compiled(static / source), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m mentoring.lib.stylesheets", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare, and end with 1 if something is stale")
    if not parser.parse_args(argv).check:
        write()
        return 0
    old = stale()
    for target in old:
        print(f"static/{target} is not what static/scss/ compiles to: run python -m mentoring.lib.stylesheets")
    return 1 if old else 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
