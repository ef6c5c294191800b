"""What is told «unchanged» is: an answer that hangs on the person, the day or another table is made anew."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.labs.models import MeasurementStandard
from apps.organisations.models import UnitName
from apps.people.models import Membership
from apps.progress.services import recompute
from apps.targets.models import UnitStatistic
from tests.at_once import at_once
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.registers import StandardFactory
from tests.factories.reports import open_round
from tests.factories.tasks import PlanTaskFactory
from tests.progress.conftest import enterprise, event  # noqa: F401 - fixtures
from tests.walk.routes import all_routes

pytestmark = pytest.mark.django_db
URL, VALUES, TASKS = "/api/v1/registers/standards/", "/api/v1/indicators/MT5/values/", "/api/v1/tasks/"


def again(client, url: str, tag: str):
    return client.get(url, headers={"If-None-Match": tag})


def is_known(client, url: str, tag: str) -> bool:
    answer = again(client, url, tag)
    if answer.status_code == 304:
        assert (answer.content, answer["ETag"]) == (b"", tag)
        return True
    assert answer.status_code == 200
    return False


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["", "?page_size=1", "?cursor=&page_size=1", "?fields=code"])
def test_a_list_is_known_until_one_of_its_rows_is_another(reader_client, query):
    row = StandardFactory(code="CQG-1")
    url = f"{URL}{query}"
    tag = reader_client.get(url)["ETag"]
    assert is_known(reader_client, url, tag)
    asked = reader_client.head(url)
    assert (asked.status_code, asked["ETag"], asked.content) == (200, tag, b"")
    assert again(reader_client, url, f'"x", W/{tag}').status_code == 304
    MeasurementStandard.objects.filter(pk=row.pk).update(holder="Khác")  # whoever writes: no moment tells of it
    assert not is_known(reader_client, url, tag)
    tag = reader_client.get(url)["ETag"]
    StandardFactory(code="CQG-2")
    assert not is_known(reader_client, url, tag)


def test_a_row_is_known_until_it_is_another(reader_client, keeper, signed_in, central_keeper):
    row = StandardFactory(code="CQG-1")
    one = f"{URL}{row.pk}/"
    tag = reader_client.get(one)["ETag"]
    assert is_known(reader_client, one, tag)
    assert not is_known(signed_in(central_keeper), one, tag)  # what one person may is not what another may
    Membership.objects.filter(user=keeper).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert again(reader_client, one, tag).status_code == 403


def test_out_of_sight_is_never_known(reader_client, signed_in, outsider):
    one = f"{URL}{StandardFactory().pk}/"
    tag = reader_client.get(one)["ETag"]
    assert again(signed_in(outsider), one, tag).status_code == 404
    assert again(signed_in(outsider), one, "*").status_code == 404


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _statistic() -> None:
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_NINH, year=2026, value=9, source="thử")


def _name() -> None:
    UnitName.objects.filter(unit=BAC_NINH).update(short_name="Tên khác")


@pytest.mark.parametrize("change", [_statistic, _name, lambda: close(2026)])
def test_figures_are_known_until_anything_they_hang_on_changes(signed_in, officer, event, change):  # noqa: F811
    event(date(2026, 4, 1))
    recompute()
    client, url = signed_in(officer), f"{VALUES}?period=2026"
    answer = client.get(url)
    assert answer["Last-Modified"]
    assert is_known(client, url, answer["ETag"])
    assert not is_known(client, f"{url}&units=as-reported", answer["ETag"])
    change()
    assert not is_known(client, url, answer["ETag"])


def test_figures_are_another_when_the_roll_up_changed_one(signed_in, officer, event):  # noqa: F811
    event(date(2026, 4, 1))
    recompute()
    client = signed_in(officer)
    tag = client.get(VALUES)["ETag"]
    recompute()
    assert is_known(client, VALUES, tag)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()
    assert not is_known(client, VALUES, tag)


def test_another_day_is_another_answer(signed_in, officer, monkeypatch):
    """Names, units and rates are those of the day."""
    client = signed_in(officer)
    tag = client.get("/api/v1/units/")["ETag"]
    assert is_known(client, "/api/v1/units/", tag)
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("apps.core.versions.timezone.localdate", lambda *_: tomorrow)
    assert not is_known(client, "/api/v1/units/", tag)


# ── read from the answer ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["", "NV-1/"])
def test_what_is_known_of_no_version_is_known_by_its_content(path, member, signed_in):
    client, url = signed_in(member("Editor", "unit_editor", BAC_NINH)), f"{TASKS}{path}"
    task = PlanTaskFactory(code="NV-1", state="in_progress", due_on=timezone.localdate())
    tag = client.get(url)["ETag"]
    assert is_known(client, url, tag)
    type(task).objects.filter(pk=task.pk).update(due_on=timezone.localdate() - timedelta(days=9))  # now overdue
    assert not is_known(client, url, tag)


def test_a_refusal_has_no_tag(reader_client):
    assert "ETag" not in reader_client.get(f"{URL}?x=1").headers
    assert reader_client.get(f"{URL}0/", headers={"If-None-Match": "*"}).status_code == 404


# ── declared, and held to ───────────────────────────────────────────────────────────────────────────────────────────

# Who asks, and with which rights: said in every version beside the tables.
OF_PERSONS = re.compile(
    r"django_session|accounts_user|people_\w+|auth_\w+|mfa_\w+|usersessions_\w+|django_content_type|rights_of_people"
)
TABLE = re.compile(r'(?:FROM|JOIN)\s+"?((?:[a-z]+_)+[a-z]+)"?', re.IGNORECASE)
ARGUMENTS = {"indicator-detail": "MT5", "unit-detail": BAC_NINH, "round-detail": "2026", "frameworkitem-detail": "B.6"}


def test_an_answer_reads_no_table_that_its_version_leaves_out(signed_in, officer):
    open_round(officer)
    client, looked_at = signed_in(officer), 0
    client.get("/api/v1/units/")
    for key, route in all_routes().items():
        made_of = getattr(route.cls, "made_of", ())
        if not route.is_api or not made_of or (route.args and key not in ARGUMENTS):
            continue
        if not {"list", "retrieve"} & set(route.view.actions.values()):
            continue  # of nothing else the tables are asked
        told = {model._meta.db_table for model in made_of}
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse(route.name, args=[ARGUMENTS[key]] if route.args else []))
        assert answer.status_code == 200, (key, answer.content)
        read = {name for one in asked for name in TABLE.findall(one["sql"])}
        assert {name for name in read if not OF_PERSONS.fullmatch(name)} <= told, key
        looked_at += 1
    assert looked_at >= 8


# ── If-Match ────────────────────────────────────────────────────────────────────────────────────────────────────────


def send(client, method: str, url: str, data: dict, **headers):
    return client.generic(method, url, json.dumps(data), content_type="application/json", headers=headers)


def test_a_write_on_what_is_no_longer_so_is_412(reader_client):
    row = StandardFactory(code="CQG-1")
    one = f"{URL}{row.pk}/"
    tag = reader_client.get(one)["ETag"]
    change = {"holder": "A", "reason": "Chuyển", "updated_at": row.updated_at.isoformat()}
    changed = send(reader_client, "PATCH", one, change, **{"If-Match": tag})
    assert changed.status_code == 200, changed.content
    stale = send(reader_client, "POST", f"{one}withdraw/", {"reason": "Nhầm"}, **{"If-Match": tag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert MeasurementStandard.objects.get().withdrawn_at is None
    without = send(reader_client, "PATCH", one, change)
    assert (without.status_code, without.json()["code"]) == (409, "stale")  # as ever, and nobody has to send a header
    now = reader_client.get(one)["ETag"]
    assert (
        send(reader_client, "POST", f"{one}withdraw/", {"reason": "Nhầm"}, **{"If-Match": f"W/{now}"}).status_code
        == 204
    )


def test_a_task_is_matched_by_its_own_answer(member, signed_in):
    client = signed_in(member("Editor", "unit_editor", BAC_NINH))
    task = PlanTaskFactory(state="draft")
    one = f"{TASKS}{task.code}/"
    tag = client.get(one)["ETag"]
    body = {"version": task.version, "title": "Tên mới"}
    assert send(client, "PATCH", one, body, **{"If-Match": '"x"'}).status_code == 412
    assert send(client, "PATCH", one, body, **{"If-Match": tag}).json()["title"] == "Tên mới"
    assert send(client, "POST", f"{one}propose/", {"version": 2}, **{"If-Match": tag}).status_code == 412
    now = client.get(one)["ETag"]
    assert send(client, "POST", f"{one}propose/", {"version": 2}, **{"If-Match": now}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_state_one_withdraws(signed_in, keeper):
    row = StandardFactory()
    one = f"{URL}{row.pk}/"
    clients = [signed_in(keeper) for _ in range(2)]
    tag = clients[0].get(one)["ETag"]
    answers = at_once([
        lambda: send(clients[0], "POST", f"{one}withdraw/", {"reason": "Nhầm"}, **{"If-Match": tag}).status_code,
        lambda: send(clients[1], "PATCH", one, {
            "holder": "A", "reason": "Chuyển", "updated_at": row.updated_at.isoformat()}, **{"If-Match": tag},
        ).status_code,
    ])  # fmt: skip
    assert sorted(answers) in ([200, 412], [204, 404], [204, 412])
