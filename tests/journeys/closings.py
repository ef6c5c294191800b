"""A year closed as its two people do it: an officer prepares, a leader closes."""

from playwright.sync_api import Page, expect

PERIOD = "/targets/closings/2025/"


def propose(page: Page, reason: str) -> None:
    page.goto(PERIOD)
    page.get_by_label("Văn bản chốt số liệu").fill("Thông báo 2025/TB-MINH-HOA")
    page.get_by_label("Lý do", exact=True).fill(reason)
    page.get_by_role("button", name="Lập đề nghị chốt").click()
    expect(page.get_by_text("Đã lập đề nghị chốt kỳ")).to_be_visible()


def close(page: Page, version: int) -> None:
    page.goto(PERIOD)
    page.get_by_role("link", name="Chốt kỳ", exact=True).click()
    page.get_by_role("button", name="Chốt kỳ").click()
    expect(page.get_by_text(f"Đã chốt kỳ 2025, phiên bản {version}.")).to_be_visible()
