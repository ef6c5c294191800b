"""Pages of imports: the list with its upload form, page 07b, its buttons and its files."""

import io
import threading

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.documents.services import path_of
from apps.enterprises.models import ProgrammeEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of
from apps.jobs.models import Job
from apps.jobs.services import run_job
from tests.conftest import BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import as_file

pytestmark = pytest.mark.django_db
State = ImportBatch.State
QUERIES_LIST, QUERIES_DETAIL = 11, 15
HTMX = {"HX-Request": "true"}
LIST = "/registers/enterprises/imports/"


def url(name, batch, *more):
    return reverse(f"exchange:{name}", args=[batch.register, batch.pk, *more])


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


@pytest.fixture
def client(signed_in, keeper):
    return signed_in(keeper)


@pytest.fixture
def reader_client(signed_in, officer):
    """Sees every import and may touch none."""
    return signed_in(officer)


@pytest.fixture
def neighbour(signed_in, outsider):
    return signed_in(outsider)


def odd_rows():
    lines = files.rows(8)
    files.put(lines[0], "Ngày", "31/02/2024")
    files.put(lines[1], "Giai đoạn", "Đang áp dung")
    files.put(lines[2], "Mã số thuế", files.wrong_check_digit(lines[2][0]))
    files.put(lines[3], "Tỉnh, thành phố", "Bắc Giang")
    files.put(lines[3], "Ngày", "01/03/2026")
    return lines


@pytest.fixture
def batch(upload):
    """Checked: an error, an error with a suggestion, a warning, a note, five good rows."""
    return upload(files.workbook(odd_rows()))


@pytest.fixture
def fresh(keeper, bac_ninh):
    """Uploaded, not yet checked."""
    return services.upload("enterprises", bac_ninh, as_file(files.workbook(odd_rows())), by=keeper)[0]


def send(client, content=None, name="DN-BNH-2026.xlsx", **fields):
    file = SimpleUploadedFile(name, files.workbook(files.rows(3)) if content is None else content)
    return client.post(LIST, {"file": file, "unit": BAC_NINH, **fields})


# --- list and upload --------------------------------------------------------------------------------------------------


def test_list_shows_own_imports_only(client, neighbour, reader_client, batch):
    assert batch.filename in client.get(LIST).text
    assert batch.filename in reader_client.get(LIST).text
    page = neighbour.get(LIST)
    assert page.status_code == 200
    assert batch.filename not in page.text


def test_list_needs_the_right_and_a_register(client, signed_in, stranger):
    assert signed_in(stranger).get(LIST).status_code == 403
    assert client.get("/registers/nothing/imports/").status_code == 404


def test_list_can_be_filtered_and_exported(client, batch):
    assert batch.filename in client.get(LIST, {"state": "checked", "q": "bnh"}).text
    fragment = client.get(LIST, {"state": "written"}, headers=HTMX).text
    assert batch.filename not in fragment
    assert "<html" not in fragment
    assert batch.filename in b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, upload, count, django_assert_num_queries):
    for number in range(count):
        upload(files.workbook(files.rows(number + 1)))
    client.get(LIST)  # what is asked once per process
    with django_assert_num_queries(QUERIES_LIST):
        client.get(LIST)


def test_only_who_may_add_sees_the_form(client, reader_client):
    assert 'name="file"' in client.get(LIST).text
    assert 'name="file"' not in reader_client.get(LIST).text
    assert send(reader_client).status_code == 403


def test_form_offers_own_units_only(client, signed_in, central_keeper, bac_ninh):
    form = client.get(LIST).context["form"]
    assert [unit.pk for unit in form.fields["unit"].queryset] == [BAC_NINH]
    form = signed_in(central_keeper).get(LIST).context["form"]
    assert [unit.is_programme_office for unit in form.fields["unit"].queryset] == [True]


def test_upload_leads_to_its_page(client):
    response = send(client)
    batch = ImportBatch.objects.get()
    assert response.url == batch.get_absolute_url() == f"{LIST}{batch.pk}/"
    assert (batch.unit_id, batch.state) == (BAC_NINH, State.CHECKING)


