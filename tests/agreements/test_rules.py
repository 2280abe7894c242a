"""How a text is read."""

import pytest

from mentoring.agreements.rules import FIELD, blocks, filled, unknown_fields
from mentoring.agreements.selectors import standard_body
from mentoring.agreements.states import TextKind

BODY = """# Heading

A paragraph about {floor} and {else}.

- one
- two

Another."""


def test_blocks_keep_the_order_and_join_points() -> None:
    read = [(block.kind, block.lines) for block in blocks(BODY)]
    assert read == [
        ("heading", ["Heading"]),
        ("paragraph", ["A paragraph about {floor} and {else}."]),
        ("points", ["one", "two"]),
        ("paragraph", ["Another."]),
    ]


def test_only_known_fields_are_filled() -> None:
    assert "monthly and {else}" in filled(BODY, {"floor": "monthly"})
    assert unknown_fields(BODY) == ["else"]


@pytest.mark.parametrize("kind", TextKind)
def test_our_standard_texts_use_only_fields_that_are_filled(kind) -> None:
    body = standard_body(kind)
    assert unknown_fields(body) == []
    assert "{coordinators}" in body


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("agreement", "serious danger"),  # R49, R81
        ("agreement", "protect somebody"),  # R64
        ("agreement", "does not write any"),  # R49
        ("agreement", "religion or belief"),  # R49, R51
        ("code-of-conduct", "prejudices"),  # R85
        ("code-of-conduct", "has to be reported"),  # R87
        ("code-of-conduct", "presses their beliefs"),  # R89
        ("code-of-conduct", "first opportunity"),  # R82
        ("role-description", "Not a counsellor"),  # R86
        ("role-description", "To start a conversation"),  # R23
    ],
)
def test_our_standard_texts_say_what_they_must(kind, said) -> None:
    assert said in standard_body(kind)


@pytest.mark.parametrize("kind", TextKind)
def test_our_standard_texts_say_the_same_in_welsh(kind) -> None:
    english, welsh = standard_body(kind), standard_body(kind, "cy")
    assert [block.kind for block in blocks(english)] == [block.kind for block in blocks(welsh)]
    assert [len(block.lines) for block in blocks(english)] == [len(block.lines) for block in blocks(welsh)]
    assert sorted(FIELD.findall(english)) == sorted(FIELD.findall(welsh))
    assert not {line for line in english.splitlines() if line} & set(welsh.splitlines())
