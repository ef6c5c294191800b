"""Tasks for programs: the same rows, rights and services as on the pages."""

import json
from datetime import date

import pytest
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.funding.services import Entry, write_amounts
from apps.tasks.models import PlanTask, TaskProgress
from apps.tasks.services import asking, moves, working
from apps.tasks.services.drafting import add_milestones
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/tasks/"
TASK = {
    "framework_item": "B.6", "title": "Hỗ trợ 120 doanh nghiệp", "kind": "recurrent", "term": "yearly",
    "lead_unit": "SO-BAC-NINH", "coordinating_units": [BAC_NINH, {"unit": "VMI", "part": "Đào tạo", "input": "Chuẩn"}],
    "due_on": "2026-12-31", "product": "Báo cáo",
}  # fmt: skip
DECISION = {"number": "2145/QĐ-UBND", "date": "2026-01-20", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "KT. Chủ tịch"}


def post(client, url, data, **headers):
    return client.post(url, json.dumps(data), content_type="application/json", headers=headers)


def patch(client, url, data):
    return client.patch(url, json.dumps(data), content_type="application/json")


@pytest.fixture
def at(people, signed_in):
    """at("leader"): that person's client, signed in once."""
    clients = {}

    def client_of(name):
        if name not in clients:
            clients[name] = signed_in(getattr(people, name))
        return clients[name]

    return client_of


def test_a_task_goes_its_way_by_the_api(at):
    made = post(at("officer_of_so"), URL, TASK | {
        "contributions": [{"indicator": "MT5", "year": 2026, "amount": 120}],
        "budget": [{"source": "local", "year": 2026, "amount": 500_000_000}],
    })  # fmt: skip
    assert made.status_code == 201, made.json()
    task = made.json()
    assert (task["state"], task["timeliness"], task["allowed_actions"]) == ("draft", None, ["propose"])
    assert task["coordinating_units"] == [
        {"unit": BAC_NINH, "part": "", "input": ""},
        {"unit": "VMI", "part": "Đào tạo", "input": "Chuẩn"},
    ]
    assert task["contributions"] == [{"indicator": "MT5", "year": 2026, "amount": "120.0"}]
    assert task["budget"] == [{"year": 2026, "source": "local", "stage": "planned", "amount": 500_000_000}]
    assert (task["year"], task["route"], task["approving_unit"]) == (2026, "province", BAC_NINH)
    one = f"{URL}{task['code'].lower()}/"
    steps = [
        ("officer_of_so", "propose", {}),
        ("editor_of_province", "start_appraisal", {}),
        ("editor_of_province", "appraise", {"reason": "Đạt"}),
        ("approver_of_province", "approve", {"decision": DECISION}),
        ("officer_of_so", "start", {}),
        ("officer_of_so", "report_completion", {"on": "2026-03-02"}),
        ("approver_of_province", "accept", {"decision": DECISION | {"number": "9/QĐ"}}),
        ("approver_of_province", "close", {"reason": "Đã quyết toán"}),
    ]
    for who, verb, body in steps:
        seen = at(who).get(one).json()
        assert verb in seen["allowed_actions"]
        answer = post(at(who), f"{one}{verb}/", {"version": seen["version"], **body})
        assert answer.status_code == 200, (verb, answer.json())
    told = answer.json()
    assert (told["state"], told["timeliness"], told["allowed_actions"]) == ("closed", "done_in_time", [])
    assert [step["verb"] for step in told["steps"]] == ["create", *(verb for _who, verb, _body in steps)]
    approved = told["steps"][4]
    assert {**approved["decision"], "id": 0} == {
        "id": 0, "number": "2145/QĐ-UBND", "date": "2026-01-20", "issuer": "UBND tỉnh Bắc Ninh",
    }  # fmt: skip
    assert (approved["signatory"], approved["by"], approved["unit"]) == ("KT. Chủ tịch", "Huỳnh Quốc Toàn", BAC_NINH)


def test_a_stale_version_is_409_with_the_state_of_now_and_a_wrong_state_is_400(at, people, decided, so):
    task = PlanTaskFactory(state="appraised", lead_unit_id=so.pk)
    one = f"{URL}{task.code}/"
    moves.return_for_revision(task, "Tách kinh phí", by=people.editor_of_province)
    stale = post(at("approver_of_province"), f"{one}approve/", {"version": 1, "decision": DECISION})
    assert stale.status_code == 409
    assert {name: stale.json()[name] for name in ("code", "current", "version")} == {
        "code": "stale", "current": "returned", "version": 2,
    }  # fmt: skip
    wrong = post(at("approver_of_province"), f"{one}approve/", {"version": 2, "decision": DECISION})
    assert wrong.status_code == 400
    assert {name: wrong.json()[name] for name in ("code", "current", "version")} == {
        "code": "wrong_state", "current": "returned", "version": 2,
    }  # fmt: skip
    old = patch(at("officer_of_so"), one, {"version": 1, "title": "Tên mới"})
    assert (old.status_code, old.json()["current"]) == (409, "returned")
    assert patch(at("officer_of_so"), one, {"version": 2, "title": "Tên mới"}).json()["title"] == "Tên mới"
    PlanTask.objects.get(pk=task.pk, version=3, title="Tên mới")


