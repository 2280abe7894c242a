"""What a block of a template sets is gone when the block ends: an address used later is empty, and nothing says so."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
_TAG = re.compile(r"\{%\s*(?P<tag>.*?)\s*%\}|\{\{\s*(?P<variable>.*?)\s*\}\}", re.DOTALL)
_LITERAL = re.compile(r'"[^"]*"')
_SET = re.compile(r"url\b.* as (\w+)$")


def lost_addresses(source: str) -> list[str]:
    """The names of addresses that stand outside every block that sets them."""
    found = list(_steps(source))
    places: dict[str, list[tuple[str, ...]]] = {}
    for words, blocks in found:
        if is_set := _SET.match(words):
            places.setdefault(is_set[1], []).append(blocks)
    return sorted(
        {
            name
            for words, blocks in found
            for name in places.keys() & set(re.findall(r"\w+", _LITERAL.sub("", words)))
            if not any(blocks[: len(place)] == place for place in places[name])
        }
    )


def _steps(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each tag and variable, with the blocks it stands in."""
    blocks: list[str] = []
    for match in _TAG.finditer(source):
        words = match["tag"] or match["variable"]
        name, _space, rest = words.partition(" ")
        if name == "block":
            blocks.append(rest)
        elif name == "endblock":
            blocks.pop()
        yield words, tuple(blocks)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_way_back_is_set_where_it_is_used(path):
    assert lost_addresses(path.read_text()) == []


def test_an_address_of_another_block_is_found():
    before = '{% block before %}{% url "a" as back %}{{ back }}{% endblock %}'
    assert lost_addresses(before + "{% block content %}{% form_page form cancel_url=back %}{% endblock %}") == ["back"]
    assert lost_addresses(before + '{% block content %}{% translate "back" %}{% endblock %}') == []
    assert lost_addresses(before + '{% block content %}{% url "a" as back %}{{ back }}{% endblock %}') == []
