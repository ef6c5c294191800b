"""Values in files: the same day, moment and number in a workbook and in both kinds of .csv; nothing unreadable."""

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import django_tables2 as tables
import openpyxl
import pytest
from django.core.files import File
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.export import csv_lines, rows_of, xlsx_rows
from apps.core.file_values import writable
from apps.core.views import TableView
from apps.exchange import services
from apps.organisations.models import OrganisationUnit
from apps.progress.services import recompute
from apps.registers.declaration import registers
from apps.registers.tables import table_of
from tests.conftest import BAC_NINH
from tests.exchange import enterprise_files
from tests.exchange.workbooks import saved
from tests.factories.enterprises import ProgrammeEventFactory

LATE = datetime(2025, 12, 31, 17, 30, 5, 123456, tzinfo=UTC)  # already 2026 here

# value, in a workbook, in a .csv for people, in one for programmes
VALUES = [
    (LATE, datetime(2026, 1, 1, 0, 30, 5), "01/01/2026 00:30:05", "01/01/2026 00:30:05"),
    (date(2026, 3, 9), datetime(2026, 3, 9), "09/03/2026", "09/03/2026"),
    (date(1899, 3, 9), "09/03/1899", "09/03/1899", "09/03/1899"),
    (1234567, 1234567, "1234567", "1234567"),
    (-1.5, -1.5, "-1,5", "-1.5"),
    (Decimal("12.50"), 12.5, "12,5", "12.5"),
    (0.1 + 0.2, 0.3, "0,3", "0.3"),
    (1e-7, 1e-7, "0,0000001", "0.0000001"),
    (True, "Có", "Có", "Có"),
    (None, None, "", ""),
    ("=1+1", "=1+1", "'=1+1", "'=1+1"),
    ("#N/A", "#N/A", "#N/A", "#N/A"),
    ("0123456789", "0123456789", "0123456789", "0123456789"),
    ("Công ty\uffff A\ufffe\x01\ue000\U0010ffff", "Công ty A", "Công ty A", "Công ty A"),
    ("hai\ndòng", "hai\ndòng", "hai\ndòng", "hai\ndòng"),
]


@pytest.mark.parametrize(("value", "cell", "people", "programmes"), VALUES)
def test_a_value_in_each_kind_of_file(value, cell, people, programmes):
    book = openpyxl.load_workbook(io.BytesIO(saved(xlsx_rows([["a", "b"], [value, "x"]]))))
    found = book.active["A2"]
    assert (found.value, book.sheetnames) == (cell, ["Số liệu"])
    assert found.data_type not in ("f", "e")
    if isinstance(cell, datetime):
        assert found.number_format.startswith("dd/mm/yyyy")
    assert "".join(csv_lines([[value, "x"]])) == f'\ufeff"{people}";"x"\r\n'
    assert "".join(csv_lines([[value, "x"]], for_programmes=True)) == f'\ufeff"{programmes}","x"\r\n'


@settings(deadline=None)
@given(st.text())
def test_what_is_written_is_always_readable(text):
    assert writable(writable(text)) == writable(text)
    book = openpyxl.load_workbook(io.BytesIO(saved(xlsx_rows([[text, "x"]]))))
    assert book.active["B1"].value == "x"
    "".join(csv_lines([[text]])).encode()


class Things(tables.Table):
    name = tables.Column(verbose_name="Tên")
    count = tables.Column(verbose_name="Số")
    at = tables.DateTimeColumn(verbose_name="Lúc", format="d/m/Y H:i")
    on = tables.Column(verbose_name="Ngày")
    state = tables.Column(verbose_name="Trạng thái")
    act = tables.Column(verbose_name="Việc", exclude_from_export=True)

    def render_count(self, value):
        return f"{value:,}"

    def render_on(self, value):
        return f"{value:%d/%m/%Y}"

    def render_state(self, value):
        return f"<b>{value}</b>"

    def value_state(self, value):
        return f"thứ {value}"


def test_a_tables_days_moments_and_numbers_are_such_in_files():
    thing = {"name": "A", "count": 12_345, "at": LATE, "on": date(2026, 1, 2), "state": 3, "act": 1}
    header, row = rows_of(Things([thing]))
    assert header == ["Tên", "Số", "Lúc", "Ngày", "Trạng thái"]
    assert row == ["A", 12_345, LATE, date(2026, 1, 2), "thứ 3"]


def test_columns_are_as_wide_as_their_first_rows_and_the_head_stays():
    """A day or moment in a column of the usual width is «########» in a spreadsheet."""
    rows = [["Tên", "Lúc", "Ngày", "Ghi chú"], ["Công ty Một", LATE, date(2026, 1, 2), "x" * 500]]
    sheet = openpyxl.load_workbook(io.BytesIO(saved(xlsx_rows(rows)))).active
    widths = [sheet.column_dimensions[letter].width for letter in "ABCD"]
    assert widths == [13, 21, 12, 60]
    assert sheet.freeze_panes == "A2"
    assert sheet["A2"].value == "Công ty Một"


LISTS = [
    "/registers/enterprises/",
    "/registers/enterprises/imports/",
    "/units/?status=all",
    "/audit/",
    "/jobs/",
    "/targets/mt5/",
]
LOOKS_TYPED = re.compile(r"\d{1,2}/\d{1,2}/\d{4}.*|\d{4}-\d\d-\d\d[T ].*|-?\d+[.,]\d+")


@pytest.fixture
def client(reference, keeper, signed_in):
    """Sees every list; each holds something."""
    ProgrammeEventFactory.create_batch(2)
    recompute()
    content = enterprise_files.workbook(enterprise_files.rows(1))
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    services.upload("enterprises", unit, File(io.BytesIO(content), "a.xlsx"), by=keeper)
    keeper.is_superuser = True
    keeper.save()
    return signed_in(keeper)


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_no_list_writes_a_day_or_a_number_as_text(client, address):
    response = client.get(address, {"export": "xlsx"}, follow=True)
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet = book.worksheets[-1]  # what a book says of itself comes before
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert sheet.max_row > 1
    assert [text for text in texts if LOOKS_TYPED.fullmatch(text)] == []


# Short lists; and the audit, of which what a row says is put together in Python, from changes of any kind of object.
CELL_BY_CELL = {
    "AnnualReportTable", "ApiTokenTable", "AuditEventTable", "FeedbackTable", "HandoverTable", "ImportBatchTable",
    "InvitationTable", "JobTable", "LegalDocumentTable", "PersonTable", "QueueTable", "ReportBookTable", "ReviewTable",
    "RunTable", "SubscriptionTable", "TaskListTable", "UnitTable",
}  # fmt: skip


def test_lists_that_may_be_long_are_put_together_by_the_database():
    import program996.urls  # noqa: F401  # every list is known

    waiting, lists = [TableView], set()
    while waiting:
        waiting += (view := waiting.pop()).__subclasses__()
        lists |= {view.table_class} - {None}
    slow = {table.__name__ for table in lists if not hasattr(table, "in_file") and table.__module__.startswith("apps.")}
    assert slow == CELL_BY_CELL
    assert all(hasattr(table_of(register), "in_file") for register in registers())


@pytest.mark.django_db
def test_csv_for_programmes_is_asked_for(client):
    heads = {
        asked: b"".join(client.get("/units/", {"export": "csv", "csv": asked})).decode("utf-8-sig").splitlines()[0]
        for asked in ("", "plain", "other")
    }
    assert heads["plain"].startswith('"Tên","Loại"')
    assert heads[""] == heads["other"] == heads["plain"].replace('","', '";"')
