"""Page 07b: an import, its buttons and its files."""

import io

import pytest
from django.utils import timezone

from apps.enterprises.models import ProgrammeEvent
from apps.exchange import services
from apps.exchange.forms import SuggestionsForm
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of, suggested
from apps.jobs.models import Job
from apps.jobs.services import run_job
from tests.at_once import pressed_at_once
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import HTMX, sheet, url

pytestmark = pytest.mark.django_db
State = ImportBatch.State
QUERIES_LIST, QUERIES_DETAIL = 10, 18
LIST = "/registers/enterprises/imports/"


# --- page 07b ---------------------------------------------------------------------------------------------------------


def test_detail_shows_every_problem_in_place(client, batch):
    page = client.get(batch.get_absolute_url()).text
    assert "Kết quả kiểm tra tệp DN-BNH-2026.xlsx" in page
    assert "31/02/2024" in page
    assert "Ngày không hợp lệ: đọc là ngày 31, mà tháng 2/2024 có ngày 1 đến 29. Kiểm tra lại" in page
    assert "“Đang áp dụng”" in page
    assert "Xem và áp dụng 1 gợi ý" in page
    assert "Ghi 5 dòng hợp lệ" in page
    assert "kiểm tra không khớp" in client.get(batch.get_absolute_url(), {"tab": "warnings"}).text
    assert "thuộc Bắc Ninh" in client.get(batch.get_absolute_url(), {"tab": "notes"}).text
    assert "Công ty TNHH Số 7" in client.get(batch.get_absolute_url(), {"tab": "valid"}).text


def test_faulty_row_says_whose_it_is_and_can_be_opened(client, upload):
    line = files.put(files.put(files.rows(1)[0], "Tên doanh nghiệp", ""), "Tỉnh, thành phố", "Bắc Nịn")
    page = client.get(upload(files.workbook([line])).get_absolute_url()).text
    assert f'<div class="sub whose">{line[0]}</div>' in page
    assert page.count("Xem cả dòng") == 2
    assert "<option>Bắc Ninh</option>" in page, "the list is there before anybody types"


def test_detail_tells_what_was_done_and_by_whom(client, batch, keeper):
    services.cancel(batch, by=keeper)
    page = " ".join(client.get(batch.get_absolute_url()).text.split())
    for done in ("Tải tệp nhập lên", "Hủy lần nhập"):
        assert f"<b>{done}</b> · {keeper.full_name}" in page


def test_detail_of_another_unit_is_not_there(neighbour, client, batch, signed_in, stranger):
    assert neighbour.get(batch.get_absolute_url()).status_code == 404
    assert neighbour.get(url("importbatch_progress", batch), headers=HTMX).status_code == 404
    assert neighbour.get(url("importbatch_errors", batch)).status_code == 404
    assert signed_in(stranger).get(batch.get_absolute_url()).status_code == 403
    assert client.get(f"{LIST}{batch.pk + 1}/").status_code == 404
    ImportBatch.objects.filter(pk=batch.pk).update(register="labs")
    assert client.get(batch.get_absolute_url()).status_code == 404


def test_reader_sees_no_button(reader_client, batch):
    page = reader_client.get(batch.get_absolute_url()).text
    assert "31/02/2024" in page
    assert "Sửa tại đây" not in page
    assert "Hủy lần nhập" not in page
    assert "dòng hợp lệ</a>" not in page


def test_fragment_is_the_region_of_the_page(client, batch):
    fragment = client.get(batch.get_absolute_url(), {"tab": "notes"}, headers=HTMX)
    assert "<html" not in fragment.text
    assert 'id="lan-nhap"' in fragment.text
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.parametrize("count", [60, 1200])
def test_detail_query_count(client, upload, count, django_assert_num_queries):
    lines = [files.put(line, "Ngày", "31/02/2024") for line in files.rows(count)]
    batch = upload(files.workbook(lines))
    client.get(batch.get_absolute_url())
    with django_assert_num_queries(QUERIES_DETAIL):
        page = client.get(batch.get_absolute_url(), {"page": 2})
    assert f"51–{min(100, count)}" in page.text


def test_page_out_of_range_is_the_last(client, batch):
    for page in ("99", "x", "-1"):
        assert client.get(batch.get_absolute_url(), {"page": page, "tab": "errors"}).status_code == 200
    assert client.get(batch.get_absolute_url(), {"tab": "nothing"}).context["board"].tab == "errors"


# --- progress ---------------------------------------------------------------------------------------------------------


