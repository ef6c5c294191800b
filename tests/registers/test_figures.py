"""Rows of declared registers as figures: a stock that falls, attendances beside people, each opening to its rows."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command

from apps.accounts.scope import UnitScope
from apps.exchange.selectors import report
from apps.progress.provenance import counted_rows
from apps.progress.services import find_differences, recompute
from apps.registers.services import change_row, withdraw_row
from apps.targets.models import Indicator, IndicatorValue, Period
from apps.training.models import Attendance, TrainingCourse
from tests.factories.closings import close
from tests.factories.registers import AttendanceFactory, CourseFactory, StandardFactory
from tests.registers.test_files import ROW

BAC_NINH, LAM_DONG = "VN-24-2025", "VN-68-2025"
pytestmark = pytest.mark.django_db


def figures(code: str, unit: str | None = None, breakdown: str = "") -> dict[int, Decimal]:
    found = IndicatorValue.objects.known_on().filter(indicator__code=code, unit=unit, breakdown=breakdown)
    return dict(found.order_by("period__year").values_list("period__year", "value"))


def test_standards_are_a_stock_that_can_fall(reference):
    StandardFactory(recognised_on=date(2010, 1, 1), ended_on=date(2024, 6, 1))
    StandardFactory(recognised_on=date(2021, 5, 4), area="t")
    StandardFactory(recognised_on=date(2021, 5, 4), unit_id=LAM_DONG)
    recompute(["MT1"])
    nation = figures("MT1")
    assert {year: nation[year] for year in (2019, 2020, 2021, 2023, 2024, 2026)} == {
        2019: 1, 2020: 1, 2021: 3, 2023: 3, 2024: 2, 2026: 2,
    }  # fmt: skip
    assert figures("MT1", BAC_NINH)[2026] == 1
    assert figures("MT1", breakdown="area=t")[2026] == 1


def test_attendances_and_people_are_counted_apart(reference):
    person = {"full_name": "Trần Thị Đo", "birth_year": 1990, "workplace": "Sở KH&CN"}
    AttendanceFactory(course=CourseFactory(starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 2)), **person)
    AttendanceFactory(course=CourseFactory(unit_id=LAM_DONG), **person | {"full_name": "TRAN THI ĐO"})
    AttendanceFactory(course=CourseFactory(), full_name="Lê Văn Cân", audience="enterprise")
    recompute(["MT4", "MT4a"])
    assert (figures("MT4")[2024], figures("MT4")[2026]) == (1, 3)
    assert (figures("MT4a")[2024], figures("MT4a")[2026]) == (1, 2)
    assert figures("MT4", LAM_DONG) == {2026: 1}
    assert figures("MT4a", LAM_DONG) == {}
    assert figures("MT4", breakdown="audience=enterprise")[2026] == 1


def test_a_change_of_a_course_moves_the_figures_of_its_attendances(reference, keeper):
    row = AttendanceFactory()
    recompute(["MT4"])
    change_row(row.course, {"starts_on": date(2025, 9, 1), "ends_on": date(2025, 9, 2)}, "Sai năm", by=keeper)
    assert {one.indicator for one in find_differences(["MT4", "MT4a", "MT1"])} == {"MT4", "MT4a"}
    recompute()
    assert figures("MT4")[2025] == 1
    withdraw_row(row, "Không dự", by=keeper)
    recompute()
    assert figures("MT4") == {}
    assert find_differences() == []


@pytest.mark.parametrize("code", ["mt1", "mt4", "mt4a"])
def test_a_figure_opens_to_its_rows(code, reader_client, signed_in, outsider):
    standard, attendance = StandardFactory(recognised_on=date(2026, 2, 1)), AttendanceFactory()
    recompute()
    shown = standard if code == "mt1" else attendance
    assert str(shown) in reader_client.get(f"/targets/{code}/provenance/2026/").content.decode()
    assert reader_client.get(f"/targets/{code}/").status_code == 200
    other = signed_in(outsider).get(f"/targets/{code}/provenance/2026/").content.decode()
    assert str(shown) not in other


def test_what_came_after_a_closing_stands_beside_the_accepted_figure(reader_client, keeper):
    StandardFactory(recognised_on=date(2021, 5, 4))
    recompute()
    close(2025)
    form = reader_client.get("/registers/standards/new/").content.decode()
    assert "Ngày đến 14/12/2025 thuộc kỳ đã chốt" in form
    given = {
        "code": "CQG-900", "name": "Chuẩn độ dài mới", "area": "l", "quantity": "Độ dài", "unit": "Bắc Ninh",
        "holder": "Viện", "recognised_on": "04/05/2025", "key": "k",
    }  # fmt: skip
    page = reader_client.post("/registers/standards/new/", given, follow=True).content.decode()
    assert "Kỳ 2025 đã chốt" in page
    assert "Số liệu MT1 đang được tính lại." in page
    recompute()
    adjusted = reader_client.get("/targets/mt1/adjustments/2025/").content.decode()
    assert "Chuẩn độ dài mới" in adjusted
    answer = reader_client.get("/api/v1/indicators/MT1/values/?period=2025").json()
    [nation] = [one for one in answer["results"] if one["unit"] is None and one["breakdown"] == ""]
    assert (nation["value"], nation["known_now"]) == (1, 2)


def test_check_figures_goes_over_the_registers_too(reference, capsys):
    StandardFactory()
    with pytest.raises(SystemExit):
        call_command("check_figures")
    recompute()
    call_command("check_figures")
    assert Indicator.objects.filter(code="MT4a", parent__code="MT4").exists()


def behind(code: str, year: int, as_of=None) -> int:
    period = Period.objects.get(year=year)
    return len(counted_rows(code, period, UnitScope(everything=True), known_on=as_of))


@pytest.mark.django_db(transaction=True)
def test_a_closed_figure_opens_to_as_many_rows_whatever_was_corrected_since(reference, keeper):
    """A course stands behind many rows, a person in several: neither may multiply them, nor take them away."""
    course = CourseFactory(starts_on=date(2025, 9, 1), ends_on=date(2025, 9, 2))
    rows = [AttendanceFactory(course=course) for _ in range(4)]
    person = {"full_name": "Trần Thị Đo", "workplace": "Sở KH&CN"}
    again = [AttendanceFactory(course=one, **person) for one in (course, CourseFactory(
        starts_on=date(2025, 10, 1), ends_on=date(2025, 10, 2)))]  # fmt: skip
    recompute()
    close(2025)
    as_of = Period.objects.get(year=2025).closing.as_of
    assert (behind("MT4", 2025, as_of), behind("MT4a", 2025, as_of)) == (6, 5)
    for row in rows[:3]:
        change_row(row, {"note": "Sửa"}, "Sửa", by=keeper)
    withdraw_row(again[0], "Không dự", by=keeper)
    assert (behind("MT4", 2025, as_of), behind("MT4a", 2025, as_of)) == (6, 5)
    assert (behind("MT4", 2025), behind("MT4a", 2025)) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_went_to_another_unit_is_not_named_to_the_former(reader_client, keeper):
    course = CourseFactory(starts_on=date(2025, 9, 1), ends_on=date(2025, 9, 2))
    row = AttendanceFactory(course=course, full_name="Tên cũ")
    recompute()
    close(2025)
    TrainingCourse.objects.filter(pk=course.pk).update(unit_id=LAM_DONG)
    Attendance.objects.filter(pk=row.pk).update(full_name="Tên mới")
    for page in ("/targets/mt4/provenance/2025/", "/targets/mt4/adjustments/2025/"):
        assert "Tên mới" not in reader_client.get(page).content.decode()
    answer = reader_client.get("/targets/mt4/provenance/2025/?export=csv&part=rows")
    assert "Tên mới" not in b"".join(answer.streaming_content).decode()


def test_a_stock_tells_every_closed_year_at_whose_end_it_stands(reader_client):
    row = StandardFactory(recognised_on=date(2010, 5, 4))
    recompute()
    close(2024, 2025)
    given = {
        "code": row.code, "name": row.name, "area": "m", "quantity": row.quantity, "unit": "Bắc Ninh",
        "holder": row.holder, "recognised_on": "04/05/2010", "ended_on": "01/06/2025", "reason": "Thanh lý",
        "seen": row.updated_at.isoformat(),
    }  # fmt: skip
    edit = f"{row.get_absolute_url()}edit/"
    page = reader_client.post(edit, given, follow=True).content.decode()
    assert "Kỳ 2025 đã chốt: số đã chấp nhận giữ nguyên, thay đổi này hiện ở" in page  # 2024 counts it as before
    row.refresh_from_db()
    given |= {"ended_on": "01/07/2026", "seen": row.updated_at.isoformat()}
    page = reader_client.post(edit, given, follow=True).content.decode()
    assert "Kỳ 2025 đã chốt" in page
    row.refresh_from_db()
    given |= {"ended_on": "01/08/2026", "seen": row.updated_at.isoformat()}
    assert "đã chốt" not in reader_client.post(edit, given, follow=True).content.decode()
    row.refresh_from_db()
    given |= {"area": "t", "seen": row.updated_at.isoformat()}
    page = reader_client.post(edit, given, follow=True).content.decode()
    assert "Kỳ 2024, 2025 đã chốt: số đã chấp nhận giữ nguyên; nếu giá trị được tính thay đổi" in page


def test_a_row_of_a_file_is_one_row_in_however_many_closed_years_it_stands(upload, reader_client, monkeypatch):
    StandardFactory(recognised_on=date(2009, 5, 4))
    recompute()
    close(2023, 2024, 2025)
    batch = upload(
        "standards",
        [
            ROW | {"recognised_on": "04/05/2010"},
            ROW | {"code": "CQG-2", "recognised_on": "04/05/2010", "ended_on": "01/06/2025"},
            ROW | {"code": "CQG-3", "recognised_on": "01/06/2026"},
            ROW | {"code": "CQG-4", "recognised_on": "04/05/2010", "ended_on": "01/06/2024"},
        ],
    )
    page = reader_client.get(batch.get_absolute_url(), {"tab": "closed"})
    text = " ".join(page.content.decode().split())
    assert "3 dòng thuộc kỳ đã chốt (2025: 1, 2024: 2, 2023: 3)." in text
    assert "3 dòng hiện ở “điều chỉnh sau khi chốt” cho đến lần chốt sau." in text
    assert "không làm thay đổi số liệu" not in text
    told = [(one["row"].number, one["row"].periods, one["row"].told) for one in page.context["board"].closed_rows]
    assert told == [
        (2, "2023–2025", "Hiện ở “điều chỉnh sau khi chốt” của kỳ 2023–2025"),
        (3, "2023, 2024", "Hiện ở “điều chỉnh sau khi chốt” của kỳ 2023, 2024"),
        (5, "2023", "Hiện ở “điều chỉnh sau khi chốt” của kỳ 2023"),
    ]
    monkeypatch.setattr("apps.exchange.page.PER_PAGE", 1)
    page = reader_client.get(batch.get_absolute_url(), {"tab": "closed", "page": "2"})
    assert [one["row"].number for one in page.context["board"].closed_rows] == [3]
    assert report(batch)["closed"] == [
        {"period": "2025", "rows": 1, "adjustments": 1},
        {"period": "2024", "rows": 2, "adjustments": 2},
        {"period": "2023", "rows": 3, "adjustments": 3},
    ]


def test_who_was_trained_before_the_programme_counts_when_trained_within_it(reference):
    told = {"full_name": "Lê Thị Hòa", "birth_year": 1980, "workplace": "Trung tâm Đo"}
    for day in (date(2018, 11, 12), date(2024, 3, 1)):
        AttendanceFactory(course=CourseFactory(starts_on=day, ends_on=day), **told)
    recompute(["MT4", "MT4a"])
    assert figures("MT4") == figures("MT4a") == dict.fromkeys((2024, 2025, 2026), 1)