def test_same_file_leads_to_the_first_import(client, batch):
    response = send(client, path_of(batch.file).read_bytes(), "tên khác.xlsx")
    assert response.url == batch.get_absolute_url()
    assert "Tệp này đã được tải lên ngày" in client.get(response.url).text
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x", "bang.csv", "Chỉ nhận tệp .xlsx"),
        (b"", "rong.xlsx", "rỗng"),
    ],
)
def test_bad_upload_is_explained_at_its_field(client, content, name, words):
    response = send(client, content, name)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors["file"])
    assert "<title>Lỗi:" in response.text
    assert not ImportBatch.objects.exists()


def test_upload_without_a_file_or_for_another_unit(client):
    assert "Chọn tệp" in client.post(LIST, {"unit": BAC_NINH}).text
    response = send(client, unit=LAM_DONG)
    assert response.status_code == 422
    assert "unit" in response.context["form"].errors
    assert not ImportBatch.objects.exists()


def test_too_big_a_file_is_told_so(client):
    response = send(client, b"x" * (20 * 1024 * 1024 + 100_000))
    assert response.status_code == 422
    assert "20 MB" in str(response.context["form"].errors["file"])


def test_corrected_file_replaces_its_import_only_within_sight(client, batch, neighbour, outsider):
    response = neighbour.post(
        LIST,
        {
            "file": SimpleUploadedFile("a.xlsx", files.workbook(files.rows(1))),
            "unit": LAM_DONG,
            "replaces": batch.pk,
        },
    )
    assert response.status_code == 422
    assert client.get(LIST, {"replaces": batch.pk}).context["form"]["replaces"].value() == str(batch.pk)
    send(client, replaces=batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.CANCELLED


# --- the official file ------------------------------------------------------------------------------------------------


def test_template_has_the_official_header_lists_and_guide(client, upload):
    response = client.get(f"{LIST}template/")
    book = sheet(response)
    first = book.worksheets[0]
    assert [cell.value for cell in first[1]] == list(files.HEADER)
    assert book.sheetnames == ["Doanh nghiệp", "Hướng dẫn", "Danh mục"]
    lists = {str(rule.sqref)[0]: rule.formula1 for rule in first.data_validations.dataValidation}
    assert lists.keys() == {"C", "E", "G", "H"}
    provinces = [row[0] for row in book["Danh mục"].iter_rows(min_row=2, max_col=1, values_only=True)]
    assert len(provinces) == 34
    assert lists["C"] == "'Danh mục'!$A$2:$A$35"
    assert "hiệu chuẩn" in str([cell.value for row in book["Danh mục"].iter_rows() for cell in row])
    assert upload(response.content).refusal.startswith("Trang tính không có dòng dữ liệu")


def test_filled_template_is_taken(client, upload):
    book = sheet(client.get(f"{LIST}template/"))
    for line in files.rows(3):
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    assert counts_of(upload(out.getvalue())).new == 3


def test_template_needs_the_right(signed_in, stranger):
    assert signed_in(stranger).get(f"{LIST}template/").status_code == 403


# --- page 07b ---------------------------------------------------------------------------------------------------------


def test_detail_shows_every_problem_in_place(client, batch):
    page = client.get(batch.get_absolute_url()).text
    assert "Kết quả kiểm tra tệp DN-BNH-2026.xlsx" in page
    assert "31/02/2024" in page
    assert "Ngày không có thật. Nhập theo dạng dd/mm/yyyy" in page
    assert "“Đang áp dụng”" in page
    assert "Áp dụng 1 gợi ý" in page
    assert "Ghi 5 dòng hợp lệ" in page
    assert "kiểm tra không khớp" in client.get(batch.get_absolute_url(), {"tab": "warnings"}).text
    assert "thuộc Bắc Ninh" in client.get(batch.get_absolute_url(), {"tab": "notes"}).text
    assert "Công ty TNHH Số 7" in client.get(batch.get_absolute_url(), {"tab": "valid"}).text


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
    services.confirm(batch, by=keeper)
    batch.refresh_from_db()
    assert "Đang ghi 5 dòng" in client.get(batch.get_absolute_url()).text
    run_job(batch.job_id)
    batch.refresh_from_db()
    page = client.get(url("importbatch_progress", batch), headers=HTMX).text
    assert "Đã ghi 5 dòng." in page
    assert "Đang tính lại chỉ tiêu MT5" in page
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
    assert "31/02/2024" not in response.text
    assert "Ghi 6 dòng hợp lệ" in response.text
    assert response.text.count("autofocus") == 1
    assert "<html" not in response.text


def test_mend_with_a_wrong_value_says_so_in_place(client, batch):
    response = client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "2/30/2024"}, headers=HTMX)
    assert "2/30/2024" in response.text
    assert counts_of(batch).new == 5