def test_page_asks_again_until_the_check_is_done(client, fresh):
    page = client.get(fresh.get_absolute_url()).text
    assert "Đang kiểm tra tệp" in page
    assert url("importbatch_progress", fresh) in page
    assert "every 1s" in client.get(url("importbatch_progress", fresh), headers=HTMX).text
    run_job(fresh.job_id)
    last = client.get(url("importbatch_progress", fresh), headers=HTMX).text
    assert "every 1s" not in last
    assert "31/02/2024" in last
    assert client.get(url("importbatch_progress", fresh)).url == fresh.get_absolute_url()


def test_page_follows_the_writing_and_the_recount(client, batch, keeper):
    services.request_write(batch, by=keeper)
    batch.refresh_from_db()
    assert "Đang ghi 5 dòng" in client.get(batch.get_absolute_url()).text
    run_job(batch.job_id)
    batch.refresh_from_db()
    page = client.get(url("importbatch_progress", batch), headers=HTMX).text
    assert "Đã ghi 5 dòng." in page
    written = client.get(f"/registers/enterprises/?batch={batch.pk}").context["table"].rows
    assert (f'href="/registers/enterprises/?batch={batch.pk}"' in page, len(written)) == (True, 5)
    assert "Đang tính lại mục tiêu MT5" in page
    assert "every 1s" in page
    run_job(batch.job_id)
    page = client.get(url("importbatch_progress", batch), headers=HTMX).text
    assert "Đã tính xong" in page
    assert 'href="/targets/mt5/"' in page
    assert "every 1s" not in page


def test_failed_check_shows_its_cause_and_a_way_on(client, reader_client, fresh):
    Job.objects.filter(pk=fresh.job_id).update(
        state=Job.State.FAILED, finished_at=timezone.now(), error="Lỗi hệ thống: MemoryError."
    )
    page = client.get(fresh.get_absolute_url()).text
    assert "Lỗi hệ thống: MemoryError." in page
    assert "every 1s" not in page
    assert "Chạy lại" in page
    assert "Chạy lại</button>" not in reader_client.get(fresh.get_absolute_url()).text
    client.post(url("importbatch_retry", fresh))
    run_job(fresh.job_id)
    fresh.refresh_from_db()
    assert fresh.state == State.CHECKED


def test_refused_file_shows_why_and_what_to_do(client, upload):
    batch = upload(files.workbook(files.rows(1), ["Cột 1"]))
    page = client.get(batch.get_absolute_url()).text
    assert "thiếu cột" in page
    assert "Tải tệp mẫu" in page
    assert "every 1s" not in page


def test_refused_writing_shows_why(client, batch):
    ImportBatch.objects.filter(pk=batch.pk).update(refusal="Bạn không còn quyền nhập một số địa bàn trong tệp.")
    assert "Bạn không còn quyền" in client.get(batch.get_absolute_url()).text


# --- mending ----------------------------------------------------------------------------------------------------------


def test_mend_without_javascript_leads_back_to_the_place(client, batch):
    response = client.post(
        f"{url('row_mend', batch, 2)}?tab=errors&page=1&next=//evil.example",
        {"column": "Ngày", "value": "28/02/2024"},
    )
    assert response.url == f"{batch.get_absolute_url()}?tab=errors&page=1"
    assert counts_of(batch).new == 6


def test_mend_with_htmx_answers_the_region_and_moves_the_focus_on(client, batch):
    target = f"{url('row_mend', batch, 2)}?tab=errors&page=1"
    response = client.post(target, {"column": "Ngày", "value": "28/02/2024"}, headers=HTMX)
    assert response.status_code == 200
    work, history = response.text.split("Lịch sử thay đổi")
    assert "31/02/2024" not in work
    assert "<s>31/02/2024</s>" in history, "which tells at once what was mended"
    assert "Ghi 6 dòng hợp lệ" in response.text
    assert response.text.count("autofocus") == 1
    assert "<html" not in response.text
    assert "Đã sửa cột Ngày, dòng 2 (Công ty TNHH Số 0)." in response.text


def test_mend_with_a_wrong_value_says_so_in_place(client, batch):
    response = client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "2/30/2024"}, headers=HTMX)
    assert "2/30/2024" in response.text
    assert "Dòng này còn 1 lỗi, ở thẻ Lỗi." in response.text
    assert counts_of(batch).new == 5


def test_what_the_file_had_in_a_mended_cell_is_told_beside_it(client, batch):
    for value in ("2/30/2024", "28/02/2024"):
        client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": value})
        page = client.get(batch.get_absolute_url(), {"tab": "errors" if value.startswith("2/30") else "valid"}).text
        assert "trong tệp: 31/02/2024" in page
    client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "31/02/2024"})
    assert "trong tệp:" not in client.get(batch.get_absolute_url(), {"tab": "errors"}).text


