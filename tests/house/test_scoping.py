"""No view asks for rows of people without saying whose they may be (trust.md §1, abuse 3).

A list without its guard beside a guarded detail is the commonest leak of all. Views ask selectors; where one asks a
manager itself, the question names its reader in the same breath, or the model holds nobody's row.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWS = sorted(
    path
    for app in ("accounts", "schemes", "mentoring")
    for path in (ROOT / app).rglob("*.py")
    if path.name == "views.py" or "views" in path.parent.parts[-1:] or path.name == "pages.py"
)
SELECTORS = sorted(
    path
    for app in ("accounts", "schemes", "mentoring")
    for path in (ROOT / app).rglob("*.py")
    if path.name == "selectors.py" or path.parent.name == "selectors"
)
MANAGERS = {"objects", "_base_manager", "_default_manager"}
# What says whose rows these are, in the words of this code.
WHOSE = ("request.user", "grant.person", "grant.object_id", "reach", "reach_of(", "_visible_to(", "participant=",
         "mentee=", "meeting__in=readable", "person=request", "scheme__in=", "cohort=cohort", "pk=event.pk",
         "pk=match.pk")  # fmt: skip
# Of the whole installation, or told to everybody.
NOBODYS = {"Institution", "Advert", "Tidying", "EmailDomain"}
# (file, function) → why a question without its reader is right there.
REASONS = {
    ("mentoring/confidences/views/pair.py", "pair"): "by the match, which is narrowed to the two of it before",
    ("mentoring/console/views/listing.py", "courses_in_reach"): "courses, by the people within reach",
    (
        "mentoring/contacts/views/meetings.py",
        "_linked",
    ): "by the match of a meeting narrowed to the link's person before",
    ("mentoring/contacts/views/meetings.py", "answer"): "narrowed to the mentee in the next sentence",
    ("mentoring/contacts/views/replies.py", "answered"): "narrowed to the mentor in the next sentence",
    ("mentoring/training/views.py", "_listed"): "asks for nobody",
    ("mentoring/training/views.py", "_picked"): "asks for nobody",
    ("mentoring/training/views.py", "mentors"): "one page of those narrowed to the reader in the sentence before",
}


def questions(path: Path) -> Iterator[tuple[str, str, str]]:
    """(function, model, the whole expression) of every question to a manager in a file."""
    tree = ast.parse(path.read_text())
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and isinstance(node.value, ast.Name):
            whole, up = node, parents[node]
            while not isinstance(up, ast.FunctionDef | ast.Module):
                whole, up = up, parents[up]
            name = up.name if isinstance(up, ast.FunctionDef) else "module"
            yield name, node.value.id, ast.unparse(whole)


def unscoped(path: Path) -> list[tuple[str, str]]:
    where = str(path.relative_to(ROOT))
    return [
        (where, function)
        for function, model, question in questions(path)
        if model not in NOBODYS and not any(word in question for word in WHOSE)
    ]


@pytest.mark.abuse(3)
def test_no_view_asks_a_manager_without_saying_whose_rows() -> None:
    found = {each for path in VIEWS for each in unscoped(path)}
    assert found - set(REASONS) == set()
    assert set(REASONS) - found == set(), "no longer needed"
    assert len(VIEWS) > 30


@pytest.mark.abuse(3)
def test_no_selector_hands_out_a_whole_table() -> None:
    bare = [
        (str(path.relative_to(ROOT)), function)
        for path in SELECTORS
        for function, model, question in questions(path)
        if model not in NOBODYS and question.startswith("return ") and question.endswith(".objects.all()")
    ]
    assert bare == []
    assert len(SELECTORS) > 20


@pytest.mark.abuse(3)
def test_the_lint_finds_what_it_is_for(tmp_path: Path) -> None:
    bad = "def people(request):\n    return render(request, 'x', {'people': Participant.objects.all()})\n"
    good = "def people(request):\n    return Participant.objects.filter(user=request.user)\n"
    for number, (source, expected) in enumerate([(bad, 1), (good, 0)]):
        path = tmp_path / f"{number}.py"
        path.write_text(source)
        kept = [each for each in questions(path) if not any(word in each[2] for word in WHOSE)]
        assert len(kept) == expected
