"""The way of a file through the services and their jobs, on the enterprise register."""

import datetime
import itertools
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents import room
from apps.documents.models import StoredFile
from apps.enterprises import importing
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.resources import EnterpriseResource
from apps.exchange import parse, reading, services, staging
from apps.exchange.gate import refused
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.selectors import counts_of, report, suggested
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.targets.models import RecomputeRequest
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import as_file, codes, done, register, told

pytestmark = pytest.mark.django_db
State = ImportBatch.State
HA_NOI = "VN-01-2025"


# --- the acceptance file ----------------------------------------------------------------------------------------------


def test_acceptance_file_is_told_by_row_column_and_cause(upload, write):
    made = files.acceptance_file(400)
    batch = upload(made.content)
    found = report(batch)
    assert batch.state == State.CHECKED
    assert batch.sheet == "DN2026"
    assert (found["rows"], found["valid"]) == (400, made.valid) == (400, 370)
    assert told(found["errors"]) == made.errors
    assert told(found["notes"]) == made.notes
    assert all(line["message"] for line in found["errors"] + found["notes"])

    batch = write(batch)
    assert (batch.state, batch.written_rows) == (State.WRITTEN, 370)
    assert ProgrammeEvent.objects.filter(batch=batch).count() == 370
    assert Enterprise.objects.count() == 370


def test_messages_say_the_value_and_the_remedy(upload):
    found = report(upload(files.acceptance_file(400).content))
    by_code = {line["code"]: line for line in found["errors"] + found["notes"]}
    assert by_code["date"]["value"] == "31/02/2024"
    read = "Ngày không hợp lệ: đọc là ngày 31, mà tháng 2/2024 có ngày 1 đến 29. Kiểm tra lại"
    assert by_code["date"]["message"] == read
    assert "bắt buộc" in by_code["blank"]["message"]
    assert "Đang áp dụng" in by_code["choice"]["message"]
    assert "Trùng với dòng" in by_code["duplicate"]["message"]
    assert "thuộc Bắc Ninh" in by_code["old_province"]["message"]
    assert "đã được ghép lại" in by_code["normalised"]["message"]


def test_names_are_stored_composed(upload, write):
    made = files.acceptance_file(400)
    write(upload(made.content))
    assert Enterprise.objects.filter(name__startswith="Công ty Cổ phần Đắc Lộc").count() == files.EACH


def test_old_province_name_is_written_to_its_successor(upload, write):
    row = files.put(files.rows(1)[0], "Tỉnh, thành phố", "Bắc Giang")
    before, after = list(row), list(row)
    files.put(before, "Ngày", datetime.date(2024, 5, 5))
    files.put(after, "Ngày", datetime.date(2026, 5, 5))
    write(upload(files.workbook([before, after])))
    places = ProgrammeEvent.objects.order_by("occurred_on").values_list("unit_id", flat=True)
    assert list(places) == [files.BAC_GIANG, files.BAC_NINH]


# --- the same rows again ----------------------------------------------------------------------------------------------


def test_same_file_is_recognised_and_changes_nothing(upload, write, keeper, bac_ninh):
    content = files.workbook(files.rows(20))
    first = write(upload(content))
    before = register()
    again, created = services.upload("enterprises", bac_ninh, as_file(content, "khác tên.xlsx"), by=keeper)
    assert (again.pk, created) == (first.pk, False)
    assert register() == before
    assert Job.objects.filter(kind="exchange.check").count() == 1


def test_a_unit_brings_so_much_whatever_becomes_of_it(upload, monkeypatch):
    """Refused and cancelled files count: their bytes stay. The same ones count once."""
    content = files.workbook(files.rows(1))  # made once: it tells the second in which it was
    first = upload(content)
    services.cancel(first, by=first.uploaded_by)
    size = first.file.size
    monkeypatch.setattr(room, "BROUGHT_QUOTA", 2 * size)
    upload(content)
    monkeypatch.setattr(room, "BROUGHT_QUOTA", size + 1)
    with pytest.raises(ValidationError, match="dành cho tệp nhập") as refusal:
        upload(files.workbook(files.rows(2)))
    assert (refusal.value.code, StoredFile.objects.count()) == ("quota", 1)


def test_same_rows_in_another_file_are_all_unchanged(upload, write):
    lines = files.rows(20)
    write(upload(files.workbook(lines)))
    before = register()
    batch = upload(files.workbook(lines[::-1]))
    assert counts_of(batch).unchanged == 20
    batch = write(batch)
    assert batch.written_rows == 0
    assert register() == before


