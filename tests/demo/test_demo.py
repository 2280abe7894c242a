"""The demo fills an empty database only, and its doors cannot exist elsewhere."""

import json
import os
import subprocess
import sys
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Institution
from mentoring.demo.seeding import seed
from mentoring.demo.selectors import DOORS, person_behind, tour
from mentoring.matching.models import Match, Run
from tests.factories import NOW, Northfield


@pytest.mark.django_db
def test_every_door_leads_to_somebody_and_their_first_page(client: Client) -> None:
    seed(now=NOW)
    for door in DOORS:
        answer = client.post(reverse("demo:sign_in", args=[door.key]), follow=True)
        assert answer.status_code == 200, door.key
        assert answer.context["user"].given_name == door.given_name


@pytest.mark.django_db
def test_demo_has_281_pairs_and_one_mentor_each() -> None:
    seed(now=NOW)
    live = Match.objects.known()
    assert (live.count(), live.values("mentor").distinct().count()) == (281, 64)


def test_demo_refuses_a_filled_database(northfield: Northfield) -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert Institution.objects.count() == 1


def test_door_is_shut_when_the_data_is_not_the_demos(client: Client, northfield: Northfield) -> None:
    assert client.post(reverse("demo:sign_in", args=["sam"])).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_door_is_shut_when_debug_is_off(settings) -> None:
    seed(now=NOW)
    settings.DEMO_DOORS = False
    assert person_behind("sam") is None


def test_demo_has_no_addresses_when_debug_is_off() -> None:
    """In a process of its own, because URLs are read once."""
    code = (
        "import django; django.setup();"
        "from django.urls import get_resolver;"
        "from accounts.access import all_patterns;"
        "import json; print(json.dumps([n for n, _r, _v in all_patterns(get_resolver().url_patterns)]))"
    )
    environment = {**os.environ, "DEBUG": "0", "DJANGO_SETTINGS_MODULE": "mentoring.settings"}
    out = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    names = json.loads(out.stdout.splitlines()[-1])
    assert "home" in names
    assert [name for name in names if name.startswith("demo")] == []


@pytest.mark.django_db
def test_tour_follows_what_really_happened(client: Client) -> None:
    seed(now=NOW)
    assert [step["is_done"] for step in tour()] == [False] * 5
    page = client.get(reverse("demo:tour")).content.decode()
    assert page.count("btn-primary") == 1
    client.post(tour()[3]["url"])
    match = Match.objects.get(mentee__user=person_behind("aisha"))
    client.post(reverse("contacts:reply", args=[match.pk]), {"choice": "hello"})
    answer = client.post(tour()[4]["url"])
    assert answer.headers["Location"] == reverse("portal:mentees")
    told = {"who": str(match.pk), "how": "message", "day": str(NOW.date()), "form_key": str(uuid4())}
    client.post(reverse("contacts:log"), told)
    assert [step["is_done"] for step in tour()] == [False, False, False, True, True]
    assert [step["is_next"] for step in tour()] == [True, False, False, False, False]
    file = client.get(reverse("demo:new_students")).content.decode()
    assert len(file.splitlines()) == 7
    run = Run.objects.create(
        cohort=match.cohort,
        unit=match.cohort.scheme.unit,
        seed=1,
        state="draft",
        job_state="done",
        queued_at=NOW,
        requested_by=person_behind("sam"),
    )
    assert tour()[2]["url"].endswith(reverse("matching:draft", args=[run.pk]))


@pytest.mark.django_db
def test_tour_is_put_away_and_taken_up_again(client: Client) -> None:
    seed(now=NOW)
    client.post(reverse("demo:sign_in", args=["sam"]))
    assert "A tour in five steps" in client.get(reverse("console:today")).content.decode()
    client.post(reverse("demo:tour_shown"), {"away": "1"})
    assert "A tour in five steps" not in client.get(reverse("console:today")).content.decode()
    client.post(reverse("demo:tour_shown"))
    assert "A tour in five steps" in client.get(reverse("console:today")).content.decode()


@pytest.mark.django_db
def test_door_leads_nowhere_else(client: Client) -> None:
    seed(now=NOW)
    for elsewhere in ("https://example.com/", "//example.com/", "javascript:alert(1)"):
        answer = client.post(reverse("demo:sign_in", args=["sam"]) + "?" + urlencode({"next": elsewhere}))
        assert answer.headers["Location"] == "/", elsewhere
