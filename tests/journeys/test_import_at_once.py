"""What is decided for many rows at once: suggestions applied, rows of closed years looked at, the rest left out."""

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports
from tests.journeys.hands import press

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture
def page(enter) -> Page:
    """A file of twelve: two stages and a province misspelt, a day that is none, one fact of 2025."""
    page, lines = enter("register_keeper", files.BAC_NINH), imports.rows(12)
    for line in lines:
        files.put(line, "Ngày", "15/01/2026")
    for line in lines[:2]:
        files.put(line, "Giai đoạn", "Đang áp dung")
    files.put(lines[2], "Tỉnh, thành phố", "Bắc Ninhh")
    files.put(lines[3], "Ngày", "31/02/2026")
    files.put(lines[4], "Ngày", "14/12/2025")
    imports.upload(page, "nhieu-dong.xlsx", files.workbook(lines))
    imports.await_check(page)
    return page


def test_all_at_once_and_the_focus_never_falls(page):
    press(page.locator("#goi-y"))
    dialog = page.get_by_role("dialog", name="Áp dụng gợi ý")
    expect(dialog).to_contain_text("Đang áp dung → Đang áp dụng (2 ô)")
    press(dialog.get_by_role("button", name="Áp dụng gợi ý đã chọn"))
    expect(page.locator("main")).to_contain_text("Chọn ít nhất một gợi ý.")
    page.go_back()
    page.reload()
    press(page.locator("#goi-y"))
    press(dialog.get_by_role("button", name="Đã xem, chọn tất cả"))
    expect(dialog.get_by_role("checkbox", checked=True)).to_have_count(2)
    press(dialog.get_by_role("button", name="Áp dụng gợi ý đã chọn"))
    expect(page.get_by_text("Đã áp dụng gợi ý cho 3 ô.")).to_be_visible()
    expect(page.locator("#noi-dung")).to_be_focused()

    press(page.get_by_role("link", name="Xem 1 dòng"))
    expect(page.locator("#phan-closed")).to_be_focused()
    expect(page.locator("#chi-tiet tbody tr")).to_contain_text("Hiện ở “điều chỉnh sau khi chốt” của kỳ 2025")

    imports.tab(page, "Lỗi")
    press(page.locator("#bo-con-lai"))
    expect(page.get_by_role("dialog", name="Bỏ 1 dòng chưa ghi được?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#bo-con-lai")).to_be_focused()

    imports.write(page)
    imports.await_roll_up(page)
    expect(page.get_by_text("1 dòng chưa ghi.")).to_be_visible()
    press(page.locator("#bo-con-lai"))
    press(page.get_by_role("dialog").get_by_role("button", name="Bỏ 1 dòng"))
    expect(page.get_by_text("Đã bỏ 1 dòng.")).to_be_visible()
    expect(page.locator("#noi-dung")).to_be_focused()
    expect(page.get_by_text("1 dòng chưa ghi.")).to_have_count(0)
