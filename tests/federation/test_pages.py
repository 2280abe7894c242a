"""The pages of coming in by one's university, looked at in a browser; and that the browser may be led there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.federation.models import RoleProposal
from mentoring.identity import RoleRule
from tests.browser import chromium
from tests.factories import Northfield
from tests.federation.conftest import OIDC
from tests.house.window import Window

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    made = Window(chromium())
    yield made
    made.close()


@pytest.mark.once
def test_pages_of_coming_in_have_no_fault(oidc: OIDC, northfield: Northfield, window: Window) -> None:
    oidc.agree(sign_out_url="https://login.northfield.ac.uk/logout")
    stranger, dr_lee = Client(), Client()
    faults = {"refused": window.look(oidc.come(stranger, "new@northfield.ac.uk"))}
    for name, path in {
        "sign in": reverse("account_login"),
        "ask first": reverse("openid_connect_login", args=["northfield"]),
        "only": reverse("federation:only", args=["northfield"]),
        "signed out": reverse("federation:signed_out", args=["northfield"]),
    }.items():
        faults[name] = window.look(stranger.get(path))
    faults["error"] = window.look(stranger.get(reverse("openid_connect_callback", args=["northfield"]), {"state": "x"}))
    oidc.come(dr_lee, northfield.dr_lee.email)
    faults["again"] = window.look(dr_lee.get(reverse("federation:again", args=["northfield"])))
    faults["resume"] = window.look(dr_lee.get(reverse("federation:resume")))
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.once
def test_pages_of_setting_it_up_have_no_fault(oidc: OIDC, northfield: Northfield, window: Window) -> None:
    oidc.agree(roles=(RoleRule("groups", "interns", "intern", northfield.scheme.slug),))
    oidc.come(Client(), "new@northfield.ac.uk", sub="subject-3")
    oidc.come(Client(), northfield.omar.email, groups=["interns"])
    assert RoleProposal.objects.exists()
    admin = Client()
    admin.force_login(northfield.admin)
    for name in ("federation:overview", "federation:proposals", "schemes:setup"):
        assert window.look(admin.get(reverse(name))) == []


def test_the_browser_may_be_led_to_the_provider_and_nowhere_else(tmp_path: Path) -> None:
    """What settings make of the file, in a process of their own."""
    (tmp_path / "sign-in.toml").write_text(
        '[[provider]]\nid = "northfield"\nkind = "oidc"\nname = "N"\nclient_id = "c"\n'
        'issuer = "https://login.example.org/tenant/v2.0"\norigins = ["https://adfs.example.org"]\n'
    )
    asked = (
        "from django.conf import settings; import json; "
        "print(json.dumps(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']))"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "DEBUG": "1",
        "MENTORING_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "mentoring.settings",
        "SIGN_IN_SECRETS": "northfield=made-up",
    }
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout) == ["'self'", "https://login.example.org", "https://adfs.example.org"]
    del environment["SIGN_IN_SECRETS"]
    stopped = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert stopped.returncode != 0
    assert "its secret is missing" in stopped.stderr
