"""Reports for programs: the same rows, rights and services as on the pages."""

import json

import pytest
from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.people.granting import granting_of
from apps.people.models import Person
from apps.reports.models import ReportedValue, ReviewNote
from apps.reports.services import entering, moves
from apps.reports.services.entering import Edit
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.reports import filled, report_of, signed_paper

pytestmark = pytest.mark.django_db
ONE = f"/api/v1/reports/2026/{BAC_NINH}/"
CELLS = f"{ONE}cells/"
RECORD = {
    "number": "12/BC-UBND",
    "date": timezone.localdate().isoformat(),
    "signatory": "Nguyễn Văn A",
    "position": "Phó Chủ tịch",
}


def post(client, verb, **body):
    return client.post(f"{ONE}{verb}/", json.dumps(body), content_type="application/json")


def patch(client, data, url=CELLS):
    return client.patch(url, json.dumps(data), content_type="application/json")


@pytest.fixture
def service(member):
    return member("Ket noi Bac Ninh", "service_account", BAC_NINH)


@pytest.fixture
def at(signed_in, editor, approver, officer, service):
    """at("editor"): that person's client, signed in once."""
    people, clients = {"editor": editor, "approver": approver, "officer": officer, "service": service}, {}

    def client_of(name):
        if name not in clients:
            clients[name] = signed_in(people[name])
        return clients[name]

    return client_of


def version_of(client):
    return client.get(ONE).json()["version"]


def test_a_report_goes_its_way_by_the_api(at, report):
    """By program up to the leader; signing, sending and judging is of persons."""
    service, editor, approver, officer = at("service"), at("editor"), at("approver"), at("officer")
    told = service.get(ONE).json()
    assert (told["state"], told["revision"], told["allowed_actions"]) == ("not_started", 1, ["start"])
    assert told["completeness"][0] == 0 < told["completeness"][1]
    assert post(service, "start", version=told["version"]).status_code == 200
    texts, numbers = ("A1", "B6", "E1", "E2", "E3", "E4", "E5"), ("5.1", "6.1", "4.1", "3.1", "B1", "7.1")
    cells = [{"code": code, "value": "Không có"} for code in texts]
    cells += [{"code": code, "value": "0", "explanation": "số liệu minh họa"} for code in numbers]
    written = patch(service, {"version": version_of(service), "cells": cells})
    assert written.status_code == 200, written.json()
    handed = post(service, "to_leader", version=written.json()["version"])
    assert handed.status_code == 200, handed.json()
    assert handed.json()["allowed_actions"] == []
    assert post(service, "sign", version=handed.json()["version"], record=RECORD).status_code == 403
    assert post(editor, "sign", version=handed.json()["version"], record=RECORD).status_code == 403
    signed = post(approver, "sign", version=handed.json()["version"], record=RECORD)
    assert signed.status_code == 200, signed.json()
    assert signed.json()["state"] == "signed"
    assert post(service, "submit", version=signed.json()["version"]).status_code == 403
    assert "submit" not in service.get(ONE).json()["allowed_actions"]
    sent = post(editor, "submit", version=signed.json()["version"])
    assert sent.json()["state"] == "submitted"
    flags = [{"code": "5.1", "text": "Xem lại"}]
    back = post(officer, "return_for_revision", version=sent.json()["version"], reason="Sửa ô 5.1", cells=flags)
    assert (back.json()["state"], back.json()["revision"]) == ("returned", 2), back.json()
    more = [{"code": "5.1", "value": "3", "explanation": "Bổ sung"}, {"code": "5.2", "value": "3"}]
    assert patch(service, more).status_code == 200
    locked = patch(service, [{"code": "3.1", "value": "3"}])
    assert locked.status_code == 400
    assert locked.json()["errors"]["3.1"][0]["code"] == "locked_cell"
    again = post(editor, "to_leader", version=version_of(editor))
    assert again.status_code == 200, again.json()
    assert post(approver, "sign", version=version_of(editor), record=RECORD | {"number": "13/BC"}).status_code == 200
    assert post(editor, "submit", version=version_of(editor)).status_code == 200
    lacking = post(officer, "accept", version=version_of(editor), reason="Đủ")
    assert (lacking.status_code, list(lacking.json()["errors"])) == (400, ["differences"])
    taken = post(officer, "accept", version=version_of(editor), differences={"5.1": "Đã đối chiếu"})
    assert taken.json()["state"] == "accepted", taken.json()
    assert post(service, "correct", version=version_of(editor), reason="Sai").status_code == 403
    assert post(officer, "lock", version=version_of(editor)).json()["state"] == "locked"
    fixed = post(editor, "correct", version=version_of(editor), reason="Tính thiếu")
    assert (fixed.json()["state"], fixed.json()["revision"]) == ("draft", 3)


