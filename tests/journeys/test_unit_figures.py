"""The figures on a unit's page: filled in place, switched in place, and a page of their own without script."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import sign_in

pytestmark = pytest.mark.xdist_group("portal")
BLOCK, ROW = "#unit-figures", '#unit-figures [data-indicator="MT5"]'


def open_figure(page: Page) -> None:
    shown = page.locator(f"{ROW} td a").last.inner_text()
    page.locator(f"{ROW} td a").last.click()
    expect(page.locator("[data-total]")).to_have_text(shown)


def test_an_ended_unit_shows_what_it_reported_and_leads_to_its_successor(enter):
    page = enter("reader")
    page.goto("/units/bac-giang/")
    expect(page.locator(ROW)).to_be_visible()
    page.locator(BLOCK).get_by_role("link", name="Đơn vị hiện nay").click()
    expect(page.locator(BLOCK)).to_contain_text("Theo đơn vị hiện nay, số liệu nằm ở Bắc Ninh")
    page.locator(BLOCK).get_by_text("Tại ngày khác").click()
    page.get_by_label("Theo đơn vị có hiệu lực tại ngày").fill("30/06/2025")
    page.get_by_label("Theo đơn vị có hiệu lực tại ngày").press("Enter")
    expect(page.locator(BLOCK)).to_contain_text("Đơn vị tại ngày 30/06/2025")
    assert page.url.endswith("/units/bac-giang/"), "switched in place"
    open_figure(page)
    assert "on=30/06/2025" in page.url


def test_without_script_it_is_a_page(enter, portal):
    page = enter(java_script_enabled=False)
    sign_in(page, portal.people.one("register_keeper", "VN-24-2025"))
    page.goto("/units/bac-giang/")
    page.get_by_role("link", name="Xem số liệu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tỉnh Bắc Giang: số liệu")
    expect(page.locator(BLOCK)).to_contain_text("Đơn vị tại thời điểm báo cáo")
    open_figure(page)
    assert page.url.endswith("/bac-giang/?units=as-reported")
