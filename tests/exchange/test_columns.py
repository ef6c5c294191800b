"""Columns and sheets of a file that somebody has to name: asked, kept for the unit, changeable on the page."""

import pytest
from django.core.exceptions import ValidationError

from apps.audit.models import AuditEvent
from apps.exchange import services
from apps.exchange.models import ImportBatch, KnownHeading
from apps.exchange.selectors import counts_of, report
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import done, url
from tests.exchange.office_files import HEADER, OFFICE, OTHER_NAMES, book, one, renamed, rows

pytestmark = pytest.mark.django_db


def said(batch, **more):
    """Each column as it was read, but for those named by their heading."""
    return {one["name"]: more.get(one["text"], one["key"]) for one in batch.layout["columns"]}


def test_a_column_that_was_asked_about_is_kept_for_the_next_file(client, keeper, upload):
    batch = upload(renamed(c8="Mốc", c9="Cột lạ"))
    assert batch.is_asking
    page = client.get(batch.get_absolute_url())
    assert "Cần chọn cột." in page.text
    assert url("columns_set", batch) in page.text
    asked = client.get(url("columns_set", batch))
    assert "Mốc" in asked.text
    assert "Ví dụ: 01/01/2024" in asked.text
    form = asked.context["form"]
    sent = {name: field.initial for name, field in form.fields.items()} | {"c8": "occurred_on"}
    wrong = client.post(url("columns_set", batch), sent | {"c0": "name"})
    assert wrong.status_code == 422
    assert "Chọn hai lần: “Tên doanh nghiệp”" in wrong.text
    assert client.post(url("columns_set", batch), sent).status_code == 302
    batch.refresh_from_db()
    batch = done(batch)
    assert (batch.state, counts_of(batch).valid) == (ImportBatch.State.CHECKED, 3)
    assert "“Mốc” → “Ngày”" in client.get(batch.get_absolute_url()).text
    assert "“Mốc” → “Ngày”" in client.get(url("importbatch_confirm", batch)).text
    assert dict(KnownHeading.objects.values_list("heading", "key")) == {"moc": "occurred_on", "cot la": ""}
    assert AuditEvent.objects.filter(action="import.columns_set").count() == 1
    again = upload(renamed(c8="MỐC", c1="Tên DN"), name="b.xlsx")
    assert (again.state, counts_of(again).valid) == (ImportBatch.State.CHECKED, 3)


def test_other_names_are_shown_and_can_be_changed(client, keeper, upload):
    batch = upload(one([OTHER_NAMES[name] for name in HEADER], *rows()))
    assert "“MST” → “Mã số thuế”" in client.get(batch.get_absolute_url()).text
    services.set_columns(batch, said(batch, **{"Diễn giải": ""}), by=keeper)
    batch.refresh_from_db()
    batch = done(batch)
    assert counts_of(batch).valid == 3
    assert not any("note" in row.raw for row in batch.rows.all())


def test_sheets_of_one_form_are_taken_together(client, keeper, upload, write):
    batch = upload(OFFICE["a sheet for each quarter"].build())
    assert counts_of(batch).valid == 3
    assert "“Quý II”" in client.get(batch.get_absolute_url()).text
    form = client.get(url("columns_set", batch)).context["form"]
    assert next(label for _value, label in form.fields["sheets"].choices) == "Lấy cả 2 trang tính"
    sent = {name: field.initial for name, field in form.fields.items()} | {"sheets": "all"}
    client.post(url("columns_set", batch), sent)
    batch.refresh_from_db()
    batch = done(batch)
    assert (counts_of(batch).valid, batch.sheet) == (5, "Quý I, Quý II")
    assert list(batch.rows.values_list("number", flat=True)) == [2, 3, 4, 1002, 1003]
    notes = {line["code"]: line["message"] for line in report(batch)["notes"]}
    assert "“Quý II” từ dòng 1001" in notes["sheets_joined"]
    batch = write(batch)
    assert batch.written_rows == 5
    assert not any(column["sample"] for column in batch.layout["columns"])


def test_sheets_that_only_resemble_are_not_offered(upload):
    batch = upload(book(("Quý I", [HEADER, *rows()]), ("Tổng hợp", [HEADER[:5], *rows()])))
    assert [name for _place, name in batch.layout["sheets"]] == ["Quý I"]


@pytest.mark.parametrize("change", [{"Ngày": ""}, {"Ngày": "name"}, {"Ngày": "nothing"}])
def test_what_cannot_be_read_so_is_refused(keeper, upload, change):
    batch = upload(files.workbook(files.rows(1)))
    with pytest.raises(ValidationError):
        services.set_columns(batch, said(batch, **change), by=keeper)
    with pytest.raises(ValidationError):
        services.set_columns(batch, said(batch), [7], by=keeper)
