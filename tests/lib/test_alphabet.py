"""Names stand where a reader looks for them."""

from mentoring.lib.alphabet import alphabetical, without_article


def test_accents_and_capitals_make_no_difference() -> None:
    assert sorted(["Zara", "ŵyn", "Wyn", "Ŷstwyth", "Xu", "élin", "Elan"], key=alphabetical) == [
        "Elan", "élin", "ŵyn", "Wyn", "Xu", "Ŷstwyth", "Zara",
    ]  # fmt: skip


def test_articles_are_not_looked_under() -> None:
    assert sorted(["Yemen", "Yr Almaen", "Y Swistir", "Albania"], key=without_article) == [
        "Albania", "Yr Almaen", "Y Swistir", "Yemen",
    ]  # fmt: skip
