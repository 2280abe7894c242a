"""Passwords: long sentences of any letters, never common ones, kept slowly and exactly as typed (ASVS 6.2)."""

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import Northfield

COMMON = "yfdbufnjh10305070"  # of the list that comes with Django


@pytest.mark.parametrize(
    "password",
    ["four words in a row", "aaaa bbbb cccc dddd", "пароль из четырёх слов", "pedwar gair mewn rhes ŵŷ", "x" * 63 + "y",
     "🌲🌳🌴🌵 four trees in a row", "w" * 100 + " and more"],
)  # fmt: skip
def test_a_long_sentence_of_any_letters_is_taken_and_a_short_or_common_word_is_not(password: str) -> None:
    validate_password(password)
    for bad in ("short", "fourteen chars", COMMON):
        with pytest.raises(ValidationError):
            validate_password(bad)
    with pytest.raises(ValidationError):
        validate_password("aisha.begum@northfield", user=User(given_name="Aisha", email="aisha.begum@northfield.ac.uk"))


def test_fields_hide_what_is_typed_and_let_it_be_pasted(northfield: Northfield) -> None:
    for name in ("account_login", "account_signup"):
        page = Client().get(reverse(name)).content.decode()
        (field,) = [tag for tag in page.split("<") if tag.startswith("input") and 'type="password"' in tag]
        assert "onpaste" not in field
        assert "readonly" not in field
        assert 'autocomplete="off"' not in field
        assert "maxlength" not in field


def test_passwords_are_kept_by_a_slow_function_as_they_were_typed(settings) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    hasher = get_hasher()
    assert hasher.algorithm == "pbkdf2_sha256"
    assert hasher.iterations >= 1_000_000
    kept = make_password("  Four Words, in a row  ")
    assert check_password("  Four Words, in a row  ", kept)
    assert not check_password("Four Words, in a row", kept)
    assert not check_password("  four words, in a row  ", kept)
