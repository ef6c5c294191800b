"""What an uploaded workbook must be before anything reads its cells: a sound package with a sheet that can be read.

Standard library only: the throw-away reader (child.py) loads this file by its path, without the project around it.
"""

import re
import zipfile
from typing import BinaryIO, NamedTuple

from apps.documents import packages
from apps.documents.packages import (
    CHUNK,
    MAX_FILE,
    SAVE_AS,
    WORKBOOK,
    Parts,
    Refused,
    check_envelope,
    elements,
    filled,
    inflate,
    look_into,
    parse_xml,
)

__all__ = ["CHUNK", "MAX_FILE", "Refused", "check_envelope", "inflate", "inspect", "parse_xml", "refused"]

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000  # corner to corner: the reader holds the whole rectangle
MAX_TEXT = 32_767  # Excel's own limit for one cell
MAX_LINE = 1_000_000  # bytes of one row on its way to the parent

CPU_SECONDS = 5  # of the reader for any sheet, and as many again for each CPU_ROWS rows
CPU_ROWS = 100_000
MEMORY = 256 * 1024 * 1024  # resident, of the reader
VALUE = re.compile(rb"<\0?(?:\w+:)?(?:v|is)[\0 />]")  # the beginning of what a cell holds, in eight bits or sixteen

AS_CSV = (
    "Mở tệp bằng Excel, chọn Lưu thành (Save As), kiểu “CSV UTF-8” hoặc “Excel Workbook (*.xlsx)”, rồi tải lên lại."
)

MESSAGES = packages.MESSAGES | {
    "wrong_ending": "Nội dung tệp không đúng với đuôi tên tệp. " + SAVE_AS,
    "not_xls": "Tệp không phải sổ tính .xls (có thể là trang web hoặc tệp văn bản đổi đuôi). " + SAVE_AS,
    "not_csv": "Tệp không phải bảng dạng văn bản .csv (có thể là trang web hoặc tệp khác đổi đuôi). " + SAVE_AS,
    "csv_encoding": "Tệp .csv không dùng bảng mã Unicode (UTF-8, UTF-16) nên không đọc được chữ Việt. " + AS_CSV,
    "csv_quotes": "Tệp .csv có dấu ngoặc kép mở mà không đóng hoặc ô quá dài. " + AS_CSV,
    "csv_one_column": "Tệp .csv chỉ có một cột: không thấy dấu chấm phẩy, dấu phẩy hoặc tab giữa các cột. " + AS_CSV,
    "date_1904": "Tệp dùng hệ ngày 1904 nên ngày tháng sẽ lệch 4 năm. Trong Excel bỏ chọn Tệp → Tùy chọn → Nâng cao → "
    "“Use 1904 date system”, kiểm tra lại các ngày rồi tải lên lại.",
    "no_sheet": "Tệp không có trang tính nào hiển thị. Bỏ ẩn trang chứa dữ liệu rồi tải lên lại.",
    "too_many_rows": "Trang “{sheet}” có dữ liệu quá dòng 200.000. Xóa dòng thừa hoặc chia thành nhiều tệp.",
    "too_many_columns": "Trang “{sheet}” có dữ liệu quá cột thứ 200 (ô {cell}). Xóa các cột thừa rồi tải lên lại.",
    "too_many_cells": "Vùng dữ liệu của trang “{sheet}” ({rows} dòng × {columns} cột) quá lớn. "
    "Xóa dòng, cột thừa hoặc chia thành nhiều tệp.",
    "bad_cell": "Trang “{sheet}” có ô mang tọa độ không hợp lệ “{cell}”. " + SAVE_AS,
    "odd_error": "Ô {cell} chứa giá trị lỗi “{value}”. Sửa hoặc xóa ô đó rồi tải lên lại.",
    "long_text": "Dòng {row} chứa văn bản quá dài. Rút ngắn nội dung rồi tải lên lại.",
    "row_twice": "Tệp bị hỏng: dòng {row} của trang “{sheet}” đứng sau dòng {before}. " + SAVE_AS,
    "cell_twice": "Tệp bị hỏng: ô {cell} của trang “{sheet}” có mặt hai lần hoặc đứng sai chỗ. " + SAVE_AS,
    "bad_text_index": "Tệp bị hỏng: trang “{sheet}” có ô trỏ tới một văn bản không có trong tệp. " + SAVE_AS,
    "lost_text": "Tệp bị hỏng: ô {cell} của trang “{sheet}” ghi văn bản sai cách, không đọc được. " + SAVE_AS,
    "uncalculated": "Dòng {row} của trang “{sheet}” chỉ có công thức chưa được tính, không có giá trị để đọc. "
    "Mở tệp bằng Excel, dán dữ liệu dưới dạng giá trị, lưu rồi tải lên lại.",
    "sheet_twice": "Tệp bị hỏng: trang “{sheet}” có hai phần dữ liệu. " + SAVE_AS,
    "too_slow": "Trang tính quá nặng, đọc quá lâu (thường do rất nhiều ô công thức hoặc ô trống có định dạng). "
    "Dán dữ liệu dưới dạng giá trị sang một sổ tính mới hoặc chia thành nhiều tệp rồi tải lên lại.",
    "too_heavy": "Trang tính quá nặng: đọc cần hơn 256 MB bộ nhớ. Bỏ cột không có trong mẫu hoặc chia thành nhiều tệp "
    "rồi tải lên lại.",
    "unreadable": "Không đọc được tệp: tệp bị hỏng. " + SAVE_AS,
}


