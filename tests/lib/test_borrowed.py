"""What Django and allauth say to a person has Welsh, theirs or ours."""

from collections.abc import Iterator
from pathlib import Path

import allauth
import django
import polib
import pytest

from mentoring.lib.extraction import Sentence, in_python, in_template
from mentoring.lib.translations import CATALOGUE, ROOT

DJANGO, ALLAUTH = Path(django.__file__).parent, Path(allauth.__file__).parent
SAID = {
    "allauth": [
        *(ALLAUTH / "account").glob("*.py"),
        *(ALLAUTH / "mfa").rglob("*.py"),
        *(ALLAUTH / "usersessions").glob("*.py"),
    ],
    "forms": [*(DJANGO / "forms").glob("*.py"), DJANGO / "core" / "validators.py", DJANGO / "core" / "paginator.py"],
    "passwords": [DJANGO / "contrib" / "auth" / "password_validation.py"],
    "times": [DJANGO / "utils" / name for name in ("timesince.py", "dates.py", "text.py")],
    "back office": [
        *(DJANGO / "contrib" / "admin").glob("*.py"),
        *(DJANGO / "contrib" / "admin" / "templates" / "admin").glob("change*.html"),
    ],
}
# What nobody sees here: telephones, user names and passkeys are switched off; names of apps and models of allauth.
UNSEEN = ("phone", "sername")
UNSEEN_WHOLE = {
    *("Accounts", "User Sessions", "MFA", "TOTP Authenticator", "WebAuthn", "Email (optional)", "…"),
    *("email addresses", "email confirmation", "email confirmations", "verified", "primary", "created", "key"),
    *("Mark selected email addresses as verified", "Marked {email} as verified."),
    "Failed to mark {email} as verified.",
}


def messages_of_allauth() -> Iterator[Path]:
    """Short notices after a step, except those that have a text of ours."""
    for part in ("account", "mfa", "usersessions"):
        folder = ALLAUTH / "templates" / part / "messages"
        yield from (
            path for path in folder.glob("*.txt") if not (ROOT / "templates" / part / "messages" / path.name).exists()
        )


def has_welsh(sentence: Sentence, catalogues: list[polib.POFile]) -> bool:
    for catalogue in catalogues:
        entry = catalogue.find(sentence.words, msgctxt=sentence.context or False)
        if entry and entry.translated():
            return True
    return False


@pytest.fixture(scope="module")
def catalogues() -> list[polib.POFile]:
    theirs = sorted(DJANGO.rglob("locale/cy/LC_MESSAGES/django.po"))
    return [polib.pofile(str(path)) for path in (CATALOGUE, *theirs)]


@pytest.mark.parametrize("kind", SAID)
def test_packages_speak_welsh(kind: str, catalogues: list[polib.POFile]) -> None:
    said: set[Sentence] = set()
    for path in SAID[kind]:
        find = in_python if path.suffix == ".py" else in_template
        said.update(find(path.read_text(encoding="utf-8")))
    assert len(said) > 5
    silent = {sentence.words for sentence in said if not has_welsh(sentence, catalogues)} - UNSEEN_WHOLE
    if kind == "allauth":
        silent = {words for words in silent if not any(part in words for part in UNSEEN)}
    assert silent == set()


def test_notices_of_allauth_speak_welsh(catalogues: list[polib.POFile]) -> None:
    found = {s for path in messages_of_allauth() for s in in_template(path.read_text(encoding="utf-8"))}
    assert len(found) > 5
    silent = {sentence.words for sentence in found if not has_welsh(sentence, catalogues)}
    assert {words for words in silent if "phone" not in words} == set()
