"""Own account in the browser: security keys, and a session that ends without taking along what was typed.

Under the name localhost, as browsers know no keys under an address. The page's clock is moved ahead and nobody waits:
what it asks the server then is answered by the server, or for the minutes before an end in its place.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Account, give_password, sign_in
from tests.journeys.portals import Portal

pytestmark = pytest.mark.xdist_group("portal")
SESSION, LEFT = "**/account/session/", 200  # seconds: less than the five minutes before which a warning comes
SECURITY_KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
ADDRESS = "Thư điện tử công vụ mới"


@pytest.fixture(scope="module")
def portal(portal: Portal) -> Iterator[Portal]:
    """The same portal by another name: sessions of the one are none of the other."""
    yield replace(portal, url=portal.url.replace("127.0.0.1", "localhost"), sessions={})


@pytest.fixture(scope="module")
def browser_context_args(portal: Portal) -> dict[str, Any]:
    return {"base_url": portal.url, "locale": "vi-VN"}


@pytest.fixture
def editor(portal) -> Account:
    """Somebody whose sessions no other journey uses: some end all of them here."""
    return portal.people.one("unit_editor", "VN-68-2025")


@pytest.fixture
def page(enter, editor) -> Page:
    page = enter()
    page.clock.install()
    sign_in(page, editor)
    return page


def soon_over(page: Page, **says: int) -> None:
    """A while later by the page's clock; of the server's answer these are the seconds that are left."""
    state = page.request.get("/account/session/").json()
    page.route(SESSION, lambda route: route.fulfill(json=state | says))
    later(page)


def later(page: Page) -> None:
    """So late that the page asks the server whether the session still lives."""
    with page.expect_response(SESSION):
        page.clock.fast_forward("29:00")


def dialog(page: Page):
    return page.locator("dialog#session")


def test_a_security_key_opens_the_door_and_confirms(enter, editor):
    page = enter()
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": SECURITY_KEY})
    sign_in(page, editor)
    page.goto("/account/")
    page.get_by_role("link", name="Thêm khóa").click()
    page.get_by_label("Tên khóa").fill("Khóa xanh")
    page.get_by_role("button", name="Thêm khóa").click()
    expect(page.get_by_role("heading", name="Mã khôi phục")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải tệp .txt").click()
    assert len(re.findall(r"^\d{8}$", download.value.path().read_text(), re.MULTILINE)) == 10
    page.get_by_role("button", name="Tôi đã lưu các mã").click()
    expect(page.get_by_text("Khóa xanh", exact=True)).to_be_visible()

    page.locator("summary.who").click()
    page.get_by_role("button", name="Đăng xuất").click()
    give_password(page, editor.email, editor.password)
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    expect(page.locator("summary.who")).to_be_visible()

    page.goto("/accounts/confirm/?next=/account/")
    page.get_by_role("link", name="Xác nhận bằng khóa bảo mật").click()
    page.get_by_role("button", name="Dùng khóa bảo mật").click()
    expect(page.get_by_role("heading", name="Tài khoản")).to_be_visible()
    page.get_by_role("link", name="Gỡ Khóa xanh").click()
    page.get_by_role("button", name="Gỡ", exact=True).click()
    expect(page.get_by_text("Đã gỡ.")).to_be_visible()


def test_no_keys_are_offered_under_an_address(page, portal, browser):
    page.goto("/account/")
    expect(page.get_by_role("link", name="Thêm khóa")).to_be_visible()
    under_address = browser.new_context(base_url=portal.url.replace("localhost", "127.0.0.1"))
    under_address.add_cookies(
        [{**cookie, "domain": "127.0.0.1"} for cookie in page.context.cookies() if cookie["name"] == "sid"]
    )
    other = under_address.new_page()
    other.goto("/account/")
    expect(other.get_by_text("bằng tên miền qua HTTPS")).to_be_visible()
    expect(other.get_by_role("link", name="Thêm khóa")).to_have_count(0)
    under_address.close()


def test_the_warning_lets_one_go_on(page):
    page.goto("/account/email/")
    page.get_by_label(ADDRESS).fill("nhap-do@example.vn")
    soon_over(page, idle=LEFT)
    expect(dialog(page).get_by_text("Đã lâu không có thao tác")).to_be_visible()
    expect(dialog(page).get_by_role("heading", name="Phiên làm việc sắp kết thúc")).to_be_visible()
    page.unroute(SESSION)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        dialog(page).get_by_role("button", name="Tiếp tục làm việc").click()
    assert answer.value.json()["idle"] > LEFT
    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_label(ADDRESS)).to_have_value("nhap-do@example.vn")


def test_use_elsewhere_counts(page):
    """The page's clock says that it is late; the server knows that the session was used a moment ago."""
    page.goto("/account/email/")
    other = page.context.new_page()
    other.goto("/account/")
    later(page)
    expect(dialog(page)).to_be_hidden()


