"""Steps of an Excel import as a person takes them, and an independent reading of the file."""

import io
import itertools
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import openpyxl
from playwright.sync_api import Locator, Page, expect

from tests.exchange import enterprise_files as files

IMPORTS = "/registers/enterprises/imports/"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STAGES = ("Tiếp cận", "Khảo sát", "Đang xây dựng", "Đã ban hành", "Đang áp dụng", "Duy trì", "Đã ngừng")
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


_prefixes = itertools.count(40)


def rows(count: int, **asked: Any) -> list[files.Row]:
    """Good rows whose tax codes no other journey has: all of them write into one portal, in any order."""
    return files.rows(count, prefix=str(next(_prefixes)), **asked)


def upload(page: Page, name: str, content: bytes) -> None:
    page.goto(IMPORTS)
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files({"name": name, "mimeType": WORKBOOK, "buffer": content})
    page.get_by_role("button", name="Tải lên và kiểm tra").click()


def await_check(page: Page) -> None:
    expect(page.get_by_role("heading", name="Kết quả kiểm tra tệp")).to_be_visible(timeout=60_000)


def write(page: Page) -> None:
    page.get_by_role("link", name=re.compile(r"^Ghi .* dòng hợp lệ")).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"^Ghi .* dòng$")).click()


def await_roll_up(page: Page) -> None:
    expect(page.locator("#lan-nhap")).to_contain_text("Đã tính xong", timeout=60_000)


def import_rows(page: Page, name: str, content: bytes) -> None:
    """The whole way, for files without a fault."""
    upload(page, name, content)
    await_check(page)
    write(page)
    await_roll_up(page)


def tab(page: Page, name: str) -> None:
    link = page.locator(".tabs").get_by_role("link", name=name)
    link.click()
    expect(link).to_have_attribute("aria-current", "true")


def problems(page: Page) -> list[list[str]]:
    """Row, column, value and message of every line of the tab's page."""
    found = []
    for row in page.locator(".problems tbody tr").all():
        number, *rest = (cell.strip() for cell in row.locator("td").all_inner_texts()[:4])
        found.append([re.match(r"[\d.]+", number)[0], *rest])  # under the number stands whose row it is
    return found


def problem(page: Page, row: int) -> Locator:
    number = f"{row:,}".replace(",", ".")
    first = page.locator("td:first-child").get_by_text(re.compile(rf"^\s*{re.escape(number)}(\D|$)"))
    return page.locator(".problems tbody tr").filter(has=first)


def cells(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """Row number in Excel, and its cells by header."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    lines = sheet.iter_rows(values_only=True)
    header = [str(name) for name in next(lines)]
    for number, line in enumerate(lines, start=2):
        yield number, dict(zip(header, line, strict=True))


def countable(content: bytes, mended: dict[int, dict[str, Any]]) -> set[str]:
    """Tax codes that MT5 must count of a file of Bắc Ninh, by the rules as the decision words them, in other code."""
    seen, counted = set(), set()
    for number, row in cells(content):
        row |= mended.get(number, {})
        fact = (row["Mã số thuế"], row["Hình thức tham gia"], row["Giai đoạn"], str(row["Ngày"]))
        is_good = (
            _is_tax_code(row["Mã số thuế"])
            and bool(row["Tên doanh nghiệp"])
            and row["Tỉnh, thành phố"] in ("Bắc Ninh", "Bắc Giang")
            and row["Giai đoạn"] in STAGES
            and isinstance(row["Ngày"], date | datetime)
            and fact not in seen
        )
        if is_good:
            seen.add(fact)
            if row["Giai đoạn"] in ("Đang áp dụng", "Duy trì"):
                counted.add(row["Mã số thuế"])
    return counted


def _is_tax_code(text: str) -> bool:
    return (
        len(text) == 10
        and text.isdecimal()
        and (10 - sum(w * int(d) for w, d in zip(WEIGHTS, text, strict=False)) % 11) == int(text[9])
    )