def test_a_cell_is_told_in_the_form_in_which_it_is_sent(at, report, editor):
    moves.start(report, by=editor)
    sent = [
        {"code": "5.1", "value": "465", "explanation": "Bổ sung hồ sơ"}, {"code": "D8", "value": "1234.5"},
        {"code": "D2", "value": "not_applicable"}, {"code": "A1", "value": "Đã ban hành"}, {"code": "D1", "value": "0"},
    ]  # fmt: skip
    written = patch(at("service"), sent)
    assert written.status_code == 200, written.json()
    rows = {row["code"]: row for row in at("editor").get(CELLS).json()}
    assert set(rows["5.1"]) == {"code", "key", "label", "kind", "value", "prefilled", "explanation", "version"}
    assert {code: rows[code]["value"] for code in ("5.1", "D8", "D2", "A1", "D1", "D3")} == {
        "5.1": "465", "D8": "1234.5", "D2": "not_applicable", "A1": "Đã ban hành", "D1": "0", "D3": None,
    }  # fmt: skip
    assert rows["5.1"]["prefilled"] == "0"
    assert rows["5.1"]["version"] == written.json()["version"] == version_of(at("editor"))
    assert patch(at("service"), [{"code": "D1", "value": None}]).json()["cells"][0]["value"] is None


def test_every_refused_cell_is_told_and_none_is_written(at, report, editor):
    moves.start(report, by=editor)
    report.refresh_from_db()
    sent = [
        {"code": "D1", "value": "5"}, {"code": "4.1", "value": "156,5"}, {"code": "5.1", "value": 5},
        {"code": "5.2", "value": "1", "explanation": 7},
    ]  # fmt: skip
    answer = patch(at("editor"), sent)
    assert answer.status_code == 400
    found = {code: errors[0]["code"] for code, errors in answer.json()["errors"].items()}
    assert found == {"4.1": "whole_number", "5.1": "type", "5.2": "type"}
    unknown = patch(at("editor"), [{"code": "X9", "value": "1"}, {"code": "K6.1", "value": "1"}]).json()["errors"]
    assert {code: errors[0]["code"] for code, errors in unknown.items()} == {"X9": "unknown_cell", "K6.1": "computed"}
    for body in ("x", {"cells": "x"}, [1], [{"value": "1"}], {"version": "1", "cells": []}, [{"code": "D1"}] * 501):
        assert patch(at("editor"), body).status_code == 400, body
    assert not ReportedValue.objects.filter(report=report, cell__code="D1").exists()
    version = report.version
    report.refresh_from_db()
    assert report.version == version


def test_what_somebody_wrote_meanwhile_is_409_with_both_values(at, report, editor, service):
    moves.start(report, by=editor)
    seen = version_of(at("editor"))
    entering.write_cells(report, [Edit("5.1", "468"), Edit("D1", "2")], by=editor)
    sent = [{"code": "5.1", "value": "465"}, {"code": "D1", "value": "2"}, {"code": "D3", "value": "1"}]
    answer = patch(at("service"), {"version": seen, "cells": sent})
    assert (answer.status_code, answer.json()["code"]) == (409, "cell_conflict")
    [both] = answer.json()["conflicts"]
    assert (both["code"], both["mine"], both["theirs"], both["by"]) == ("5.1", "465", "468", "Editor Bac Ninh")
    assert not ReportedValue.objects.filter(report=report, cell__code="D3").exists()
    assert (answer.json()["current"], answer.json()["version"]) == ("draft", seen + 1)
    sent[0]["version"] = both["version"]
    assert patch(at("service"), {"version": seen, "cells": sent}).status_code == 200


def test_a_stale_version_is_409_and_a_wrong_state_400_with_the_state_of_now(at, report, editor):
    moves.start(report, by=editor)
    stale = post(at("editor"), "to_leader", version=0)
    assert (stale.status_code, stale.json()["code"], stale.json()["current"]) == (409, "stale", "draft")
    wrong = post(at("editor"), "start", version=version_of(at("editor")))
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["current"]) == (400, "wrong_state", "draft")
    assert post(at("editor"), "to_leader").json()["errors"]["version"][0]["code"] == "required"
    unfinished = post(at("editor"), "to_leader", version=version_of(at("editor")))
    assert (unfinished.status_code, unfinished.json()["code"]) == (400, "not_finished")


