"""The colours of static/scss/_tokens.scss hold the contrast goals, light and dark, computed here in plain Python."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/scss/_tokens.scss").read_text(encoding="utf-8")
TONES = ("brand", "warm", "urgent", "attention", "good")
GROUNDS = ("paper", "surface")


def palette(name: str) -> dict[str, str]:
    body = re.search(rf"\${name}: \((.*?)\n\);", TOKENS, re.DOTALL)
    assert body, f"no ${name} map in _tokens.scss"
    return dict(re.findall(r'"([a-z-]+)": (#[0-9a-f]{6}),', body.group(1)))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


SCHEMES = {name: palette(name) for name in ("light", "dark")}


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_schemes_have_the_same_tokens() -> None:
    assert list(SCHEMES["light"]) == list(SCHEMES["dark"])
    assert len(SCHEMES["light"]) >= 21


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_on_every_ground(scheme: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours["ink"], colours[ground]) >= 12
    assert contrast(colours["muted"], colours[ground]) >= 6
    for tone in TONES:
        assert contrast(colours[tone], colours[ground]) >= 5.5, tone


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("tone", TONES)
def test_tone_ink_and_links_on_a_tint(scheme: str, tone: str) -> None:
    colours = SCHEMES[scheme]
    tint = colours[f"{tone}-tint"]
    assert contrast(colours[tone], tint) >= 5.4
    assert contrast(colours["ink"], tint) >= 7
    assert contrast(colours["brand"], tint) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_on_filled_buttons(scheme: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours["on-brand"], colours["brand"]) >= 7
    assert contrast(colours["on-brand"], colours["brand-strong"]) >= 7
    assert contrast(colours["on-urgent"], colours["urgent"]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_borders_of_controls_are_seen(scheme: str, ground: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours["control"], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_of_the_two_focus_colours_is_seen_everywhere(scheme: str) -> None:
    colours = SCHEMES[scheme]
    near, far = colours["focus-near"], colours["focus-far"]
    assert contrast(near, far) >= 7
    for ground in (*GROUNDS, "brand", "urgent", *(f"{tone}-tint" for tone in TONES)):
        assert max(contrast(near, colours[ground]), contrast(far, colours[ground])) >= 4.5, ground


@pytest.mark.parametrize("scheme", SCHEMES)
def test_parts_of_a_chart_are_seen(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for part in ("brand", "warm", "good", "attention", "urgent", "control"):
        assert contrast(colours[part], colours["surface"]) >= 3, part


def test_paper_is_printed_light() -> None:
    printed = TOKENS[TOKENS.index("@media print") :]
    assert "tokens($light)" in printed