def rewritten() -> int:
    """How many staged rows this test has written a second time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relname = 'exchange_stagedrow'")
        return cursor.fetchone()[0]


def test_rows_that_the_register_has_are_staged_as_such_at_once(upload, write, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 5)
    lines = files.rows(20)
    write(upload(files.workbook(lines)))
    before = rewritten()
    batch = upload(files.workbook([*lines[::-1], *files.rows(3, prefix="25")]))
    assert (counts_of(batch).unchanged, counts_of(batch).new) == (20, 3)
    assert rewritten() == before


@pytest.mark.parametrize("guessed", [set(), set(range(2, 10))])
def test_whatever_is_guessed_of_a_row_settling_says_what_it_is(upload, write, monkeypatch, guessed):
    lines = files.rows(4)
    write(upload(files.workbook(lines[:2])))
    files.put(lines[1], "Ghi chú", "Ghi chú khác")
    files.put(lines[3], "Ngày", "31/02/2024")
    monkeypatch.setattr(EnterpriseResource, "already_there", lambda resource, lines: guessed)
    batch = upload(files.workbook(lines))
    assert list(batch.rows.values_list("state", flat=True)) == ["unchanged", "unchanged", "new", "error"]
    assert codes(batch) == [(3, "Ghi chú", "event_kept"), (5, "Ngày", "date")]


def test_file_of_an_undone_import_may_come_again(upload, write, undo):
    content = files.workbook(files.rows(3))
    batch = undo(write(upload(content)))
    assert upload(content).pk != batch.pk


# --- header -----------------------------------------------------------------------------------------------------------


def test_columns_in_another_order_and_one_more(upload):
    order = [9, 3, 0, 8, 1, 7, 2, 6, 4, 5]
    lines = [[row[at] for at in order] + ["thừa"] for row in files.rows(5)]
    batch = upload(files.workbook(lines, [*(files.HEADER[at] for at in order), "Cột riêng"]))
    assert counts_of(batch).new == 5
    [note] = report(batch)["notes"]
    assert (note["code"], note["row"], note["value"]) == ("extra_columns", 1, "Cột riêng")
    assert "Cột riêng" in note["message"]


def test_header_is_read_whatever_its_case_blanks_and_form(upload):
    header = [f"  {name.upper()}\u00a0" for name in files.HEADER]
    header[1] = "\ufeffTên  doanh\nnghiệp"
    assert counts_of(upload(files.workbook(files.rows(2), header))).new == 2


def test_optional_columns_may_be_absent(upload):
    keep = [files.PLACE[name] for name in files.HEADER if name not in ("Địa chỉ", "Ghi chú", "Mã ngành (VSIC)")]
    lines = [[row[at] for at in keep] for row in files.rows(3)]
    assert counts_of(upload(files.workbook(lines, [files.HEADER[at] for at in keep]))).new == 3


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ([name for name in files.HEADER if name not in ("Ngày", "Giai đoạn")], ["“Ngày”", "“Giai đoạn”", "tệp mẫu"]),
        ([*files.HEADER[:9], "Ngày"], ["hai cột “Ngày”"]),
        (["Cột 1", "Cột 2"], ["“Mã số thuế”"]),
    ],
)
def test_wrong_header_is_refused(upload, header, words):
    batch = upload(files.workbook(files.rows(2), header))
    assert batch.state == State.REFUSED
    assert all(word in batch.refusal for word in words)
    assert not StagedRow.objects.exists()


def test_sheet_without_rows_is_refused(upload):
    batch = upload(files.workbook([]))
    assert batch.state == State.REFUSED
    assert "không có dòng dữ liệu" in batch.refusal


def test_blank_rows_are_passed_over_and_numbers_stay_those_of_excel(upload):
    lines = files.rows(2)
    batch = upload(files.workbook([lines[0], [None] * 10, ["", " ", None], lines[1]]))
    assert list(batch.rows.values_list("number", flat=True)) == [2, 5]


def test_what_is_no_workbook_is_refused_with_a_remedy(upload):
    batch = upload(b"PK\x03\x04 nothing of the kind")
    assert batch.state == State.REFUSED
    assert "tải lên lại" in batch.refusal
    assert Job.objects.get(pk=batch.job_id).state == Job.State.DONE


def test_refusal_in_the_middle_leaves_no_row(upload, monkeypatch):
    """The reader may refuse after thousands of rows that are staged already."""

    @contextmanager
    def breaks_off(path, place):
        with parse.read_rows(path, place) as table:
            yield parse.Table(table.meta, first_lines(table))

    def first_lines(table):
        yield from itertools.islice(table, 21)
        raise refused("unreadable")

    monkeypatch.setattr(reading, "read_rows", breaks_off)
    monkeypatch.setattr(staging, "CHUNK", 5)
    batch = upload(files.workbook(files.rows(30)))
    assert (batch.state, batch.refusal[:13]) == (State.REFUSED, "Không đọc đượ")
    assert not StagedRow.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------------------


def test_upload_for_a_unit_without_the_right_is_refused(keeper, member, reference):
    elsewhere = OrganisationUnit.objects.get(pk=HA_NOI)
    content = files.workbook(files.rows(1))
    with pytest.raises(ValidationError) as caught:
        services.upload("enterprises", elsewhere, as_file(content), by=keeper)
    assert caught.value.code == "no_right"
    with pytest.raises(ValidationError):
        services.upload("enterprises", elsewhere, as_file(content), by=member("Người tra cứu", "reader", HA_NOI))
    with pytest.raises(ValidationError):
        services.upload("nothing", elsewhere, as_file(content), by=member("Hà Nội", "register_keeper", HA_NOI))
    assert not ImportBatch.objects.exists()


def test_upload_for_a_unit_that_is_no_more_is_refused_and_names_its_heir(keeper):
    """The keeper sees its rows, and may; but nobody hands anything in for it today."""
    unit = OrganisationUnit.objects.get(pk=files.BAC_GIANG)
    with pytest.raises(ValidationError) as refusal:
        services.upload("enterprises", unit, as_file(files.workbook(files.rows(1))), by=keeper)
    assert refusal.value.code == "ended_unit"
    assert refusal.value.messages == [
        "Bắc Giang đã kết thúc ngày 30/06/2025. Chọn Bắc Ninh là đơn vị cung cấp số liệu."
    ]
    assert not ImportBatch.objects.exists()


def test_row_of_another_province_is_an_error(upload):
    lines = files.rows(2)
    files.put(lines[1], "Tỉnh, thành phố", "Hà Nội")
    assert codes(upload(files.workbook(lines))) == [(3, "Tỉnh, thành phố", "other_unit")]


def test_programme_office_writes_for_all_provinces(upload, write, central_keeper):
    office = central_keeper.memberships.get().unit
    lines = files.rows(2)
    files.put(lines[1], "Tỉnh, thành phố", "Hà Nội")
    batch = write(upload(files.workbook(lines), by=central_keeper, unit=office), by=central_keeper)
    assert batch.written_rows == 2
    assert set(ProgrammeEvent.objects.values_list("reported_by", flat=True)) == {office.pk}


def test_right_that_ended_before_the_writing(upload, keeper, write):
    batch = services.request_write(upload(files.workbook(files.rows(3))), by=keeper)
    Membership.objects.filter(user=keeper).update(valid_to=timezone.localdate() - timedelta(days=1))
    batch = done(batch)
    assert batch.state == State.CHECKED
    assert "không còn quyền" in batch.refusal
    assert (batch.confirmed_by, batch.confirmed_at) == (None, None)
    assert not ProgrammeEvent.objects.exists()
    Membership.objects.filter(user=keeper).update(valid_to=None)
    batch = write(batch)
    assert (batch.state, batch.refusal, batch.written_rows) == (State.WRITTEN, "", 3)


# --- confirming and writing -------------------------------------------------------------------------------------------


def test_events_say_who_what_and_from_where(upload, write, keeper, bac_ninh):
    batch = write(upload(files.workbook(files.rows(1))))
    event = ProgrammeEvent.objects.select_related("programme__enterprise").get()
    assert (event.batch, event.entered_by, event.reported_by) == (batch, keeper, bac_ninh)
    assert (event.stage, event.occurred_on, event.unit_id) == ("applied", files.day(0), files.BAC_NINH_BEFORE)
    assert event.programme.form == AssuranceProgramme.Form.SERVED
    assert event.programme.enterprise.tax_code == files.rows(1)[0][0]


def test_writing_asks_for_the_figures_and_follows_that_job(upload, write):
    batch = write(upload(files.workbook(files.rows(50))))
    assert RecomputeRequest.objects.get().source == "enterprises.programme_event"
    assert Job.objects.get(pk=batch.job_id).kind == "progress.recompute"


def test_nothing_is_written_before_the_confirmation(upload):
    upload(files.workbook(files.rows(5)))
    assert register() == ([], [])


def test_second_confirmation_is_refused(upload, keeper):
    batch = upload(files.workbook(files.rows(1)))
    services.request_write(batch, by=keeper)
    with pytest.raises(ValidationError) as caught:
        services.request_write(batch, by=keeper)
    assert caught.value.code == "wrong_state"
    assert Job.objects.filter(kind="exchange.write").count() == 1


def test_writing_twice_writes_once(upload, write):
    batch = write(upload(files.workbook(files.rows(5))))
    before = register()
    services.write(batch.pk)
    assert register() == before


@pytest.mark.django_db(transaction=True)
def test_fault_in_the_middle_of_writing_leaves_nothing(upload, keeper, monkeypatch):
    batch = services.request_write(upload(files.workbook(files.rows(5))), by=keeper)
    with monkeypatch.context() as patch:
        patch.setattr(importing, "request_recompute", lambda *args, **kwargs: 1 / 0)
        assert run_job(batch.job_id) == Job.State.PENDING
    assert register() == ([], [])
    batch.refresh_from_db()
    assert batch.state == State.WRITING
    Job.objects.filter(pk=batch.job_id).update(not_before=timezone.now())
    assert done(batch).written_rows == 5


def test_writing_that_failed_for_good_can_be_tried_again_or_given_up(upload, keeper, monkeypatch):
    batch = services.request_write(upload(files.workbook(files.rows(5))), by=keeper)
    with pytest.raises(ValidationError):
        services.cancel(batch, by=keeper)  # not while it goes on
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED, finished_at=timezone.now(), error="Lỗi")
    services.retry(batch, by=keeper)
    assert done(batch).state == State.WRITTEN


def test_failed_writing_can_be_cancelled(upload, keeper):
    batch = services.request_write(upload(files.workbook(files.rows(5))), by=keeper)
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED, finished_at=timezone.now(), error="Lỗi")
    services.cancel(batch, by=keeper)
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_at) == (State.CANCELLED, None)
    assert not ProgrammeEvent.objects.exists()


def test_cancelled_while_being_checked_leaves_no_rows(keeper, bac_ninh, monkeypatch):
    batch, _created = services.upload("enterprises", bac_ninh, as_file(files.workbook(files.rows(5))), by=keeper)
    settle = importing.settle

    def cancel_meanwhile(*args):
        ImportBatch.objects.filter(pk=batch.pk).update(state=State.CANCELLED)
        settle(*args)

    monkeypatch.setattr(importing, "settle", cancel_meanwhile)
    assert done(batch).state == State.CANCELLED
    assert not StagedRow.objects.exists()


def test_corrected_file_replaces_the_one_before(upload, keeper):
    first = upload(files.workbook(files.rows(2)))
    second = upload(files.workbook(files.rows(3)), replaces=first)
    first.refresh_from_db()
    assert (first.state, second.state) == (State.CANCELLED, State.CHECKED)


def test_written_import_is_not_replaced(upload, write):
    first = write(upload(files.workbook(files.rows(2))))
    upload(files.workbook(files.rows(3)), replaces=first)
    first.refresh_from_db()
    assert first.state == State.WRITTEN


# --- the audit --------------------------------------------------------------------------------------------------------


def test_every_step_is_on_record(upload, write, undo, keeper):
    line = files.put(files.rows(1)[0], "Giai đoạn", "Đang áp dung")
    batch = upload(files.workbook([line]))
    services.apply_suggestions(batch, {pair.key for pair in suggested(batch)}, by=keeper)
    services.mend_cell(batch, 2, "Ghi chú", "đã sửa", by=keeper)
    undo(write(batch))
    second = upload(files.workbook(files.rows(2)))
    services.cancel(second, by=keeper)
    events = AuditEvent.objects.filter(target_type="exchange.importbatch").order_by("id")
    first = ["uploaded", "suggestions_applied", "cell_mended", "confirmed", "written"]
    first += ["undo_requested", "undone"]
    assert [event.action for event in events] == [f"import.{verb}" for verb in [*first, "uploaded", "cancelled"]]
    assert {(event.actor_id, event.unit) for event in events} == {(keeper.pk, files.BAC_NINH)}
