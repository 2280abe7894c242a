"""Names as people write them, from files that shout them."""

import re
import unicodedata

# Directional marks and other characters without a shape can make a name read as another. They say
# nothing, so they are left out; the joiners U+200C and U+200D belong to some spellings and stay.
_WITHOUT_SHAPE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_BREAK = re.compile("[\n\r\v\f\u0085\u2028\u2029]")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f]")
_PARTICLES = frozenset({"van", "von", "der", "den", "ter", "zu", "zur", "de", "da", "dos", "del", "della", "y"})
_PART = re.compile(r"[^\s\-'’]+")


def cleaned(cell: str) -> str:
    """Composed Unicode (NFC), without invisible marks, with single spaces and none around."""
    return " ".join(_WITHOUT_SHAPE.sub("", unicodedata.normalize("NFC", cell)).split())


def has_break(cell: str) -> bool:
    """Whether a cell goes on over a line, ends aside."""
    return bool(_BREAK.search(cell.strip()))


def has_control(cell: str) -> bool:
    """Whether a cell holds control characters other than tabs and breaks at its ends."""
    return bool(_CONTROL.search(_BREAK.sub("", cell.replace("\t", " "))))


def display_name(name: str) -> str:
    """A name all in capitals as it is usually written: O'Brien, McDonald, van der Berg, Ó Briain.

    Any other name comes back as it is. Where capitals hide a choice (Macdonald, MacDonald) the plainer wins.
    """
    if not name.isupper() or len(name) < 2:
        return name
    words = name.split(" ")
    return " ".join(
        word.lower() if word.lower() in _PARTICLES and place < len(words) - 1 else _PART.sub(_capitalised, word)
        for place, word in enumerate(words)
    )


def _capitalised(part: re.Match[str]) -> str:
    word = part[0]
    if part.end() < len(part.string) and part.string[part.end()] in "'’" and len(word) > 1:
        return word  # an unusual elision: better left alone than spoilt
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + _lowered(word[2:])
    return _lowered(word)


def _lowered(word: str) -> str:
    # Lower case gives the dotted capital İ two characters; the plain i is the letter meant.
    return word[0] + word[1:].replace("İ", "i").lower()