def test_mend_of_what_is_not_there_is_refused(client, batch):
    response = client.post(url("row_mend", batch, 999), {"column": "Ngày", "value": "x"}, headers=HTMX)
    assert response.status_code == 422
    assert "Không có ô này" in response.text


def test_mend_after_the_writing_answers_the_state_of_now(client, batch, write):
    write(batch)
    response = client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "28/02/2024"}, headers=HTMX)
    assert response.status_code == 409
    assert "Đã ghi 5 dòng." in response.text


def test_a_mended_row_that_waits_for_a_word_says_where_it_is(client, upload):
    line = files.put(files.rows(1)[0], "Ngày", "31/02/2024")
    batch = upload(files.workbook([files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))]))
    page = client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "29/02/2024"}, headers=HTMX).text
    assert "Dòng này còn 1 cảnh báo chờ xác nhận kèm lý do, ở thẻ Cảnh báo." in page


def test_suggestions_and_warnings(client, batch):
    pairs = suggested(batch)
    assert '<q>Đang áp dung</q> → <q class="b">Đang áp dụng</q>' in client.get(url("suggestions_apply", batch)).text
    response = client.post(url("suggestions_apply", batch), {"pairs": [pair.key for pair in pairs]}, follow=True)
    assert "Đã áp dụng gợi ý cho 1 ô." in response.text
    accept = f"{url('row_accept', batch, 4)}?tab=warnings"
    for headers in (HTMX, {}):
        refused = client.post(accept, {"reason": " ", "field": "o-1-l"}, headers=headers)
        assert refused.status_code == 422
        assert refused.context["board"].clicked.refusal == "Nhập lý do chấp nhận."
        assert 'role="alert"><span>Nhập lý do' not in refused.text, "but at its field"
    response = client.post(accept, {"reason": "Đúng theo giấy đăng ký"}, headers=HTMX)
    assert "Đã chấp nhận:" in response.text
    assert counts_of(batch).new == 7


def test_suggestions_are_shown_by_column_before_any_is_applied(client, upload):
    lines = files.rows(3)
    for line in lines[:2]:
        files.put(line, "Loại hình", "TN")
    files.put(lines[2], "Mã số thuế", lines[2][0].replace("0", "O", 1))
    batch = upload(files.workbook(lines))
    page = client.get(url("suggestions_apply", batch), headers=HTMX).text
    assert page.index("Loại hình") < page.index("(2 ô)") < page.index("Mã số thuế") < page.index("(1 ô)")
    assert "checked" not in page
    for sent in ({}, {"pairs": "not shown"}):
        answer = client.post(url("suggestions_apply", batch), sent)
        assert answer.status_code == 422
        assert counts_of(batch).suggestions == 3
    assert "Chọn ít nhất một gợi ý." in client.post(url("suggestions_apply", batch)).text


def test_more_suggestions_than_one_looks_through_come_in_turns(client, upload, monkeypatch):
    monkeypatch.setattr(SuggestionsForm, "AT_ONCE", 2)
    lines = [files.put(line, "Mã số thuế", f"O{line[0][1:]}") for line in files.rows(3, prefix="03")]
    batch = upload(files.workbook(lines))
    page = client.get(url("suggestions_apply", batch)).text
    assert page.count('type="checkbox" name="pairs"') == 2
    assert "Còn 1 gợi ý khác" in page


# --- rows kept out, as a file -----------------------------------------------------------------------------------------


def test_file_of_faulty_rows_has_the_official_columns_and_the_causes(client, batch):
    book = sheet(client.get(url("importbatch_errors", batch)))
    [header, *rows] = book.active.iter_rows(values_only=True)
    assert header == (*files.OFFICIAL, "Lỗi và cách sửa")
    assert [row[files.PLACE["Tên doanh nghiệp"]] for row in rows] == [f"Công ty TNHH Số {n}" for n in range(3)]
    assert rows[0][files.PLACE["Ngày"]] == "31/02/2024"
    assert "Ngày: Ngày không hợp lệ" in rows[0][-1]
    assert rows[1][files.PLACE["Ngày"]].date() == files.day(1)


def test_file_of_faulty_rows_can_be_mended_and_loaded_again(client, batch, upload):
    book = sheet(client.get(url("importbatch_errors", batch)))
    book.active.cell(2, files.PLACE["Ngày"] + 1, "28/02/2024")
    out = io.BytesIO()
    book.save(out)
    again = upload(out.getvalue())
    assert (counts_of(again).new, counts_of(again).notes) == (1, 0)


