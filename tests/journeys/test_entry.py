"""What is typed into a report is not lost without a word: not while it is typed, nor where it was refused."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.conftest import LAM_DONG

pytestmark = pytest.mark.xdist_group("portal")
EDITOR, REPORT = "unit_editor", "/reports/2026/lam-dong/"


def leave(page: Page, url: str) -> list[str]:
    """Go there whatever the browser asks; what kind of questions it asked."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.once("dialog", answer)
    page.goto(url)
    return asked


def test_a_text_is_saved_while_it_is_typed(enter):
    page = enter(EDITOR, LAM_DONG)
    page.goto(f"{REPORT}edit/difficulties/")
    text = page.locator("textarea").nth(1)
    text.click()
    text.press_sequentially(" Đang viết dở.")
    expect(page.locator("#saved")).to_contain_text("Đã lưu lúc")
    expect(text).to_be_focused()
    page.reload()
    assert page.locator("textarea").nth(1).input_value().endswith("Đang viết dở.")


def test_a_number_being_typed_is_offered_after_a_reload(enter):
    page = enter(EDITOR, LAM_DONG)
    page.goto(f"{REPORT}edit/inspection/")
    page.locator('[name="v-D1"]').fill("977")  # and not left
    page.reload()
    kept = page.locator("[data-kept]")
    expect(kept).to_contain_text("1 ô bạn đã nhập trên máy này chưa được lưu: D1.")
    with page.expect_response("**/cells/**"):
        kept.get_by_role("button", name="Khôi phục").click()
    page.reload()
    expect(page.locator('[name="v-D1"]')).to_have_value("977")


def test_what_was_refused_is_told_and_offered_again(enter):
    page = enter(EDITOR, LAM_DONG)
    page.goto(f"{REPORT}edit/results/")
    codes = ("K1.1", "K2.1")
    for code, text in zip(codes, ("1.250", "1.150"), strict=True):
        page.locator(f'[name="v-{code}"]').fill(text)
        page.locator(f'[name="v-{code}"]').press("Tab")
        expect(page.locator(f'[data-cell="{code}"]')).to_contain_text("có thể là")
    expect(page.locator("#saved")).to_have_text("2 ô chưa được lưu: sửa lỗi ghi ở ô")
    page.get_by_role("button", name="Sang mục 4").click()
    summary = page.locator("#summary .errsum")
    expect(summary).to_be_focused()
    assert leave(page, REPORT) == ["beforeunload"]
    page.goto(f"{REPORT}edit/results/")
    expect(page.locator("[data-kept]")).to_contain_text("2 ô bạn đã nhập trên máy này chưa được lưu: K1.1, K2.1.")
    page.locator("[data-kept]").get_by_role("button", name="Bỏ").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
