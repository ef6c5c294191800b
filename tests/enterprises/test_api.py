"""The register of enterprises for programs: the same rows, rights and services as on its pages."""

import json
from datetime import date

import pytest

from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.targets.models import RecomputeRequest
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.enterprises import EnterpriseFactory, ProgrammeEventFactory, tax_code

pytestmark = pytest.mark.django_db
URL, EVENTS = "/api/v1/registers/enterprises/", "/api/v1/registers/enterprise-events/"
COMPANY = {
    "tax_code": tax_code(77), "name": "Công ty CP Đo", "ownership": "private", "industry_code": "C10",
    "unit": BAC_NINH, "located_on": "2026-03-12", "note": "Riêng",
}  # fmt: skip
STAGE = {"form": "written", "stage": "applied", "occurred_on": "2026-04-01", "unit": BAC_NINH}


def post(client, url, data, **headers):
    return client.post(url, json.dumps(data), content_type="application/json", headers=headers)


def patch(client, url, data):
    return client.patch(url, data, content_type="application/json")


@pytest.fixture
def made(reader_client) -> dict:
    answer = post(reader_client, URL, COMPANY)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_enterprise_is_entered_and_changed(reader_client, made):
    assert {name: made[name] for name in ("tax_code", "industry_code", "industry_version", "note")} == {
        "tax_code": tax_code(77), "industry_code": "10", "industry_version": "2025", "note": "Riêng",
    }  # fmt: skip
    assert made["allowed_actions"] == ["change", "add_event"]
    one = f"{URL}{made['id']}/"
    changed = patch(reader_client, one, {"name": "Tên mới", "updated_at": made["updated_at"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "Tên mới")
    stale = patch(reader_client, one, {"name": "Khác", "updated_at": made["updated_at"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert set(patch(reader_client, one, {"name": "Khác"}).json()["errors"]) == {"updated_at"}
    twice = post(reader_client, URL, COMPANY)
    assert (twice.status_code, twice.json()["code"]) == (409, "unique")
    told = AuditEvent.objects.filter(target_id=str(made["id"])).order_by("id").values_list("action", flat=True)
    assert list(told) == ["enterprise.registered", "enterprise.updated"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"tax_code": "abc"}, "tax_code"),
        ({"tax_code": ""}, "tax_code"),
        ({"tax_code": "0123456788"}, "tax_code"),
        ({"tax_code": "012345678901"}, "tax_code"),
        ({"ownership": "x"}, "ownership"),
        ({"industry_code": "zz"}, "industry_code"),
        ({"unit": LAM_DONG}, "unit"),
        ({"unit": BAC_GIANG}, "unit"),
        ({"located_on": "12/03/2026"}, "located_on"),
        ({"located_on": "1999-01-01"}, "located_on"),
        ({"located_on": "2099-01-01"}, "located_on"),
        ({"name": "a\x00b"}, "name"),
        ({"name": 5}, "name"),
    ],
)
def test_what_is_wrong_is_told_by_field(reader_client, wrong, field):
    answer = post(reader_client, URL, COMPANY | wrong)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Enterprise.objects.exists()


def test_notes_are_of_those_who_keep_the_province(signed_in, reader_client, outsider, made):
    ProgrammeEventFactory(programme__enterprise_id=made["id"], unit_id=LAM_DONG, note="Của Lâm Đồng")
    one = f"{URL}{made['id']}/"
    theirs = signed_in(outsider).get(one).json()
    assert (theirs["note"], theirs["tax_code_reason"], theirs["allowed_actions"]) == (None, None, ["add_event"])
    assert patch(signed_in(outsider), one, {"name": "X", "updated_at": made["updated_at"]}).status_code == 403
    [event] = signed_in(outsider).get(EVENTS).json()["results"]
    assert event["note"] == "Của Lâm Đồng"
    assert reader_client.get(EVENTS).json()["results"] == []


def test_a_person_is_known_by_the_end_of_the_number_only(reader_client):
    EnterpriseFactory(tax_code="001099012345", ownership="household")
    [row] = reader_client.get(URL).json()["results"]
    assert row["tax_code"] == "••••••••2345"


def test_an_event_is_added_corrected_and_withdrawn(reader_client, made):
    body = STAGE | {"enterprise": made["id"]}
    first, again = (post(reader_client, EVENTS, body, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    event = first.json()
    assert {name: event[name] for name in ("enterprise", "form", "stage", "reported_by")} == {
        "enterprise": made["id"], "form": "written", "stage": "applied", "reported_by": BAC_NINH,
    }  # fmt: skip
    assert RecomputeRequest.objects.exists()
    assert "đã có giai đoạn đó" in post(reader_client, EVENTS, body).json()["detail"]
    one = f"{EVENTS}{event['id']}/"
    changed = patch(reader_client, one, {"stage": "maintained", "reason": "Nhầm", "updated_at": event["updated_at"]})
    assert (changed.status_code, changed.json()["stage"]) == (200, "maintained")
    stale = post(reader_client, f"{one}withdraw/", {"reason": "Nhầm"}, **{"If-Match": '"x"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    now = {"If-Match": reader_client.get(one)["ETag"]}
    assert post(reader_client, f"{one}withdraw/", {"reason": "Nhầm"}, **now).status_code == 204
    assert reader_client.get(one).status_code == 404
    assert ProgrammeEvent.objects.get().withdrawn_reason == "Nhầm"


def test_an_event_of_an_enterprise_out_of_sight_is_refused(reader_client):
    theirs = EnterpriseFactory(unit_id=LAM_DONG)
    answer = post(reader_client, EVENTS, STAGE | {"enterprise": theirs.pk})
    assert list(answer.json()["errors"]) == ["enterprise"]
    assert reader_client.get(f"{URL}{theirs.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [("search=song cau", 2), ("unit=VN-24-2025", 2), ("ownership=fdi", 1), ("tax_code=0100109106", 1),
     ("changed_since=2099-01-01T00:00:00Z", 0), ("ordering=-name", 2)],
)  # fmt: skip
def test_lists_are_narrowed(reader_client, query, count):
    EnterpriseFactory(tax_code="0100109106")
    EnterpriseFactory(ownership="fdi")
    assert len(reader_client.get(f"{URL}?{query}").json()["results"]) == count


@pytest.mark.parametrize(("url", "make"), [(URL, EnterpriseFactory), (EVENTS, ProgrammeEventFactory)])
def test_a_list_costs_the_same_for_one_row_and_for_many(url, make, reader_client, django_assert_num_queries):
    make()
    reader_client.get(url)
    for more in (0, 3):
        make.create_batch(more)
        with django_assert_num_queries(5):
            assert len(reader_client.get(url).json()["results"]) == 1 + more


@pytest.mark.parametrize(
    ("query", "count"),
    [("stage=applied", 1), ("form=written", 0), ("occurred_on_from=2026-03-12", 1), ("occurred_on_to=2026-03-11", 0)],
)
def test_events_are_narrowed(reader_client, query, count):
    event = ProgrammeEventFactory(occurred_on=date(2026, 3, 12))
    assert len(reader_client.get(f"{EVENTS}?{query}").json()["results"]) == count
    assert len(reader_client.get(f"{EVENTS}?enterprise={event.programme.enterprise_id}").json()["results"]) == 1


def test_a_version_follows_the_enterprise_of_an_event(reader_client):
    """Two records become one: of the event's own row nothing changed."""
    event, other = ProgrammeEventFactory(), EnterpriseFactory()
    one = f"{EVENTS}{event.pk}/"
    tag = reader_client.get(one)["ETag"]
    assert reader_client.get(one, headers={"If-None-Match": tag}).status_code == 304
    type(event.programme).objects.filter(pk=event.programme_id).update(enterprise=other)
    assert reader_client.get(one, headers={"If-None-Match": tag}).status_code == 200
