"""Who writes which stage, and when; what a refusal says; every change leaves its before and after."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.funding.entering import open_stages
from apps.funding.models import VarianceExplanation, VarianceState
from apps.funding.selectors.cells import cells
from apps.funding.selectors.variances import variances
from apps.funding.services import Entry, accept_variance, explain_variance, write_amounts
from apps.tasks.models import PlanTask
from tests.factories.funding import MILLION, give
from tests.factories.tasks import PlanTaskFactory

LAST = timezone.localdate().year - 1
REFUSED = "Vốn đầu tư phát triển chỉ dùng cho phát triển hạ tầng đo lường quốc gia (nhóm 2.2; mục III"
# Of a task of the province's Sở: by state, what its side and the approving side find fields for.
OPEN = {
    "draft": (["planned"], []),
    "returned": (["planned"], []),
    "proposed": ([], []),
    "under_appraisal": ([], ["planned"]),
    "appraised": ([], []),
    "rejected": ([], []),
    **dict.fromkeys(
        ("approved", "in_progress", "completion_reported", "accepted", "closed", "suspended", "terminated"),
        (["allocated", "disbursed", "settled"], ["allocated", "settled"]),
    ),
}


@pytest.mark.parametrize("state", PlanTask.State.values)
def test_each_stage_is_open_to_its_side_in_its_states(people, so, state):
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    lead, approving = OPEN[state]
    assert open_stages(task, people.officer_of_so) == lead
    # An editor who is a direct member of the province stands on both sides.
    assert set(open_stages(task, people.editor_of_province)) == {*lead, *approving}
    for name in ("neighbour", "officer", "leader", "reader_of_province", "approver_of_province", "auditor"):
        user = getattr(people, name)
        assert open_stages(task, user) == []
        with pytest.raises(PermissionDenied):
            write_amounts(task, [Entry(2026, "local", "allocated", 1)], by=user)


def test_the_office_gives_and_closes_by_the_central_route_and_never_says_what_was_spent(people):
    task = PlanTaskFactory(state="in_progress", lead_unit_id="VMI")
    assert open_stages(task, people.officer) == ["allocated", "settled"]
    assert open_stages(task, people.officer_of_vmi) == ["allocated", "disbursed", "settled"]
    write_amounts(task, [Entry(LAST, "other", "allocated", 5)], by=people.officer)
    with pytest.raises(PermissionDenied):
        write_amounts(task, [Entry(LAST, "other", "disbursed", 5)], by=people.officer)


def test_what_is_written_is_audited_and_no_figure_is_not_zero(people, so):
    task = give(PlanTaskFactory(state="in_progress", lead_unit_id=so.pk), LAST, planned=100, allocated=90)
    entries = [Entry(LAST, "local", "disbursed", 0), Entry(LAST, "local", "allocated", None)]
    assert write_amounts(task, entries, by=people.officer_of_so) == 2
    assert write_amounts(task, entries, by=people.officer_of_so) == 0
    assert dict(task.budget.values_list("stage", "amount")) == {"planned": 100 * MILLION, "disbursed": 0}
    told = AuditEvent.objects.get(action="funding.changed")
    given, spent = f"Được giao {LAST}, Ngân sách địa phương", f"Giải ngân {LAST}, Ngân sách địa phương"
    assert told.before == {given: 90 * MILLION, spent: None}
    assert told.after == {given: None, spent: 0}


def test_the_plan_is_decided_on_so_its_change_is_a_new_version(people, so):
    task = PlanTaskFactory(state="draft", lead_unit_id=so.pk)
    write_amounts(task, [Entry(2026, "local", "planned", 7)], by=people.officer_of_so)
    task.refresh_from_db()
    assert task.version == 2


def test_refusals_stand_at_their_amounts_and_nothing_is_written(people, so):
    task = give(PlanTaskFactory(state="in_progress", lead_unit_id=so.pk), LAST, disbursed=3)
    ahead = timezone.localdate().year + 1
    entries = [
        Entry(LAST, "central_investment", "allocated", 1),
        Entry(ahead, "local", "disbursed", 1),
        Entry(LAST, "local", "disbursed", 4 * MILLION, seen=2 * MILLION, looked=True),
        Entry(LAST, "local", "settled", 1),
    ]
    with pytest.raises(ValidationError) as refused:
        write_amounts(task, entries, by=people.officer_of_so)
    codes = {name: errors[0].code for name, errors in refused.value.error_dict.items()}
    assert codes == {
        f"allocated-{LAST}-central_investment": "investment",
        f"disbursed-{ahead}-local": "ahead",
        f"disbursed-{LAST}-local": "stale",
    }
    assert task.budget.count() == 1
    with pytest.raises(ValidationError, match="số kế hoạch chỉ sửa được khi lập"):
        write_amounts(task, [Entry(LAST, "local", "planned", 1)], by=people.officer_of_so)


def test_development_investment_is_for_infrastructure_on_every_door(people, so, signed_in, upload):
    task = PlanTaskFactory(state="in_progress", lead_unit_id=so.pk, framework_item_id="B.6")
    client = signed_in(people.officer_of_so)
    page = client.get(f"/funding/{task.code}/").content.decode()
    assert REFUSED in page
    assert f"allocated-{task.year}-central_investment" not in page
    row = [task.code, "Ngân sách trung ương – chi đầu tư phát triển", LAST, None, 5, None, None]
    [problem] = upload([row]).problems.filter(severity="error")
    body = {"amounts": [{"year": LAST, "source": "central_investment", "stage": "allocated", "amount": 5}]}
    answer = client.put(f"/api/v1/funding/tasks/{task.code}/", body, content_type="application/json")
    assert answer.status_code == 400
    [errors] = answer.json()["errors"].values()
    assert errors[0]["code"] == problem.code == "investment"
    assert errors[0]["message"] == problem.message
    assert problem.message in page.replace("&quot;", '"')
    assert problem.suggestion == "Ngân sách trung ương – chi thường xuyên"
    infrastructure = PlanTaskFactory(state="in_progress", lead_unit_id=so.pk, framework_item_id="A.2.2.1.a")
    entry = Entry(LAST, "central_investment", "allocated", 5)
    assert write_amounts(infrastructure, [entry], by=people.officer_of_so) == 1


def test_a_variance_goes_from_unexplained_to_accepted_and_back_when_the_amounts_change(people, so, settings):
    settings.FUNDING_VARIANCE_PERCENT = 10
    task = PlanTaskFactory(state="in_progress", lead_unit_id=so.pk)
    give(task, LAST, planned=100, disbursed=89)
    give(task, LAST, "enterprise", planned=100, disbursed=90)
    give(task, LAST, "other", planned=100, disbursed=110)
    give(task, LAST, "central_recurrent", disbursed=1)

    def state():
        return {one.source: one.variance_state for one in variances(cells(task.budget.all()))}

    assert state() == dict.fromkeys(("local", "central_recurrent"), VarianceState.UNEXPLAINED)
    with pytest.raises(ValidationError, match="không chênh lệch"):
        explain_variance(task, LAST, "other", "Lý do", by=people.officer_of_so)
    with pytest.raises(PermissionDenied):
        explain_variance(task, LAST, "local", "Lý do", by=people.neighbour)
    said = explain_variance(task, LAST, "local", "Giao thiết bị chậm", by=people.editor_of_province)
    assert state()["local"] == VarianceState.EXPLAINED
    with pytest.raises(ValidationError, match="người khác phải chấp nhận"):
        accept_variance(said, by=people.editor_of_province)
    with pytest.raises(PermissionDenied):
        accept_variance(said, by=people.officer_of_so)
    said = explain_variance(task, LAST, "local", "Giao thiết bị chậm hai tháng", by=people.officer_of_so)
    accept_variance(said, by=people.editor_of_province)
    assert state()["local"] == VarianceState.ACCEPTED
    write_amounts(task, [Entry(LAST, "local", "disbursed", 88 * MILLION)], by=people.officer_of_so)
    assert state()["local"] == VarianceState.UNEXPLAINED
    assert VarianceExplanation.objects.count() == 1
    actions = AuditEvent.objects.filter(action__startswith="funding.variance").values_list("action", flat=True)
    assert sorted(actions) == ["funding.variance_accepted", *["funding.variance_explained"] * 2]


def test_too_little_spent_in_the_running_year_is_no_variance_until_its_end(reference, settings):
    today = timezone.localdate()
    task = PlanTaskFactory(state="in_progress")
    give(task, today.year, planned=100, disbursed=10)
    give(task, today.year, "other", planned=100, disbursed=120)
    settings.FUNDING_SHORTFALL_FROM_MONTH = today.month + 1
    assert [one.source for one in variances(cells(task.budget.all()))] == ["other"]
    settings.FUNDING_SHORTFALL_FROM_MONTH = today.month
    assert {one.source for one in variances(cells(task.budget.all()))} == {"local", "other"}
