"""What a person does to many rows at once, which rows are left out, and whose numbers are shown to whom."""

import pytest
from django.core.exceptions import ValidationError

from apps.audit.models import AuditEvent
from apps.exchange import services
from apps.exchange.selectors import counts_of, pending_kinds
from tests.exchange import enterprise_files as files
from tests.exchange import workbooks
from tests.exchange.conftest import HTMX, codes, sheet, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def odd(upload):
    """Six rows whose check digits do not agree, and one whose day is none."""
    lines = files.rows(8)
    for line in lines[:6]:
        files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    files.put(lines[6], "Ngày", "31/02/2024")
    return upload(files.workbook(lines))


# --- one reason for all -----------------------------------------------------------------------------------------------


def test_all_warnings_of_a_kind_are_confirmed_by_one_reason(client, odd):
    page = client.get(odd.get_absolute_url(), {"tab": "warnings"}).text
    assert "Xác nhận cả 6 dòng" in page
    sent = {"code": "tax_code_check_digit", "column": "Mã số thuế", "reason": "Đã đối chiếu giấy đăng ký"}
    answer = client.post(url("warnings_accept", odd) + "?tab=warnings", sent, headers=HTMX)
    assert "Đã xác nhận 6 dòng." in answer.text
    counts = counts_of(odd)
    assert (counts.pending, counts.writable, counts.faulty) == (0, 7, 1)
    assert set(odd.problems.filter(severity="warning").values_list("accepted_reason", flat=True)) == {sent["reason"]}


@pytest.mark.parametrize("sent", [{"code": "date", "column": "Ngày"}, {"code": "x\0", "column": ""}, {}])
def test_kind_that_does_not_wait_is_refused(client, odd, sent):
    answer = client.post(url("warnings_accept", odd), {**sent, "reason": "Đúng"}, headers=HTMX)
    assert answer.status_code == 422
    assert counts_of(odd).pending == 6


def test_one_reason_speaks_for_one_kind_only(upload, write, client):
    write(upload(files.workbook(files.rows(3))))
    lines = files.rows(3)
    for line in lines:
        files.put(line, "Tên doanh nghiệp", f"Tên khác {line[0]}")
        files.put(line, "Giai đoạn", "Đã ngừng")
        files.put(line, "Ngày", "20/11/2026")
    lines += [files.put(line, "Mã số thuế", files.wrong_check_digit(line[0])) for line in files.rows(4, prefix="24")]
    batch = upload(files.workbook(lines))
    assert [(kind.code, kind.count) for kind in pending_kinds(batch)] == [
        ("tax_code_check_digit", 4),
        ("other_name", 3),
    ]
    sent = {"code": "other_name", "column": "Tên doanh nghiệp", "reason": "Đổi tên"}
    client.post(url("warnings_accept", batch), sent, headers=HTMX)
    assert [kind.code for kind in pending_kinds(batch)] == ["tax_code_check_digit"]


def test_focus_goes_to_the_next_that_waits_and_at_last_to_the_writing(client, odd):
    for number in range(2, 8):
        page = client.post(url("row_accept", odd, number) + "?tab=warnings", {"reason": "Đúng"}, headers=HTMX).text
        focused = [
            part.split('id="')[1].split('"')[0]
            for part in page.split("<input ")[1:]
            if " autofocus" in part.split(">")[0]
        ]
        waiting = odd.problems.filter(severity="warning", accepted_reason="").order_by("number").first()
        assert focused == ([f"o-{waiting.pk}-l"] if waiting else [])
    page = client.post(url("row_mend", odd, 8) + "?tab=errors", {"column": "Ngày", "value": "28/02/2024"}, headers=HTMX)
    assert 'id="ghi" autofocus' in page.text


# --- the row as its person knows it -----------------------------------------------------------------------------------


def test_wrong_row_tells_whose_it_is_and_holds_what_was_typed(client, odd):
    page = client.get(odd.get_absolute_url(), {"tab": "errors"}).text
    assert "Công ty TNHH Số 6" in page
    assert 'value="31/02/2024"' in page


