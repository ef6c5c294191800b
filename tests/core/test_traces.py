"""One line for each request and each export, without what was asked for."""

import io

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from structlog.testing import capture_logs

from apps.people.services.tokens import Wanted, issue_token
from tests.factories.enterprises import EnterpriseFactory

LIST = "/registers/enterprises/"
pytestmark = pytest.mark.django_db


def lines_of(event: str, ask) -> list[dict]:
    with capture_logs() as lines:
        response = ask()
        b"".join(response.streaming_content) if response.streaming else response.content
    return [line for line in lines if line["event"] == event]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_is_written_down(signed_in, keeper, form):
    EnterpriseFactory(name="Công ty BIMAT996")
    EnterpriseFactory(name="Công ty BIMAT997")
    client = signed_in(keeper)
    response = client.get(f"{LIST}?export={form}&q=BIMAT&page=1&sort=name&unit=")
    [line] = lines_of("exported", lambda: client.get(f"{LIST}?export={form}&q=BIMAT&page=1&sort=name&unit="))
    assert line["log_level"] == "info"
    assert (line["user"], line["list"]) == (keeper.pk, "enterprises:enterprise_list")
    assert (line["format"], line["filters"], line["rows"]) == (form, ["q"], 2)
    assert "BIMAT" not in str(line)
    assert line["request_id"] != response["X-Request-ID"]


def test_export_of_figures_is_written_down(signed_in, officer):
    client = signed_in(officer)
    response = client.get("/targets/mt5/?export=xlsx&units=current")
    rows = list(load_workbook(io.BytesIO(response.content))["Số liệu"].iter_rows())
    [line] = lines_of("exported", lambda: client.get("/targets/mt5/?export=xlsx&units=current"))
    assert (line["list"], line["file"]) == ("progress:indicator_detail", "mt5-theo-don-vi-hien-nay")
    assert (line["filters"], line["rows"]) == (["units"], len(rows) - 1)


def test_download_broken_off_tells_what_went_out(signed_in, keeper, monkeypatch):
    """As far as lines were read for it, which they are many at a time."""
    monkeypatch.setattr("apps.core.copied.BYTES", 2)
    EnterpriseFactory.create_batch(3)
    with capture_logs() as lines:
        response = signed_in(keeper).get(f"{LIST}?export=csv")
        parts = iter(response.streaming_content)
        [next(parts) for _ in range(3)]  # the mark of the encoding, the head, one row
        response.close()
    assert [line["rows"] for line in lines if line["event"] == "exported"] == [1]


def test_refused_export_leaves_no_such_line(signed_in, stranger):
    assert lines_of("exported", lambda: signed_in(stranger).get(f"{LIST}?export=csv")) == []


def test_request_is_one_line(signed_in, keeper):
    client = signed_in(keeper)
    [line] = lines_of("request", lambda: client.get(f"{LIST}?q=BIMAT996"))
    assert line["ms"] >= 0
    del line["ms"], line["event"], line["log_level"]
    told = {"method": "GET", "route": "enterprises:enterprise_list", "status": 200, "user": keeper.pk}
    assert line == told


def test_a_call_by_token_is_told_with_its_number(keeper):
    issued = issue_token(keeper, Wanted("Máy", ["units:read"], timezone.localdate()), by=None)
    client = Client(headers={"Authorization": f"Bearer {issued.key}"})
    [line] = lines_of("request", lambda: client.get("/api/v1/units/"))
    assert (line["status"], line["user"], line["token"]) == (200, keeper.pk, issued.token.pk)
    assert issued.key not in str(line)


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        ("/khong-co/", 404, ""),
        ("/jobs/", 302, "jobs:job_list"),
        ("/api/v1/units/", 401, "unit-list"),
        ("/accounts/login/", 200, "account_login"),
    ],
)
def test_requests_of_nobody_are_told_too(client, path, status, route):
    [line] = lines_of("request", lambda: client.get(path))
    assert (line["status"], line["route"], line["user"]) == (status, route, None)


def test_keys_in_addresses_stay_out_of_the_log(client):
    [line] = lines_of("request", lambda: client.get("/accounts/invitation/BIMAT996BIMAT996/"))
    assert "BIMAT" not in str(line)


def test_rows_that_go_to_a_copy_are_written_down(signed_in, keeper, settings):
    """A page of a round is a question how things stand; each further one counts as an export."""
    settings.LIMITS = settings.LIMITS | {"export": (1, 1_000_000_000)}
    client, made = signed_in(keeper), []

    def changes(since: str):
        asked = {"resource": "registers/enterprises", "since": since, "page_size": 1}
        made.append(client.get("/api/v1/changes/", asked))
        return made[-1]

    assert lines_of("exported", lambda: changes("")) == []
    cursor = made[-1].json()["cursor"]
    EnterpriseFactory.create_batch(3)
    [line] = lines_of("exported", lambda: changes(cursor))
    assert (line["user"], line["file"], line["format"]) == (keeper.pk, "registers/enterprises", "changes")
    assert (line["list"], line["rows"]) == ("change-list", 1)
    cursor = made[-1].json()["cursor"]
    assert changes(cursor).status_code == 200
    assert changes(made[-1].json()["cursor"]).status_code == 429
