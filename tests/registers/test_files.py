"""Rows of a file into a declared register: told before they are written, written once, taken back whole."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.scope import UnitScope
from apps.documents.models import LegalDocument
from apps.exchange import services
from apps.exchange.models import ImportBatch, Overwritten
from apps.exchange.resource import resource_of
from apps.labs.models import MeasurementStandard
from apps.registers.declaration import registers
from apps.registers.services import change_row, withdraw_row
from apps.training.models import Attendance, TrainingCourse
from tests.factories.enterprises import tax_code
from tests.factories.registers import (
    OWN,
    AssessmentFactory,
    AttendanceFactory,
    CmcFactory,
    CmcStatusFactory,
    ComparisonFactory,
    CourseFactory,
    CriterionFactory,
    EvaluationFactory,
    PlanFactory,
    PlannedStandardFactory,
    ProductFactory,
    StandardFactory,
    SupportFactory,
    make,
)
from tests.meanwhile import meanwhile
from tests.registers.conftest import done, problems, states
from tests.registers.conftest import workbook as file_of
from tests.registers.shapes import by_shape

SLUGS = [one.slug for one in registers()]
BAC_GIANG, BAC_NINH, LAM_DONG = "VN-24-2008", "VN-24-2025", "VN-68-2025"
pytestmark = pytest.mark.django_db(transaction=False)
ROW = {
    "code": "CQG-1", "name": "Chuẩn khối lượng", "area": "Khối lượng và các đại lượng liên quan (M)",
    "unit": "Bắc Ninh", "quantity": "Khối lượng", "holder": "Viện Đo lường", "recognised_on": "04/05/2021",
}  # fmt: skip
COURSE = {
    "code": "ĐT-1", "title": "Bồi dưỡng", "subject": "Kiểm định, hiệu chuẩn, thử nghiệm", "unit": "Bắc Ninh",
    "starts_on": "02/03/2026", "ends_on": "06/03/2026", "hours": 40,
}  # fmt: skip
PERSON = {
    "course": "ĐT-1", "full_name": "Trần Thị Đo", "birth_year": 1990, "workplace": "Sở KH&CN",
    "audience": "Doanh nghiệp",
}  # fmt: skip


def held():
    """All that stands in the register of standards, but for moments."""
    rows = MeasurementStandard.objects.live().order_by("code")
    told = ("code", "name", "area", "unit_id", "holder", "recognised_on", "ended_on", "uncertainty", "note")
    return list(rows.values(*told))


def test_page_of_an_import_leads_to_its_rows_in_the_register(signed_in, keeper, outsider, upload, write):
    write(upload("standards", [ROW | {"code": "CQG-0"}, ROW]))
    batch = write(upload("standards", [ROW | {"note": "Đã so sánh"}, ROW | {"code": "CQG-2"}]))
    client, address = signed_in(keeper), f"/registers/standards/?batch={batch.pk}"
    assert f'href="{address}"' in client.get(batch.get_absolute_url()).text
    page = client.get(address)
    assert {row.record.code for row in page.context["table"].rows} == {"CQG-1", "CQG-2"}, "new, or put right by it"
    assert "Lần nhập" in page.text
    assert "Lần nhập" not in client.get("/registers/standards/").text
    assert batch.filename not in signed_in(outsider).get(address).text


def test_good_rows_are_written_once(upload, write):
    batch = write(upload("standards", [ROW, ROW | {"code": "CQG-2", "ended_on": "01/02/2025"}]))
    assert (batch.state, batch.written_rows) == (ImportBatch.State.WRITTEN, 2)
    assert [row["code"] for row in held()] == ["CQG-1", "CQG-2"]
    row = MeasurementStandard.objects.get(code="CQG-1")
    assert (row.unit_id, row.batch, str(row.recognised_on)) == (BAC_NINH, batch, "2021-05-04")
    again = upload("standards", [ROW, ROW | {"code": "CQG-2", "ended_on": "01/02/2025"}, ROW | {"code": "CQG-3"}])
    assert states(again) == ["unchanged", "unchanged", "new"]


def test_rows_that_the_register_has_are_known_before_they_are_staged(upload, write):
    batch = write(upload("standards", [ROW]))
    resource = resource_of("standards")(batch, UnitScope(everything=True))
    assert resource.already_there('[[2, {"code": "cqg-1"}], [3, {"code": "CQG-2"}], [4, {"name": "Chuẩn"}]]') == {2}


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        ({"code": 7}, "Ký hiệu", "wrong_kind"),
        ({"code": None}, "Ký hiệu", "blank"),
        ({"area": "Khối lượg và các đại lượng liên quan (M)"}, "Lĩnh vực đo", "choice"),
        ({"unit": "Lâm Đồng"}, "Đơn vị quản lý", "other_unit"),
        ({"unit": "Bắc Nin"}, "Đơn vị quản lý", "unit"),
        ({"recognised_on": "31/02/2021"}, "Ngày được công nhận", "date"),
        ({"recognised_on": "01/01/2099"}, "Ngày được công nhận", "future"),
        ({"ended_on": "01/01/2020"}, "Ngày thôi là chuẩn quốc gia", "constraint"),
        ({"decision": "99999/QĐ-KHÔNG"}, "Quyết định phê duyệt", "act"),
        ({"name": "A" * 301}, "Tên chuẩn", "too_long"),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(upload, write, wrong, column, code):
    batch = upload("standards", [ROW | wrong, ROW | {"code": "CQG-2"}])
    assert (2, column, code, "error") in problems(batch)
    assert states(batch) == ["error", "new"]
    write(batch)
    assert [row["code"] for row in held()] == ["CQG-2"]


def test_a_wrong_cell_is_mended_by_an_example(upload, signed_in, keeper):
    batch = upload("standards", [ROW | {"code": 7, "recognised_on": "31/02/2021"}])
    page = signed_in(keeper).get(batch.get_absolute_url(), {"tab": "errors"}).text
    for example in ("VN-CQG-01", "ngày/tháng/năm"):
        assert f'placeholder="{example}"' in page


def test_a_day_where_a_number_belongs_is_told_so(upload, write):
    write(upload("courses", [COURSE]))
    [problem] = upload("attendances", [PERSON | {"birth_year": date(1990, 1, 1)}]).problems.all()
    assert problem.message == "Ô đang là ngày, cột này nhận số. Định dạng ô là Số rồi nhập lại"
    [problem] = upload("attendances", [PERSON | {"birth_year": "năm 1990"}]).problems.all()
    assert problem.message == "Phải là số nguyên, chỉ gồm chữ số"


def test_a_wrong_day_is_told_and_not_the_unit_of_that_day(upload):
    """Which unit the name means hangs on the day."""
    wrong = {"unit": "Bắc Giang (đến 30/06/2025)", "starts_on": "02/03/2024", "ends_on": "31/02/2024"}
    assert problems(upload("courses", [COURSE | wrong])) == [(2, "Bế giảng", "date", "error")]


def test_a_short_row_that_lacks_a_cell_is_a_row(upload):
    """Of a register that needs three cells two are no remark below the rows."""
    row = {"assessment": AssessmentFactory().code, "verdict": "Đạt", "criterion": None}
    assert problems(upload("criterion-results", [row | {"criterion": CriterionFactory().code}, row])) == [
        (3, "Tiêu chí", "blank", "error")
    ]


def test_taking_back_is_told_in_the_words_of_the_register(upload, write, undo, reader_client):
    batch = write(upload("standards", [ROW, ROW | {"code": "CQG-2"}, ROW | {"code": "CQG-3"}]))
    change_row(MeasurementStandard.objects.get(code="CQG-2"), {"name": "Tên khác"}, "Sai tên", by=batch.confirmed_by)
    write(upload("standards", [ROW | {"code": "CQG-3"}]))
    page = re.sub(r"<[^>]+>", "", reader_client.get(f"{batch.get_absolute_url()}undo/").text)
    assert "1 chuẩn bị rút khỏi sổ" in page
    assert "Tên khác: do tệp này đưa vào, được giữ vì đã được sửa sau khi nhập" in page
    assert "được giữ vì có trong tệp nhập sau" in page
    assert "giai đoạn" not in page
    undo(batch)
    page = re.sub(r"<[^>]+>", "", reader_client.get(batch.get_absolute_url()).text)
    assert "Tên khác: do tệp này đưa vào, được giữ vì đã được sửa sau khi nhập" in page
    assert "giai đoạn" not in page


def test_a_refused_day_is_shown_as_days_are_written(upload):
    [problem] = upload("standards", [ROW | {"ended_on": "01/01/2020"}]).problems.all()
    assert problem.value == "01/01/2020"
    [problem] = upload("courses", [COURSE | {"ends_on": "01/03/2026"}]).problems.all()
    assert problem.value == "01/03/2026"


@pytest.mark.parametrize("slug", by_shape(slug for slug in OWN if slug != "managing-ministries"))  # of no province
def test_a_list_as_a_file_comes_back_as_it_was(slug, upload, signed_in, keeper):
    act = LegalDocument.objects.first()
    make(slug)
    StandardFactory(code="0017", decision=act, uncertainty="-", ended_on="2025-02-01", unit_id=BAC_GIANG)
    course = CourseFactory(code="ĐT - 1", decision=act, hours=1040)
    AttendanceFactory(course=course, birth_year=None)
    AttendanceFactory(course=course, birth_year=1990, workplace="=Sở")
    PlanFactory(unit_id=BAC_GIANG, issued_on="2021-08-30", ended_on="2024-01-01", act=act, aims="Đạt 100%")
    CmcFactory(coverage_factor="2.05", confidence="95.45", method="-", unit_id=BAC_GIANG)
    status = CmcStatusFactory(decision=act, note="=1")
    CmcStatusFactory(cmc=status.cmc, happened_on="2022-01-01", status="suspended")
    ProductFactory(code="0018", unit_id=BAC_GIANG, accepted_on="2020-01-02", commercialised_on="2021-02-01")
    standard = StandardFactory(code="CQG / 3")
    ComparisonFactory(standard=standard, certificate="0019", due_on="2027-01-01")
    PlannedStandardFactory(act=act, standard=standard)
    PlannedStandardFactory(act=act)
    SupportFactory(tax_code=f"{tax_code(7)}-001", act=act)
    EvaluationFactory(act=act, conclusion="=1")
    SupportFactory(recipient_kind="service", tax_code="", result="=1")
    listed = signed_in(keeper).get(f"/registers/{slug}/?export=xlsx").getvalue()
    assert {*states(upload(slug, listed))} == {"unchanged"}


def test_two_rows_of_one_key_are_told(upload):
    batch = upload("standards", [ROW, ROW | {"name": "Chuẩn khác"}])
    assert problems(batch) == [(3, "Ký hiệu", "duplicate", "error")]


def test_a_known_row_says_what_it_would_change(upload, write):
    write(upload("standards", [ROW | {"uncertainty": "0,5 mg"}]))
    batch = upload("standards", [ROW | {"holder": "Trung tâm 1", "uncertainty": None, "note": "mới"}])
    assert states(batch) == ["update"]
    assert problems(batch) == [(2, "Ghi chú", "changes", "note"), (2, "Tổ chức lưu giữ", "changes", "note")]
    write(batch)
    [row] = held()
    assert (row["holder"], row["uncertainty"], row["note"]) == ("Trung tâm 1", "0,5 mg", "mới")
    assert set(Overwritten.objects.values_list("field", "old", "new")) == {
        ("holder", "Viện Đo lường", "Trung tâm 1"),
        ("note", "", "mới"),
    }


def test_another_name_for_a_known_code_is_asked_about(upload, write):
    write(upload("standards", [ROW]))
    batch = upload("standards", [ROW | {"name": "Chuẩn độ dài"}])
    assert problems(batch) == [(2, "Tên chuẩn", "other_name", "warning")]
    assert states(batch) == ["error"]
    services.accept_warnings(batch, "Đổi tên theo quyết định", by=batch.uploaded_by)
    write(batch)
    assert held()[0]["name"] == "Chuẩn độ dài"


def test_an_older_file_asks_before_it_undoes_what_people_wrote(upload, write, keeper):
    write(upload("standards", [ROW]))
    row = MeasurementStandard.objects.get()
    change_row(row, {"holder": "Trung tâm 2"}, "Chuyển giao", by=keeper)
    batch = upload("standards", [ROW, ROW | {"code": "CQG-9"}])
    assert problems(batch) == [(2, "Tổ chức lưu giữ", "changed_by_hand", "warning")]
    assert states(batch) == ["error", "new"]
    write(upload("standards", [ROW | {"holder": "Trung tâm 2", "note": "mới"}]))  # another field, by a file since
    again = upload("standards", [ROW | {"note": "mới"}])
    assert problems(again) == [(2, "Tổ chức lưu giữ", "changed_by_hand", "warning")]


def test_a_row_that_was_withdrawn_by_hand_does_not_come_back_unasked(upload, write, undo, keeper):
    batch = write(upload("standards", [ROW]))
    withdraw_row(MeasurementStandard.objects.get(), "Không phải chuẩn quốc gia", by=keeper)
    again = upload("standards", [ROW, ROW | {"code": "CQG-9"}])
    assert problems(again) == [(2, "Ký hiệu", "row_withdrawn", "warning")]
    undo(batch)
    assert MeasurementStandard.objects.get().withdrawn_reason == "Không phải chuẩn quốc gia"


def test_what_an_undone_file_brought_comes_again_as_at_first(upload, write, undo):
    undo(write(upload("standards", [ROW])))
    assert held() == []
    again = upload("standards", [ROW, ROW | {"code": "CQG-9"}])
    assert (states(again), problems(again)) == (["new", "new"], [])


def test_a_neighbours_code_is_refused_and_its_row_not_told(upload):
    StandardFactory(code="CQG-1", name="Chuẩn của Lâm Đồng", unit_id=LAM_DONG)
    batch = upload("standards", [ROW])
    assert problems(batch) == [(2, "Ký hiệu", "other_record", "error")]
    assert "Lâm Đồng" not in " ".join(batch.problems.values_list("message", flat=True))


def test_undo_gives_back_what_was_not_changed_since(upload, write, undo, keeper):
    write(upload("standards", [ROW, ROW | {"code": "CQG-2"}]))
    before = held()
    batch = write(upload("standards", [ROW | {"holder": "A", "note": "B"}, ROW | {"code": "CQG-3"}]))
    change_row(MeasurementStandard.objects.get(code="CQG-1"), {"note": "Sửa tay"}, "Đúng", by=keeper)
    told = services.undoing_of(batch, keeper)
    assert (told.done, told.stays) == (
        ["1 chuẩn bị rút khỏi sổ", "1 dòng trở lại như trước khi nhập"],
        ["Chuẩn khối lượng: ghi chú đã được sửa sau khi nhập, giữ nguyên"],
    )
    batch = undo(batch)
    after = held()
    assert [row["code"] for row in after] == ["CQG-1", "CQG-2"]
    assert after[0] == before[0] | {"note": "Sửa tay"}
    assert services.undoing_of(batch, keeper) == told


def test_what_a_later_file_says_again_goes_on_as_its_own(upload, write, undo):
    first = write(upload("standards", [ROW, ROW | {"code": "CQG-2"}]))
    second = write(upload("standards", [ROW, ROW | {"code": "CQG-3"}]))
    undo(first)
    assert [row["code"] for row in held()] == ["CQG-1", "CQG-3"]
    assert MeasurementStandard.objects.get(code="CQG-1").batch == second


def test_courses_and_their_attendances_come_by_files(upload, write, undo):
    write(upload("courses", [COURSE]))
    batch = write(upload("attendances", [PERSON, PERSON | {"full_name": "Lê Văn Cân", "birth_year": None}]))
    assert batch.written_rows == 2
    assert set(Attendance.objects.values_list("full_name", "birth_year", "course__code")) == {
        ("Trần Thị Đo", 1990, "ĐT-1"),
        ("Lê Văn Cân", None, "ĐT-1"),
    }
    again = upload("attendances", [PERSON | {"full_name": "TRẦN THỊ ĐO"}, PERSON | {"birth_year": 1991}])
    assert states(again) == ["unchanged", "new"]
    undo(batch)
    assert not Attendance.objects.live().exists()
    assert TrainingCourse.objects.get().hours == 40


def test_attendances_of_a_course_of_others_are_refused(upload):
    CourseFactory(code="ĐT-2", unit_id=LAM_DONG)
    CourseFactory(code="ĐT-1")
    batch = upload("attendances", [PERSON | {"course": "ĐT-2"}, PERSON, PERSON | {"birth_year": 1890}])
    assert problems(batch) == [(2, "Khóa", "row", "error"), (4, "Năm sinh", "constraint", "error")]


def test_a_course_that_has_attendances_stays_when_its_file_is_undone(upload, write, undo, keeper):
    batch = write(upload("courses", [COURSE, COURSE | {"code": "ĐT-9"}]))
    AttendanceFactory(course=TrainingCourse.objects.get(code="ĐT-1"))
    assert len(services.undoing_of(batch, keeper).stays) == 1
    undo(batch)
    assert list(TrainingCourse.objects.live().values_list("code", flat=True)) == ["ĐT-1"]


@pytest.mark.parametrize("slug", by_shape(SLUGS))
def test_the_template_has_the_columns_and_takes_itself(slug, reader_client):
    page = reader_client.get(f"/registers/{slug}/imports/template/")
    book = openpyxl.load_workbook(io.BytesIO(page.content))
    [declared] = [one for one in registers() if one.slug == slug]
    assert [cell.value for cell in book.worksheets[0][1]] == [column.label for column in declared.columns]
    assert reader_client.get(f"/registers/{slug}/imports/").status_code == 200


def test_wrong_rows_come_back_as_a_file_that_says_the_same(upload, reader_client):
    batch = upload("standards", [ROW | {"area": "sai"}, ROW | {"code": "CQG-2", "unit": "Bắc Nin", "note": "x" * 400}])
    made = reader_client.get(f"{batch.get_absolute_url()}errors/").content
    again = upload("standards", made)
    assert [(column, code) for _row, column, code, _kind in problems(again) if code != "extra_columns"] == [
        (column, code) for _row, column, code, _kind in problems(batch)
    ]


VALUES = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["CQG-1", "CQG-2", "CQG-3", "CQG-4"]),
        "name": st.sampled_from(["Chuẩn khối lượng", "Chuẩn đo độ dài"]),
        "holder": st.sampled_from(["Viện Đo lường", "Trung tâm 1"]),
        "note": st.sampled_from([None, "a", "b"]),
        "ended_on": st.sampled_from([None, "01/02/2025", "sai"]),
        "uncertainty": st.sampled_from([None, "0,5"]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_any_file_written_and_undone_leaves_the_register_as_before(upload, write, undo, keeper, rows):
    if not MeasurementStandard.objects.exists():
        StandardFactory(code="CQG-1", note="a", entered_by=keeper)
        StandardFactory(code="CQG-2", ended_on="2024-01-01", entered_by=keeper)
    before = held()
    batch = upload("standards", file_of("standards", [ROW | row for row in rows]))
    if batch.problems.filter(severity="warning").exists():
        services.accept_warnings(batch, "Đúng", by=keeper)
    if not batch.rows.filter(state__in=["new", "update"]).exists():
        services.cancel(batch, by=keeper)
        return
    undo(write(batch))
    assert held() == before


def test_attendances_of_a_course_that_went_meanwhile_are_not_written(upload, write, keeper):
    gone, moved, stays = (CourseFactory(code=code) for code in ("ĐT-1", "ĐT-2", "ĐT-3"))
    batch = upload("attendances", [PERSON, PERSON | {"course": "ĐT-2"}, PERSON | {"course": "ĐT-3"}])
    assert states(batch) == ["new", "new", "new"]
    withdraw_row(gone, "Không mở", by=keeper)
    TrainingCourse.objects.filter(pk=moved.pk).update(unit_id=LAM_DONG)
    write(batch)
    assert [row.course for row in Attendance.objects.all()] == [stays]
    assert problems(batch) == [(2, "Khóa", "row_gone", "error"), (3, "Khóa", "row_gone", "error")]


def test_an_attendance_goes_to_the_course_that_the_file_names(upload, write):
    named, other = CourseFactory(code="ĐT-1.2"), CourseFactory(code="ĐT-1-2")
    write(upload("attendances", [PERSON | {"course": "đt-1.2"}, PERSON | {"course": "ĐT-1-2"}]))
    assert {row.course for row in Attendance.objects.all()} == {named, other}
    assert problems(upload("attendances", [PERSON | {"course": "ĐT 1 2"}])) == [(2, "Khóa", "row", "error")]


def test_people_of_nearly_one_name_are_asked_about_and_none_is_lost(upload, write):
    write(upload("courses", [COURSE]))
    write(upload("attendances", [PERSON | {"full_name": "Trần Văn Hùng", "birth_year": None}]))
    batch = upload("attendances", [
        PERSON | {"full_name": "Trần Văn Hưng", "birth_year": None}, PERSON | {"full_name": "Trần Văn Hùng"},
        PERSON | {"full_name": "Lê Thị Hà"}, PERSON | {"full_name": "Lê Thị Hạ"},
    ])  # fmt: skip
    assert problems(batch) == [(2, "Họ và tên", "near", "warning"), (3, "Họ và tên", "near", "warning")]
    services.accept_warnings(batch, "Hai người khác nhau", by=batch.uploaded_by)
    assert write(batch).written_rows == 4
    assert Attendance.objects.count() == 5


def test_one_of_several_near_names_is_told_whatever_the_plan(upload, write):
    write(upload("courses", [COURSE]))
    near = [PERSON | {"full_name": name, "birth_year": None} for name in ("Trần Văn Hùng", "Trần Văn Hưng")]
    write(upload("attendances", near[:1]))
    services.accept_warnings(batch := upload("attendances", near[1:]), "Hai người", by=batch.uploaded_by)
    write(batch)
    told = upload("attendances", [PERSON | {"full_name": "Trần Vân Hung", "birth_year": None}])
    assert "“Trần Văn Hùng”" in told.problems.get().message


@pytest.mark.parametrize("point", ["DELETE FROM exchange_rowproblem", "INSERT INTO labs_measurementstandard"])
@pytest.mark.parametrize("code", ["CQG-1", "cqg-1"])
def test_what_another_writes_under_a_key_of_the_file_stops_it(upload, write, keeper, point, code):
    batch = upload("standards", [ROW, ROW | {"code": "CQG-2"}])
    with meanwhile(point, lambda: StandardFactory(code=code, unit_id=BAC_NINH)):
        batch = write(batch)
    assert (batch.state, batch.refusal[:26]) == (ImportBatch.State.CHECKED, "Sổ vừa được người khác ghi")
    assert held() == []  # theirs went too: it was written in our transaction


def test_what_only_the_table_refuses_is_told_and_can_be_written_again(upload, write):
    def refuse():
        raise IntegrityError("không nhận")

    batch = upload("standards", [ROW])
    with meanwhile("INSERT INTO labs_measurementstandard", refuse):
        batch = write(batch)
    assert (batch.state, batch.refusal[:16]) == (ImportBatch.State.CHECKED, "Sổ không nhận mộ")
    assert write(batch).state == ImportBatch.State.WRITTEN


def test_undo_leaves_rows_that_went_to_another_unit(upload, write, undo, keeper):
    write(upload("courses", [COURSE]))
    batch = write(upload("attendances", [PERSON]))
    standards = write(upload("standards", [ROW]))
    changed = write(upload("standards", [ROW | {"holder": "Trung tâm 1"}]))
    TrainingCourse.objects.update(unit_id=LAM_DONG)
    MeasurementStandard.objects.update(unit_id=LAM_DONG)
    assert services.undoing_of(batch, keeper).done == []
    for one in (batch, changed, standards):
        undo(one)
    assert Attendance.objects.live().count() == 1
    assert [row["holder"] for row in held()] == ["Trung tâm 1"]


def test_undo_leaves_a_value_that_a_later_file_says_too(upload, write, undo):
    write(upload("standards", [ROW | {"holder": "cũ"}]))
    first = write(upload("standards", [ROW | {"holder": "mới"}]))
    write(upload("standards", [ROW | {"holder": "mới"}, ROW | {"code": "CQG-2"}]))
    undo(first)
    assert held()[0]["holder"] == "mới"


@pytest.mark.parametrize("first_undone", ["written first", "written last"])
def test_later_is_what_was_written_later_whenever_it_was_confirmed(upload, write, undo, keeper, first_undone):
    """The job of the file confirmed first may have waited, or been tried again."""
    write(upload("standards", [ROW | {"holder": "gốc"}]))
    before = held()
    waiting = services.request_write(
        upload("standards", [ROW | {"holder": "chờ", "note": "chung"}, ROW | {"code": "CQG-2"}]), by=keeper
    )
    overtaking = write(upload("standards", [ROW | {"holder": "vượt", "note": "chung"}, ROW | {"code": "CQG-2"}]))
    done(waiting)
    written = held()
    assert [(row["code"], row["holder"], row["note"]) for row in written] == [
        ("CQG-1", "chờ", "chung"), ("CQG-2", "Viện Đo lường", "")
    ]  # fmt: skip
    if first_undone == "written first":
        undo(overtaking)
        assert held() == written  # all that it wrote the later file says too, or has written over
        undo(waiting)
    else:
        undo(waiting)
        assert [(row["code"], row["holder"]) for row in held()] == [("CQG-1", "vượt"), ("CQG-2", "Viện Đo lường")]
        undo(overtaking)
    assert held() == before


def test_undo_does_not_bring_back_what_the_table_refuses(upload, write, undo, keeper):
    write(upload("standards", [ROW]))
    batch = write(upload("standards", [ROW | {"recognised_on": "04/05/2020", "note": "b"}]))
    row = MeasurementStandard.objects.get()
    change_row(row, {"ended_on": row.recognised_on.replace(month=6)}, "Thanh lý", by=keeper)
    assert undo(batch).state == ImportBatch.State.UNDONE
    assert str(MeasurementStandard.objects.get().recognised_on) == "2020-05-04"


def test_a_blank_cell_that_leaves_a_contradiction_is_told_at_its_row(upload, write):
    write(upload("standards", [ROW | {"ended_on": "01/01/2022"}]))
    batch = upload("standards", [ROW | {"recognised_on": "01/01/2023"}, ROW | {"code": "CQG-2"}])
    assert (2, "Ngày thôi là chuẩn quốc gia", "constraint", "error") in problems(batch)
    write(batch)
    assert [row["code"] for row in held()] == ["CQG-1", "CQG-2"]


@pytest.mark.parametrize("hours", [99_999_999_999, -5, "9" * 60, "1e400", "4,5"])
def test_a_number_that_no_column_holds_is_told(upload, write, hours):
    batch = upload("courses", [COURSE | {"hours": hours}, COURSE | {"code": "ĐT-2"}])
    assert problems(batch)[0][:2] == (2, "Số giờ học")
    assert states(batch) == ["error", "new"]
    write(batch)
    assert TrainingCourse.objects.count() == 1


def test_a_year_too_large_is_mended_in_its_row(upload, keeper):
    CourseFactory(code="ĐT-1")
    batch = upload("attendances", [PERSON | {"birth_year": 99_999_999_999}])
    assert problems(batch) == [(2, "Năm sinh", "out_of_range", "error")]
    services.mend_cell(batch, 2, "Năm sinh", "88888888888888", by=keeper)
    assert problems(batch) == [(2, "Năm sinh", "out_of_range", "error")]
    services.mend_cell(batch, 2, "Năm sinh", "1988", by=keeper)
    assert (problems(batch), states(batch)) == ([], ["new"])


def test_codes_that_differ_by_capitals_are_one(upload, write):
    write(upload("standards", [ROW]))
    batch = upload("standards", [ROW | {"code": "cqg-1"}, ROW | {"code": "Cqg-1"}])
    assert states(batch) == ["unchanged", "error"]


def test_words_of_digits_are_taken_as_they_stand(upload, write):
    write(upload("standards", [ROW | {"note": 2026, "holder": 123}]))
    assert (held()[0]["note"], held()[0]["holder"]) == ("2026", "123")
