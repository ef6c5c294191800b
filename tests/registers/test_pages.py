"""The pages of declared registers, asked of every one alike: what follows from the declaration is right for all."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.labs.models import MeasurementStandard
from apps.progress.services import recompute
from apps.registers.declaration import register_of, registers
from apps.registers.services import change_row, withdraw_row
from apps.training.models import Attendance, TrainingCourse
from tests.conftest import TDC
from tests.factories.closings import close
from tests.factories.registers import FACTORIES, OWN, AttendanceFactory, CourseFactory, StandardFactory, make
from tests.registers.conftest import workbook
from tests.registers.shapes import by_shape
from tests.registers.test_files import COURSE, ROW

BAC_NINH, LAM_DONG, BAC_GIANG = "VN-24-2025", "VN-68-2025", "VN-24-2008"
pytestmark = pytest.mark.django_db
SLUGS = list(FACTORIES)
NATIONAL = {"priority-sectors"}  # kept for the whole country: tests/enterprises/test_priorities.py
STANDARD = {
    "code": "CQG-900", "name": "Chuẩn độ dài", "area": "l", "quantity": "Độ dài", "unit": "Bắc Ninh",
    "holder": "Viện Đo lường", "recognised_on": "04/05/2021",
}  # fmt: skip


def test_every_register_is_asked_here(reference):
    assert {one.slug for one in registers()} == {*SLUGS, *NATIONAL}


@pytest.mark.parametrize("slug", OWN)
def test_own_rows_are_seen_and_a_neighbours_is_404(slug, signed_in, keeper, outsider, stranger):
    row = make(slug, BAC_NINH)
    own, other, nobody = signed_in(keeper), signed_in(outsider), signed_in(stranger)
    page, lists = row.get_absolute_url(), f"/registers/{slug}/"
    assert str(row) in own.get(page).content.decode()
    assert str(row) in own.get(lists).content.decode()
    assert str(row) not in other.get(lists).content.decode()
    for tail in ("", "edit/", "withdraw/"):
        assert own.get(f"{page}{tail}").status_code == 200
        assert other.get(f"{page}{tail}").status_code == 404
        assert nobody.get(f"{page}{tail}").status_code == 403
    assert other.post(f"{page}withdraw/", {"reason": "Thử"}).status_code == 404
    row.refresh_from_db()
    assert row.is_live


@pytest.mark.parametrize("slug", OWN)
def test_who_reads_does_not_write(slug, signed_in, officer):
    row, client = make(slug, BAC_NINH), signed_in(officer)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "edit/" not in page
    assert client.get(f"/registers/{slug}/new/").status_code == 403
    assert client.post(f"{row.get_absolute_url()}withdraw/", {"reason": "Thử"}).status_code == 403


@pytest.mark.parametrize("slug", by_shape(SLUGS))
def test_a_list_costs_the_same_for_one_row_and_for_many(slug, reader_client, django_assert_max_num_queries):
    make(slug, BAC_NINH)
    reader_client.get(f"/registers/{slug}/")
    with django_assert_max_num_queries(11) as few:
        reader_client.get(f"/registers/{slug}/")
    for _ in range(4):
        make(slug, BAC_NINH)
    with django_assert_max_num_queries(len(few.captured_queries)):
        reader_client.get(f"/registers/{slug}/")


def test_an_unknown_register_is_404(reader_client):
    assert reader_client.get("/registers/nothing/").status_code == 404
    assert reader_client.get("/registers/nothing/new/").status_code == 404
    assert reader_client.get("/registers/nothing/choices/").status_code == 404


def test_a_standard_is_added_changed_and_withdrawn(reader_client, keeper):
    sent = reader_client.post("/registers/standards/new/", STANDARD | {"key": "once"})
    row = MeasurementStandard.objects.get(code="CQG-900")
    assert (sent.status_code, sent["Location"]) == (302, row.get_absolute_url())
    assert (row.unit_id, row.recognised_on, row.entered_by) == (BAC_NINH, date(2021, 5, 4), keeper)
    again = reader_client.post("/registers/standards/new/", STANDARD | {"key": "once"})
    assert again["Location"] == row.get_absolute_url()
    assert MeasurementStandard.objects.count() == 1
    changed = STANDARD | {"ended_on": "01/02/2025", "reason": "Thanh lý", "seen": row.updated_at.isoformat()}
    assert reader_client.post(f"{row.get_absolute_url()}edit/", changed).status_code == 302
    page = reader_client.get(row.get_absolute_url()).content.decode()
    assert "01/02/2025" in page
    assert "Thanh lý" in page
    assert reader_client.post(f"{row.get_absolute_url()}withdraw/", {"reason": "Nhập nhầm"}).status_code == 302
    assert "Nhập nhầm" in reader_client.get(row.get_absolute_url()).content.decode()
    assert "CQG-900" not in reader_client.get("/registers/standards/").content.decode()
    told = list(
        AuditEvent.objects.filter(target_type="labs.measurementstandard").order_by("id").values_list("action", "unit")
    )
    assert told == [(f"register.{verb}", BAC_NINH) for verb in ("added", "changed", "withdrawn")]
    assert Job.objects.filter(kind="progress.recompute", payload__source="labs.measurement_standard").count() == 3


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"code": ""}, "code", "Nhập ký hiệu."),
        ({"area": "x"}, "area", "x"),
        ({"unit": "Lâm Đồng"}, "unit", "Không có đơn vị"),
        ({"recognised_on": "31/02/2021"}, "recognised_on", "Ngày không hợp lệ"),
        ({"recognised_on": "01/01/2099"}, "recognised_on", "Ngày không được sau hôm nay"),
        ({"ended_on": "01/01/2020"}, "ended_on", "phải sau ngày được công nhận"),
        ({"decision": "99999/QĐ-KHÔNG"}, "decision", "Chưa có văn bản"),
        ({"name": "A" * 301}, "name", "300"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(reader_client, given, place, words):
    page = reader_client.post("/registers/standards/new/", STANDARD | {"key": "k"} | given)
    assert page.status_code == 200
    assert words in " ".join(page.context["form"].errors[place])
    assert not MeasurementStandard.objects.exists()


def test_a_code_stands_once_among_live_rows(reader_client):
    first = StandardFactory(code="CQG-900", unit_id=LAM_DONG)
    refused = reader_client.post("/registers/standards/new/", STANDARD | {"key": "k"})
    assert refused.context["form"].errors == {"code": ["Ký hiệu đã có trong sổ."]}
    MeasurementStandard.objects.filter(pk=first.pk).delete()
    assert reader_client.post("/registers/standards/new/", STANDARD | {"key": "k"}).status_code == 302


def test_what_somebody_changed_meanwhile_is_not_overwritten(reader_client):
    row = StandardFactory(code="CQG-900")
    seen = row.updated_at.isoformat()
    row.save()
    stale = reader_client.post(f"{row.get_absolute_url()}edit/", STANDARD | {"reason": "Sửa", "seen": seen})
    assert stale.status_code == 409
    without = reader_client.post(f"{row.get_absolute_url()}edit/", STANDARD | {"reason": "Sửa"})
    assert "Mở lại trang" in without.content.decode()
    row.refresh_from_db()
    assert row.name != STANDARD["name"]


def test_an_attendance_hangs_on_a_course_of_ones_own(reader_client):
    course, theirs = CourseFactory(code="ĐT-1"), CourseFactory(code="ĐT-2", unit_id=LAM_DONG)
    person = {"full_name": "Trần Thị Đo", "birth_year": "1990", "workplace": "Sở KH&CN", "audience": "authority"}
    form = reader_client.get("/registers/attendances/new/?course=ĐT-1").content.decode()
    assert f"ĐT-1 – {course.title}" in form
    assert theirs.title not in reader_client.get("/registers/attendances/new/?course=ĐT-2").content.decode()
    refused = reader_client.post("/registers/attendances/new/", person | {"key": "a", "course": "ĐT-2"})
    assert "Không có “ĐT-2” trong sổ" in refused.content.decode()
    made = reader_client.post("/registers/attendances/new/", person | {"key": "b", "course": f"ĐT-1 – {course.title}"})
    assert made.status_code == 302
    twin = person | {"full_name": "trần thị ĐO", "workplace": "SỞ KH&CN", "key": "c", "course": "ĐT-1"}
    assert "Học viên này đã có trong khóa." in reader_client.post("/registers/attendances/new/", twin).content.decode()
    assert Attendance.objects.get().home_id == BAC_NINH
    assert "1 lượt học viên" in reader_client.get(course.get_absolute_url()).content.decode()


def test_a_course_with_attendances_is_not_withdrawn(reader_client):
    row = AttendanceFactory()
    refused = reader_client.post(f"{row.course.get_absolute_url()}withdraw/", {"reason": "Nhầm"})
    assert "Còn 1 lượt học viên" in refused.content.decode()
    assert TrainingCourse.objects.get().is_live
    reader_client.post(f"{row.get_absolute_url()}withdraw/", {"reason": "Nhầm"})
    assert reader_client.post(f"{row.course.get_absolute_url()}withdraw/", {"reason": "Nhầm"}).status_code == 302


def test_rows_of_a_predecessor_are_in_sight_and_found(reader_client):
    StandardFactory(unit_id=BAC_GIANG, name="Chuẩn đo dung tích cũ", holder="Phòng đo Bắc Giang")
    StandardFactory(unit_id=BAC_NINH, name="Chuẩn khác")
    for query in (
        "unit=VN-24-2025",
        "unit=VN-24-2008",
        "q=dung tich",
        "q=phong do bac giang",
        "area=m",
        "recognised_on=2021",
    ):
        assert "Chuẩn đo dung tích cũ" in reader_client.get(f"/registers/standards/?{query}").content.decode(), query
    assert "Chuẩn khác" not in reader_client.get("/registers/standards/?unit=VN-24-2008").content.decode()
    assert "Chuẩn đo dung tích cũ" not in reader_client.get("/registers/standards/?recognised_on=2020").content.decode()


def test_files_of_a_list_have_every_column(reader_client):
    StandardFactory(code="=1+1", name="Chuẩn", uncertainty="0,5 mg; k = 2")
    answer = reader_client.get("/registers/standards/?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    header, row = csv.reader(lines, delimiter=";")
    assert header == [*(column.label for column in register_of("standards").columns), "Nguồn"]
    assert row[:3] == ["'=1+1", "Chuẩn", "Khối lượng và các đại lượng liên quan (M)"]
    assert "04/05/2021" in row


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", "213"), ("-name", "312"), ("unit", "312"), ("recognised_on", "321"), ("-recognised_on", "123"),
     ("code", "132"), ("-code", "231")],
)  # fmt: skip
def test_lists_are_sorted_in_vietnamese(reader_client, sort, order):
    StandardFactory(code="C-1", name="Đo áp suất 1", unit_id=BAC_NINH, recognised_on=date(2023, 1, 1))
    StandardFactory(code="C-3", name="Dung tích 2", unit_id=BAC_NINH, recognised_on=date(2022, 1, 1))
    StandardFactory(code="C-2", name="Độ dài 3", unit_id=BAC_GIANG, recognised_on=date(2021, 1, 1))
    table = reader_client.get(f"/registers/standards/?sort={sort}").context["table"]
    assert "".join(row.record.name[-1] for row in table.rows) == order
    assert not table.columns["holder"].orderable, "a text is put in the order of its letters only where there is one"


def test_the_menu_leads_to_every_register(reader_client: Client):
    """By the name of its family, where it has one: the family's lists lead to each other."""
    page = reader_client.get("/registers/products/").content.decode()
    for register in registers():
        assert (f'href="/registers/{register.slug}/"' in page) == (not register.family)
    page = reader_client.get("/registers/scope/").content.decode()
    for slug in ("labs", "bodies", "scope", "registrations", "assessments", "criterion-results", "criteria"):
        assert f'<a href="/registers/{slug}/"' in page
    assert page.count('aria-current="page"') == 2  # in the menu the family, above the list its register


