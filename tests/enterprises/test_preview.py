"""What a file would write over is said before; what a person did to the register is not undone by a file unasked."""

from datetime import date

import pytest

from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.services import correct_event, update_enterprise, withdraw_event
from apps.exchange import services
from apps.exchange.selectors import counts_of, report
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_NINH, LAM_DONG
from tests.enterprises.test_importing import load, row, states  # noqa: F401
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import told
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
NAME, ADDRESS, KIND, TRADE = "Tên doanh nghiệp", "Địa chỉ", "Loại hình", "Mã ngành (VSIC)"
CODE = files.rows(1)[0][0]


@pytest.fixture
def check(upload):
    return lambda *lines, header=files.HEADER, **options: upload(files.workbook(lines, header), **options)


def messages(batch, code):
    return list(batch.problems.filter(code=code).order_by("number").values_list("message", flat=True))


# --- old → new --------------------------------------------------------------------------------------------------------


def test_new_event_of_a_known_record_says_what_it_changes_field_by_field(load, check):  # noqa: F811
    load(row(name="Công ty Đúng Tên", address="Số 1 phố Đúng", industry="C10"))
    news = {"name": "Công ty KHÁC HẲN", "address": "Số 7", "ownership": "FDI", "industry": "C20"}
    batch = check(row(**news, stage="Duy trì", on="20/06/2026"))
    found = report(batch)
    assert told(found["errors"]) == [(2, NAME, "other_name")]
    assert sorted(told(found["notes"])) == sorted((2, column, "changes") for column in (ADDRESS, KIND, TRADE))
    [name] = messages(batch, "other_name")
    assert "“Công ty Đúng Tên”" in name
    assert "“Công ty KHÁC HẲN”" in name
    assert "Sổ đang ghi “Số 1 phố Đúng”, sẽ đổi thành “Số 7”" in messages(batch, "changes")
    assert (counts_of(batch).waiting, counts_of(batch).new) == (1, 0)


def test_confirmed_name_is_an_update_and_stays_told(load, check, keeper):  # noqa: F811
    load(row(name="Công ty Đúng Tên"))
    batch = check(row(name="Công ty Tên Mới", stage="Duy trì", on="20/06/2026"))
    services.accept_warnings(batch, "Đổi tên theo đăng ký lần 2", by=keeper)
    assert (states(batch), counts_of(batch).update) == (["update"], 1)
    assert told(report(batch)["notes"]) == [(2, NAME, "other_name")]


def test_one_mistyped_code_renames_nobody(load, check, write):  # noqa: F811
    load(row(name="Công ty Sông Cầu", address="1 Lê Lợi"))
    write(check(row(name="Công ty Hồng Hà", address="2 Lê Lợi", stage="Duy trì", on="20/06/2026")))
    found = Enterprise.objects.get()
    assert (found.name, found.address, ProgrammeEvent.objects.count()) == ("Công ty Sông Cầu", "1 Lê Lợi", 1)


