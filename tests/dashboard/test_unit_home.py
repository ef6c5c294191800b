"""What a unit's people land on: what they must do and by when, who holds it, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.tasks.models import PlanTask
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.reports import open_round, report_of
from tests.factories.tasks import PlanTaskFactory
from tests.tasks.conftest import cuc, people, so  # noqa: F401 - fixtures

State = PlanTask.State


def due(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def work(so, people):  # noqa: F811
    late = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, due_on=due(-3), title="Trang bị chuẩn")
    PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, due_on=due(9), holder=people.officer_of_so)
    PlanTaskFactory(lead_unit_id=so.pk, state=State.RETURNED, due_on=due(200), title="Hồ sơ trả lại")
    PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED, due_on=due(100))
    PlanTaskFactory(lead_unit_id=LAM_DONG, state=State.IN_PROGRESS, due_on=due(-9), title="Của tỉnh khác")
    return late


def test_it_says_first_what_is_late_then_what_is_due(signed_in, people, work):  # noqa: F811
    page = signed_in(people.officer_of_so).get("/dashboard/").content.decode()
    assert "1 nhiệm vụ quá hạn, 1 đến hạn trong 30 ngày." in page
    assert page.index("quá hạn 3 ngày") < page.index("còn 9 ngày")
    assert work.get_absolute_url() in page
    assert "Bị trả lại lần 1; đơn vị chủ trì hoàn thiện rồi đề xuất lại" in page
    assert "Chờ cơ quan khác xử lý" in page
    assert "Của tỉnh khác" not in page


def test_a_report_of_an_open_round_stands_first(signed_in, people, work, officer, reference):  # noqa: F811
    report = report_of(open_round(officer), BAC_NINH)
    page = signed_in(people.editor_of_province).get("/dashboard/").content.decode()
    assert report.round.title in page
    assert page.index(report.get_absolute_url()) < page.index("Nhiệm vụ quá hạn thực hiện")
    assert report.get_absolute_url() not in signed_in(people.neighbour).get("/dashboard/").content.decode()


def test_what_is_to_be_done_is_what_the_inbox_begins_with(signed_in, people, work):  # noqa: F811
    """The same rows in the same order, with the same reasons and days; and as many as it says."""
    PlanTaskFactory.create_batch(9, lead_unit_id=work.lead_unit_id, state=State.IN_PROGRESS, due_on=due(1))
    for person in (people.officer_of_so, people.editor_of_province):
        client = signed_in(person)
        begin = client.get("/dashboard/").context["home"].begin
        inbox = client.get("/inbox/").context["inbox"]
        rows = [row for group in inbox.groups for row in group.rows]
        assert len(rows) > len(begin.rows) > 0
        assert [(row.key, row.shown) for row in begin.rows] == [(row.key, row.shown) for row in rows][: len(begin.rows)]
        assert begin.total == inbox.total
        assert f"Xem tất cả ({inbox.total})" in client.get("/dashboard/").content.decode()


def test_each_number_is_that_of_the_list_it_leads_to(signed_in, people, work, so):  # noqa: F811
    """Late is also what waits for others past its day, or came back; and what somebody else holds."""
    for state in (State.APPRAISED, State.SUSPENDED, State.RETURNED, State.IN_PROGRESS, State.APPROVED, State.DRAFT):
        PlanTaskFactory(lead_unit_id=so.pk, state=state, due_on=due(-5), holder=people.editor_of_province)
    client = signed_in(people.officer_of_so)
    home = client.get("/dashboard/").context["home"]
    assert home.late.total == home.counts[0].value == 6
    for url, count in [(home.late.url, 6), *((one.url, one.value) for one in home.counts[:3])]:
        assert client.get(url).context["table"].page.paginator.count == count, url
    leader = signed_in(people.leader)
    for page in ("/dashboard/", "/dashboard/?scope=lam-dong"):
        late = leader.get(page).context["late"]
        assert leader.get(late.url).context["table"].page.paginator.count == late.total > 0, page


def test_whoever_reads_or_decides_only_sees_the_figures(signed_in, people, work):  # noqa: F811
    for user in (people.reader_of_province, people.approver_of_province, people.leader):
        assert "Việc cần làm, theo hạn" not in signed_in(user).get("/dashboard/").content.decode()
    assert "Việc cần làm, theo hạn" not in signed_in(people.officer_of_so).get("/dashboard/?scope=").content.decode()


def test_the_leader_sees_where_tasks_are_and_what_waits_for_a_decision(signed_in, people):  # noqa: F811
    year = timezone.localdate().year
    PlanTaskFactory(lead_unit_id="VMI", state=State.APPRAISED, year=year, title="Chuẩn áp suất", due_on=due(50))
    PlanTaskFactory.create_batch(2, lead_unit_id=LAM_DONG, state=State.IN_PROGRESS, year=year, due_on=due(-1))
    page = signed_in(people.leader).get("/dashboard/").content.decode()
    assert f"Nhiệm vụ năm {year} đang ở đâu?" in page
    assert "Quá hạn: 2" in page
    assert "Chờ bạn xử lý, theo hạn" in page
    assert "Xem tất cả (1)" in page
    assert "2 nhiệm vụ quá hạn" in page
    assert "Chuẩn áp suất" in page


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_queries_does_not_grow(signed_in, people, so, many, django_assert_max_num_queries):  # noqa: F811
    PlanTaskFactory.create_batch(many, lead_unit_id=so.pk, state=State.IN_PROGRESS, due_on=due(3))
    client = signed_in(people.officer_of_so)
    client.get("/dashboard/")
    with django_assert_max_num_queries(33):
        client.get("/dashboard/")