@pytest.mark.parametrize("slug", by_shape(SLUGS))
def test_every_column_that_offers_it_sorts_the_list(slug, reader_client):
    make(slug, BAC_NINH)
    page = reader_client.get(f"/registers/{slug}/")
    sorts = [column.order_by_alias for column in page.context["table"].columns if column.orderable]
    assert sorts or slug == "criterion-results"
    for sort in sorts:
        for way in (sort, f"-{sort}"):
            assert reader_client.get(f"/registers/{slug}/?sort={way}").status_code == 200, way


def test_a_course_whose_code_has_a_dash_is_meant_by_its_own_label(reader_client):
    dashed, short = CourseFactory(code="ĐT – 3"), CourseFactory(code="ĐT")
    person = {"full_name": "Trần Thị Đo", "birth_year": "1990", "workplace": "Sở", "audience": "authority"}
    for at, course in enumerate((dashed, short)):
        label = f"{course.code} – {course.title}"
        sent = reader_client.post("/registers/attendances/new/", person | {"course": label, "key": f"k{at}"})
        assert sent.status_code == 302
    assert {row.course for row in Attendance.objects.all()} == {dashed, short}
    [row] = Attendance.objects.filter(course=dashed)
    assert str(row) in reader_client.get("/registers/attendances/?course=ĐT – 3").content.decode()
    assert "1 lượt học viên" in reader_client.get(dashed.get_absolute_url()).content.decode()


