"""Page 10 and the door behind it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.exchange.enterprise_files import BAC_NINH
from tests.journeys.people import give_code, give_password, unused_code

pytestmark = pytest.mark.xdist_group("portal")
WRONG = "Thư điện tử hoặc mật khẩu chưa đúng. Sau 5 lần sai, tài khoản tạm khóa 15 phút"
LOCKED = "Tài khoản tạm khóa"


def test_sign_in_leads_to_the_page_that_was_asked_for(enter, portal):
    page = enter()
    page.goto("/targets/mt5/?measure=count")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    keeper = portal.people.one("register_keeper", BAC_NINH)
    give_password(page, keeper.email, keeper.password)
    expect(page).to_have_url(f"{portal.url}/targets/mt5/?measure=count")

    page.locator("summary.who").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    page.goto("/dashboard/")
    expect(page).to_have_url(f"{portal.url}/accounts/login/?next=/dashboard/")
    page.go_back()
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()


def test_five_wrong_passwords_lock_the_account(enter, portal):
    page, person = enter(), portal.people.one("unit_editor", "BYT")
    page.goto("/accounts/login/")
    for _ in range(4):
        give_password(page, person.email, "sai-mat-khau-996")
        expect(page.get_by_role("alert")).to_contain_text(WRONG)
        expect(page).to_have_title(re.compile("^Lỗi: Đăng nhập"))
        assert page.get_by_label("Thư điện tử công vụ").input_value() == person.email
    give_password(page, person.email, "sai-mat-khau-996")
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    page.get_by_role("link", name="Quay lại đăng nhập").click()
    give_password(page, person.email, person.password)
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()


def test_who_approves_gives_a_code_too(enter, portal):
    page, approver = enter(), portal.people.one("unit_approver", BAC_NINH)
    page.goto("/accounts/login/?next=/targets/")
    give_password(page, approver.email, approver.password)
    expect(page.get_by_role("heading", name="Mã xác thực")).to_be_visible()
    page.goto("/targets/")  # the password alone opens nothing
    expect(page.get_by_role("heading", name="Mã xác thực")).to_be_visible()
    right = unused_code(approver)  # others may have signed in as this person within the half minute
    give_code(page, f"{(int(right) + 1) % 1_000_000:06d}")
    expect(page.get_by_role("alert")).to_contain_text("Mã xác thực chưa đúng")
    give_code(page, right)
    expect(page.get_by_role("heading", name="Mục tiêu đến năm 2030")).to_be_visible()


def test_five_wrong_codes_lock_the_account_too(enter, portal):
    page, person = enter(), portal.people.one("unit_approver", "BYT")
    page.goto("/accounts/login/")
    give_password(page, person.email, person.password)
    for _ in range(5):
        give_code(page, f"{(int(person.code()) + 1) % 1_000_000:06d}")
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    page.goto("/accounts/verify/")
    give_code(page, person.code())
    expect(page.get_by_role("alert")).to_contain_text("Sai quá nhiều lần. Thử lại sau 15 phút.")


def test_password_reset_answers_the_same_for_known_and_unknown(enter, portal):
    page = enter()
    known, unknown = portal.people.one("reader").email, "khong-co-ai@tdc.example"
    assert asked_for_reset(page, known) == asked_for_reset(page, unknown)


def asked_for_reset(page: Page, email: str) -> tuple[str, str]:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Quên mật khẩu?").click()
    page.get_by_label("Thư điện tử công vụ").fill(email)
    page.get_by_role("button", name="Gửi liên kết").click()
    expect(page.get_by_role("heading", name="Đã gửi liên kết")).to_be_visible()
    return page.url, page.locator("main").inner_text()