def test_a_step_that_is_no_decision_takes_none(at, people, so):
    """It would stand beside the step as if somebody had decided."""
    for who, state, verb in (
        ("officer_of_so", "draft", "propose"), ("officer_of_so", "approved", "start"),
        ("officer_of_so", "in_progress", "report_completion"), ("editor_of_province", "under_appraisal", "appraise"),
        ("approver_of_province", "appraised", "return_for_revision"),
    ):  # fmt: skip
        task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
        body = {"version": 1, "decision": DECISION, "reason": "Lý do"}
        answer = post(at(who), f"{URL}{task.code}/{verb}/", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "no_decision_here"), verb
        task.refresh_from_db()
        assert (task.state, task.version, task.steps.count()) == (state, 1, 0)
    assert not LegalDocument.objects.filter(number=DECISION["number"]).exists()
    ending = PlanTaskFactory(state="in_progress", lead_unit_id=so.pk)
    body = {"version": 1, "decision": DECISION, "reason": "Hết căn cứ"}
    assert post(at("approver_of_province"), f"{URL}{ending.code}/terminate/", body).status_code == 200
    assert ending.steps.get().decision.number == DECISION["number"]


def test_who_may_not_is_refused_by_status_and_code(at, people, so):
    task = PlanTaskFactory(state="appraised", lead_unit_id=so.pk)
    one = f"{URL}{task.code}/"
    body = {"version": 1, "decision": DECISION, "reason": "Lý do"}
    for who, verb, status in [
        ("approver_next_door", "approve", 404),
        ("leader", "approve", 403),
        ("officer_of_so", "approve", 403),
        ("approver_of_so", "approve", 403),
        ("officer_of_so", "return_for_revision", 403),
        ("reader_of_province", "propose", 403),
    ]:
        answer = post(at(who), f"{one}{verb}/", body)
        assert (answer.status_code, bool(answer.json()["code"])) == (status, True), (who, verb)
    assert at("neighbour").get(one).status_code == 404
    assert patch(at("neighbour"), one, {"version": 1, "title": "X"}).status_code == 404
    assert patch(at("editor_of_most"), one, {"version": 1, "title": "X"}).status_code == 404
    own = PlanTaskFactory(state="under_appraisal", lead_unit_id=so.pk, proposed_by=people.editor_of_province,
                          proposed_at="2026-11-01T09:00:00+07:00")  # fmt: skip
    same = post(at("editor_of_province"), f"{URL}{own.code}/appraise/", {"version": 1})
    assert (same.status_code, same.json()["code"]) == (400, "same_person")
    task.refresh_from_db()
    assert (task.state, task.version) == ("appraised", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"framework_item": "B.99"}, "framework_item"),
        ({"framework_item": "A.2.4"}, "framework_item"),
        ({"framework_item": 6}, "framework_item"),
        ({"title": 17}, "title"),
        ({"title": ""}, "title"),
        ({"kind": True}, "kind"),
        ({"term": "weekly"}, "term"),
        ({"year": "2026"}, "year"),
        ({"year": 2026.0}, "year"),
        ({"year": 2040}, "year"),
        ({"lead_unit": LAM_DONG}, "lead_unit"),
        ({"lead_unit": ["SO-BAC-NINH"]}, "lead_unit"),
        ({"due_on": 20261231}, "due_on"),
        ({"due_on": "31/12/2026"}, "due_on"),
        ({"starts_on": "2027-01-01"}, "__all__"),
        ({"coordinating_units": "VMI"}, "coordinating_units"),
        ({"coordinating_units": [7]}, "coordinating_units"),
        ({"coordinating_units": ["nowhere"]}, "coordinating_units"),
        ({"parent": "NV-1"}, "parent"),
        ({"contributions": [{"indicator": "MT5", "year": 2026, "amount": True}]}, "contributions"),
        ({"budget": [{"source": "local", "year": 2026, "amount": "5"}]}, "budget"),
        ({"budget": [{"source": "central_investment", "year": 2026, "amount": 5}]}, "budget"),
        ({"budget": [{"source": "local", "year": 2026, "amount": amount} for amount in (5, 6)]}, "budget"),
        ({"budget": [{"source": "local", "year": 2026, "amount": 5}] * 101}, "budget"),
        ({"contributions": [{"indicator": "MT5", "year": 2026, "amount": 1}] * 101}, "contributions"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_made(at, wrong, field):
    answer = post(at("officer_of_so"), URL, TASK | wrong)
    assert answer.status_code == 400, answer.json()
    assert {"non_field_errors" if field == "__all__" else field} <= set(answer.json()["errors"])
    assert not PlanTask.objects.exists()


def test_too_long_a_list_is_refused_before_its_members_are_looked_up(at, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        answer = post(at("officer_of_so"), URL, TASK | {"coordinating_units": ["VMI"] * 10_000})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"coordinating_units"})


