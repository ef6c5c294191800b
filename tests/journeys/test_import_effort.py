"""A file of 300 rows, some cells wrong and 22 codes to confirm, as a keeper mends it: by the keyboard, without detours.

Before there was one reason for all and the focus stayed behind, it took 6 clicks, each cell and 22 reasons.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports
from tests.journeys.hands import press

pytestmark = [pytest.mark.xdist_group("portal"), pytest.mark.thorough]
WRONG, ODD = 5, 22
CLICKS_BEFORE, TYPED_BEFORE = 6, WRONG + ODD


class Hand:
    """What a person does with the mouse, and which fields they type in."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.typed = page, 0, 0

    def click(self, role: str, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.clicks += 1

    def write(self, text: str) -> None:
        """Into the field that has the focus, whatever stands there; Enter sends it."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.typed += 1


def spoilt() -> list[files.Row]:
    lines = imports.rows(300)
    for line in lines[5 : 5 + WRONG]:
        files.put(line, "Ngày", "31/02/2024")
    for line in lines[100 : 100 + ODD]:
        files.put(line, "Mã số thuế", files.wrong_check_digit(line[0]))
    return lines


def test_300_rows_with_wrong_cells_and_22_warnings(enter):
    page = enter("register_keeper", files.BAC_NINH)
    hand = Hand(page)
    page.goto(imports.IMPORTS)
    file = {"name": "ba-tram.xlsx", "mimeType": imports.WORKBOOK, "buffer": files.workbook(spoilt())}
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(file)
    hand.clicks += 1
    hand.click("button", "Tải lên và kiểm tra")
    imports.await_check(page)

    page.locator(".problems tbody input[name=value]").first.focus()
    hand.clicks += 1
    for left in reversed(range(WRONG)):
        expect(page.locator(".problems tbody input[name=value]").first).to_be_focused()
        hand.write("28/02/2024")
        expect(page.locator(".tabs")).to_contain_text(re.compile(rf"Lỗi\s*{left}(\D|$)"))
    hand.click("link", re.compile("^Cảnh báo"))
    page.get_by_label(f"{ODD} cảnh báo ở cột Mã số thuế").focus()
    hand.write("Đã đối chiếu giấy đăng ký")
    expect(page.get_by_text(f"Đã xác nhận {ODD} dòng.")).to_be_visible()
    hand.click("link", "Ghi 300 dòng hợp lệ")
    press(page.get_by_role("dialog").get_by_role("button", name="Ghi 300 dòng"))
    imports.await_roll_up(page)

    print(f"\n{hand.clicks} clicks, {WRONG} cells and 1 reason typed; before {CLICKS_BEFORE}, {WRONG} and {ODD}")
    assert hand.clicks <= CLICKS_BEFORE
    assert hand.typed * 2 <= TYPED_BEFORE


def test_what_was_not_written_goes_on_in_a_second_file(enter):
    """Write the good ones first, mend the rest in Excel: no row gets lost on the way, none is asked about twice."""
    page = enter("register_keeper", files.BAC_NINH)
    lines = imports.rows(6)
    files.put(lines[1], "Ngày", "31/02/2024")
    files.put(lines[2], "Giai đoạn", "Mơ ước")
    imports.upload(page, "sau-dong.xlsx", files.workbook(lines))
    imports.await_check(page)
    imports.write(page)
    imports.await_roll_up(page)
    expect(page.get_by_text("2 dòng chưa ghi.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải 2 dòng, sửa rồi nhập tiếp").click()
    found = list(imports.cells(download.value.path().read_bytes()))
    assert [row["Mã số thuế"] for _number, row in found] == [lines[1][0], lines[2][0]]
    mended = [lines[1], lines[2]]
    files.put(mended[0], "Ngày", "28/02/2024")
    files.put(mended[1], "Giai đoạn", "Duy trì")
    imports.import_rows(page, "hai-dong.xlsx", files.workbook(mended))
    expect(page.locator("#lan-nhap")).to_contain_text("Đã ghi 2 dòng.")
