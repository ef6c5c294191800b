"""What workbooks of offices have and do: hidden things, merged cells, moved headers, a million rows, other kinds."""

import io
import re
from random import Random
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.exchange import otherfiles
from tests.soak.hostile.material import Claim, Damaged, Material, add, damage, edited, packed, saved

REFUSED, SAME = Claim(taken=False), Claim(taken=True)
WORKBOOK = "xl/workbook.xml"


def in_book(name: str, claim: Claim = SAME) -> Any:
    """A change of the first sheet by openpyxl."""

    def keep(act: Any) -> Any:
        def apply(material: Material, rng: Random) -> Damaged:
            book = material.book()
            found = act(book, book.worksheets[material.sheet], material, rng)
            return Damaged(saved(book), found or claim)

        add("book", name, apply)
        return act

    return keep


@in_book("hidden_rows")
def _hidden_rows(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    for row in range(material.head + 1, sheet.max_row + 1, 2):
        sheet.row_dimensions[row].hidden = True


@in_book("hidden_columns")
def _hidden_columns(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    for _row, column in rng.sample(material.places, 3):
        sheet.column_dimensions[get_column_letter(column)].hidden = True


@in_book("a_hidden_sheet_in_front")
def _hidden_sheet(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    more = book.create_sheet("Ẩn", 0)
    more.append(["Mã", "Tên"])
    more.sheet_state = rng.choice(["hidden", "veryHidden"])


@in_book("every_sheet_hidden", REFUSED)
def _all_hidden(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    book.create_sheet("Trang trống")
    for one in book.worksheets[:-1]:
        one.sheet_state = "hidden"


@in_book("merged_over_the_header", Claim())
def _merged_header(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.merge_cells(start_row=material.head, end_row=material.head, start_column=1, end_column=rng.randrange(2, 4))


@in_book("merged_over_the_first_row", Claim(rows_may_differ=True))
def _merged_down(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.merge_cells(start_row=material.head, end_row=material.head + 1, start_column=1, end_column=1)


@in_book("a_column_before_them", Claim())
def _moved_right(book: Any, sheet: Any, material: Material, rng: Random) -> Claim:
    for row in sheet.iter_rows(min_row=material.head, max_row=sheet.max_row):
        values = [(cell.value, cell.data_type) for cell in row]
        for cell, (value, kind) in zip(sheet[row[0].row][1:], values, strict=False):
            cell.value, cell.data_type = value, kind
        sheet.cell(row[0].row, len(values) + 1).value = values[-1][0]
        row[0].value = "STT" if row[0].row == material.head else row[0].row
    return Claim(rows_may_differ=True)


@in_book("header_renamed", Claim(rows_may_differ=True))
def _renamed(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    filled = [cell for cell in sheet[material.head] if cell.value]
    rng.choice(filled).value = rng.choice(["Cột lạ", "xyz", "1", "Tên tên tên"])


@in_book("header_twice_in_one_row", Claim(rows_may_differ=True))
def _doubled(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    first = rng.choice([cell for cell in sheet[material.head] if cell.value])
    sheet.cell(material.head, sheet.max_column + 1).value = first.value


@in_book("header_once_more_below", Claim(rows_may_differ=True))
def _repeated(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.append([cell.value for cell in sheet[material.head]])


@in_book("far_corner_formatted")
def _far_corner(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.cell(1_048_576, 16_384).fill = PatternFill("solid", fgColor="FFFF00")


@in_book("far_corner_filled", REFUSED)
def _far_filled(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.cell(1_048_576, 3).value = "x"


@in_book("very_wide", REFUSED)
def _very_wide(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.cell(material.head + 1, rng.randrange(201, 16_000)).value = "x"


@in_book("many_styles")
def _styles(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    for at in range(3000):
        sheet.cell(1 + at % 400, 60 + at // 400).font = Font(size=8 + at % 300 / 10, color=f"{at:06X}")


@in_book("defined_names")
def _names(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    for at in range(300):
        book.defined_names[f"ten_{at}"] = DefinedName(f"ten_{at}", attr_text=f"'{sheet.title}'!$A${at + 1}")
    book.defined_names["hong"] = DefinedName("hong", attr_text="#REF!")


@in_book("drop_downs")
def _drop_downs(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    rule = DataValidation(type="list", formula1='"một,hai"', showErrorMessage=True)
    rule.add("A1:Z500")
    sheet.add_data_validation(rule)


@in_book("protected")
def _protected(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.protection.sheet = True
    sheet.protection.password = "mat-khau"


@in_book("remarks_at_cells")
def _remarks(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    for place in rng.sample(material.places, 3):
        sheet.cell(*place).comment = Comment("Không phải giá trị của ô", "Ai đó")


@in_book("filter_and_grouping")
def _filter(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    sheet.auto_filter.ref = sheet.dimensions
    sheet.auto_filter.add_filter_column(0, ["không có"])
    sheet.row_dimensions.group(material.head + 1, material.head + 2, hidden=True)


@in_book("a_cover_in_front")
def _cover(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    more = book.create_sheet("Bìa", 0)
    more["B2"] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    more["B9"] = "Danh sách kèm theo"


@in_book("an_empty_sheet_in_front")
def _empty_front(book: Any, sheet: Any, material: Material, rng: Random) -> None:
    book.create_sheet("Sheet1", 0)


@damage("book")
def a_million_styles(material: Material, rng: Random) -> Damaged:
    part = "xl/styles.xml"
    many = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 1_000_000
    return Damaged(edited(material, part, lambda t: t.replace("</cellXfs>", f"{many}</cellXfs>")))


@damage("book")
def a_dimension_of_all_rows(material: Material, rng: Random) -> Damaged:
    told = '<dimension ref="A1:XFD1048576"/>'

    def say(text: str) -> str:
        plain = re.sub(r"<dimension [^>]*/>", "", text)
        return re.sub(r"(<worksheet[^>]*>(?:<sheetPr>.*?</sheetPr>|<sheetPr/>)?)", rf"\1{told}", plain, count=1)

    return Damaged(edited(material, material.sheet_part(), say), SAME)


@damage("book")
def a_false_dimension(material: Material, rng: Random) -> Damaged:
    """Smaller than the sheet, or no place at all."""
    told = rng.choice(["A1", "A1:B2", "XFE1:ZZZZ9", "", "x"])
    return Damaged(
        edited(material, material.sheet_part(), lambda t: re.sub(r"<dimension [^>]*/>", "", t).replace(
            "<sheetData>", f'<dimension ref="{told}"/><sheetData>')))  # fmt: skip


@damage("book")
def days_of_1904(material: Material, rng: Random) -> Damaged:
    told = lambda t: re.sub(r"<workbookPr[^>]*/>", '<workbookPr date1904="1"/>', t)  # noqa: E731
    return Damaged(edited(material, WORKBOOK, told), REFUSED)


@damage("book")
def a_pivot_cache(material: Material, rng: Random) -> Damaged:
    more = {"xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition/>",
            "xl/pivotCache/pivotCacheRecords1.xml": b"<r/>" * 5000}  # fmt: skip
    more["xl/pivotCache/pivotCacheRecords1.xml"] = b"<a>" + more["xl/pivotCache/pivotCacheRecords1.xml"] + b"</a>"
    return Damaged(packed(material.members() | more), SAME)


@damage("book")
def a_hundred_thousand_merges(material: Material, rng: Random) -> Damaged:
    many = "".join(f'<mergeCell ref="CA{n}:CA{n + 1}"/>' for n in range(2, 200_000, 2))
    told = f"</sheetData><mergeCells>{many}</mergeCells>"
    return Damaged(edited(material, material.sheet_part(), lambda t: t.replace("</sheetData>", told, 1)))


# --- other files by this name, and this file by others ------------------------------------------------------------

LINES = [["Mã số thuế", "Tên"], ["0100109106", "Công ty A"]]
OTHERS = {
    "a_csv": lambda: otherfiles.text(LINES),
    "an_ods": lambda: otherfiles.ods(otherfiles.ods_table(LINES)),
    "an_xls": lambda: otherfiles.xls(LINES),
    "an_xlsb": lambda: packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(500)}),
    "a_docx": lambda: packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}),
    "a_page": lambda: b"<html><table><tr><td>1</td></tr></table></html>",
    "a_pdf": lambda: b"%PDF-1.7\n" + bytes(2000),
    "a_picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "nothing": lambda: b"",
    "spreadsheet_xml_of_2003": lambda: (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    ),
}
for what, build in OTHERS.items():
    add("other", what, lambda m, rng, build=build: Damaged(build(), REFUSED))
for ending in ("xls", "ods", "csv"):
    add("other", f"named_{ending}", lambda m, rng, ending=ending: Damaged(packed(m.members()), Claim(), ending))


@damage("other")
def noise(material: Material, rng: Random) -> Damaged:
    return Damaged(rng.randbytes(rng.randrange(1, 9000)), REFUSED, rng.choice(["xlsx", "xls", "ods", "csv"]))


@damage("other")
def too_big(material: Material, rng: Random) -> Damaged:
    return Damaged(io.BytesIO(material.good + bytes(20 << 20)).getvalue(), REFUSED)
