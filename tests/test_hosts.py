"""docker-compose.hosts.yml and docs/hosting/hosts against docker-compose.yml: the same processes, on several hosts."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from program996.management.backups import SERVER_OPTIONS
from program996.management.commands.stack import ENVIRONMENT, OF_BACKUPS, PROCESSES
from program996.management.processes import BASE_DIR
from program996.management.servers import VALKEY_RIGHTS
from tests.test_compose import PLACES, user_of
from tests.test_compose import SERVICES as OF_ONE_HOST

FOLDER = BASE_DIR / "docs/hosting/hosts"
TEXT = (BASE_DIR / "docker-compose.hosts.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
ALL = PROCESSES | OF_BACKUPS
# By what they are called there, and what they are here.
SAME = {"proxy": "front", "postgres": "database", "valkey-broker": "broker", "valkey-cache": "cache"}
OF_THE_PORTAL = {name for name, service in SERVICES.items() if service.get("image") == "program996"}


def kind_of(name: str) -> str:
    return "worker" if name.startswith("worker-") else name


def told(name: str) -> dict[str, str]:
    """What the examples of a service's files say."""
    values: dict[str, str] = {}
    for file in SERVICES[name]["env_file"]:
        lines = (FOLDER / f"{Path(file).name}.example").read_text().splitlines()
        values |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return values | SERVICES[name].get("environment", {})


def test_hosts_run_what_one_host_runs():
    assert {kind_of(name) for name in SERVICES} == {SAME.get(name, name) for name in OF_ONE_HOST}
    for there, here in SAME.items():
        assert SERVICES[here]["image"] == OF_ONE_HOST[there]["image"]
        assert SERVICES[here]["user"] == OF_ONE_HOST[there]["user"]


@pytest.mark.parametrize("name", sorted(OF_THE_PORTAL - {"migrate"}))
def test_hosts_process_runs_the_command_of_the_stack(name):
    command, kind = SERVICES[name]["command"], kind_of(name)
    assert re.sub(" -Q .*", "", command) == ALL[kind].format(**PLACES)
    assert {"PROCESS": kind, **ENVIRONMENT.get(kind, {})}.items() <= SERVICES[name]["environment"].items()
    assert SERVICES["migrate"]["command"] == OF_ONE_HOST["migrate"]["command"]


def test_hosts_workers_divide_all_queues_among_them():
    taken = [re.search(r"-Q (\S+)", service["command"]) for service in SERVICES.values() if "-Q" in service["command"]]
    assert sorted(",".join(one[1] for one in taken).split(",")) == sorted(settings.JOBS_QUEUES)


@pytest.mark.parametrize("name", sorted(OF_THE_PORTAL))
def test_hosts_process_is_told_all_that_the_settings_demand(name):
    demanded = set(re.findall(r'env(?:\.\w+)?\("(\w+)"\)', (BASE_DIR / "program996/settings.py").read_text()))
    values = told(name)
    assert demanded <= set(values)
    assert user_of(values["DATABASE_URL"]) == "program996_app"
    assert "target_session_attrs=read-write" in values["DATABASE_URL"]
    assert values["CELERY_BROKER_URL"].count("redis://") == 2
    assert ("DATABASE_OWNER_URL" in values) == (name == "migrate")
    assert ("BACKUP_DATABASE_URL" in values) == (name in {"archiver", "migrate"})
    assert ("DATABASE_REPLICA_URL" in values) == (kind_of(name) in {"web", "worker"})


@pytest.mark.parametrize("name", SERVICES)
def test_hosts_service_is_confined_and_of_one_part(name):
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in {"", "0", "root"}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert len(service["profiles"]) == 1
    assert name == "migrate" or service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_hosts_examples_hold_no_secret():
    assert "${" not in TEXT, "every host would have to know what any of them is told"
    for file in FOLDER.glob("*.env.example"):
        for line in file.read_text().splitlines():
            name, _equals, value = line.partition("=")
            if not line.startswith("#") and re.search("PASSWORD|SECRET|KEY", name):
                assert value == "", line
            assert all(password == "PASSWORD" for password in re.findall(r"://[^/@]*:([^/@]*)@", line)), line
    files = {Path(file).name for service in SERVICES.values() for file in service.get("env_file", [])}
    assert files == {file.name.removesuffix(".example") for file in FOLDER.glob("*.env.example")}