def test_a_return_that_is_refused_leaves_no_flag(at, report, editor, approver):
    filled(report, editor)
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=approver)
    moves.submit(report, by=editor)
    version = version_of(at("officer"))
    flags = [{"code": "5.1"}, {"code": "X9"}]
    assert post(at("officer"), "return_for_revision", version=version, reason="Sửa", cells=flags).status_code == 400
    stale = post(at("officer"), "return_for_revision", version=version - 1, reason="Sửa", cells=flags[:1])
    assert (stale.status_code, stale.json()["current"]) == (409, "submitted")
    assert not ReviewNote.objects.exists()


def test_doors(at, report, signed_in, member, stranger, client):
    other, central = member("Editor Lam Dong", "unit_editor", LAM_DONG), member("Ket noi", "service_account", TDC)
    assert client.get(ONE).status_code in (401, 403)
    nobody = signed_in(stranger)
    for url in (ONE, CELLS, "/api/v1/reports/", "/api/v1/rounds/"):
        assert nobody.get(url).status_code == 403, url
    neighbour = signed_in(other)
    for url in (ONE, CELLS, f"/api/v1/reports/2025/{LAM_DONG}/", "/api/v1/reports/2026/NO-UNIT/"):
        assert neighbour.get(url).status_code == 404, url
    assert post(neighbour, "start", version=0).status_code == 404
    assert patch(neighbour, []).status_code == 404
    assert post(at("officer"), "start", version=0).status_code == 403
    assert patch(at("officer"), []).status_code == 403
    assert patch(at("approver"), []).status_code == 403
    program = signed_in(central)  # sees every report, fills in none
    assert program.get(ONE).json()["allowed_actions"] == []
    assert post(program, "start", version=0).status_code == 403
    assert patch(program, [{"code": "D1", "value": "1"}]).status_code == 403
    report.refresh_from_db()
    assert (report.state, report.version) == ("not_started", 0)


def test_lists_are_narrowed_by_what_is_documented(at, report, round_2026):
    rounds = at("editor").get("/api/v1/rounds/?year=2026&state=open").json()["results"]
    assert [(row["code"], row["period"], row["state"]) for row in rounds] == [("2026", "2026", "open")]
    assert at("editor").get("/api/v1/rounds/2026/").json()["title"] == "Báo cáo năm 2026"
    found = at("officer").get(f"/api/v1/reports/?round=2026&unit={BAC_NINH}&state=not_started&state=draft").json()
    assert [(row["round"], row["unit"], row["form"]) for row in found["results"]] == [("2026", BAC_NINH, "province/1")]
    assert at("officer").get("/api/v1/reports/?round=2026").json()["count"] > 34
    assert at("editor").get("/api/v1/reports/").json()["count"] == 1
    for query in ("x=1", "state=x", "unit=%00"):
        assert at("officer").get(f"/api/v1/reports/?{query}").status_code == 400, query


@pytest.mark.parametrize("size", [1, 50])
def test_query_counts(at, report, size, django_assert_max_num_queries):
    client = at("officer")
    client.get("/api/v1/reports/")
    with django_assert_max_num_queries(12):
        client.get(f"/api/v1/reports/?page_size={size}")
    with django_assert_max_num_queries(12):
        client.get(CELLS)


def test_a_program_of_a_unit_is_the_programme_administrators_to_give(member, service):
    """Its key lets in whoever holds it: the unit's administrator neither gives nor changes it."""
    own, central = member("Admin", "unit_administrator", BAC_NINH), member("QT", "programme_administrator", TDC)
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    assert "service_account" in granting_of(central).roles_in(unit)
    assert "service_account" not in granting_of(own).roles_in(unit)
    assert not Person.objects.editable_by(own).filter(pk=service.pk).exists()
    assert Person.objects.editable_by(central).filter(pk=service.pk).exists()


def test_a_program_is_told_nothing_and_has_no_inbox(report, service, editor):
    from apps.reports.inbox import to_fill
    from apps.reports.recipients import filling

    assert filling(report_of(report.round, BAC_NINH)) == {editor.pk}
    assert to_fill(service) is None
    assert to_fill(editor).count() == 1
