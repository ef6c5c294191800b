"""docker-compose.yml against `manage.py stack`: the same processes, the same commands, and no secret in the file."""

import json
import re
from typing import Any

import pytest
import yaml

from apps.documents.uploads import MAX_BYTES
from program996.management.backup_role import BACKUP_ROLE
from program996.management.backups import SERVER_OPTIONS
from program996.management.commands.stack import ENVIRONMENT, OF_BACKUPS, PROCESSES
from program996.management.processes import BASE_DIR
from program996.management.roles import ROLE
from program996.management.servers import INITDB_LOCALE, VALKEY_RIGHTS

TEXT = (BASE_DIR / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
SERVERS = {"postgres", "valkey-broker", "valkey-cache"}
OUTSIDE = {"proxy", "web", "worker"}  # who asks them in, the identity provider, and who sends mail
ALL = PROCESSES | OF_BACKUPS
PLACES = {"bind": "0.0.0.0:8000"}


def test_compose_services_are_the_stacks():
    assert set(SERVICES) == set(ALL) | SERVERS | {"migrate", "proxy"}


@pytest.mark.parametrize("name", ALL)
def test_compose_process_runs_the_command_of_the_stack(name):
    assert SERVICES[name]["command"] == ALL[name].format(**PLACES)
    assert {"PROCESS": name, **ENVIRONMENT.get(name, {})}.items() <= SERVICES[name]["environment"].items()


@pytest.mark.parametrize("name", [*ALL, "migrate"])
def test_compose_process_has_every_variable_the_settings_demand(name):
    settings = (BASE_DIR / "program996/settings.py").read_text()
    demanded = set(re.findall(r'env(?:\.\w+)?\("(\w+)"\)', settings))
    assert "SECRET_KEY" in demanded
    assert demanded <= set(SERVICES[name]["environment"])


@pytest.mark.parametrize("name", SERVICES)
def test_compose_service_is_confined(name):
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_compose_service_tells_its_health(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def user_of(address: str) -> str:
    return re.match(r"postgresql://(\w+):", address)[1]


def test_compose_process_works_as_the_role_that_changes_no_table():
    for name in [*ALL, "migrate"]:
        environment = SERVICES[name]["environment"]
        assert user_of(environment["DATABASE_URL"]) == ROLE
        assert ("DATABASE_OWNER_URL" in environment) == (name == "migrate")
    owner = user_of(SERVICES["migrate"]["environment"]["DATABASE_OWNER_URL"])
    assert owner == SERVICES["postgres"]["environment"]["POSTGRES_USER"] != ROLE
    steps = re.findall(r"manage\.py (\w+)", SERVICES["migrate"]["command"])
    assert steps == ["migrate", "database_roles", "load_reference"]


def test_compose_backups_are_taken_by_their_role_and_no_other_process_has_its_address():
    for name, service in SERVICES.items():
        has_it = name in {"archiver", "migrate"}
        assert ("BACKUP_DATABASE_URL" in service["environment"]) == has_it
        if has_it:
            assert user_of(service["environment"]["BACKUP_DATABASE_URL"]) == BACKUP_ROLE
    rules = [line.split() for line in (BASE_DIR / "pg_hba.conf").read_text().splitlines() if line[0] != "#"]
    assert [rule[2] for rule in rules if "replication" in rule] == [BACKUP_ROLE]
    assert {rule[-1] for rule in rules if rule[0] == "host"} == {"scram-sha-256"}
    assert "files:/srv/files:ro" in SERVICES["archiver"]["volumes"]


def test_compose_holds_no_secret():
    for name, service in SERVICES.items():
        for key, value in service["environment"].items():
            if value is None:
                continue  # passed on from .env
            if re.search(r"PASSWORD|SECRET|AUTH|KEY", key):
                assert re.fullmatch(r"\$\{\w+:\?\}", value), (name, key)
            # The password of an address, between the colon and the at sign.
            if found := re.match(r"\w+://[^/]*?:(.*)@", str(value)):
                assert re.fullmatch(r"\$\{\w+:\?\}", found[1]), (name, key)
    assert not re.search(r"\$\{\w+:?-", TEXT), "a variable with a default"


def test_compose_variables_are_named_in_the_example_without_values():
    lines = (BASE_DIR / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(example) == set(re.findall(r"\$\{(\w+)", TEXT))
    assert not any(example.values())
    optional = {line.removeprefix("# ").rstrip("=") for line in lines if re.fullmatch(r"# [A-Z_]+=", line)}
    passed_on = SERVICES["web"]["environment"] | SERVICES["web"]["build"]["args"]
    assert optional == {key for key, value in passed_on.items() if value is None}


def test_compose_servers_are_set_up_like_the_embedded_ones():
    postgres = SERVICES["postgres"]
    assert postgres["image"].startswith("postgres:18.")
    assert postgres["environment"]["POSTGRES_INITDB_ARGS"].split() == INITDB_LOCALE
    assert postgres["volumes"] == [
        "postgres:/var/lib/postgresql",
        "./pg_hba.conf:/etc/program996/pg_hba.conf:ro",
    ]
    assert all(f"-c {option}" in postgres["command"] for option in SERVER_OPTIONS)
    broker, cache = (" ".join(SERVICES[name]["command"]) for name in ("valkey-broker", "valkey-cache"))
    assert "--appendonly yes" in broker
    assert "--maxmemory-policy noeviction" in broker
    assert "--appendonly no" in cache
    assert "--maxmemory-policy allkeys-lru" in cache
    for command in (broker, cache):
        assert f"user default reset on >$$REDISCLI_AUTH {VALKEY_RIGHTS}\n" in command


def test_compose_only_who_must_is_on_the_outside_network():
    for name in SERVICES:
        assert SERVICES[name]["networks"] == (["inside", "outside"] if name in OUTSIDE else ["inside"])
        assert ("ports" in SERVICES[name]) == (name == "proxy")
    assert yaml.safe_load(TEXT)["networks"]["inside"]["internal"] is True


def test_compose_web_command_is_the_images():
    command = (BASE_DIR / "Dockerfile").read_text().splitlines()[-1].removeprefix("CMD ")
    assert json.loads(command) == SERVICES["web"]["command"].split()


def test_images_are_named_by_an_exact_tag():
    dockerfile = (BASE_DIR / "Dockerfile").read_text()
    bases = re.findall(r"^FROM ([^\s$]+)(\S*)", dockerfile, re.M)
    assert [digest for _image, digest in bases] == [
        "${NODE_DIGEST:+@$NODE_DIGEST}",
        "${PYTHON_DIGEST:+@$PYTHON_DIGEST}",
    ]
    assert set(re.findall(r"^ARG (\w+_DIGEST)=$", dockerfile, re.M)) == set(SERVICES["web"]["build"]["args"])
    pulled = [service["image"] for service in SERVICES.values() if "build" not in service]
    for image in [*pulled, *(image for image, _digest in bases)]:
        assert re.fullmatch(r"[\w/]+:\d+(\.\d+)+(-\w+)*", image), image


def test_proxy_leads_to_the_web_process():
    conf = (BASE_DIR / "nginx.conf").read_text()
    assert "proxy_pass http://web;" in conf
    assert "    server web:8000;" in (BASE_DIR / "nginx-web.conf").read_text()
    assert SERVICES["web"]["command"].split()[3] == "0.0.0.0:8000"
    [port] = SERVICES["proxy"]["ports"]
    assert port.rpartition(":")[2] in re.findall(r"listen (\d+);", conf)
    assert SERVICES["proxy"]["volumes"] == [
        "./nginx.conf:/etc/nginx/nginx.conf:ro",
        "./nginx-web.conf:/etc/nginx/web.conf:ro",
    ]


def test_proxy_lets_through_what_the_portal_takes():
    """Its own refusal would not say in words what is wrong with a file."""
    [size] = re.findall(r"client_max_body_size (\d+)m;", (BASE_DIR / "nginx.conf").read_text())
    assert int(size) * 1_000_000 > MAX_BYTES