def test_hosts_servers_are_set_up_like_those_of_one_host():
    conf = (FOLDER / "postgresql.conf").read_text()
    options = dict(re.findall(r"^(\w+) = (\S+)", conf, re.M))
    assert {f"{name}={options[name]}" for name in ("archive_timeout", "max_slot_wal_keep_size")} == set(SERVER_OPTIONS)
    for option in re.findall(r"-c (\w+=\S+)", OF_ONE_HOST["postgres"]["command"]):
        name, value = option.split("=")
        assert name == "hba_file" or options[name] == value
    assert options["synchronous_commit"] == "on"
    for here, there in (("broker", "valkey-broker"), ("cache", "valkey-cache")):
        given, alone = (" ".join(one[name]["command"]) for one, name in ((SERVICES, here), (OF_ONE_HOST, there)))
        assert re.sub(r"\$\$\w+", "", given) == re.sub(r"\$\$\w+", "", alone)
        assert VALKEY_RIGHTS in given


def test_hosts_proxy_is_the_same_with_other_webs():
    assert SERVICES["front"]["volumes"][0] == OF_ONE_HOST["proxy"]["volumes"][0]
    assert (FOLDER / "web.conf").read_text().count(":8000 max_fails=1") == 2
    conf = (BASE_DIR / "nginx.conf").read_text()
    assert "if ($request_method !~ ^(GET|HEAD|OPTIONS|POST|PATCH)$) {\n                return 418;" in conf
    assert re.findall(r"proxy_next_upstream (.*);", conf) == ["error timeout", "off"], "no POST is sent twice"
    kernel = dict(re.findall(r"^(\S+) = (\d+)$", (FOLDER / "sysctl.conf").read_text(), re.M))
    assert {name: str(value) for name, value in SERVICES["front"]["sysctls"].items()} == kernel


@pytest.fixture
def database(tmp_path):
    """database.sh with programs that say what they are asked."""
    for name in ("psql", "pg_basebackup", "docker-entrypoint.sh"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/asked\ncat {tmp_path}/answer\n')
        (tmp_path / name).chmod(0o755)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/PG_VERSION").write_text("18\n")

    def run(*arguments: str, answer: str = "t") -> tuple[int, str]:
        (tmp_path / "asked").write_text("")
        (tmp_path / "answer").write_text(f"{answer}\n")
        env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PGDATA": str(tmp_path / "data"), "SELF": "db1"}
        env["SERVERS"] = "db1=10.0.0.41 db2=10.0.0.42"
        done = subprocess.run(["sh", FOLDER / "database.sh", *arguments], env=env, capture_output=True, text=True)
        return done.returncode, (tmp_path / "asked").read_text() + done.stderr

    return run


def test_database_that_was_replaced_takes_no_writes_when_it_comes_back(database):
    code, said = database("run", answer="f")  # 10.0.0.42 is in no recovery
    assert code == 1
    assert "docker-entrypoint" not in said
    assert "database.sh standby 10.0.0.42" in said
    code, said = database("run", answer="t")
    assert code == 0
    assert "docker-entrypoint.sh postgres -c config_file=/etc/program996/postgresql.conf" in said


def test_database_promotes_only_where_no_other_is_the_primary(database):
    code, said = database("promote", answer="f")
    assert code == 1
    assert "pg_promote" not in said
    code, said = database("promote", answer="t")
    assert code == 0
    assert said.index("synchronous_standby_names = ''") < said.index("pg_promote")


def test_database_names_its_standbys(database):
    assert "synchronous_standby_names = 'ANY 1 (db1,db2)'" in database("together")[1]
    assert "synchronous_standby_names = ''" in database("alone")[1]
    code, said = database("frobnicate")
    assert (code, "database.sh promote" in said) == (2, True)
