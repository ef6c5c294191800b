"""What is done with many rows at once: each as one would be, and what is refused is said before and after."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.jobs import several
from apps.labs.models import MeasurementStandard
from apps.people.rights import units_with
from apps.progress.services import recompute
from apps.registers.services import hand_over_rows, restore_row, restore_rows, withdraw_row, withdraw_rows
from apps.targets.models import RecomputeRequest
from apps.training.models import TrainingCourse
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close_until
from tests.factories.registers import AttendanceFactory, CourseFactory, StandardFactory

pytestmark = pytest.mark.django_db
STANDARDS = "/registers/standards/"


def live() -> set[str]:
    return set(MeasurementStandard.objects.live().values_list("code", flat=True))


def send(client, act: str, rows, **more: str):
    sent = {"key": "k", "row": [row.pk for row in rows], "reason": "Nhập trùng"}
    return client.post(f"{STANDARDS}{act}/", sent | more)


def test_many_are_withdrawn_and_brought_back(reader_client):
    rows = [StandardFactory(code=f"S-{number}") for number in range(3)]
    page = reader_client.get(f"{STANDARDS}withdraw/", {"row": [row.pk for row in rows[:2]]})
    assert (page.context["able"], page.context["refused"]) == (rows[:2], [])
    answer = send(reader_client, "withdraw", rows[:2])
    assert live() == {"S-2"}
    assert AuditEvent.objects.filter(action="register.withdrawn", reason="Nhập trùng").count() == 2
    assert RecomputeRequest.objects.filter(source="labs.measurement_standard").count() == 1, (
        "the figure is counted once"
    )
    assert send(reader_client, "withdraw", rows[:2]).context["outcome"]["done"], "sent twice: what came of it, again"

    undo = reader_client.get(answer.context["outcome"]["undo"])
    assert len(undo.context["able"]) == 2
    assert send(reader_client, "restore", rows[:2]).context["outcome"]["refused"] == []
    assert live() == {"S-0", "S-1", "S-2"}
    page = reader_client.get(rows[0].get_absolute_url()).content.decode()
    assert "Đưa lại vào sổ" in page, "its history says so"


def test_what_is_refused_is_named_and_the_rest_is_done(keeper, signed_in):
    used, free = CourseFactory(), CourseFactory()
    AttendanceFactory(course=used)
    client = signed_in(keeper)
    page = client.get("/registers/courses/withdraw/", {"row": [used.pk, free.pk]})
    assert page.context["able"] == [free]
    [(row, why)] = page.context["refused"]
    assert row == used
    assert "Còn 1 lượt học viên" in why
    outcome = withdraw_rows([used, free], "Nhầm", by=keeper)
    assert (outcome.done, [row for row, _why in outcome.refused]) == ([free], [used])
    assert set(TrainingCourse.objects.live()) == {used}


def test_a_row_comes_back_only_where_it_may_stand(keeper, outsider):
    row = withdraw_row(StandardFactory(code="S-1"), "Nhầm", by=keeper)
    StandardFactory(code="s-1")
    [(_row, why)] = restore_rows([row], "Rút nhầm", by=keeper).refused
    assert why == "Ký hiệu đã có trong sổ."
    attendance = AttendanceFactory()
    withdraw_row(attendance, "Nhầm", by=keeper)
    withdraw_row(attendance.course, "Nhầm", by=keeper)
    [(_row, why)] = restore_rows([attendance], "Rút nhầm", by=keeper).refused
    assert why == "Không còn trong sổ. Chọn lại"
    for by, left in ((outsider, 1), (keeper, 0)):
        assert len(restore_rows([attendance.course], "Rút nhầm", by=by).refused) == left
    assert restore_row(attendance, "Rút nhầm", by=keeper).is_live


def test_what_an_undone_import_took_does_not_come_back_by_hand(upload, write, undo, keeper):
    batch = write(upload("standards", [{
        "code": "S-9", "name": "Chuẩn độ dài", "area": "Độ dài (L)", "quantity": "Độ dài", "unit": "Bắc Ninh",
        "holder": "Viện", "recognised_on": date(2024, 1, 2),
    }]))  # fmt: skip
    undo(batch)
    [(_row, why)] = restore_rows(list(batch_rows(batch)), "Rút nhầm", by=keeper).refused
    assert "Nhập lại tệp" in why


def batch_rows(batch):
    return MeasurementStandard.objects.filter(batch=batch)


def test_rows_are_handed_over_by_who_may_write_for_both(keeper, central_keeper, signed_in):
    row, old = StandardFactory(), StandardFactory(unit_id=BAC_GIANG)
    answer = send(signed_in(central_keeper), "hand-over", [row, old], unit=LAM_DONG)
    assert len(answer.context["outcome"]["done"]) == 2
    assert set(MeasurementStandard.objects.values_list("unit", flat=True)) == {LAM_DONG}
    event = AuditEvent.objects.get(action="register.changed", target_id=str(row.pk))
    assert (event.before["unit"], event.after["unit"]) == ("Bắc Ninh", "Lâm Đồng")
    own = StandardFactory()
    assert "unit" in send(signed_in(keeper), "hand-over", [own], unit=LAM_DONG).context["form"].errors
    target = row.unit.__class__.objects.get(pk=LAM_DONG)
    [(_row, why)] = hand_over_rows([own], target, "Bàn giao", by=keeper).refused
    assert why == "Ngoài phạm vi đơn vị bạn được nhập."
    attendances = "/registers/attendances/hand-over/"
    assert signed_in(central_keeper).get(attendances).status_code == 404, "these follow their course"


def test_out_of_sight_is_not_found_and_without_the_right_is_refused(outsider, officer, signed_in):
    row = StandardFactory()
    for act in ("withdraw", "restore", "hand-over"):
        assert signed_in(outsider).get(f"{STANDARDS}{act}/", {"row": row.pk}).status_code == 404
        assert send(signed_in(outsider), act, [row]).status_code == 404
        assert send(signed_in(officer), act, [row]).status_code == 403
    assert row.code in live()


def test_all_at_the_filter_up_to_a_bound(reader_client, monkeypatch):
    found = [StandardFactory(name=f"Chuẩn Sao Mai {number}") for number in range(3)]
    StandardFactory(name="Chuẩn khác")
    asked = {"all": "1", "q": "sao mai"}
    assert reader_client.get(f"{STANDARDS}withdraw/", asked).context["able"] == found
    monkeypatch.setattr(several, "MOST", 2)
    assert "Danh sách quá dài" in reader_client.get(f"{STANDARDS}withdraw/", asked).content.decode()
    assert "Chưa chọn dòng nào" in reader_client.get(f"{STANDARDS}withdraw/").content.decode()


def test_a_closed_period_is_named(reader_client, leader):
    row = StandardFactory(recognised_on=date(2021, 5, 4))
    recompute(["MT1"])
    close_until(2022)
    page = reader_client.get(f"{STANDARDS}withdraw/", {"row": row.pk}).content.decode()
    assert "đã chốt: số đã chấp nhận giữ nguyên" in page


def test_withdrawn_rows_are_a_filter_of_the_list(reader_client, keeper):
    kept, gone = StandardFactory(), withdraw_row(StandardFactory(), "Nhầm", by=keeper)

    def listed(**asked: str) -> list[str]:
        page = reader_client.get(STANDARDS, asked)
        return [row.record.code for row in page.context["table"].page.object_list]

    assert listed() == [kept.code]
    assert listed(gone="yes") == [gone.code]
    page = reader_client.get(STANDARDS, {"gone": "yes"}).content.decode()
    assert f"{STANDARDS}restore/" in page
    assert f"{STANDARDS}withdraw/" not in page


def test_the_preview_costs_the_same_for_many(reader_client, keeper):
    rows = [StandardFactory() for _ in range(4)]

    def queries(some) -> int:
        with CaptureQueriesContext(connection) as asked:
            reader_client.get(f"{STANDARDS}withdraw/", {"row": [row.pk for row in some]})
        return len(asked)

    queries(rows)
    assert queries(rows[:1]) == queries(rows)
    assert BAC_NINH in units_with(keeper, "labs.change_measurementstandard")