def test_what_was_typed_outlives_the_session(page, enter, editor):
    page.goto("/account/email/")
    page.get_by_label(ADDRESS).fill("dia-chi-moi@example.vn")
    soon_over(page, idle=LEFT)
    expect(dialog(page).get_by_role("heading", name="Phiên làm việc sắp kết thúc")).to_be_visible()
    end_all_others(enter, editor)
    page.unroute(SESSION)
    page.clock.fast_forward(LEFT * 1000)
    expect(dialog(page).get_by_role("heading", name="Phiên làm việc đã kết thúc")).to_be_visible()
    with page.context.expect_page() as opened:
        dialog(page).get_by_role("link", name="Đăng nhập lại").click()
    again = opened.value
    give_password(again, editor.email, editor.password)
    expect(again.get_by_role("heading", name="Đã đăng nhập lại")).to_be_visible()
    again.close()

    expect(dialog(page)).to_be_hidden()
    expect(page.get_by_label(ADDRESS)).to_have_value("dia-chi-moi@example.vn")
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(page.get_by_text("Đã gửi liên kết đến dia-chi-moi@example.vn")).to_be_visible()


def end_all_others(enter, editor) -> None:
    elsewhere = enter()
    sign_in(elsewhere, editor)
    elsewhere.goto("/account/")
    elsewhere.get_by_role("button", name="Kết thúc mọi phiên khác").click()
    expect(elsewhere.get_by_role("status").get_by_text("Đã kết thúc")).to_be_visible()


def test_a_form_is_held_back_when_the_session_was_ended_elsewhere(page, enter, editor):
    page.goto("/account/email/")
    page.get_by_label(ADDRESS).fill("giu-lai@example.vn")
    end_all_others(enter, editor)
    page.clock.fast_forward(6000)  # what the server said is no longer taken as true
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(dialog(page).get_by_role("heading", name="Phiên làm việc đã kết thúc")).to_be_visible()
    dialog(page).get_by_role("button", name="Ở lại trang").click()
    expect(page.get_by_label(ADDRESS)).to_have_value("giu-lai@example.vn")
    assert page.url.endswith("/account/email/")


def test_twelve_hours_are_told_as_such(page, editor):
    page.goto("/account/email/")
    page.get_by_label(ADDRESS).fill("con-do@example.vn")
    soon_over(page, absolute=LEFT)
    expect(dialog(page).get_by_text("muộn nhất 12 giờ")).to_be_visible()
    page.unroute(SESSION)
    with page.context.expect_page() as opened:
        dialog(page).get_by_role("button", name="Đăng nhập lại").click()
    give_password(opened.value, editor.email, editor.password)
    expect(opened.value.get_by_role("heading", name="Đã đăng nhập lại")).to_be_visible()
    expect(dialog(page)).to_be_hidden()
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(page.get_by_text("Đã gửi liên kết đến con-do@example.vn")).to_be_visible()
