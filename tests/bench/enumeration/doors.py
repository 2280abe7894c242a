"""The doors at which somebody could ask whether an address has an account, and people who have one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from accounts.models import Institution
from tests.factories import UserFactory, build_northfield

PASSWORD = "not their pass phrase at all"


@contextmanager
def people(many: int) -> Iterator[list[str]]:
    """The addresses of people who have an account with a pass phrase, in a database made for this."""
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    try:
        build_northfield()
        made = []
        for number in range(many):
            person = UserFactory(given_name=f"Known{number}", institution=Institution.objects.get())
            person.set_password("a pass phrase of their own")
            person.save()
            made.append(person.email)
        yield made
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
        teardown_test_environment()


def _posting(url: str, **more: str) -> Callable[[str], None]:
    """A door that takes a form with an address."""

    def knock(address: str) -> None:
        cache.clear()  # limits are another matter
        field = "login" if url == "account_login" else "email"
        answer = Client().post(reverse(url), {field: address, **more})
        assert answer.status_code < 500

    return knock


DOORS = {
    "signing in": _posting("account_login", password=PASSWORD),
    "asking for a code": _posting("account_request_login_code"),
    "a new password": _posting("account_reset_password"),
    "signing up": _posting("account_signup", given_name="New", password1=PASSWORD),
}
