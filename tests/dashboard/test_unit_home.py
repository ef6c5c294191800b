"""What a unit's people land on: what they must do and by when, who holds it, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.tasks.models import PlanTask
from tests.conftest import LAM_DONG
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
    assert "được trả lại, cần hoàn thiện" in page
    assert "Chờ cơ quan khác xử lý" in page
    assert "Của tỉnh khác" not in page


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
    assert "Cần bạn quyết định: 1 nhiệm vụ" in page
    assert "Chuẩn áp suất" in page


@pytest.mark.parametrize("many", [1, 12])
def test_the_number_of_queries_does_not_grow(signed_in, people, so, many, django_assert_max_num_queries):  # noqa: F811
    PlanTaskFactory.create_batch(many, lead_unit_id=so.pk, state=State.IN_PROGRESS, due_on=due(3))
    client = signed_in(people.officer_of_so)
    client.get("/dashboard/")
    with django_assert_max_num_queries(33):
        client.get("/dashboard/")
