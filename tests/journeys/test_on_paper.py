"""What the printer gets: one sheet where one is promised; lists from the first sheet, with their filters in words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys.watch import until

pytestmark = pytest.mark.xdist_group("portal")
REGISTER = "/registers/enterprises/"
PROMISED = {
    "dashboard": ("programme_leader", "/dashboard/"),
    "dashboard_of_a_unit": ("programme_leader", "/dashboard/?scope=bac-ninh"),
    "dashboard_as_it_was": ("programme_leader", "/dashboard/?year=2024"),
}


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True, print_background=True)))


# The width of the window is the charts', and the three pages have the same.
WINDOWS = [
    *((name, 1440) for name in PROMISED),
    *(pytest.param("dashboard", width, marks=pytest.mark.thorough) for width in (1280, 1920)),
]


@pytest.mark.parametrize(("name", "width"), WINDOWS)
def test_page_that_promises_one_sheet_takes_one(enter, name, width):
    role, path = PROMISED[name]
    page = enter(role, viewport={"width": width, "height": 900})
    page.goto(path)
    expect(page.get_by_role("button", name="In một trang A4")).to_be_visible()
    assert sheets(page) == 1
    # Where our typefaces have not come, letters are up to a tenth wider.
    for typeface in ("--font-ui", "--font-head"):
        page.evaluate("name => document.documentElement.style.setProperty(name, 'sans-serif')", typeface)
    assert sheets(page) == 1


@pytest.mark.parametrize("path", ["/", "/provinces/bac-ninh/"])
def test_public_page_takes_one_sheet(enter, path):
    page = enter()
    page.goto(path)
    assert sheets(page) == 1


def test_pages_of_targets_take_few_sheets_and_stay_legible(enter):
    page = enter("programme_leader")
    page.goto("/targets/")
    assert sheets(page) == 1
    page.goto("/targets/mt5/")
    assert sheets(page) <= 5
    page.emulate_media(media="print")
    dark = page.locator(".tiles a.q5").first
    assert dark.evaluate("tile => getComputedStyle(tile).color") == "rgb(255, 255, 255)"


def test_printed_list_begins_on_the_first_sheet_and_names_its_filters(enter):
    page = enter("register_keeper", files.BAC_NINH)
    page.goto(f"{REGISTER}?ownership=private&q=cong")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 726})  # the printed part of A4, lying
    told = page.locator("#list .filtered")
    expect(told).to_contain_text("Loại hình")
    expect(told).to_contain_text("cong")
    expect(page.locator(".filters")).to_be_hidden()
    assert page.locator("#list tbody tr").first.evaluate("row => row.getBoundingClientRect().bottom") < 726
    # A list of many sheets breaks between rows, and each sheet has the head.
    assert sheets(page) > 1
    assert page.locator("#list").evaluate("list => getComputedStyle(list).breakInside") == "auto"
    head = page.locator("#list thead").evaluate("head => getComputedStyle(head).display")
    assert head == "table-header-group"


def test_plan_is_one_table_over_few_sheets(enter):
    page = enter("programme_leader")
    page.goto("/plan/?list=A")
    assert sheets(page) <= 3
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 726})
    expect(page.locator(".filters")).to_be_hidden()
    expect(page.locator("#list .only-print")).to_have_text("Danh mục A – Bộ KH&CN")
    wide = page.locator(".plan").evaluate("table => table.scrollWidth <= document.documentElement.clientWidth")
    assert wide
    head = page.locator(".plan thead").evaluate("head => getComputedStyle(head).display")
    assert head == "table-header-group"


def test_list_without_filters_says_nothing_of_them(enter):
    page = enter("register_keeper", files.BAC_NINH)
    page.goto(REGISTER)
    page.emulate_media(media="print")
    expect(page.locator("#list tbody tr").first).to_be_visible()
    expect(page.locator("#list .filtered")).to_have_count(0)


def test_chart_is_drawn_on_paper_too(enter):
    page = enter("programme_leader")
    page.goto("/targets/mt5/")
    page.emulate_media(media="print")
    assert until(page, "document.querySelector('.traj > svg').getBoundingClientRect().height > 100")