def test_row_with_a_suggestion_can_still_be_typed(client, batch):
    page = client.get(batch.get_absolute_url(), {"tab": "errors"}).text
    assert "Dùng</" not in page
    assert 'value="Đang áp dụng"' in page
    assert "Sửa Giai đoạn dòng 3" in page


def test_other_name_is_mended_where_the_mistake_would_be(client, upload, write):
    """The name of another company says that the code is wrong: the code stands there to be put right."""
    [line] = files.rows(1)
    write(upload(files.workbook([line])))
    other = files.put(files.put(list(line), "Tên doanh nghiệp", "Công ty Hồng Hà"), "Ngày", "20/11/2026")
    batch = upload(files.workbook([other]))
    page = client.get(batch.get_absolute_url(), {"tab": "warnings"}).text
    assert f'name="value" value="{line[0]}"' in page
    right = files.rows(2)[1][0]
    client.post(url("row_mend", batch, 2), {"column": "Mã số thuế", "value": right}, headers=HTMX)
    assert (counts_of(batch).new, counts_of(batch).pending) == (1, 0)


# --- rows left out ----------------------------------------------------------------------------------------------------


def test_row_left_out_is_not_written_and_can_be_taken_in_again(client, odd, keeper, write):
    assert "Bỏ dòng này" in client.get(odd.get_absolute_url()).text
    answer = client.post(f"{url('row_drop', odd, 8)}?tab=errors&page=1", headers=HTMX)
    assert "Đã bỏ dòng 8 (Công ty TNHH Số 6)." in answer.text
    assert '<tr class="gone" data-place="8">' in answer.text, "so that no other row comes under the pointer"
    assert "tab=errors&amp;page=1&amp;dropped=8" in answer.text, "and stays there after the next act"
    counts = counts_of(odd)
    assert (counts.skipped, counts.error, counts.cells) == (1, 6, 0)
    page = client.get(odd.get_absolute_url(), {"tab": "skipped"}).text
    assert "Công ty TNHH Số 6" in page
    assert "Lấy lại" in page
    client.post(url("row_restore", odd, 8), headers=HTMX)
    assert (counts_of(odd).skipped, (8, "Ngày", "date") in codes(odd)) == (0, True)
    services.drop_row(odd, 8, by=keeper)
    services.drop_row(odd, 9, by=keeper)
    assert write(odd).written_rows == 0
    verbs = AuditEvent.objects.filter(action__startswith="import.row_").values_list("action", flat=True)
    assert sorted(verbs) == ["import.row_dropped"] * 3 + ["import.row_restored"]


def test_leaving_a_row_out_frees_its_twin(upload, keeper):
    line = files.rows(1)[0]
    batch = upload(files.workbook([line, line]))
    services.drop_row(batch, 2, by=keeper)
    counts = counts_of(batch)
    assert (counts.new, counts.error, counts.skipped) == (1, 0, 1)


@pytest.mark.parametrize("act", [services.drop_row, services.restore_row])
def test_row_that_is_not_there(odd, keeper, act):
    with pytest.raises(ValidationError, match="dòng"):
        act(odd, 99, by=keeper)


def test_all_that_is_kept_out_is_left_out_at_once_and_can_be_taken_in_again(client, odd, write):
    asked = client.get(url("rows_drop", odd), headers=HTMX).text
    assert "Bỏ 7 dòng chưa ghi được?" in asked
    assert "Gồm 1 dòng lỗi, 6 dòng chờ xác nhận." in asked
    page = client.post(url("rows_drop", odd), follow=True).text
    assert "Đã bỏ 7 dòng." in page
    assert 'id="bo-con-lai"' not in page
    counts = counts_of(odd)
    assert (counts.skipped, counts.error, counts.cells, counts.pending, counts.new) == (7, 0, 0, 0, 1)
    client.post(url("row_restore", odd, 8), headers=HTMX)
    assert (8, "Ngày", "date") in codes(odd)
    again = client.post(url("rows_drop", odd), follow=True)
    assert "Đã bỏ 1 dòng." in again.text
    assert "Không còn dòng nào chưa ghi được." in client.post(url("rows_drop", odd), follow=True).text
    [*_, told] = AuditEvent.objects.filter(action="import.rows_dropped").order_by("id")
    assert told.data["count"] == 1


