"""What is typed into a report is not lost without a word: not while it is typed, nor where it was refused."""

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.conftest import LAM_DONG
from tests.journeys.watch import AT_REST, until

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


def test_no_answer_touches_what_is_being_typed(enter):
    """The answer to one cell comes while somebody is in the next, which it draws too: letters, caret and field stay."""
    page = enter(EDITOR, LAM_DONG)
    page.goto(f"{REPORT}edit/inspection/")
    first, then = (page.locator(f'[name="v-{code}"]') for code in ("D2", "D3"))  # at most D2: its answer tells of D3
    held: list[Route] = []
    page.route("**/cells/D2/", lambda route: held.append(route))
    first.fill("30")
    then.click()
    then.evaluate("field => { window.field = field; }")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("1")
    [route] = held
    with page.expect_response("**/cells/D2/"):
        route.continue_()
    assert until(page, AT_REST)
    page.keyboard.type("2")
    assert page.evaluate("document.activeElement === window.field && window.field.value") == "12"
    then.press("Tab")
    assert until(page, AT_REST)
    page.reload()
    expect(first).to_have_value("30")
    expect(then).to_have_value("12")


def test_a_blank_at_a_pause_is_not_taken_out_of_a_text(enter):
    """The answer to a text that was sent at a pause has it trimmed."""
    page = enter(EDITOR, LAM_DONG)
    page.goto(f"{REPORT}edit/difficulties/")
    text = page.locator("textarea").nth(0)
    text.fill("")
    text.press_sequentially("phát sinh ")
    with page.expect_response("**/cells/**"):
        text.dispatch_event("change")  # as after a pause
    assert until(page, AT_REST)
    text.press_sequentially("văn bản")
    text.blur()
    assert until(page, AT_REST)
    page.reload()
    expect(page.locator("textarea").nth(0)).to_have_value("phát sinh văn bản")