def test_mend_of_what_is_not_there_is_refused(client, batch):
    response = client.post(url("row_mend", batch, 999), {"column": "Ngày", "value": "x"}, headers=HTMX)
    assert response.status_code == 422
    assert "Không có ô này" in response.text


def test_mend_after_the_writing_answers_the_state_of_now(client, batch, write):
    write(batch)
    response = client.post(url("row_mend", batch, 2), {"column": "Ngày", "value": "28/02/2024"}, headers=HTMX)
    assert response.status_code == 409
    assert "Đã ghi 5 dòng." in response.text


def test_suggestions_and_warnings(client, batch):
    response = client.post(url("suggestions_apply", batch), headers=HTMX)
    assert "Đã áp dụng 1 gợi ý." in response.text
    accept = f"{url('row_accept', batch, 4)}?tab=warnings"
    assert client.post(accept, {"reason": " "}, headers=HTMX).status_code == 422
    response = client.post(accept, {"reason": "Đúng theo giấy đăng ký"}, headers=HTMX)
    assert "Đã chấp nhận:" in response.text
    assert counts_of(batch).new == 7


# --- rows kept out, as a file -----------------------------------------------------------------------------------------


def test_file_of_faulty_rows_has_the_official_columns_and_the_causes(client, batch):
    book = sheet(client.get(url("importbatch_errors", batch)))
    [header, *rows] = book.active.iter_rows(values_only=True)
    assert header == (*files.HEADER, "Lỗi và cách sửa")
    assert [row[files.PLACE["Tên doanh nghiệp"]] for row in rows] == [f"Công ty TNHH Số {n}" for n in range(3)]
    assert rows[0][files.PLACE["Ngày"]] == "31/02/2024"
    assert "Ngày: Ngày không có thật" in rows[0][-1]
    assert rows[1][files.PLACE["Ngày"]] == f"{files.day(1):%d/%m/%Y}"


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


def test_second_click_shows_what_the_first_one_did(client, batch):
    target = url("importbatch_confirm", batch)
    client.post(target)
    page = client.post(target, follow=True)
    assert page.status_code == 200
    assert "Đang ghi 5 dòng" in page.text
    assert "không làm được việc này" not in page.text
    assert Job.objects.filter(kind="exchange.write").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_confirm_once(reference, signed_in, keeper, batch):
    clients, answers = [signed_in(keeper), signed_in(keeper)], []
    gate = threading.Barrier(2)

    def click(client):
        gate.wait()
        try:
            answers.append(client.post(url("importbatch_confirm", batch)).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert Job.objects.filter(kind="exchange.write").count() == 1


def test_cancel_and_undo(client, batch, upload, write):
    assert "Hủy lần nhập tệp" in client.get(url("importbatch_cancel", batch)).text
    client.post(url("importbatch_cancel", batch))
    batch.refresh_from_db()
    assert batch.state == State.CANCELLED
    assert "Sổ đăng ký không thay đổi" in client.get(batch.get_absolute_url()).text

    written = write(upload(files.workbook(files.rows(2))))
    target = url("importbatch_undo", written)
    assert "Hoàn tác lần nhập" in client.get(written.get_absolute_url()).text
    assert 'name="reason"' in client.get(target, headers=HTMX).text
    assert client.post(target, {"reason": ""}).status_code == 422
    client.post(target, {"reason": "Nhầm tệp"})
    assert not ProgrammeEvent.objects.live().exists()
    assert "đã được hoàn tác" in client.get(written.get_absolute_url()).text


def test_writing_ends_the_way_back(client, batch, write):
    write(batch)
    page = client.post(url("importbatch_cancel", batch), follow=True)
    assert "không làm được việc này" in page.text
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


@pytest.mark.parametrize("name", BUTTONS[:4], ids=lambda name: name[0])
def test_buttons_are_posted(client, batch, name):
    assert client.get(url(name[0], batch, *name[1:])).status_code == 405
