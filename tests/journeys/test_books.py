"""The nation's report: written by two people over figures of a closed year, signed and issued; a province then corrects
one of them. What was issued is built again to the byte, and the next version says what is another.
"""

import io
import re
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.day import machines_today
from tests.exchange import enterprise_files as files
from tests.journeys import figures, imports
from tests.journeys.closings import close, propose
from tests.journeys.crew import Wanted, join, manage

pytestmark = pytest.mark.xdist_group("changed-portal")
OFFICER, LEADER, BAC_NINH, SECOND = "programme_officer", "programme_leader", "VN-24-2025", "second"
HELD, SIGNATORY = "Doanh nghiệp, năm 2025", "Nguyễn Văn Ưởng"
BEGUN = "Đến hết kỳ số liệu, số doanh nghiệp được triển khai là"
WRITTEN = "Tăng thêm {{mt5.2025.gain}} doanh nghiệp; {{mt2.2025}} phép đo; {{tasks.total}} nhiệm vụ."


def told(page: Page) -> dict:
    [figure] = figures.values(page, period=2025, unit="VN")
    return figure


def in_vietnamese(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def act(page: Page, book: str, name: str, fields: dict[str, str] | None = None) -> None:
    """A verb of the book: its button, its form."""
    page.goto(f"{book}/")
    page.locator(".phead .acts").get_by_role("link", name=name).click()
    for label, text in (fields or {}).items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=name).click()
    expect(page.locator(".phead .chips")).to_be_visible()


def revise(page: Page, book: str, version: int, reason: str) -> str:
    act(page, book, "Tạo phiên bản mới", {"Lý do": reason})
    expect(page).to_have_url(re.compile(f"-v{version}/$"))
    return f"/publications/national-2025-v{version}"


def write(page: Page, book: str, code: str, text: str, *, insert: str = "") -> None:
    page.goto(f"{book}/edit/{code}/")
    place = page.locator("#entry").get_by_label("Nội dung")
    place.fill(text)
    if insert:
        page.get_by_text("Chèn số liệu").click()
        page.get_by_role("button", name=f"Chèn {insert}", exact=True).click()
        expect(place).to_have_value(re.compile(r"{{.+}}"))
    page.locator(".savebar").get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu mục này.")).to_be_visible()


def take(page: Page, book: str, folder: Path) -> dict[str, bytes]:
    """The issued files by their endings, and their manifest beside them."""
    manifest = page.request.get(f"{book}/report.json")
    (folder / "manifest.json").write_bytes(manifest.body())
    found = {}
    for name in manifest.json()["files"]:
        ending = name.rpartition(".")[2]
        answer = page.request.get(f"{book}/report.{ending}")
        assert answer.ok, name
        (folder / name).write_bytes(answer.body())
        found[ending] = answer.body()
    return found


def look_at(kept: dict[str, bytes], number: str) -> None:
    """One sentence on both papers, each letter drawn, pages numbered from the second; a number in the workbook."""
    paragraphs = [one.text for one in Document(io.BytesIO(kept["docx"])).paragraphs]
    assert f"{BEGUN} {number}" in paragraphs
    assert any(SIGNATORY in one for one in [*paragraphs, *_cells(kept["docx"])])
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(kept["pdf"])).pages]
    whole = " ".join(" ".join(pages).split())
    for text in (f"{BEGUN} {number}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", SIGNATORY):
        assert text in whole
    assert not re.search("[\N{WHITE SQUARE}\N{REPLACEMENT CHARACTER}]|Dự thảo", whole)
    first = [page.split()[0] for page in pages]
    assert first[1] == "2"
    assert not first[0].isdigit()
    sheet = load_workbook(io.BytesIO(kept["xlsx"]))["Số liệu"]
    rows = {row[0]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert (in_vietnamese(rows["mt5.2025"][2]), rows["mt5.2025"][7]) == (number, "Có")


def _cells(docx: bytes) -> list[str]:
    return [cell.text for table in Document(io.BytesIO(docx)).tables for row in table.rows for cell in row.cells]


def open_every_figure(page: Page, book: str, number: str) -> None:
    """Each leads to where it is from; the enterprises' to the rows that make it."""
    leads = []
    for code in ("results", "solutions", "funding"):
        page.goto(f"{book}/sections/{code}/")
        found = page.locator(".sheet p a.fig")
        expect(found.first).to_be_visible()
        leads += [(one.inner_text(), one.get_attribute("href")) for one in found.all()]
    assert len(leads) == 6
    for href in {href for _text, href in leads}:
        assert page.request.get(href).ok, href
    assert leads[0] == (number, "/targets/mt5/provenance/2025/")
    page.goto(leads[0][1])
    expect(page.locator("[data-total]")).to_have_text(number)


def correct(keeper: Page) -> None:
    [line] = imports.rows(1)
    files.put(line, "Ngày", "14/12/2025")
    imports.import_rows(keeper, "ho-so-bo-sung.xlsx", files.workbook([line]))


def test_an_issued_report_stays_and_the_next_version_says_what_is_another(enter, portal, tmp_path):
    join(portal, [Wanted("nguoi-soan-hai@tdc.example", OFFICER, "UBTDC", "Người soạn thứ hai", SECOND)], [])
    officer, leader, second = enter(OFFICER), enter(LEADER), enter(OFFICER, SECOND)
    version = told(leader)["closing_version"]
    propose(officer, "Chốt để lập báo cáo")
    close(leader, version + 1)
    number = in_vietnamese(accepted := told(leader)["value"])

    book = revise(officer, "/publications/national-2025", 2, "Lập lại sau khi chốt")
    write(officer, book, "results", BEGUN, insert=HELD)
    write(second, book, "solutions", WRITTEN)
    act(officer, book, "Kiểm tra, hoàn tất", {"Lý do giữ nguyên các cảnh báo": "Đã đối chiếu với các đơn vị"})
    act(second, book, "Trình ký")
    today = machines_today()
    paper = {"Số, ký hiệu báo cáo": "118/BC-BKHCN", "Ngày ký": f"{today:%d/%m/%Y}"}
    act(leader, book, "Ghi nhận ký", paper | {"Người ký": SIGNATORY, "Chức vụ": "Bộ trưởng"})
    expect(leader.get_by_text("Đã ban hành. Các tệp được lưu kèm báo cáo.")).to_be_visible()
    kept = take(officer, book, tmp_path)
    look_at(kept, number)
    open_every_figure(officer, book, number)

    correct(enter("register_keeper", BAC_NINH))
    propose(officer, "Nhận hồ sơ bổ sung của Bắc Ninh")
    close(leader, version + 2)
    same = manage(portal, "build_report", "--verify", str(tmp_path / "manifest.json"))
    assert same.count(": dựng lại giống hệt.") == len(kept) == 3
    assert take(officer, book, tmp_path) == kept

    revise(officer, book, 3, "Bắc Ninh bổ sung hồ sơ")
    changed = officer.locator(".versions li.dif").filter(has_text=re.compile(f"^{HELD}:"))
    expect(changed.locator("del")).to_have_text(number)
    expect(changed.locator("ins")).to_have_text(in_vietnamese(accepted + 1))
