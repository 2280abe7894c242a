"""Two people set one installation up at the same moment: on a database file, with two threads."""

import threading

import pytest
from django.db import connection

from accounts.models import Institution, User
from accounts.services import WrongState
from schemes.services import set_up_institution
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("_round", range(3))
def test_of_two_first_set_ups_at_once_one_holds(_round: int) -> None:
    barrier, told = threading.Barrier(2), []

    def set_up(name: str) -> None:
        barrier.wait()
        try:
            set_up_institution(
                name=name,
                domains=[f"{name.lower()}.ac.uk"],
                given_name="Alex",
                family_name="Admin",
                email=f"alex@{name.lower()}.ac.uk",
                password="four words in a row",
                now=NOW,
            )
            told.append("done")
        except WrongState:
            told.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=set_up, args=(name,)) for name in ("Northfield", "Southfield")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "too late"]
    assert (Institution.objects.count(), User.objects.count()) == (1, 1)
