"""What both languages share: what is never renamed, how a word keeps its capitals, and words that would stand twice."""

import re

# %(name)s, %s, %%, {name}, tags, &entities; and addresses.
KEPT = (
    r"%(?:\(\w+\))?[-#0+]*\d*(?:\.\d+)?[sdifr%]|\{\w*\}|</?[a-zA-Z][^>]*>|&\#?\w+;"
    r"|\b(?:https?|mailto):\S+|\S+@\S+|/[\w-]+(?:/[\w-]+)*/"
)


def any_of(forms: list[str]) -> str:
    """A pattern for any of some words, the longest first; a space stands for any white space."""
    return "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(forms, key=len, reverse=True))


def capitals_of(old: str, new: str) -> str:
    """The new word with the capitals of the old one: mentor, Mentor, MENTOR, Senior Mentor."""
    parts = old.split()
    if old.isupper() and len(old) > 1:
        return new.upper()
    if len(parts) > 1 and all(part[0].isupper() for part in parts):
        return " ".join(_capital(part) for part in new.split(" "))
    return _capital(new) if old[0].isupper() else new


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def said_once(text: str, forms: tuple[str, ...]) -> str:
    """Without a word that a new one brings along and the sentence has already: "peer peer guide", "new new student"."""
    for form in forms:
        words = form.split(" ")
        for word in {words[0], words[-1]} if len(words) > 1 else ():
            text = re.sub(rf"(?<!\w)({re.escape(word)})\s+{re.escape(word)}(?!\w)", r"\1", text, flags=re.IGNORECASE)
    return text
