"""Any content of a register, out of its declaration: what people may type into its form, and what they may not."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import factory
import openpyxl
from django.core.exceptions import ValidationError
from hypothesis import strategies as st

from apps.core.export import cell_of
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.registers.checks import check_row
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of
from apps.registers.fields import form_field
from apps.registers.models import RegisterRow
from apps.registers.services import check_unit
from tests.factories.enterprises import tax_code
from tests.factories.registers import BAC_NINH, FACTORIES, TDC, PrioritySectorFactory

BAC_GIANG, BCT = "VN-24-2008", "BCT"


class SectorFactory(PrioritySectorFactory):
    number = factory.Sequence(str)


MAKERS = FACTORIES | {"priority-sectors": SectorFactory}
HOMES = {"criteria": TDC, "priority-sectors": TDC, "managing-ministries": BCT}  # the others' are a province
MOST = 4  # rows of one content
# What Excel, a programme or a reader might take for something else than the text it is.
PIECES = (
    "Đo", "khối lượng", "0,5 mg", "k = 2", "=1+1", "-", "+84", "@", "#N/A", "'", "0017", "1e5", "1.234", "12/2024",
    "01/02/2024", "TRUE", "_x000D_", "_x0041_", "µm", "1 ÷ 500", "±", "a\nb", "“trích”", ";", "\\", "<b>&amp;</b>",
    "%s", "100%", "{{ x }}", "Tổng cộng", "ghi chú:", "-5", "x" * 60, "ĐỖ THỊ ƯỚC", "Ôm kế", "Ω", "Nguyễn", "𝛺", "é",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(" ".join) | st.text(max_size=12)
TAX_CODES = st.builds(
    lambda number, ending: tax_code(number) + ending, st.integers(1, 9_000), st.sampled_from(["", "-001", "-999"])
) | st.integers(1, 9).map(lambda n: f"00120000000{n}")
CODES = TEXTS | TAX_CODES | st.sampled_from(["C10", "10", "1020", "B", "I.2", "12/KH-UBND", "7"])
AMOUNTS = st.integers(0, 2**31).map(str) | st.integers(1930, 2040).map(str) | st.sampled_from(
    ["0,05", "2", "95,45", "1.234.567", "99999999999,99", "-0,5"]
)  # fmt: skip
DAYS = (st.dates(date(2019, 1, 1), date(2026, 11, 30)) | st.dates(date(1945, 9, 2), date(2100, 1, 1))).map(
    "{:%d/%m/%Y}".format
)


def typed(column: Column) -> st.SearchStrategy[str]:
    said = {Kind.TEXT: TEXTS, Kind.CODE: CODES, Kind.NUMBER: AMOUNTS, Kind.DAY: DAYS}.get(column.kind)
    if said is None:
        keys = list(column.called()) if column.called else [value for value, _label in column.choices]
        said = st.sampled_from(keys)
    return said if column.required else st.just("") | said


def vary(draw: Callable[..., Any], register: Register, row: Any, *, by: Any) -> None:
    """Type something else into columns of a row; what the form or the register refuses stays as it was."""
    was = {column.name: getattr(row, column.name) for column in register.columns}
    for column in register.columns:
        if draw(st.booleans()):
            _type(draw, row, column)
    while refused := _refused(register, row, by):
        other = {name for name in was if getattr(row, name) != was[name]}
        assert other, f"what was there is refused: {refused}"
        for name in refused & other or other:
            setattr(row, name, was[name])
    row.save()


def _type(draw: Callable[..., Any], row: Any, column: Column) -> None:
    if column.kind in (Kind.UNIT, Kind.ACT, Kind.ROW):
        found = _others(row, column)
        setattr(row, column.name, draw(st.sampled_from(found if column.required else [None, *found])))
        return
    try:
        value = form_field(column).clean(draw(typed(column)))
    except ValidationError:
        return
    setattr(row, column.name, value if value is not None or column.field.null else "")


def _others(row: Any, column: Column) -> list[Any]:
    if column.kind == Kind.UNIT:
        return list(OrganisationUnit.objects.filter(pk__in={getattr(row, column.stored), BAC_GIANG}).order_by("pk"))
    if column.kind == Kind.ACT:
        return list(LegalDocument.objects.order_by("pk")[:9])
    return list(column.field.related_model.objects.live().order_by("pk"))


def _refused(register: Register, row: RegisterRow, by: Any) -> set[str]:
    """The columns that are refused."""
    try:
        check_unit(register, row, "change", by)
        check_row(register, row)
    except ValidationError as error:
        return set(getattr(error, "error_dict", {"": ()}))
    return set()


def made(slug: str, by: Any) -> Any:
    home = HOMES.get(slug, BAC_NINH)
    return MAKERS[slug](**{f"{MAKERS[slug]._meta.model.UNIT}_id": home}, entered_by=by)


def contents(draw: Callable[..., Any], slug: str, *, by: Any) -> list[Any]:
    """Some rows that the register has."""
    register, rows = register_of(slug), []
    for _number in range(draw(st.integers(2, MOST))):
        rows.append(made(slug, by))
        vary(draw, register, rows[-1], by=by)
    return rows


# --- a file's cells ---------------------------------------------------------------------------------------------------

Line = list[Any]
NO_TEXT = st.sampled_from([True, "#REF!"])
BAD: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: NO_TEXT | st.sampled_from(["x" * 2001, datetime(2024, 5, 6), "a\u202eb"]),
    Kind.CODE: NO_TEXT | st.sampled_from(["x" * 200, datetime(2024, 5, 6), 17, 1.5, "a\u202eb"]),
    Kind.NUMBER: NO_TEXT | st.sampled_from(["một", "9" * 60, "1e400", datetime(2024, 5, 6), "1,2,3", 10**15]),
    Kind.DAY: NO_TEXT | st.sampled_from(["31/02/2021", "hôm qua", "Quý I/2024", 17, "2024-02-01", "01/01/1900"]),
    Kind.CHOICE: NO_TEXT | st.sampled_from(["không có trong danh mục", 3]),
    Kind.UNIT: NO_TEXT | st.sampled_from(["Đơn vị không có", 7]),
    Kind.ACT: NO_TEXT | st.sampled_from(["99999/QĐ-KHÔNG", 7]),
    Kind.ROW: NO_TEXT | st.sampled_from(["KHÔNG-CÓ-MÃ", 7]),
    Kind.ITEM: NO_TEXT | st.sampled_from(["không có trong danh mục"]),
}


def bad(column: Column, *, may_be_blank: bool) -> st.SearchStrategy[Any]:
    return BAD[column.kind] | st.none() if column.required and may_be_blank else BAD[column.kind]


def lines_of(content: bytes) -> list[Line]:
    """The header and the rows of a file of ours."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[_unescaped(value) for value in line] for line in sheet.iter_rows(values_only=True)]


def _unescaped(value: Any) -> Any:
    """As Excel reads it, and openpyxl does not."""
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


def file_of(lines: Sequence[Line]) -> bytes:
    """Texts are texts, whatever they look like; an error is one."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    cell = cell_of(sheet, value)
    if value == "#REF!":
        cell.data_type = "e"
    return cell