def test_what_moved_away_since_it_was_opened_is_not_changed(keeper):
    row = AttendanceFactory()
    TrainingCourse.objects.update(unit_id=LAM_DONG)
    for change in (
        lambda: withdraw_row(row, "Thử", by=keeper),
        lambda: change_row(row, {"note": "x"}, "Thử", by=keeper),
    ):
        with pytest.raises(ValidationError, match="chuyển sang đơn vị khác"):
            change()
    row.refresh_from_db()
    assert (row.is_live, row.note) == (True, "")


def test_an_import_is_linked_for_whoever_may_open_it(upload, write, central_keeper, reader_client, signed_in):
    """The centre brings rows of a province: the province sees them, not the file."""
    batch = write(upload("standards", [ROW], by=central_keeper, unit=TDC), by=central_keeper)
    row = MeasurementStandard.objects.get()
    recompute()
    for address in (row.get_absolute_url(), "/registers/standards/", "/targets/mt1/provenance/2026/"):
        theirs, own = (client.get(address).content.decode() for client in (signed_in(central_keeper), reader_client))
        assert batch.get_absolute_url() in theirs
        assert "Nhập Excel" in own
        assert batch.get_absolute_url() not in own
    assert reader_client.get(batch.get_absolute_url()).status_code == 404


def test_an_adjustment_leads_to_its_import_for_whoever_may_open_it(
    upload, write, central_keeper, reader_client, signed_in
):
    StandardFactory(recognised_on=date(2009, 5, 4))
    recompute()
    close(2025)
    batch = write(upload("standards", [ROW], by=central_keeper, unit=TDC), by=central_keeper)
    MeasurementStandard.objects.filter(batch=batch).update(created_at=timezone.now())  # not when the test began
    recompute()
    told = f"nhập Excel, lần {batch.pk}"
    theirs, own = (
        client.get("/targets/mt1/adjustments/2025/").content.decode()
        for client in (signed_in(central_keeper), reader_client)
    )
    assert told in theirs
    assert batch.get_absolute_url() in theirs
    assert told in own
    assert batch.get_absolute_url() not in own


