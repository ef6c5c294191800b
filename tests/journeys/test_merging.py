"""One enterprise twice on record: found, merged, counted once in MT5, and parted again."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.enterprises import tax_code
from tests.journeys import figures

pytestmark = pytest.mark.xdist_group("portal")
BAC_NINH = "VN-24-2025"
REGISTER = "/registers/enterprises/"
NAME = "Công ty CP Cân điện tử Ghi Hai Lần"


def enter_one(page: Page, number: int, name: str, day: str) -> str:
    """The key of the record."""
    page.goto(f"{REGISTER}new/")
    page.locator("[name=tax_code]").fill(tax_code(number))
    page.locator("[name=name]").fill(name)
    page.locator("[name=ownership]").select_option("private")
    page.locator("[name=located_on]").fill(day)
    with page.expect_navigation():
        page.get_by_role("button", name="Lưu doanh nghiệp").click()
    key = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.get_by_role("link", name="Thêm giai đoạn").click()
    page.locator("[name=form][value=written]").check()
    page.locator("[name=stage]").select_option("applied")
    page.locator("[name=occurred_on]").fill(day)
    page.get_by_role("button", name="Thêm giai đoạn").click()
    expect(page.get_by_text("Đã thêm giai đoạn.")).to_be_visible()
    return key


def test_two_records_of_one_enterprise_are_merged_and_parted(enter):
    page = enter("register_keeper", BAC_NINH)
    year = figures.running_year(page)

    def mt5() -> int:
        return figures.api(page, year, BAC_NINH)

    before = mt5()
    kept = enter_one(page, 9_960_001, NAME, f"02/03/{year}")
    gone = enter_one(page, 9_960_401, NAME.upper(), f"05/04/{year}")
    assert figures.becomes(mt5, before + 2) == before + 2

    page.goto(REGISTER)
    page.get_by_role("link", name="Bản ghi có thể trùng").click()
    expect(page.get_by_role("link", name="So sánh và gộp").first).to_be_visible()
    page.goto(f"{REGISTER}{kept}/merge/{gone}/")  # on which page of the pairs they stand hangs on the other journeys
    expect(page.get_by_text("1 giai đoạn", exact=False)).to_be_visible()
    page.get_by_label("Lý do").fill("Nhập hai lần")
    page.get_by_role("button", name="Gộp", exact=True).click()
    expect(page.get_by_text("Đã gộp hai bản ghi.")).to_be_visible()
    assert figures.becomes(mt5, before + 1) == before + 1

    page.get_by_role("link", name="Tách lại").click()
    page.get_by_label("Lý do").fill("Là hai công ty")
    page.get_by_role("button", name="Tách lại").click()
    expect(page.get_by_text("Đã tách lại thành hai bản ghi")).to_be_visible()
    assert figures.becomes(mt5, before + 2) == before + 2