def test_formula_in_a_faulty_row_stays_text(client, upload):
    line = files.put(files.put(files.rows(1)[0], "Ghi chú", "=1+1"), "Ngày", "31/02/2024")
    page = client.get(url("importbatch_errors", upload(files.workbook([line]))))
    cell = sheet(page).active.cell(2, files.PLACE["Ghi chú"] + 1)
    assert cell.data_type != "f"


# --- dialogs ----------------------------------------------------------------------------------------------------------


def test_confirmation_is_asked_in_a_dialog_or_on_a_page(client, batch):
    target = url("importbatch_confirm", batch)
    dialog = client.get(target, headers=HTMX).text
    assert "Ghi 5 dòng vào sổ đăng ký?" in dialog
    assert "5 dòng mới, 0 dòng cập nhật. Hoàn tác được trong 7 ngày" in dialog
    assert "Quay lại kiểm tra" in dialog
    assert "<html" not in dialog
    page = client.get(target).text
    assert "Ghi 5 dòng vào sổ đăng ký?" in page
    assert "<html" in page
    assert client.post(target).url == batch.get_absolute_url()
    batch.refresh_from_db()
    assert batch.state == State.WRITING


def test_what_is_kept_out_is_said_before_the_writing_and_the_tab_follows_the_page(client, upload):
    lines = files.rows(3)
    lines[1] = files.put(lines[1], "Ngày", "31/02/2024")
    batch = upload(files.workbook(lines))
    dialog = client.get(url("importbatch_confirm", batch), headers=HTMX).text
    assert "Ghi 2 dòng vào sổ đăng ký?" in dialog
    assert "1 dòng lỗi không được ghi" in dialog
    assert "dòng đã bỏ" not in dialog
    region = client.get(url("importbatch_progress", batch), headers=HTMX).text
    assert f"<title>Kết quả kiểm tra tệp {batch.filename} – " in region, "by which the browser names its tab anew"
    assert "Lịch sử thay đổi" in region, "and what was mended is told at once"


def test_second_click_shows_what_the_first_one_did(client, batch):
    target = url("importbatch_confirm", batch)
    client.post(target)
    page = client.post(target, follow=True)
    assert page.status_code == 200
    assert "Đang ghi 5 dòng" in page.text
    assert "không thực hiện được thao tác này" not in page.text
    assert Job.objects.filter(kind="exchange.write").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_confirm_once(reference, signed_in, keeper, batch):
    assert pressed_at_once([signed_in(keeper), signed_in(keeper)], url("importbatch_confirm", batch)) == [302, 302]
    assert Job.objects.filter(kind="exchange.write").count() == 1


def test_cancel(client, batch):
    assert "Hủy lần nhập tệp" in client.get(url("importbatch_cancel", batch)).text
    client.post(url("importbatch_cancel", batch))
    batch.refresh_from_db()
    assert batch.state == State.CANCELLED
    assert "Sổ đăng ký không thay đổi" in client.get(batch.get_absolute_url()).text


def test_cancelled_after_a_failed_writing_there_is_no_second_try(client, batch, keeper):
    batch = services.request_write(batch, by=keeper)
    Job.objects.filter(pk=batch.job_id).update(state=Job.State.FAILED, finished_at=timezone.now(), error="Lỗi.")
    assert "Chạy lại" in client.get(batch.get_absolute_url()).text
    page = client.post(url("importbatch_cancel", batch), follow=True).text
    assert "Lần nhập đã bị hủy." in page
    assert "Chạy lại" not in page
    assert client.post(url("importbatch_retry", batch), headers=HTMX).status_code == 409
    assert Job.objects.get(pk=batch.job_id).state == Job.State.FAILED


def test_writing_ends_the_way_back(client, batch, write):
    write(batch)
    page = client.post(url("importbatch_cancel", batch), follow=True)
    assert "không thực hiện được thao tác này" in page.text
    assert ProgrammeEvent.objects.live().count() == 5


BUTTONS = [
    ("row_mend", 2),
    ("row_accept", 4),
    ("suggestions_apply",),
    ("importbatch_retry",),
    ("importbatch_confirm",),
    ("importbatch_cancel",),
    ("importbatch_undo",),
]


@pytest.mark.parametrize("name", BUTTONS, ids=lambda name: name[0])
def test_buttons_are_for_who_may(neighbour, reader_client, batch, name):
    target = url(name[0], batch, *name[1:])
    assert neighbour.post(target, {"reason": "x"}).status_code == 404
    assert reader_client.post(target, {"reason": "x"}).status_code == 403
    batch.refresh_from_db()
    assert batch.state == State.CHECKED


@pytest.mark.parametrize("name", [BUTTONS[at] for at in (0, 1, 3)], ids=lambda name: name[0])
def test_buttons_are_posted(client, batch, name):
    assert client.get(url(name[0], batch, *name[1:])).status_code == 405
