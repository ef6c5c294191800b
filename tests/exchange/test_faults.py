"""The file of wrong rows: what we write we read, and it looks like the template."""

import datetime
import io
import string

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.file_values import UNWRITABLE
from apps.exchange import workbook
from apps.exchange.models import StagedRow
from apps.exchange.parse import read_rows
from apps.exchange.resource import Field, ScopedResource
from apps.exchange.selectors import counts_of
from tests.examples import examples
from tests.exchange import enterprise_files as files
from tests.exchange.conftest import url
from tests.exchange.workbooks import saved


class AnyKind(ScopedResource):
    label = "Bất kỳ"
    fields = [
        Field("text", "Chữ"),
        Field("number", "Số", accepts="sn"),
        Field("day", "Ngày", accepts="sd", format="dd/mm/yyyy"),
    ]


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=sorted(UNWRITABLE)), min_size=1, max_size=40),
    st.text(st.sampled_from(string.digits + "=+-@#'\"_xX<>& \t\n\r"), min_size=1, max_size=12),
    st.sampled_from(["_x0041_", "_x000D_", "=1+1", "#N/A", "#REF!", "'a", "\r\n", "a\r\nb", " a ", "Đ" * 32_767]),
).filter(str.strip)  # blanks alone are nothing, before and after
NUMBERS = st.one_of(
    st.integers(-(10**14), 10**14).map(str),
    st.decimals(-(10**6), 10**6, places=3).map(lambda value: format(value.normalize(), "f")),
)
DAYS = st.dates(datetime.date(1900, 3, 1), datetime.date(9999, 12, 31)).map(datetime.date.isoformat)
MOMENTS = st.datetimes(datetime.datetime(1900, 3, 1), datetime.datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, minute=1 + moment.minute % 59).isoformat()
)
CELLS = st.one_of(
    st.none(),
    TEXTS.map(lambda text: ["s", text]),
    NUMBERS.map(lambda text: ["n", "0" if text == "-0" else text]),
    DAYS.map(lambda text: ["d", text]),
    MOMENTS.map(lambda text: ["d", text]),
    st.booleans().map(lambda truth: ["b", truth]),
    st.sampled_from(["#REF!", "#N/A", "#DIV/0!"]).map(lambda text: ["e", text]),
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), min_size=1, max_size=40)


@settings(max_examples=examples(10), deadline=None)
@given(rows=ROWS)
def test_what_we_write_we_read(tmp_path_factory, rows):
    keys = [column.key for column in AnyKind.fields]
    raw = [(dict(zip(keys, row, strict=True)), ["Sai"]) for row in rows]
    path = tmp_path_factory.mktemp("file") / "rows.xlsx"
    workbook._official(AnyKind, raw, "Lỗi").save(path)
    with read_rows(path) as table:
        found = [cells for _number, cells in table][1:]
    assert [[list(cell) if cell else None for cell in cells[:3]] for cells in found] == rows


@pytest.mark.parametrize(
    ("key", "shown", "written"),
    [
        ("day", "2024-03-04", ["d", "2024-03-04"]),
        ("text", "2024-03-04", ["s", "04/03/2024"]),
        ("text", "0101234567", ["s", "0101234567"]),
        ("number", "12.5", ["n", "12.5"]),
        ("number", "mười", ["s", "mười"]),
        ("day", "", ["e", "#VALUE!"]),  # a blank would be taken where nothing need stand
    ],
)
def test_a_formula_is_written_as_its_value(tmp_path, key, shown, written):
    path = tmp_path / "rows.xlsx"
    workbook._official(AnyKind, [({"text": ["s", "a"], key: ["f", shown]}, [])], "Lỗi").save(path)
    with read_rows(path) as table:
        [_header, (_number, cells)] = list(table)
    at = [column.key for column in AnyKind.fields].index(key)
    assert (list(cells[at]) if cells[at] else None) == written


def downloaded(client, batch):
    return client.get(url("importbatch_errors", batch)).content


def as_filed(batch, **state):
    """What stands in the cells; an older file lacks a column that ours leaves empty."""
    rows = StagedRow.objects.filter(batch=batch, **state).order_by("number")
    return [{key: cell for key, cell in row.raw.items() if cell} for row in rows]


@pytest.mark.django_db
def test_long_texts_come_back_whole(client, upload):
    batch = upload((files.CASES / "wrong-rows-file-cuts-long-texts.xlsx").read_bytes())
    again = upload(downloaded(client, batch))
    assert as_filed(again) == as_filed(batch, state=StagedRow.State.ERROR) != []
    assert any(len(str(cell[1])) > 300 for row in as_filed(again) for cell in row.values() if cell)
    assert counts_of(again).faulty == counts_of(again).rows


@pytest.mark.django_db
def test_the_day_of_a_formula_is_read_as_a_day(upload):
    batch = upload((files.CASES / "wrong-rows-file-writes-a-date-we-refuse.xlsx").read_bytes())
    assert (counts_of(batch).faulty, counts_of(batch).valid) == (0, 1)
    assert list(batch.problems.values_list("code", flat=True)) == ["formulas"]


@pytest.mark.django_db
def test_every_way_of_being_wrong_comes_back_the_same(client, upload):
    batch = upload(files.workbook(files.odd_rows()))
    again = upload(downloaded(client, batch))
    lines = [
        [(p.column, p.value, p.code) for p in one.problems.exclude(severity="note").order_by("number", "id")]
        for one in (batch, again)
    ]
    assert lines[0] == lines[1] != []


@pytest.mark.django_db
def test_the_file_is_the_template_with_rows_in_it(client, upload):
    batch = upload((files.CASES / "one-wrong-province-for-the-error-file.xlsx").read_bytes())
    response = client.get(url("importbatch_errors", batch))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet, empty = book.active, openpyxl.load_workbook(io.BytesIO(saved(workbook.template(AnyKind))))
    assert empty.sheetnames == ["Bất kỳ", "Hướng dẫn", "Danh mục"]
    assert book.sheetnames == ["Doanh nghiệp", "Hướng dẫn", "Danh mục"]
    formats = {cell.column_letter: cell.number_format for cell in sheet[2]}
    assert (formats["A"], formats["F"], formats["I"]) == ("@", "@", "dd/mm/yyyy")
    # Also where nothing stands yet: a code typed anew keeps its zero.
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.column_dimensions["I"].number_format == "dd/mm/yyyy"
    assert {str(rule.sqref)[0] for rule in sheet.data_validations.dataValidation} == {"C", "E", "F", "G", "H", "K"}
    assert sheet["F2"].value == "0111"