# --- after the writing ------------------------------------------------------------------------------------------------


def test_what_was_not_written_stays_said_with_the_way_on(client, odd, write):
    batch = write(odd)
    page = client.get(batch.get_absolute_url()).text
    assert "7 dòng chưa ghi." in page
    assert "Tải 7 dòng, sửa rồi nhập tiếp" in page
    assert sheet(client.get(url("importbatch_errors", batch))).active.max_row == 8


def test_what_was_not_written_can_be_done_with(client, odd, write, keeper):
    batch = write(odd)
    assert "không tải về từ trang này được nữa" in client.get(url("rows_drop", batch), headers=HTMX).text
    page = client.post(url("rows_drop", batch), follow=True).text
    assert "Đã bỏ 7 dòng." in page
    assert "dòng chưa ghi." not in page
    batch.refresh_from_db()
    assert (batch.state, batch.written_rows, counts_of(batch).skipped) == ("written", 1, 7)
    services.request_undo(batch, "Nhầm tệp", by=keeper)
    with pytest.raises(ValidationError, match="Lần nhập"):
        services.drop_rest(batch, by=keeper)


# --- personal numbers -------------------------------------------------------------------------------------------------

LIST = "/registers/enterprises/imports/"
HOUSEHOLD, LOST = "027099001234", 27099001235


@pytest.fixture
def households(upload):
    """A good row, one whose number lost its zero, one with a letter for a digit, one with a number in its note."""
    lines = files.rows(4)
    for line, code in zip(lines, (HOUSEHOLD, LOST, "O27099001236", "027 099 001 237"), strict=True):
        files.put(line, "Mã số thuế", code)
        files.put(line, "Loại hình", "Hộ kinh doanh")
        files.put(line, "Tên doanh nghiệp", f"Hộ {HOUSEHOLD}")
        files.put(line, "Ghi chú", f"CCCD {HOUSEHOLD}")
    files.put(lines[3], "Ngày", "31/02/2024")
    lines.append(files.put(list(lines[0]), "Ghi chú", "lần hai"))
    return upload(files.workbook(lines))


def test_identity_numbers_are_masked_for_whoever_may_not_change_the_import(
    client, reader_client, households, signed_in, member
):
    readers = [
        reader_client,
        *(signed_in(member(role, role, "UBTDC")) for role in ("auditor", "programme_administrator")),
    ]
    for tab in ("errors", "warnings", "notes", "valid"):
        own = client.get(households.get_absolute_url(), {"tab": tab}).text
        assert tab != "valid" or HOUSEHOLD in own  # whoever mends the file must read it
        for reader in readers:
            page = reader.get(households.get_absolute_url(), {"tab": tab})
            assert page.status_code == 200
            assert "09900123" not in page.text.replace(" ", "")
    for reader in readers:
        book = sheet(reader.get(url("importbatch_errors", households)))
        cells = " ".join(str(cell.value) for line in book.active.iter_rows() for cell in line)
        assert "09900123" not in cells.replace(" ", "")
        assert "1235" in cells
    own = sheet(client.get(url("importbatch_errors", households)))
    assert str(LOST) in " ".join(str(cell.value) for line in own.active.iter_rows() for cell in line)


def test_identity_number_in_the_name_of_a_file_or_sheet_stands_nowhere(client, upload, signed_in, member):
    auditor = signed_in(member("auditor", "auditor", "UBTDC"))
    content = workbooks.table([list(files.HEADER), *files.rows(1)], title=f"Hộ {HOUSEHOLD}")
    batch = upload(content, f"CCCD 027 099001234 {HOUSEHOLD}.xlsx")
    assert batch.filename == "CCCD ••••••••1234 ••••••••1234.xlsx".replace("••••••••1234", "•••••••••1234", 1)
    assert batch.sheet == "Hộ ••••••••1234"
    for reader in (client, auditor):
        for address in (batch.get_absolute_url(), LIST, f"{LIST}?export=csv"):
            assert "09900123" not in reader.get(address).getvalue().decode().replace(" ", "")
    assert "09900123" not in str(list(AuditEvent.objects.values())).replace(" ", "")