def refused(code: str, **values: object) -> Refused:
    return Refused(code, filled(MESSAGES[code], **values))


class Workbook(NamedTuple):
    sheet: str  # the visible sheet that was asked for
    place: int  # among all sheets, from 0
    part: zipfile.ZipInfo
    styles: zipfile.ZipInfo | None
    visible: list[str]
    filled: list[str]  # those of the visible ones that hold anything
    hidden: int
    total: int


def inspect(file: BinaryIO, wanted: int = 0) -> Workbook:
    """Every check up to the cells of the visible sheet `wanted`; those `sheet.py` looks through. -1 is the first hidden
    sheet, -2 the second: where our own files say whose they are.
    """
    parts = look_into(file, check_envelope(file), WORKBOOK)
    return _visible_sheet(file, parts, wanted)


def _visible_sheet(file: BinaryIO, parts: Parts, wanted: int) -> Workbook:
    targets: dict[str, str] = {}
    for _, attributes in elements(file, parts["xl/_rels/workbook.xml.rels"], "Relationship"):
        key = attributes.get("Id", "")
        if key in targets:  # the first or the last? two readers could differ
            raise refused("bad_xml", part="xl/_rels/workbook.xml.rels")
        is_sheet = attributes.get("Type", "").lower().endswith("/worksheet")
        targets[key] = _part_name(attributes.get("Target", "")) if is_sheet else ""
    sheets = []
    for name, attributes in elements(file, parts["xl/workbook.xml"], "workbookPr", "sheet"):
        if name == "workbookPr" and attributes.get("date1904", "0").lower() not in ("0", "false"):
            raise refused("date_1904")
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            shown = attributes.get("state", "visible") == "visible"
            sheets.append((attributes.get("name", ""), shown, targets.get(key, "")))
    names = [name for name, _, _ in sheets]
    if len(set(names)) != len(names):
        raise refused("bad_xml", part="xl/workbook.xml")
    visible = [(place, name, target) for place, (name, shown, target) in enumerate(sheets) if shown and target]
    unseen = [(place, name, target) for place, (name, shown, target) in enumerate(sheets) if not shown and target]
    listed, at = (visible, wanted) if wanted >= 0 else (unseen, -1 - wanted)
    if not at < len(listed):
        raise refused("no_sheet")
    place, sheet, target = listed[at]
    if target not in parts:
        raise refused("missing_part", part=target)
    hidden = sum(1 for _, shown, _ in sheets if not shown)
    full = {target for target in {target for _, _, target in visible} & parts.keys() if _is_filled(file, parts[target])}
    held = [name for _, name, target in visible if target in full]
    styles = parts.get("xl/styles.xml")  # whatever the links say: there calamine looks
    return Workbook(sheet, place, parts[target], styles, [name for _, name, _ in visible], held, hidden, len(sheets))


def _is_filled(file: BinaryIO, member: zipfile.ZipInfo) -> bool:
    """Whether a sheet holds a value; only the first of them is looked for."""
    tail = b""
    for piece in inflate(file, member):
        if VALUE.search(tail + piece):
            return True
        tail = piece[-64:]
    return False


def _part_name(target: str) -> str:
    """As calamine resolves it, so that the sheet checked is the sheet read."""
    if target.startswith("/xl/"):
        return target[1:].lower()
    return (target if target.startswith("xl/") else f"xl/{target}").lower()
