"""What the product's own code never does, read from its syntax; where it must, the place is named with its reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_layout import FILES, ROOT, SOURCES

NEVER_CALLED = {
    "eval", "exec", "compile", "__import__", "pickle.loads", "pickle.load", "marshal.loads", "yaml.load", "os.system",
    "os.popen", "tempfile.mktemp", "hashlib.md5", "hashlib.sha1", "random.choice", "random.choices", "random.random",
    "random.randint", "random.randbytes", "mark_safe", "SafeString", "RawSQL", "Template", "engines.from_string",
}  # fmt: skip
NEVER_IMPORTED = {"requests", "httpx", "urllib.request", "ftplib", "telnetlib", "paramiko", "ldap", "ldap3", "lxml",
                  "xml.etree.ElementTree", "xml.dom", "xml.sax", "pickle", "marshal", "shelve", "dill"}  # fmt: skip
# (file, what) → why it is right there.
REASONS: dict[tuple[str, str], str] = {
    ("mentoring/lib/templatetags/components.py", "SafeString"): "words that Django's own form field escaped already",
    ("mentoring/federation/providers.py", "import lxml"): "the type of a tree that python3-saml has parsed already",
    (
        "mentoring/federation/trying.py",
        "import requests",
    ): "asks a university's provider; its address is set",
    ("mentoring/federation/views.py", "import requests"): "names the failure of such a question",
}
# SQL that is not a constant: how Django's own compiler spelt a query, and quoted names of our own tables and columns.
SPELT = {"mentoring/messaging/prepared.py", "mentoring/protection/services/rotating.py"}
CODE = re.compile(
    r"\{%\s*autoescape off|\|\s*safe\b|\|\s*safeseq\b|javascript:|<script(?![^>]*(?:\bsrc=|application/json))"
)


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)
            yield from (
                "shell=True" for word in node.keywords if word.arg == "shell" and ast.unparse(word.value) == "True"
            )
        elif isinstance(node, ast.Import):
            yield from (f"import {alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"import {node.module}"


def _dangerous(path: Path) -> set[tuple[str, str]]:
    done = set(_calls(ast.parse((ROOT / path).read_text())))
    wrong = {each for each in done if each in NEVER_CALLED or each == "shell=True"}
    wrong |= {each for each in done if each.removeprefix("import ") in NEVER_IMPORTED and each.startswith("import ")}
    return {(str(path), each) for each in wrong}


def test_code_never_does_what_is_dangerous_but_where_it_is_named() -> None:
    found = {each for path in SOURCES for each in _dangerous(path)}
    assert found == set(REASONS)


def test_sql_is_never_put_together_from_values() -> None:
    """What is executed is a constant: values go beside it."""
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            is_sql = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SQL
            if is_sql and node.args and not isinstance(node.args[0], ast.Constant | ast.Name):
                wrong.append(str(path))
    assert set(wrong) == SPELT


SQL = {"execute", "executemany", "raw", "extra"}


def test_templates_escape_everything_and_run_nothing_inline() -> None:
    pages = [path for path in FILES if path.parts[0] == "templates" and path.suffix == ".html"]
    found = {str(path): CODE.findall((ROOT / path).read_text()) for path in pages}
    assert {path for path, wrong in found.items() if wrong} == set()
    assert len(pages) > 100


def test_scripts_build_no_markup_from_text() -> None:
    own = [path for path in FILES if path.suffix == ".js" and "vendor" not in path.parts]
    assert own
    told = {str(path): re.findall(r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
                                  (ROOT / path).read_text()) for path in own}  # fmt: skip
    assert {path: found for path, found in told.items() if found} == {}
