"""Declared registers for programs: the same rows, rights and services as on the pages."""

import json

import pytest

from apps.audit.models import AuditEvent
from apps.labs.models import MeasurementStandard
from apps.training.models import Attendance
from tests.factories.registers import (
    AttendanceFactory,
    CourseFactory,
    EvaluationFactory,
    MinistryFactory,
    PlanFactory,
    StandardFactory,
    SupportFactory,
)

BAC_NINH, LAM_DONG = "VN-24-2025", "VN-68-2025"
URL = "/api/v1/registers/standards/"
STANDARD = {
    "code": "CQG-900", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": BAC_NINH,
    "holder": "Viện Đo lường", "recognised_on": "2021-05-04",
}  # fmt: skip
pytestmark = pytest.mark.django_db
MORE = {
    "unit-plans": PlanFactory,
    "support": SupportFactory,
    "evaluations": EvaluationFactory,
    "managing-ministries": lambda: MinistryFactory(unit_id=BAC_NINH),
}


def post(client, url, data):
    return client.post(url, json.dumps(data).replace("Infinity", "1e400"), content_type="application/json")


def patch(client, url, data):
    return client.patch(url, data, content_type="application/json")


@pytest.mark.parametrize("slug", ["standards", "courses", "attendances", *MORE])
def test_rows_of_others_are_404(slug, signed_in, keeper, outsider, stranger):
    makers = {"standards": StandardFactory, "courses": CourseFactory, "attendances": AttendanceFactory}
    row = (makers | MORE)[slug]()
    one = f"/api/v1/registers/{slug}/{row.pk}/"
    assert signed_in(keeper).get(one).json()["id"] == row.pk
    other = signed_in(outsider)
    assert other.get(one).status_code == 404
    assert other.get(f"/api/v1/registers/{slug}/").json()["results"] == []
    assert post(other, f"{one}withdraw/", {"reason": "Thử"}).status_code == 404
    assert patch(other, one, {"reason": "Thử", "updated_at": row.updated_at.isoformat()}).status_code == 404
    assert signed_in(stranger).get(one).status_code == 403


def test_a_row_says_all_its_columns(reader_client):
    StandardFactory(code="CQG-1")
    [row] = reader_client.get(URL).json()["results"]
    told = {
        name: row[name] for name in ("code", "area", "unit", "recognised_on", "ended_on", "decision", "uncertainty")
    }
    assert told == {
        "code": "CQG-1", "area": "m", "unit": BAC_NINH, "recognised_on": "2021-05-04", "ended_on": None,
        "decision": None, "uncertainty": "",
    }  # fmt: skip


def test_a_row_is_made_changed_and_withdrawn(reader_client):
    made = post(reader_client, URL, STANDARD)
    assert made.status_code == 201, made.json()
    row = MeasurementStandard.objects.get()
    assert made.json()["id"] == row.pk
    one = f"{URL}{row.pk}/"
    changed = patch(reader_client, one, {"holder": "A", "reason": "Chuyển", "updated_at": row.updated_at.isoformat()})
    assert (changed.status_code, changed.json()["holder"]) == (200, "A")
    stale = patch(reader_client, one, {"holder": "B", "reason": "Chuyển", "updated_at": row.updated_at.isoformat()})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    without = patch(reader_client, one, {"holder": "B"})
    assert set(without.json()["errors"]) == {"reason", "updated_at"}
    assert post(reader_client, f"{one}withdraw/", {"reason": "Nhầm"}).status_code == 204
    assert reader_client.get(one).status_code == 404
    told = AuditEvent.objects.filter(target_id=str(row.pk)).order_by("id").values_list("action", "reason")
    assert list(told) == [
        ("register.added", ""),
        ("register.changed", "Chuyển"),
        ("register.withdrawn", "Nhầm"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit": LAM_DONG}, "unit"),
        ({"unit": "nowhere"}, "unit"),
        ({"area": "x"}, "area"),
        ({"recognised_on": "2099-01-01"}, "recognised_on"),
        ({"recognised_on": "04/05/2021"}, "recognised_on"),
        ({"decision": 999999}, "decision"),
        ({"name": ""}, "name"),
        ({"ended_on": "2020-01-01"}, "ended_on"),
        ({"code": 17}, "code"),
        ({"decision": float("inf")}, "decision"),
        ({"decision": 1.5}, "decision"),
        ({"recognised_on": "0001-01-01"}, "recognised_on"),
        ({"due_on": "9999-12-31"}, "due_on"),
    ],
)
def test_what_is_wrong_is_told_by_field(reader_client, wrong, field):
    answer = post(reader_client, URL, STANDARD | wrong)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not MeasurementStandard.objects.exists()


def test_a_code_that_stands_is_a_conflict_and_nothing_is_written(reader_client):
    StandardFactory(code="cqg-900", unit_id=LAM_DONG)
    answer = post(reader_client, URL, STANDARD)
    assert (answer.status_code, answer.json()["code"]) == (409, "unique")
    assert MeasurementStandard.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("code=CQG-1", 1), ("code=CQG", 0), ("unit=VN-24-2025", 2), ("area=m", 2), ("area=l", 0), ("search=can", 1),
        ("recognised_on_from=2022-01-01", 1), ("recognised_on_to=2022-01-01", 1),
        ("changed_since=2099-01-01T00:00:00Z", 0),
    ],
)  # fmt: skip
def test_lists_are_narrowed(reader_client, query, count):
    StandardFactory(code="CQG-1", name="Cân chuẩn")
    StandardFactory(code="CQG-2", recognised_on="2023-01-01")
    assert len(reader_client.get(f"{URL}?{query}").json()["results"]) == count


@pytest.mark.parametrize(("slug", "make"), [("standards", StandardFactory), ("attendances", AttendanceFactory)])
def test_a_list_costs_the_same_for_one_row_and_for_many(slug, make, reader_client, django_assert_num_queries):
    url = f"/api/v1/registers/{slug}/"
    make()
    reader_client.get(url)
    with django_assert_num_queries(5):
        assert len(reader_client.get(url).json()["results"]) == 1
    for _ in range(4):
        make()
    with django_assert_num_queries(5):
        assert len(reader_client.get(url).json()["results"]) == 5


def test_an_unknown_parameter_is_refused(reader_client):
    assert reader_client.get(f"{URL}?holder=A").status_code == 400


def test_an_attendance_of_a_course_of_others_is_refused(reader_client):
    own, theirs = CourseFactory(), CourseFactory(unit_id=LAM_DONG)
    person = {"full_name": "Trần Thị Đo", "birth_year": 1990, "workplace": "Sở", "audience": "authority"}
    assert (
        "course"
        in post(reader_client, "/api/v1/registers/attendances/", person | {"course": theirs.pk}).json()["errors"]
    )
    made = post(reader_client, "/api/v1/registers/attendances/", person | {"course": own.pk})
    assert made.status_code == 201
    assert Attendance.objects.get().course == own
