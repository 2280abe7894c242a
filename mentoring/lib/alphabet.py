"""The order of words for a reader: accents and capitals make no difference, so that ŵ stands with w and not after z."""

import unicodedata

# What a name of a country begins with in Welsh and is not looked up under.
_ARTICLES = ("y ", "yr ")


def alphabetical(words: object) -> str:
    """The key to sort by."""
    spread = unicodedata.normalize("NFKD", str(words))
    return "".join(each for each in spread if not unicodedata.combining(each)).casefold()


def without_article(words: object) -> str:
    """The same, under the first word that means something: Yr Almaen stands under A."""
    key = alphabetical(words)
    article = next((each for each in _ARTICLES if key.startswith(each)), "")
    return key.removeprefix(article)
