"""The portal by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture
def page(enter) -> Page:
    return enter("register_keeper", files.BAC_NINH)


def test_skip_link_comes_first_and_leads_into_the_page(page):
    page.goto("/dashboard/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Chuyển đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#noi-dung")).to_be_focused()


def test_slash_goes_to_the_search_and_stays_a_slash_inside_a_field(page):
    page.goto("/dashboard/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Tìm toàn cổng")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_g_and_a_letter_go_to_a_place_of_the_menu(page):
    page.goto("/registers/enterprises/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Mục tiêu đến năm 2030")).to_be_visible()


def test_rows_of_a_list_are_walked_through(page):
    page.goto("/registers/enterprises/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#list tbody tr").nth(1).get_by_role("link").first).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#list tbody tr").first.get_by_role("link").first).to_be_focused()


def test_a_place_is_chosen_out_of_all_or_by_typing(page):
    page.goto("/registers/enterprises/new/")
    place, options = page.get_by_label("Tỉnh, thành phố"), page.locator("[data-picks] [role=option]")
    expect(place).to_have_value("Bắc Ninh")
    place.press("ArrowDown")  # nothing was typed: what stands there is no search
    expect(options).to_have_count(3)
    expect(page.get_by_role("option", name="Bắc Ninh", exact=True)).to_have_attribute("aria-selected", "true")
    place.fill("bac giang")
    expect(options.first).to_contain_text("nay thuộc Bắc Ninh")
    place.press("Enter")
    expect(place).to_have_value("Bắc Giang (đến 30/06/2025)")


def test_escape_closes_a_dialog_and_gives_focus_back(page):
    imports.upload(page, "ban-phim.xlsx", files.workbook(imports.rows(5)))
    imports.await_check(page)
    button = page.get_by_role("link", name="Ghi 5 dòng hợp lệ")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Ghi 5 dòng vào sổ đăng ký?")
    expect(dialog.get_by_role("button", name="Quay lại kiểm tra")).to_be_focused()
    for _ in range(4):  # the focus stays inside
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