@pytest.mark.parametrize(
    "body", [{"kind": "\ud800"}, {"budget": [{"source": "\udfff"}]}, None], ids=["word", "deep", "null"]
)
def test_what_can_neither_be_kept_nor_said_again_is_no_json_of_ours(at, body):
    answer = post(at("officer_of_so"), URL, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert "JSON" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "version"), ({"version": "1"}, "version"), ({"version": True}, "version"), ({"version": 1}, "decision"),
        ({"version": 1, "decision": "2145/QĐ-UBND"}, "decision"), ({"version": 1, "reason": 5}, "reason"),
        ({"version": 1, "decision": DECISION | {"date": "2999-01-01"}}, "decision"),
        ({"version": 1, "decision": DECISION | {"number": 2145}}, "decision"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_move_is_told_by_field(at, so, body, field):
    task = PlanTaskFactory(state="appraised", lead_unit_id=so.pk)
    answer = post(at("approver_of_province"), f"{URL}{task.code}/approve/", body)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {field})
    assert PlanTask.objects.get().state == "appraised"


def test_one_key_makes_one_task_and_answers_alike(at):
    client = at("officer_of_so")
    answers = [post(client, URL, TASK, **{"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert [answer.json() for answer in answers] == [answers[0].json()] * 3
    assert (PlanTask.objects.count(), AuditEvent.objects.filter(action="task.created").count()) == (1, 1)
    other = post(client, URL, TASK | {"title": "Khác"}, **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert post(at("editor_of_province"), URL, TASK, **{"Idempotency-Key": "k-1"}).status_code == 201
    wrong = post(client, URL, TASK | {"kind": "x"}, **{"Idempotency-Key": "k-2"})
    assert wrong.status_code == 400
    assert post(client, URL, TASK, **{"Idempotency-Key": "k-2"}).status_code == 201
    for bad in (" ", "k" * 200):
        assert post(client, URL, TASK, **{"Idempotency-Key": bad}).json()["code"] == "bad_key"
    assert PlanTask.objects.count() == 3


def test_an_extension_is_asked_granted_and_refused(at, so):
    task = PlanTaskFactory(state="in_progress", lead_unit_id=so.pk, due_on=date(2026, 12, 31))
    url = f"{URL}{task.code.lower()}/extensions/"
    ask = {"version": 1, "due_on": "2027-03-31", "reason": "Nhà thầu giao chậm"}
    assert post(at("neighbour"), url, ask).status_code == 404
    assert post(at("reader_of_province"), url, ask).status_code == 403
    assert post(at("editor_of_most"), url, ask).status_code == 404
    asked = post(at("officer_of_so"), url, ask)
    assert (asked.status_code, asked.json()["state"], asked.json()["version"]) == (201, "asked", 2)
    stale = post(at("officer_of_so"), url, ask)
    assert (stale.status_code, stale.json()["current"], stale.json()["version"]) == (409, "in_progress", 2)
    one = f"{url}{asked.json()['id']}/"
    assert post(at("officer_of_so"), f"{one}grant/", {"version": 2, "decision": DECISION}).status_code == 403
    without = post(at("approver_of_province"), f"{one}grant/", {"version": 2})
    assert set(without.json()["errors"]) == {"decision"}
    granted = post(at("approver_of_province"), f"{one}grant/", {"version": 2, "decision": DECISION})
    assert (granted.status_code, granted.json()["state"], granted.json()["document"]["number"]) == (
        200, "granted", DECISION["number"],
    )  # fmt: skip
    told = at("officer_of_so").get(f"{URL}{task.code}/").json()
    assert (told["due_on"], told["first_due_on"], told["version"]) == ("2027-03-31", "2026-12-31", 3)
    again = post(at("officer_of_so"), url, {"version": 3, "due_on": "2027-09-30", "reason": "Còn chậm"}).json()
    refused = post(
        at("approver_of_province"), f"{url}{again['id']}/refuse/", {"version": 4, "reason": "Không đủ căn cứ"}
    )
    assert (refused.json()["state"], refused.json()["decided_reason"]) == ("refused", "Không đủ căn cứ")
    twice = post(at("approver_of_province"), f"{url}{again['id']}/refuse/", {"version": 5, "reason": "Lần nữa"})
    assert (twice.status_code, twice.json()["code"]) == (400, "wrong_state")
    assert [row["state"] for row in at("reader_of_province").get(url).json()["results"]] == ["granted", "refused"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", "abcd"), ("state=draft", "a"), ("state=draft&state=in_progress", "abd"), ("timeliness=done_late", "c"),
        ("timeliness=open_overdue&timeliness=done_late", "cd"), ("lead_unit=SO-BAC-NINH", "abc"),
        (f"unit={BAC_NINH}", "abc"), ("approving_unit=BKHCN", "d"), ("framework_item=A.2.2", "d"),
        ("framework_item=B.6", "abc"), ("framework_item=B", "abc"), ("kind=science", "b"), ("term=medium", ""),
        ("year=2025", "c"), ("route=central", "d"), ("due_from=2026-12-31", "ab"), ("due_to=2025-06-30", "c"),
        ("search=chuan do", "b"), ("changed_since=2999-01-01T00:00:00Z", ""),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(at, so, query, codes):
    PlanTaskFactory(code="a", lead_unit_id=so.pk, due_on=date(2999, 12, 31))
    PlanTaskFactory(code="b", lead_unit_id=so.pk, due_on=date(2999, 12, 31), state="in_progress", kind="science",
                    title="Chuẩn đo")  # fmt: skip
    PlanTaskFactory(code="c", lead_unit_id=so.pk, due_on=date(2025, 6, 30), state="accepted", year=2025)
    PlanTaskFactory(code="d", lead_unit_id="VMI", due_on=date(2026, 1, 31), state="in_progress",
                    framework_item_id="A.2.2.1.a")  # fmt: skip
    found = at("officer").get(f"{URL}?{query}").json()["results"]
    assert "".join(row["code"] for row in found) == codes


def test_a_misspelt_filter_is_refused(at):
    for query in ("stat=draft", "year=now", "state=open"):
        assert at("officer").get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize("count", [1, 4])
def test_query_counts(at, so, count, django_assert_num_queries):
    client = at("editor_of_province")
    parent = PlanTaskFactory(lead_unit_id=so.pk, state="in_progress")
    for _ in range(count):
        task = PlanTaskFactory(lead_unit_id=so.pk, state="in_progress", parent=parent)
        TaskProgress.objects.create(task=parent, percent=10, told_on=date(2026, 1, 1))
        parent.participations.create(unit_id=["VMI", LAM_DONG, "BCT", "BKHCN"][_])
    client.get(URL)
    with django_assert_num_queries(5):
        assert len(client.get(URL).json()["results"]) == count + 1
    with django_assert_num_queries(13):
        told = client.get(f"{URL}{parent.code}/").json()
    assert (len(told["subtasks"]), told["progress"]["percent"]) == (count, 10)
    assert client.get(f"{URL}{task.code}/").json()["parent"] == parent.code


def test_what_changed_since_is_all_of_it(at, people, so, cuc):
    """Also what hangs on a task and leaves its version as it is."""
    task = PlanTaskFactory(lead_unit_id=so.pk, state="in_progress")
    add_milestones(task)
    asked = PlanTaskFactory(lead_unit_id=cuc.pk, state="proposed")
    asked = moves.start_appraisal(asked, by=people.editor_of_ministry)
    spent = [Entry(2026, "local", "disbursed", 5)]
    by = people.officer_of_so
    for one, change in (
        (task, lambda: working.tell_progress(task, 40, by=by)),
        (task, lambda: working.keep_milestone(task.milestones.first(), {"due_on": date(2026, 11, 30)}, by=by)),
        (task, lambda: write_amounts(task, spent, by=by)),
        (task, lambda: working.hand_to(task, by, by=by)),
        (asked, lambda: asking.answer_consultation(asked.consultations.get(), "agree", "", by=people.officer)),
    ):
        since = timezone.now()
        query = {"changed_since": since.isoformat()}
        assert at("officer").get(URL, query).json()["results"] == []
        change()
        assert [row["code"] for row in at("officer").get(URL, query).json()["results"]] == [one.code]
