"""Registers beside the enterprises: what moves their figures, what expires, and a look that colleagues share."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.day import machines_today
from tests.journeys.figures import becomes, of

pytestmark = pytest.mark.xdist_group("portal")
BAC_NINH = "VN-24-2025"


def figure(page: Page, code: str) -> int:
    """Of the running year, as the dashboard has it."""
    page.goto("/dashboard/?scope=")
    return of(page.locator(f"[data-indicator={code}] [data-preliminary]"))


def add(page: Page, **fields: str) -> None:
    """A row by the form that is open, filled in by the names of its fields."""
    form = page.get_by_role("main").locator("form")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def choose_body(page: Page) -> None:
    page.locator("[name=body]").fill("MH-TC")
    page.locator("[data-picks] [role=option]:visible").first.click()


def test_a_withdrawn_cmc_lowers_the_figure(enter):
    page = enter("register_keeper", "UBTDC")
    before = figure(page, "MT2")
    page.goto("/registers/cmc-status/?status=published&sort=-happened_on")
    page.locator("#list tbody a").first.click()
    page.locator("dd a[href*='/registers/cmc/']").click()
    cmc = page.url
    page.get_by_role("link", name="Thêm trạng thái").click()
    add(page, status="Rút bỏ", happened_on=f"{machines_today():%d/%m/%Y}", reason="Theo thông báo")
    assert becomes(lambda: figure(page, "MT2"), before - 1) == before - 1
    page.goto(cmc)
    expect(page.locator("#h-cmc-status").locator("..").locator("..")).to_contain_text("Rút bỏ")


def test_a_laboratory_assessed_twice_is_counted_once(enter):
    page = enter("register_keeper", BAC_NINH)
    before = figure(page, "MT6")
    today = machines_today()
    page.goto("/registers/assessments/?verdict=met")
    page.locator("#list tbody a").first.click()
    page.locator("dd a[href*='/registers/labs/']").click()
    again = {"criteria_set": "TCVN 13187:2020", "verdict": "Đạt", "assessor": "Đoàn đánh giá"}
    on = f"{today:%d/%m/%Y}"
    page.get_by_role("link", name="Thêm lần đánh giá").click()
    add(page, code="ĐG-HAI-LAN", assessed_on=on, **again)
    page.goto("/registers/labs/new/")
    choose_body(page)
    add(page, code="PTN-MOI", name="Phòng thí nghiệm mới")
    page.get_by_role("link", name="Thêm lần đánh giá").click()
    add(page, code="ĐG-LAN-DAU", assessed_on=on, **again)
    assert becomes(lambda: figure(page, "MT6"), before + 1) == before + 1


def test_what_expires_is_a_look_that_colleagues_share(enter):
    page = enter("register_keeper", BAC_NINH)
    soon = machines_today() + timedelta(days=30)
    page.goto("/registers/registrations/new/")
    choose_body(page)
    page.locator("[name=regime]").select_option(index=1)
    until = f"{soon:%d/%m/%Y}"
    add(page, number="ĐK-SAP-HET", issuer="Ủy ban TĐC", issued_on="04/05/2022", valid_until=until)
    page.goto("/registers/registrations/")
    page.get_by_role("link", name="Xem danh sách").click()
    expect(page.locator("#list")).to_contain_text("ĐK-SAP-HET")
    expect(page.locator("#list")).not_to_contain_text("Còn hiệu lực")
    page.get_by_text("Lưu cách xem").click()
    page.get_by_label("Tên cách xem").fill("Sắp hết hạn của tỉnh")
    page.get_by_label("Chia sẻ với mọi người ở").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    colleague = enter("unit_approver", BAC_NINH)
    colleague.goto("/registers/registrations/")
    colleague.get_by_role("link", name="Sắp hết hạn của tỉnh").click()
    expect(colleague.locator("#list")).to_contain_text("ĐK-SAP-HET")
