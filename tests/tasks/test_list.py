"""The list of tasks: what each filter means, whose tasks a person sees, what a page costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.framework.models import FrameworkItem
from apps.targets.models import Indicator
from apps.tasks.filters import span_of
from apps.tasks.health import Health, with_health
from apps.tasks.models import PlanTask
from apps.tasks.selectors.plan import tasks_of_plan, work_by_item
from tests.alike import assert_files_say_the_same
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role

LIST = reverse("tasks:plantask_list")
State = PlanTask.State


def codes(client, query: str = "") -> set[str]:
    answer = client.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return {task.code for task in answer.context["table"].page.object_list.data}


@pytest.fixture
def officer_client(people, signed_in):
    return signed_in(people.officer)


@pytest.fixture
def so_client(people, signed_in):
    return signed_in(people.officer_of_so)


def test_a_unit_sees_what_it_leads_approves_or_takes_part_in(people, so, so_client, officer_client):
    own = PlanTaskFactory(lead_unit_id=so.pk, code="A-1")
    PlanTaskFactory(lead_unit_id=BAC_NINH, code="A-2")
    joined = PlanTaskFactory(lead_unit_id=LAM_DONG, code="A-3")
    joined.participations.create(unit_id=BAC_NINH)
    PlanTaskFactory(lead_unit_id=LAM_DONG, code="A-4")
    assert codes(so_client) == {"A-1", "A-2", "A-3"}
    assert codes(so_client, "role=lead") == {"A-1", "A-2"}
    assert codes(so_client, "role=coordinating") == {"A-3"}
    assert codes(officer_client) == {"A-1", "A-2", "A-3", "A-4"}
    assert codes(officer_client, f"unit={BAC_NINH}&role=approving") == {"A-1", "A-2"}
    assert codes(officer_client, f"unit={LAM_DONG}") == {"A-3", "A-4"}
    assert own.code in so_client.get(f"{LIST}?export=csv").getvalue().decode()


def test_a_unit_of_today_stands_for_its_past(officer_client):
    PlanTaskFactory(lead_unit_id=BAC_GIANG, code="P-1", year=2024)
    assert codes(officer_client, f"unit={BAC_NINH}&role=lead") == {"P-1"}


def test_the_search_of_the_portal_finds_tasks_in_sight_and_items_of_the_plan(people, so, so_client, officer_client):
    for code, unit in (("NV-2026-0147", so.pk), ("NV-2026-0148", LAM_DONG)):
        PlanTaskFactory(code=code, lead_unit_id=unit, title="Đào tạo kiểm định viên")

    def found(client, text: str, what: str) -> list[str]:
        answer = client.get("/search/", {"q": text, "kind": what})
        return [hit.code for group in answer.context["shown"] for hit in group.hits]

    [task] = PlanTask.objects.filter(code="NV-2026-0147")
    assert so_client.get("/search/", {"q": "nv-2026-0147"}).url == task.get_absolute_url()
    assert so_client.get("/search/", {"q": "nv-2026-0148"}).context["groups"] == []
    assert found(so_client, "dao tao kiem dinh", "tasks") == ["NV-2026-0147"]
    assert found(officer_client, "dao tao kiem dinh", "tasks") == ["NV-2026-0147", "NV-2026-0148"]
    assert found(so_client, "2.4.1", "plan") == ["A.2.4.1"]
    assert "A.2.4.1" in found(so_client, str(FrameworkItem.objects.get(pk="A.2.4.1").title)[:40].upper(), "plan")
    assert "/plan/A/2.4.1/" in so_client.get("/search/?q=2.4.1").content.decode()


def test_filters_take_several_values_and_narrow_together(people, so, officer_client):
    today = timezone.localdate()
    PlanTaskFactory(code="F-1", framework_item_id="A.2.2.1.a", kind="investment", year=2025, lead_unit_id="VMI")
    PlanTaskFactory(code="F-2", framework_item_id="B.6", term="medium", state=State.IN_PROGRESS, due_on=today)
    told = PlanTaskFactory(code="F-3", framework_item_id="B.1", title="Kiểm định phương tiện đo", holder=people.officer)
    told.progress.create(percent=10, told_on=today - timedelta(days=9), risk="none")
    told.progress.create(percent=20, told_on=today, risk="high")
    told.contributions.create(indicator=Indicator.objects.get(code="MT5"), year=2026, amount=1)
    assert codes(officer_client, "state=draft&state=in_progress") == {"F-1", "F-2", "F-3"}
    assert codes(officer_client, "framework_item=A.2") == {"F-1"}  # a heading stands for what is below it
    assert codes(officer_client, "framework_item=B") == {"F-2", "F-3"}
    assert codes(officer_client, "kind=investment&year=2025&route=central") == {"F-1"}
    assert codes(officer_client, "term=medium&due=month") == {"F-2"}
    assert codes(officer_client, "risk=high") == {"F-3"}
    assert codes(officer_client, "risk=none") == set()  # what was told last counts
    assert codes(officer_client, "timeliness=at_risk&timeliness=due_soon") == {"F-2"}
    assert codes(officer_client, "timeliness=open_overdue&timeliness=done_late") == set()
    assert codes(officer_client, "indicator=MT5") == {"F-2", "F-3"}  # by the plan's item, by its own contribution
    assert codes(officer_client, "holder=me") == {"F-3"}
    assert codes(officer_client, "q=kiem dinh phuong tien") == {"F-3"}
    assert codes(officer_client, "q=f-2") == {"F-2"}
    assert officer_client.get(f"{LIST}?unit=NOWHERE").context["filter"].errors.keys() == {"unit"}


def test_the_due_spans_are_whole_months_and_quarters():
    today = date(2026, 11, 29)
    assert span_of("month", today) == (date(2026, 11, 1), date(2026, 11, 30))
    assert span_of("quarter", today) == (date(2026, 10, 1), date(2026, 12, 31))
    assert span_of("next_quarter", today) == (date(2027, 1, 1), date(2027, 3, 31))
    assert span_of("next_quarter", date(2028, 2, 29)) == (date(2028, 4, 1), date(2028, 6, 30))
    assert span_of("year", today) == (date(2026, 1, 1), date(2026, 12, 31))


def test_what_waits_for_a_person_follows_the_table_of_moves(people, so, signed_in):
    for number, state in enumerate([State.DRAFT, State.RETURNED, State.PROPOSED, State.UNDER_APPRAISAL,
                                    State.APPRAISED, State.COMPLETION_REPORTED, State.IN_PROGRESS]):  # fmt: skip
        PlanTaskFactory(code=f"W-{number}", state=state, lead_unit_id=so.pk)
    own = PlanTaskFactory(code="W-own", state=State.PROPOSED, lead_unit_id=so.pk, proposed_by=people.editor_of_province,
                          proposed_at=timezone.now())  # fmt: skip
    PlanTaskFactory(code="W-other", state=State.PROPOSED, lead_unit_id=so.pk, proposed_by=people.officer_of_so,
                    proposed_at=timezone.now())  # fmt: skip
    assert codes(signed_in(people.officer_of_so), "waiting=me") == {"W-1"}
    assert codes(signed_in(people.editor_of_province), "waiting=me") == {"W-1", "W-2", "W-3", "W-other"}
    assert codes(signed_in(people.approver_of_province), "waiting=me") == {"W-4", "W-5"}
    assert codes(signed_in(people.leader), "waiting=me") == set()
    assert own.code in codes(signed_in(people.officer))
    add_role(people.leader, "unit_approver", BAC_NINH)  # in a province too: both sides count
    assert codes(signed_in(people.leader), "waiting=me") == {"W-4", "W-5"}


def test_health_knows_what_has_not_begun_and_what_lags(db):
    on, under_way = date(2026, 7, 1), {"state": State.IN_PROGRESS, "due_on": date(2026, 12, 31)}
    begun = {**under_way, "starts_on": date(2026, 1, 1)}  # half of its time is used
    PlanTaskFactory(code="not_yet-1", **under_way, starts_on=date(2026, 8, 1))
    PlanTaskFactory(code="not_yet-2", year=2027, due_on=date(2027, 6, 30), state=State.APPROVED)
    PlanTaskFactory(code="at_risk-1", **begun)  # nothing was told
    PlanTaskFactory(code="at_risk-2", **begun).progress.create(percent=29, told_on=on)
    PlanTaskFactory(code="open_in_time-1", **begun).progress.create(percent=31, told_on=on)
    PlanTaskFactory(code="open_in_time-2", **{**begun, "state": State.PROPOSED})  # nobody works on it yet
    PlanTaskFactory(code="due_soon-1", **{**begun, "due_on": date(2026, 7, 4)})
    PlanTaskFactory(code="open_overdue-1", **{**begun, "due_on": date(2026, 6, 30)})
    PlanTaskFactory(code="done_in_time-1", state=State.CLOSED)
    none = PlanTaskFactory(state=State.DRAFT)
    parent = PlanTaskFactory(code="open_in_time-3", **begun)  # the mean of its parts
    PlanTaskFactory(code="open_in_time-4", **begun, parent=parent).progress.create(percent=100, told_on=on)
    PlanTaskFactory(code="at_risk-3", **begun, parent=parent)
    found = {task.code: task.health for task in with_health(PlanTask.objects.all(), on)}
    assert found.pop(none.code) == ""
    # accepted on 15 July: on 1 July its report of 30 June, in time, waits
    assert found.pop("done_in_time-1") == Health.OPEN_IN_TIME
    assert {code: code.rpartition("-")[0] for code in found} == found
    later = with_health(PlanTask.objects.filter(code="done_in_time-1"), date(2026, 7, 15)).get()
    assert later.health == Health.DONE_IN_TIME


def test_the_list_its_filter_its_file_the_page_and_the_plan_tell_one_progress_and_one_lag(people, so, so_client):
    today = timezone.localdate()
    begun = {"lead_unit_id": so.pk, "starts_on": today - timedelta(days=100), "due_on": today + timedelta(days=100),
             "state": State.IN_PROGRESS, "year": today.year}  # fmt: skip
    whole = PlanTaskFactory(code="L-whole", **begun)  # of 100 and 40: what was ended does not count
    PlanTaskFactory(code="L-reported", **{**begun, "state": State.COMPLETION_REPORTED}, parent=whole)
    PlanTaskFactory(code="L-part", **begun, parent=whole).progress.create(percent=40, told_on=today)
    PlanTaskFactory(code="L-ended", **{**begun, "state": State.TERMINATED}, parent=whole)
    behind = PlanTaskFactory(code="L-behind", **begun)  # what it told itself was before it had parts
    behind.progress.create(percent=90, told_on=today)
    PlanTaskFactory(code="L-silent", **{**begun, "state": State.APPROVED}, parent=behind)
    lagging = codes(so_client, f"timeliness={Health.AT_RISK}")
    assert lagging == {"L-behind", "L-silent"}
    assert {task.code for task in with_health(PlanTask.objects.all()) if task.health == Health.AT_RISK} == lagging
    work = work_by_item(tasks_of_plan(people.officer_of_so), today)["B.6"][today.year]
    assert (work.lagging, work.progress) == (len(lagging), 70 + 100 + 40 + 0 + 0)
    listed = {task.code: task.percent for task in so_client.get(LIST).context["table"].page.object_list.data}
    told = {"L-whole": 70, "L-reported": 100, "L-part": 40, "L-ended": None, "L-behind": 0, "L-silent": None}
    assert listed == told
    for code in ("L-whole", "L-behind", "L-reported", "L-silent"):
        answer = so_client.get(reverse("tasks:plantask_detail", args=[code]))
        assert answer.context["percent"] == told[code]
        assert ("Nguy cơ chậm" in str(answer.context["health"].label)) == (code in lagging)
    lines = so_client.get(f"{LIST}?export=csv").getvalue().decode("utf-8-sig").splitlines()
    assert {line.split('"')[1] for line in lines if "Nguy cơ chậm" in line} == lagging


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_hang_on_the_rows(people, so, so_client, count):
    for _ in range(count):
        task = PlanTaskFactory(lead_unit_id=so.pk, holder=people.officer_of_so, state=State.IN_PROGRESS)
        task.budget.create(year=2026, source="local", stage="planned", amount=1)
        task.progress.create(percent=5, told_on=date(2026, 2, 1))
    columns = "&".join(f"col={name}" for name in ("holder", "group", "budget_sum", "percent", "health", "risk"))
    address = f"{LIST}?{columns}&sort=-budget_sum"
    so_client.get(address)
    with CaptureQueriesContext(connection) as captured:
        so_client.get(address)
    assert len(captured) == 13, "\n".join(query["sql"][:120] for query in captured)


def test_columns_are_chosen_and_files_have_them_all(so, so_client):
    task = PlanTaskFactory(lead_unit_id=so.pk, due_on=date(2026, 9, 30), first_due_on=date(2026, 6, 30),
                           state=State.IN_PROGRESS)  # fmt: skip
    task.budget.create(year=2026, source="local", stage="planned", amount=1_500_000)
    task.budget.create(year=2026, source="other", stage="planned", amount=1_000_000_000)
    task.budget.create(year=2027, source="other", stage="planned", amount=7_000_000)
    without = PlanTaskFactory(lead_unit_id=so.pk, due_on=date(2026, 1, 31))
    for sort in ("budget_sum", "-budget_sum"):  # what has none stands last
        rows = so_client.get(f"{LIST}?sort={sort}").context["table"].page.object_list.data
        assert [row.pk for row in rows] == [task.pk, without.pk]
    assert_files_say_the_same(so_client, f"{LIST}?sort=-budget_sum", rows=2)
    page = so_client.get(LIST).content.decode()
    assert "<s>30/06/2026</s>" in page
    assert "1.002" in page  # triệu đồng, of the task's own year
    assert "Loại nhiệm vụ</a>" not in page
    narrow = so_client.get(f"{LIST}?col=kind&col=nothing").context["table"]
    assert [column.name for column in narrow.columns] == ["code", "kind"]
    without.delete()
    head, line, *_rest = so_client.get(f"{LIST}?col=kind&export=csv").getvalue().decode("utf-8-sig").splitlines()
    assert head.startswith('"Mã nhiệm vụ";"Tên nhiệm vụ";"Đơn vị chủ trì"')
    assert len(head.split('";"')) == len(line.split('";"')) == 23
    assert '"1001,5"' in line


def test_whoever_writes_no_tasks_finds_no_boxes_to_tick(people, so, signed_in):
    PlanTaskFactory(lead_unit_id=so.pk)
    for user, ticks in ((people.reader_of_province, False), (people.officer_of_so, True)):
        page = signed_in(user).get(LIST).content.decode()
        assert ('name="task"' in page) is ticks
        assert (reverse("tasks:plantask_add") in page) is ticks


def test_own_unit_of_the_office_is_the_one_it_works_in(people, officer_client):
    PlanTaskFactory(lead_unit_id=TDC, code="O-1")
    PlanTaskFactory(lead_unit_id=LAM_DONG, code="O-2")
    assert codes(officer_client, "role=lead") == {"O-1"}
