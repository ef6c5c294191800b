"""What of the list of protections (docs/security.md) no other test asks for."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.hashers import get_hasher, make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.documents import packages, room, uploads
from apps.documents.services import attach_file, path_of
from apps.exchange import gate
from program996.management.processes import BASE_DIR
from tests.conftest import REAL_HASHERS
from tests.documents.papers import paper
from tests.factories.enterprises import EnterpriseFactory

TABLE = (BASE_DIR / "docs/security.md").read_text()
README = (BASE_DIR / "README.md").read_text()


def part_of(title: str) -> str:
    """What stands below a heading of docs/security.md."""
    return TABLE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def cells(title: str) -> list[list[str]]:
    part = part_of(title)
    rows = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


# ── keys, and what is uploaded, as they are written down ────────────────────────────────────────────────────────────


def test_every_secret_is_in_the_key_inventory():
    names = set(re.findall(r"^(?:# )?(\w+)=", (BASE_DIR / ".env.example").read_text(), re.M))
    secret = {one for one in names if re.search(r"SECRET|PASSWORD|TOKEN|KEY", one) and not one.startswith("LIMIT_")}
    assert len(secret) >= 6
    told = {name for row in cells("Keys") for name in re.findall(r"`([A-Z_]+)`", row[0])}
    assert secret - told == set()


def test_the_table_of_uploads_says_what_the_code_holds():
    text = part_of("Uploads")
    size, unfolded = uploads.MAX_BYTES // 1024**2, packages.MAX_INFLATED // 1024**2
    assert f"at most {size} MB, of at most {unfolded} MB unpacked, no more than {packages.MAX_RATIO} times" in text
    assert f"| {packages.MAX_MEMBERS} members" in text
    assert f"| {uploads.MAX_MEMBERS} members" in text
    assert f"{gate.MAX_ROWS:,} rows" in text
    assert f"{gate.MAX_COLUMNS} columns" in text
    assert f"{room.BROUGHT_QUOTA // 1024**3} GB" in text
    for ending in uploads.TYPES:
        assert ending in text


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_a_kept_file_has_no_name_of_its_own_and_nobody_else_reads_or_runs_it(keeper):
    kept = attach_file(EnterpriseFactory(name="Công ty Sông Cầu"), paper("biên bản.pdf"), note="", by=keeper)
    path = path_of(kept.stored)
    assert re.fullmatch(r"[0-9a-f]{64}", path.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert Path(settings.MEDIA_ROOT) in path.parents
    assert Path(settings.STATIC_ROOT) not in path.parents
    assert not hasattr(settings, "MEDIA_URL") or settings.MEDIA_URL in ("", "/")  # nothing serves the folder


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        *("/.git/config", "/.env", "/static/../.env", "/static/%2e%2e/settings.py", "/server-status", "/admin/"),
        *("/debug/", "/media/", "/files/", "/__debug__/", "/static/", "/.well-known/", "/phpinfo.php"),
    ],
)
def test_nothing_of_the_machine_is_served(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.content.decode()


# ── passwords, sessions ─────────────────────────────────────────────────────────────────────────────────────────────


def test_passwords_are_hashed_by_argon2id_as_owasp_has_it(settings):
    settings.PASSWORD_HASHERS = REAL_HASHERS
    told = get_hasher("default").decode(make_password("mat-khau-rat-dai-996"))
    assert told["variety"] == "argon2id"
    assert (told["memory_cost"], told["time_cost"], told["parallelism"]) >= (19_456, 2, 1)


@pytest.mark.django_db
def test_a_session_is_named_by_more_than_128_bits():
    store = SessionStore()
    store.create()
    assert re.fullmatch(r"[a-z0-9]{32}", store.session_key)  # 36 signs each: 165 bits
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"


@pytest.mark.django_db
def test_a_call_by_token_reads_no_session(signed_in, keeper):
    """Whoever lays a key beside somebody's cookie is asked for the key's rights; the session is not even looked up."""
    cookie = signed_in(keeper).cookies[settings.SESSION_COOKIE_NAME].value
    client = Client(headers={"Authorization": "Bearer p996_" + "x" * 43})
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/api/v1/units/")
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_token")
    assert [query["sql"] for query in asked if "django_session" in query["sql"]] == []


# ── what answers say of themselves ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/units/", "/registers/enterprises/?export=csv", "/khong-co/", "/healthz", "/open-data/catalog.jsonld"]
)
def test_text_says_in_which_letters_it_is(signed_in, keeper, path):
    kind = signed_in(keeper).get(path)["Content-Type"]
    assert re.search(r"charset=utf-8|^application/(?:[\w.-]+\+)?json", kind), kind  # JSON is UTF-8 by its standard


# ── servers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

READ = """
import json; from program996 import settings; print(json.dumps(settings.DATABASES['default']['OPTIONS'], default=str))
"""


def test_the_database_may_be_asked_over_verified_tls():
    address = "postgresql://program996_app:x@db.example.invalid/program996?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    env = os.environ | {"DATABASE_URL": address}
    done = subprocess.run([sys.executable, "-c", READ], cwd=BASE_DIR, env=env, capture_output=True, text=True)
    options = json.loads(done.stdout)
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    assert "statement_timeout" in options["options"]


def test_the_firewall_names_the_network_that_leads_out():
    networks = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["networks"]
    bridge = networks["outside"]["driver_opts"]["com.docker.network.bridge.name"]
    assert len(bridge) <= 15  # no longer name of a device
    rules = (BASE_DIR / "docs/hosting/outbound.nft").read_text()
    assert f'iifname "{bridge}" jump allowed' in rules
    assert rules.count("{") == rules.count("}")
    assert rules.index("@inner counter") < rules.index("@receivers tcp")  # no receiver stands within the house


def test_the_proxy_takes_modern_tls_only_and_tells_the_true_scheme():
    conf = (BASE_DIR / "nginx.conf").read_text()
    assert re.findall(r"ssl_protocols ([^;]+);", conf) == ["TLSv1.2 TLSv1.3"]
    assert "proxy_set_header X-Forwarded-Proto $told_scheme;" in conf
    assert 'proxy_set_header X-Forwarded-Host "";' in conf
