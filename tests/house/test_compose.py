"""docker-compose.yml and the Dockerfile, held to settings.py and to what they promise."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATION = ("migrate", "web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text()

# What settings.py reads and production must never set.
EMBEDDED_ONLY = {"DEBUG", "MENTORING_EMPTY"}
SECRETS = {"SECRET_KEY", "MENTORING_FIELD_KEYS", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
MADE_UP = {
    "SECRET_KEY": "made-up-" + "k3Y8" * 16,
    "MENTORING_FIELD_KEYS": Fernet.generate_key().decode(),
    "SITE_URL": "https://mentoring.example.ac.uk",
    "ALLOWED_HOSTS": "mentoring.example.ac.uk",
    "POSTGRES_PASSWORD": "made-up",
    "REDIS_PASSWORD": "made-up",
    "EMAIL_HOST": "smtp.example.ac.uk",
    "DEFAULT_FROM_EMAIL": "mentoring@example.ac.uk",
}


def read_by_settings() -> set[str]:
    source = (ROOT / "mentoring" / "settings.py").read_text()
    return set(re.findall(r"""\benv(?:\.\w+)?\(\s*["']([A-Z_0-9]+)["']""", source))


def filled(value: str, given: dict[str, str]) -> str:
    """A value as docker compose would fill it in: ${NAME:?} must be given, ${NAME:-default} may be."""

    def one(found: re.Match[str]) -> str:
        name, default = found["name"], found["default"]
        return given[name] if default is None else given.get(name) or default

    return re.sub(r"\$\{(?P<name>\w+):(?:\?|-(?P<default>[^}]*))\}", one, value)


def production(service: str) -> dict[str, str]:
    return {name: filled(value, MADE_UP) for name, value in SERVICES[service]["environment"].items()}


@pytest.mark.parametrize("service", APPLICATION)
def test_every_variable_that_settings_read_reaches_the_service(service):
    assert set(SERVICES[service]["environment"]) == read_by_settings() - EMBEDDED_ONLY


def test_secrets_have_no_default_and_a_missing_one_stops_the_start():
    for service in APPLICATION:
        for name in SECRETS:
            value = SERVICES[service]["environment"][name]
            assert re.search(r"\$\{\w+:\?\}", value), f"{service}: {name}"
            assert ":-" not in value
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:?}"
    assert "${REDIS_PASSWORD:?}" in SERVICES["redis"]["command"]
    with pytest.raises(KeyError, match="SECRET_KEY"):
        filled("${SECRET_KEY:?}", {})


def test_readme_names_every_variable_that_must_be_given():
    required = set(re.findall(r"\$\{(\w+):\?\}", (ROOT / "docker-compose.yml").read_text()))
    assert required == set(MADE_UP)
    readme = (ROOT / "README.md").read_text()
    assert not {name for name in required if f"`{name}`" not in readme}


def test_no_default_in_the_file_is_a_password():
    defaults = dict(re.findall(r"\$\{(\w+):-([^}]+)\}", (ROOT / "docker-compose.yml").read_text()))
    assert defaults
    assert not [name for name in defaults if re.search("PASSWORD|SECRET|KEY|USER", name)]


def test_what_holds_data_is_on_a_named_volume():
    assert set(COMPOSE["volumes"]) == {"data", "postgres", "redis"}
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]
    for service in APPLICATION:
        assert SERVICES[service]["volumes"] == ["data:/data"]
        assert SERVICES[service]["environment"]["MENTORING_DATA"] == "/data"


def test_redis_drops_nothing():
    command = SERVICES["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_broker_and_cache_are_apart():
    environment = SERVICES["web"]["environment"]
    assert environment["CELERY_BROKER_URL"] != environment["REDIS_URL"]


def test_there_is_exactly_one_beat_and_one_worker_service():
    commands = [service.get("command", []) for service in SERVICES.values()]
    assert len([command for command in commands if "beat" in command]) == 1
    assert len([command for command in commands if "worker" in command]) == 1
    assert SERVICES["beat"]["deploy"] == {"replicas": 1}


def test_all_start_after_a_healthy_database_broker_and_migration():
    for service in ("web", "worker", "beat"):
        assert {name: rule["condition"] for name, rule in SERVICES[service]["depends_on"].items()} == {
            "postgres": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
        assert SERVICES[service]["healthcheck"]["test"][-2:] == ["mentoring.healthcheck", service]
    for service in ("postgres", "redis"):
        assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"


def test_only_web_is_reachable_and_only_from_the_host():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["${BIND:-127.0.0.1:8000}:8000"]}


def test_the_application_has_no_privileges():
    for service in APPLICATION:
        assert SERVICES[service]["read_only"] is True
        assert SERVICES[service]["cap_drop"] == ["ALL"]
        assert "user" not in SERVICES[service]
        assert "privileged" not in SERVICES[service]


def test_the_image_is_hash_locked_and_runs_without_root():
    steps = DOCKERFILE.splitlines()
    assert "--require-hashes --only-binary :all: -r /requirements.txt" in DOCKERFILE
    assert steps.index("USER mentoring") < next(n for n, step in enumerate(steps) if step.startswith("CMD"))
    assert not [step for step in steps if step.startswith("USER") and "root" in step]
    assert "collectstatic" in DOCKERFILE


def test_django_finds_nothing_to_warn_about_in_production(tmp_path):
    environment = {**production("web"), "MENTORING_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "no issues" in answer.stdout


def test_production_without_a_secret_key_does_not_start(tmp_path):
    environment = {**production("web"), "MENTORING_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"}
    del environment["SECRET_KEY"]
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert answer.returncode != 0
    assert "SECRET_KEY" in answer.stderr
    assert not list(tmp_path.glob("secret-key"))
