"""A receiver of events, as an administrator adds one."""

from playwright.sync_api import Page, expect


def with_a_log(page: Page) -> None:
    page.goto("/webhooks/new/")
    page.get_by_label("Tên nơi nhận").fill("Nền tảng dữ liệu")
    page.get_by_label("Địa chỉ nhận").fill("https://nhan.example.vn/hook")
    page.get_by_label("Chốt số liệu một kỳ").check()
    page.get_by_role("button", name="Thêm nơi nhận").click()
    page.get_by_role("link", name="Về trang nơi nhận").click()
    page.get_by_role("button", name="Gửi sự kiện thử").click()
    expect(page.get_by_role("rowheader", name="Sự kiện thử")).to_be_visible()