SPELLINGS = [
    "CÔNG TY TNHH HÒA BÌNH VIỆT NAM",
    "Cty TNHH Hoà Bình VN",
    "Công ty Trách nhiệm hữu hạn Hòa Bình (Việt Nam)",
    "cong ty tnhh hoa binh viet nam",
    "CTY TNHH HOA BINH VN",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_no_other_name(load, check, spelling):  # noqa: F811
    load(row(name="Công ty TNHH Hòa Bình Việt Nam"))
    batch = check(row(name=spelling, stage="Duy trì", on="20/06/2026"))
    assert (states(batch), told(report(batch)["notes"])) == (["new"], [(2, NAME, "same_name")])


@pytest.mark.parametrize(
    "other", ["Công ty TNHH Hòa Bính Việt Nam", "Công ty CP Hòa Bình Việt Nam", "Công ty Hòa Bình"]
)
def test_other_accents_and_words_are_another_name(load, check, other):  # noqa: F811
    load(row(name="Công ty TNHH Hòa Bình Việt Nam"))
    assert told(report(check(row(name=other, stage="Duy trì", on="20/06/2026")))["errors"]) == [(2, NAME, "other_name")]


def test_rows_that_do_not_speak_say_so(load, check):  # noqa: F811
    load(row(name="Công ty Sông Cầu", on="01/05/2026"))
    batch = check(row(name="Công ty Cũ", stage="Khảo sát", on="01/04/2026"))
    assert (states(batch), told(report(batch)["errors"])) == (["error"], [(2, NAME, "older_name")])
    code = files.rows(2)[1][0]
    batch = check(row(code=code, name="Tên một", on="01/04/2026"), row(code=code, name="Tên hai", on="01/05/2026"))
    assert told(report(batch)["notes"]) == [(2, NAME, "file_newer")]
    assert "Hồ sơ ghi theo dòng 3" in messages(batch, "file_newer")[0]


def test_what_a_known_stage_does_not_take_over_is_said(load, check, write):  # noqa: F811
    load(row(note="một"))
    batch = check(row(note="hai"))
    assert (states(batch), told(report(batch)["notes"])) == (["unchanged"], [(2, "Ghi chú", "event_kept")])
    assert "“một”: giữ nguyên, không ghi “hai”" in messages(batch, "event_kept")[0]
    assert told(report(check(row(note="")))["notes"]) == []
    with_activity = [*row(note="một"), "Kiểm định"]
    batch = check(with_activity, header=files.OFFICIAL)
    assert told(report(batch)["notes"]) == [(2, "Hoạt động", "event_kept")]
    assert ProgrammeEvent.objects.get().note == "một"


def test_every_value_of_a_row_that_does_not_speak_is_said(check):
    older = row(address="Số 1", ownership="FDI", industry="C10", on="01/04/2026")
    batch = check(older, row(address="Số 2", ownership="Tư nhân", industry="C11", on="01/05/2026"))
    assert sorted(told(report(batch)["notes"])) == sorted(
        (2, column, "file_newer") for column in (ADDRESS, KIND, TRADE)
    )


def test_blank_of_the_latest_row_takes_nothing_from_an_earlier_one(load, check):  # noqa: F811
    older = row(address="Số 1 phố Đúng", industry="C10", on="01/04/2026")
    load(older, row(address="", industry="", stage="Duy trì", on="01/05/2026"))
    made = Enterprise.objects.get()
    assert (made.address, made.industry_code, made.industry.code) == ("Số 1 phố Đúng", "10", "10")
    assert made.located_on == date(2026, 5, 1)


def test_row_is_told_its_duplicate_and_its_other_faults_at_once(check):
    batch = check(row(name=""), row())
    assert states(batch) == ["error", "new"]
    assert {code for _number, _column, code in told(report(batch)["errors"])} == {"blank", "duplicate"}


def test_later_event_that_confirms_a_name_makes_the_older_file_older(load, check):  # noqa: F811
    load(row(name="Công ty Sông Cầu", on="01/03/2026"))
    load(row(name="Công ty Sông Cầu", stage="Duy trì", on="01/06/2026"))
    batch = check(row(name="Công ty Cũ", stage="Khảo sát", on="01/04/2026"))
    assert told(report(batch)["errors"]) == [(2, NAME, "older_name")]


def test_event_of_another_name_is_asked_about_however_old_it_is(load, check, write, keeper):  # noqa: F811
    load(row(name="Công ty Sông Cầu", stage="Duy trì", on="01/06/2026"))
    batch = write(check(row(name="Công ty Hồng Hà", stage="Đang áp dụng", on="01/04/2025")))
    assert ProgrammeEvent.objects.count() == 1
    [said] = messages(batch, "older_name")
    assert "“Công ty Sông Cầu”" in said
    assert "sửa mã số thuế" in said


def test_former_name_is_confirmed_once_and_the_register_keeps_todays(load, check, write, keeper):  # noqa: F811
    load(row(name="Công ty Sông Cầu", stage="Duy trì", on="01/06/2026"))
    former = {"name": "Công ty Hồng Hà", "address": "2 Lê Lợi", "stage": "Đang áp dụng", "on": "01/04/2025"}
    batch = check(row(**former))
    services.accept_warnings(batch, "Tên trước khi đổi", by=keeper)
    assert states(batch) == ["new"]
    write(batch)
    assert (Enterprise.objects.get().name, ProgrammeEvent.objects.count()) == ("Công ty Sông Cầu", 2)
    again = check(row(**former, note="lại"))  # the same event in another file
    assert {code for _row, _column, code in told(report(again)["notes"])} >= {"older"}
    assert not report(again)["errors"]


def test_reason_holds_as_long_as_the_warning_says_the_same(load, check, keeper, write):  # noqa: F811
    load(row(name="Công ty A Xưa"))
    batch = check(row(name="Công ty B Nay", stage="Duy trì", on="20/06/2026"))
    services.accept_warnings(batch, "Đổi tên", by=keeper)
    services.mend_cell(batch, 2, "Ghi chú", "thêm", by=keeper)
    assert counts_of(batch).pending == 0
    update_enterprise(Enterprise.objects.get(), {"name": "Công ty C Khác"}, by=keeper)
    batch = write(batch)  # what was confirmed is no longer what would happen
    assert (states(batch), batch.written_rows) == (["error"], 0)
    assert Enterprise.objects.get().name == "Công ty C Khác"


# --- old files do not undo people's work ------------------------------------------------------------------------------


def test_value_written_by_hand_is_asked_about(load, check, write, keeper):  # noqa: F811
    load(row(address="Số 1", ownership="FDI"))
    update_enterprise(Enterprise.objects.get(), {"address": "Số 2 phố Đúng"}, by=keeper)
    batch = check(row(address="Số 1", ownership="FDI", note="cũ"))
    assert told(report(batch)["errors"]) == [(2, ADDRESS, "changed_by_hand")]
    [message] = messages(batch, "changed_by_hand")
    assert "“Số 2 phố Đúng”" in message
    assert "“Số 1”" in message
    services.accept_warnings(batch, "Đúng theo tệp", by=keeper)
    write(batch)
    assert Enterprise.objects.get().address == "Số 1"
    batch = check(row(address="Số 3", ownership="FDI"))  # a file wrote it last: no longer a person's
    assert told(report(batch)["notes"]) == [(2, ADDRESS, "changes")]


def test_corrected_event_does_not_come_back(load, check, write, keeper):  # noqa: F811
    load(row())
    correct_event(ProgrammeEvent.objects.get(), {"occurred_on": date(2026, 3, 5)}, "Sai ngày", by=keeper)
    batch = write(check(row(note="tệp cũ")))
    assert told(report(batch)["errors"]) == [(2, "Ngày", "event_corrected")]
    assert "05/03/2026" in messages(batch, "event_corrected")[0]
    assert ProgrammeEvent.objects.count() == 1


def test_withdrawn_event_is_told_with_its_reason_and_comes_back_only_confirmed(load, check, write, keeper):  # noqa: F811
    load(row())
    withdraw_event(ProgrammeEvent.objects.get(), "Doanh nghiệp chưa áp dụng", by=keeper)
    batch = write(check(row(note="tệp cũ")))
    assert told(report(batch)["errors"]) == [(2, "Ngày", "event_withdrawn")]
    assert "Doanh nghiệp chưa áp dụng" in messages(batch, "event_withdrawn")[0]
    batch = check(row(note="tệp khác"))
    services.accept_warnings(batch, "Đã xác minh lại", by=keeper)
    assert (write(batch).written_rows, ProgrammeEvent.objects.live().count()) == (1, 1)


def test_corrected_tax_code_is_told(load, check, keeper):  # noqa: F811
    load(row())
    update_enterprise(Enterprise.objects.get(), {"tax_code": files.rows(2)[1][0]}, by=keeper)
    assert told(report(check(row(note="tệp cũ")))["errors"]) == [(2, "Mã số thuế", "tax_code_corrected")]


def test_file_after_its_own_undo_comes_as_the_first_time(load, check, undo):  # noqa: F811
    undo(load(row(), row(stage="Duy trì", on="02/04/2026")))
    batch = check(row(), row(stage="Duy trì", on="02/04/2026"))
    assert (states(batch), batch.problems.count()) == (["new", "new"], 0)


# --- what is another unit's -------------------------------------------------------------------------------------------


@pytest.fixture
def theirs(reference, outsider):
    return EnterpriseFactory(tax_code=CODE, name="Tên ở Lâm Đồng", unit_id=LAM_DONG, located_on=date(2025, 8, 1))


def test_check_tells_nothing_of_another_units_record(theirs, check, event_of, outsider):
    event = event_of(theirs, "applied", date(2026, 3, 1), unit=LAM_DONG, note="Ghi chú kín")
    withdraw_event(event_of(theirs, "maintained", date(2026, 4, 1), unit=LAM_DONG), "Lý do kín", by=outsider)
    correct_event(event, {"occurred_on": date(2026, 3, 2)}, "Sửa kín", by=outsider)
    Enterprise.objects.filter(pk=theirs.pk).update(tax_code_reason="Lý do mã kín")
    batch = check(row(), row(stage="Duy trì", on="01/04/2026"), row(on="02/03/2026"))
    assert states(batch) == ["new"] * 3
    lines = batch.problems.order_by("number").values_list("code", flat=True)
    assert set(lines) == {"other_record"}
    text = " ".join(batch.problems.values_list("message", flat=True))
    assert "kín" not in text
    assert "Lâm Đồng" not in text


def test_twin_in_another_province_is_asked_about_where_it_is_seen(check, event_of, central_keeper, reference):
    seen = EnterpriseFactory(tax_code=CODE, name="Công ty TNHH Số 0")
    event_of(seen, "applied", date(2026, 3, 1), unit=LAM_DONG)
    office = OrganisationUnit.objects.get(pk="UBTDC")
    batch = check(row(), by=central_keeper, unit=office)
    assert told(report(batch)["errors"]) == [(2, "Ngày", "other_place")]
    assert BAC_NINH not in messages(batch, "other_place")[0]


# --- what is new ------------------------------------------------------------------------------------------------------


def test_a_new_name_all_in_capitals_is_noted_once(check):
    lines = files.rows(3)
    for line in lines:
        files.put(line, NAME, f"CÔNG TY TNHH SỐ {line[0]}")
    batch = check(*lines)
    assert told(report(batch)["notes"]) == [(2, NAME, "all_capitals")]
    assert counts_of(batch).new == 3


def test_rows_and_enterprises_that_are_new_are_counted_apart(check, write, client):
    [line, other] = files.rows(2)
    more = files.put(list(line), "Ngày", "20/06/2026")
    batch = check(line, more, other)
    assert "3 dòng giai đoạn mới (2 doanh nghiệp mới) · 0 cập nhật" in client.get(batch.get_absolute_url()).text
    batch = write(batch)
    assert "3 dòng giai đoạn mới (2 doanh nghiệp mới)" in client.get(batch.get_absolute_url()).text
    again = check(files.put(list(line), "Ngày", "20/07/2026"))
    assert "1 dòng giai đoạn mới (0 doanh nghiệp mới)" in client.get(again.get_absolute_url()).text


def test_valid_rows_are_shown_as_they_will_be_written(check, client):
    [line] = files.rows(1)
    files.put(line, "Hình thức tham gia", "Có chương trình được phê duyệt")
    page = client.get(check(line).get_absolute_url(), {"tab": "valid"}).text
    assert ">Có Chương trình đảm bảo đo lường" in page
    assert "trong tệp: Có chương trình được phê duyệt" in page
