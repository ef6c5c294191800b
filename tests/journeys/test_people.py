"""People and roles in the browser: asked in by mail, a role given and looked over; the pages at every width."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.exchange.enterprise_files import BAC_NINH
from tests.journeys.people import give_password
from tests.journeys.test_pages import AXE, faults
from tests.journeys.watch import fits, until

pytestmark = pytest.mark.xdist_group("portal")
EMAIL, NAME = "nguoi-moi@bac-ninh.example", "Đỗ Thị Ngọc Ánh"
PASSWORD = "bay con chim se nau tren mai ngoi"
LINK = re.compile(r"/accounts/invitation/[\w:-]+/")


def link_in_mail(portal, seconds: float = 20) -> str:
    """Mails of the demonstration go to the worker's log."""
    log, end = portal.data / "log/worker.log", time.monotonic() + seconds
    while not (found := LINK.findall(log.read_text(errors="replace"))):
        assert time.monotonic() < end, "no invitation went out"
        time.sleep(0.2)
    return found[-1]


def test_invited_person_comes_in_and_is_given_another_role(enter, portal):
    admin = enter("unit_administrator", BAC_NINH)
    admin.goto("/")
    expect(admin.get_by_role("heading", name="Người dùng", level=1)).to_be_visible()
    admin.get_by_role("link", name="Mời người dùng").click()
    admin.get_by_label("Thư điện tử công vụ").fill(EMAIL)
    admin.get_by_label("Họ và tên").fill(NAME)
    expect(admin.get_by_label("Đơn vị")).to_have_value(BAC_NINH)
    admin.get_by_label("Vai trò").select_option(label="Chuyên viên đơn vị")
    admin.get_by_role("button", name="Gửi lời mời").click()
    expect(admin.locator("main")).to_contain_text(f"Đã gửi lời mời đến {EMAIL}")

    visitor = enter()
    visitor.goto(link_in_mail(portal))
    expect(visitor.get_by_role("heading", name="Nhận lời mời")).to_be_visible()
    assert faults_of(visitor) == []
    visitor.get_by_label("Mật khẩu", exact=True).fill("ngan")
    visitor.get_by_role("button", name="Tạo tài khoản").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Cần sửa")
    visitor.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    visitor.get_by_role("button", name="Tạo tài khoản").click()
    expect(visitor.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    give_password(visitor, EMAIL, PASSWORD)
    expect(visitor.locator("summary.who")).to_contain_text(NAME)

    admin.goto("/users/")
    admin.get_by_label("Tên hoặc thư điện tử").fill("ngoc anh")
    expect(admin.locator("#list [data-announce]")).to_have_text("1 người")
    admin.get_by_role("link", name=NAME).click()
    admin.locator(".phead").get_by_role("link", name="Cấp vai trò").click()
    admin.get_by_label("Vai trò").select_option(label="Cán bộ sổ đăng ký")
    admin.get_by_role("button", name="Cấp vai trò").click()
    expect(admin.locator("main")).to_contain_text("Đã cấp vai trò.")
    visitor.goto("/registers/enterprises/")
    expect(visitor.get_by_role("link", name="Thêm doanh nghiệp")).to_be_visible()


PAGES = ["", "invite/", "invitations/", "review/", "review/progress/", "roles/", "deputies/"]


def test_pages_of_people_have_no_fault(enter):
    page = enter("unit_administrator", BAC_NINH)
    for path in PAGES:
        page.goto(f"/users/{path}")
        assert faults_of(page) == [], path
    page.goto("/users/")
    page.locator("#list tbody th a").last.click()
    assert faults_of(page) == []
    page.get_by_role("link", name=re.compile("^Kết thúc")).first.click()
    page.get_by_label("Ngày cuối cùng giữ vai trò").fill("31/02/2026")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa 1 lỗi")
    assert faults_of(page) == []


def faults_of(page: Page) -> list[str]:
    """Wide and narrow; without sideways scroll."""
    assert until(page, "document.fonts.status === 'loaded'", 10)
    found: list[str] = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE)
        found += faults(page)
        assert fits(page), f"{page.url} at {width} px"
    page.set_viewport_size({"width": 1440, "height": 900})
    return found
