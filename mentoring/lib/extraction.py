"""Every sentence of the product that goes through gettext, and the words of blueprints; found with Python alone.

The same words that ``makemessages`` finds: the arguments of the gettext functions in Python, and what
Django's own ``templatize`` makes of the templates.
"""

import ast
import io
import tokenize
import tomllib
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import TranslatorCommentWarning
from django.utils.translation.template import templatize

# Which arguments of each function are the context, the words and their plural.
FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("words",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("words", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "words")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "words", "plural")),
}
PACKAGES = ("accounts", "schemes", "mentoring")
TEMPLATES = ("*.html", "*.txt")
BLUEPRINTS = "schemes/blueprints/*.toml"
SAID_IN_BLUEPRINTS = ("name", "summary")


class Sentence(NamedTuple):
    """What a translator is given: words, the plural where there is one, and the context."""

    words: str
    plural: str = ""
    context: str = ""


def sentences(root: Path) -> set[Sentence]:
    """Every sentence in the Python and the templates below ``root``."""
    found: set[Sentence] = set()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            found.update(in_python(path.read_text(encoding="utf-8")))
    for pattern in TEMPLATES:
        for path in sorted((root / "templates").rglob(pattern)):
            found.update(in_template(path.read_text(encoding="utf-8")))
    for path in sorted(root.glob(BLUEPRINTS)):
        found.update(in_blueprint(tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def in_blueprint(data: Mapping[str, Any]) -> Iterator[Sentence]:
    """The names and summaries of a blueprint and of its milestones."""
    for part in (data, *data.get("milestones", ())):
        yield from (Sentence(part[name]) for name in SAID_IN_BLUEPRINTS if part.get(name))


def in_python(source: str) -> Iterator[Sentence]:
    """The sentences of a module, under whatever name it imports a gettext function."""
    tree = ast.parse(source)
    called = {**FUNCTIONS, **_renamed(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _said_by(node, called)


def _renamed(tree: ast.AST) -> dict[str, tuple[str, ...]]:
    """The module's own names for gettext functions, which ``makemessages`` would not know."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    names = (name for node in imports if node.module == "django.utils.translation" for name in node.names)
    return {name.asname: FUNCTIONS[name.name] for name in names if name.asname and name.name in FUNCTIONS}


def in_template(source: str) -> Iterator[Sentence]:
    """The sentences of a template: each call that ``templatize`` leaves between the blanks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TranslatorCommentWarning)
        line = " ".join(templatize(source).splitlines())
    for call in _calls(line):
        yield from in_python(call)


def _calls(line: str) -> Iterator[str]:
    """Each ``name(…)`` in a line of words that are no Python."""
    depth, began, previous = 0, 0, None
    for token in tokenize.generate_tokens(io.StringIO(line).readline):
        if depth:
            depth += {"(": 1, ")": -1}.get(token.string, 0)
            if depth == 0:
                yield line[began : token.end[1]]
        elif token.string == "(" and previous and previous.string in FUNCTIONS:
            depth, began = 1, previous.start[1]
        previous = token


def _said_by(call: ast.Call, called: Mapping[str, tuple[str, ...]]) -> Iterator[Sentence]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    parts = called.get(name)
    if parts is None:
        return
    said = [argument.value for argument in call.args[: len(parts)] if isinstance(argument, ast.Constant)]
    if len(said) == len(parts) and all(isinstance(text, str) for text in said):
        yield Sentence(**dict(zip(parts, map(str, said), strict=True)))