def test_a_year_is_written_as_years_are(reader_client):
    AttendanceFactory(birth_year=1990)
    page = reader_client.get("/registers/attendances/").content.decode()
    assert "1990" in page
    assert "1.990" not in page
    answer = reader_client.get("/registers/attendances/?export=xlsx")
    header, line = openpyxl.load_workbook(io.BytesIO(answer.content)).active.values
    assert dict(zip(header, line, strict=True))["Năm sinh"] == 1990


def test_rows_of_registers_are_found_from_everywhere(reader_client, signed_in, outsider, stranger):
    course = CourseFactory(code="KĐV-2026/03", title="Bồi dưỡng kiểm định viên")
    AttendanceFactory(course=course, full_name="Hoàng Văn Em")
    withdrawn = StandardFactory(name="Chuẩn kiểm định")
    withdraw_row(withdrawn, "Nhầm", by=User.objects.get(full_name="Keeper Bac Ninh"))
    assert reader_client.get("/search/", {"q": "kdv-2026/03"}).url == course.get_absolute_url()
    slugs = {"courses", "attendances", "standards"}
    for words, found in (("hoang van em", 1), ("kiem dinh", 1), ("khong co", 0)):
        page = reader_client.get("/search/", {"q": words})
        assert sum(group.count for group in page.context["groups"] if group.key in slugs) == found, words
    page = reader_client.get("/search/", {"q": "kiem dinh vien"}).content.decode()
    assert "KĐV-2026/03" in page
    assert "tên khóa" in page, "why it was found"
    for other in (outsider, stranger):
        groups = signed_in(other).get("/search/", {"q": "kiem dinh"}).context["groups"]
        assert not slugs & {group.key for group in groups}


def test_a_file_of_another_register_is_sent_there(upload, reader_client):
    batch = upload("enterprises", workbook("courses", [COURSE]))
    assert "Tệp có các cột của sổ “Khóa đào tạo, bồi dưỡng”: tải lên ở trang nhập của sổ đó." in batch.refusal
    page = reader_client.get("/registers/attendances/imports/").content.decode()
    assert "Nhập tệp Excel vào sổ “Lượt học viên”" in page
    for slug in ("enterprises", *OWN):
        assert f'href="/registers/{slug}/imports/"' in page


def test_who_may_not_add_acts_is_told_what_to_do_without_one(reader_client, upload):
    assert "Văn bản chưa có trong cổng: để trống" in reader_client.get("/registers/courses/new/").content.decode()
    [problem] = upload("courses", [COURSE | {"decision": "99/QĐ-KHÔNG"}]).problems.all()
    assert "Để trống, rồi đính kèm tệp văn bản" in problem.message
