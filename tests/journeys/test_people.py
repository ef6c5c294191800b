"""People and roles in the browser: asked in by mail, a role given and looked over; the pages at every width."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.exchange.enterprise_files import BAC_NINH
from tests.journeys.hands import Hands
from tests.journeys.people import give_password
from tests.journeys.test_pages import faults
from tests.journeys.watch import fits, until

pytestmark = pytest.mark.xdist_group("portal")
EMAIL, NAME = "nguoi-moi@bac-ninh.example", "Đỗ Thị Ngọc Ánh"
PASSWORD = "bay con chim se nau tren mai ngoi"
LINK = re.compile(r"/accounts/invitation/[\w:-]+/")


def link_in_mail(portal, seconds: float = 60) -> str:
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
    expect(admin.get_by_label("Đơn vị")).to_have_value("Bắc Ninh")
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
    admin.get_by_label("Tên, thư điện tử, đơn vị hoặc vai trò").fill("ngoc anh")
    expect(admin.locator("#list [data-announce]")).to_have_text("1 người")
    admin.get_by_role("link", name=NAME).click()
    admin.locator(".phead").get_by_role("link", name="Cấp vai trò").click()
    admin.get_by_label("Vai trò").select_option(label="Cán bộ quản lý dữ liệu")
    admin.get_by_role("button", name="Cấp vai trò").click()
    expect(admin.locator("main")).to_contain_text("Đã cấp vai trò.")
    visitor.goto("/registers/enterprises/")
    expect(visitor.get_by_role("link", name="Thêm doanh nghiệp")).to_be_visible()


@pytest.mark.thorough
def test_invite_deputise_end_costs_little(enter, portal):
    """Three things that people who administer do most. Before 29/11/2026: 11 clicks, and e-mail, name and day typed."""
    hands, deputy = Hands(), portal.people.one("unit_editor", BAC_NINH)
    admin = enter("unit_administrator", BAC_NINH)
    admin.goto("/users/")
    hands.click(admin.get_by_role("link", name="Mời người dùng"))
    hands.type(admin.get_by_label("Thư điện tử công vụ"), "nguoi-hai@bac-ninh.example")
    hands.choose(admin.get_by_label("Vai trò"), "Chuyên viên đơn vị")
    hands.click(admin.get_by_role("button", name="Gửi lời mời"))
    expect(admin.locator("main")).to_contain_text("Đã gửi lời mời")
    admin.goto("/users/invitations/")
    expect(admin.locator("main table")).to_contain_text("Thời điểm hết hạn")

    approver = enter("unit_approver", BAC_NINH)
    approver.goto("/users/deputies/")
    hands.click(approver.get_by_role("link", name=re.compile("^Ủy quyền phê duyệt: ")).first)
    choices = approver.get_by_label("Người được ủy quyền").locator("option").all_inner_texts()
    hands.choose(approver.get_by_label("Người được ủy quyền"), next(one for one in choices if deputy.email in one))
    hands.click(approver.get_by_role("button", name="Ủy quyền phê duyệt", exact=True))
    expect(approver.locator("main")).to_contain_text("quyền phê duyệt có hiệu lực sau khi người này bật")
    assert faults_of(approver) == []

    acting = enter("unit_editor", BAC_NINH)
    acting.goto("/dashboard/")
    expect(acting.locator("main")).to_contain_text("Bạn được ủy quyền phê duyệt đến")
    expect(acting.get_by_role("link", name="Bật xác thực")).to_be_visible()
    assert faults_of(acting) == []

    hands.click(approver.get_by_role("link", name=re.compile("^Kết thúc ủy quyền: ")).first)
    expect(approver.get_by_label("Kết thúc ngay")).to_be_visible()
    assert faults_of(approver) == []
    hands.click(approver.get_by_label("Kết thúc ngay"))
    hands.click(approver.get_by_role("button", name="Kết thúc ủy quyền"))
    expect(approver).to_have_url(re.compile("/users/deputies/$"))
    assert (hands.clicks, len(hands.typed)) == (11, 1)


PAGES = ["", "invite/", "invitations/", "review/", "review/progress/", "roles/", "deputies/"]
NARROW = {"", "invite/", "review/"}  # a list, a form, a list that is a form: axe looks at them a second time


def test_pages_of_people_have_no_fault(enter):
    page = enter("unit_administrator", BAC_NINH)
    for path in PAGES:
        page.goto(f"/users/{path}")
        assert faults_of(page, is_narrow_too=path in NARROW) == [], path
    page.goto("/users/")
    with page.expect_navigation():  # or the page that is left would be looked at, while it goes
        page.locator("#list tbody th a").last.click()
    assert faults_of(page) == []
    page.get_by_role("link", name=re.compile("^Kết thúc")).first.click()
    page.get_by_label("Ngày khác").check()
    page.get_by_label("Ngày cuối cùng giữ vai trò").fill("31/02/2026")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa 1 lỗi")
    assert faults_of(page) == []


def faults_of(page: Page, *, is_narrow_too: bool = False) -> list[str]:
    """Without sideways scroll at any width; from the top, where the head that stays covers nothing."""
    assert until(page, "document.fonts.status === 'loaded'")
    page.evaluate("scrollTo(0, 0)")
    found: list[str] = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if width == 1440 or is_narrow_too:
            found += faults(page)
        assert fits(page), f"{page.url} at {width} px"
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def test_a_token_is_shown_once_copied_and_revoked(enter):
    admin = enter("unit_administrator", BAC_NINH)
    admin.goto("/account/")
    admin.get_by_role("link", name="Mã truy cập API").click()
    admin.get_by_role("link", name="Cấp mã truy cập").click()
    expect(admin.get_by_label("Tên mã")).to_be_visible()  # or the page that is left would be looked at, while it goes
    assert faults_of(admin, is_narrow_too=True) == []
    admin.get_by_label("Tên mã").fill("Nền tảng dữ liệu của tỉnh")
    box = admin.get_by_label("Đọc: Nhiệm vụ tasks:read")
    admin.locator("details.scopes", has=box).locator("summary").click()
    box.check()
    admin.get_by_role("button", name="Cấp mã").click()
    key = admin.get_by_label("Mã truy cập", exact=True)
    expect(key).to_have_value(re.compile("^p996_.{43}$"))
    assert faults_of(admin, is_narrow_too=True) == []
    admin.get_by_role("button", name="Sao chép").click()
    expect(admin.get_by_role("button", name="Đã sao chép")).to_be_visible()
    admin.get_by_role("link", name="Tôi đã lưu mã").click()
    expect(admin.locator("main")).not_to_contain_text("p996_")
    admin.get_by_role("link", name="Thu hồi Nền tảng dữ liệu của tỉnh").click()
    admin.get_by_label("Lý do").fill("Đổi hệ thống")
    admin.get_by_role("button", name="Thu hồi mã").click()
    expect(admin.locator("main")).to_contain_text("Đã thu hồi mã")
    admin.goto("/users/tokens/")
    expect(admin.locator("main table")).to_contain_text("Đã thu hồi")
    assert faults_of(admin, is_narrow_too=True) == []
