"""The list of imports with its upload form, and the official empty file."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.documents.services import path_of
from apps.enterprises.selectors import reporting_unit
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import counts_of
from tests.conftest import BAC_NINH, LAM_DONG
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import HTMX, sheet
from tests.reorganisations import acts

pytestmark = pytest.mark.django_db
State = ImportBatch.State
QUERIES_LIST, QUERIES_DETAIL = 11, 14
LIST = "/registers/enterprises/imports/"


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
    assert "Đang xử lý tiếp lần nhập đã tải lên lúc" in client.get(response.url).text
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x", "bang.xlsm", "Chỉ nhận tệp .xlsx"),
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
    assert [cell.value for cell in first[1]] == list(files.OFFICIAL)
    assert book.sheetnames == ["Doanh nghiệp", "Hướng dẫn", "Danh mục"]
    lists = {str(rule.sqref)[0]: rule.formula1 for rule in first.data_validations.dataValidation}
    assert lists.keys() == {"C", "E", "F", "G", "H", "K"}
    column = book["Danh mục"].iter_rows(min_row=2, max_col=1, values_only=True)
    provinces = [place for (place,) in column if place]
    assert len(provinces) == 34
    assert lists["C"] == "'Danh mục'!$A$2:$A$35"
    assert "hiệu chuẩn" in str([cell.value for row in book["Danh mục"].iter_rows() for cell in row])
    assert "không có dòng dữ liệu" in upload(response.content).refusal


def test_filled_template_is_taken(client, upload):
    book = sheet(client.get(f"{LIST}template/"))
    for line in files.rows(3):
        book.worksheets[0].append(line)
    out = io.BytesIO()
    book.save(out)
    assert counts_of(upload(out.getvalue())).new == 3


def test_template_needs_the_right(signed_in, stranger):
    assert signed_in(stranger).get(f"{LIST}template/").status_code == 403


# --- after a merger ---------------------------------------------------------------------------------------------------


def test_unit_that_goes_on_is_the_one_that_hands_in(client, keeper, central_keeper):
    """One answer to «for which unit», for the file as for what is entered by hand."""
    merged = acts.done(acts.merger(timezone.localdate()), central_keeper).begun.get()
    page = client.get(LIST)
    assert [unit.pk for unit in page.context["form"].fields["unit"].queryset] == [merged.pk]
    assert send(client).status_code == 422  # the ended unit hands nothing in any more
    assert send(client, unit=merged.pk).status_code == 302
    assert ImportBatch.objects.get().unit_id == merged.pk
    assert reporting_unit(keeper, "enterprises.add_programmeevent").pk == merged.pk
