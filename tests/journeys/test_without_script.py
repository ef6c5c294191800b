"""Every step is a link or a form: the main job with scripts turned off."""

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports
from tests.journeys.people import sign_in

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture
def page(enter, portal) -> Page:
    page = enter(java_script_enabled=False)
    sign_in(page, portal.people.one("register_keeper", files.BAC_NINH))
    return page


def test_list_is_narrowed_by_its_form(page):
    page.goto("/registers/enterprises/")
    everyone = page.locator("#list [data-announce]").inner_text()
    page.locator(".filters summary", has_text="Loại hình").click()
    for kind in ("Có vốn đầu tư nước ngoài (FDI)", "Hợp tác xã"):
        page.get_by_label(kind).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lọc").click()
    assert page.url.count("ownership=") == 2
    assert page.locator("#list [data-announce]").inner_text() != everyone
    shown = page.locator('#list td[data-l="Loại hình"]').all_inner_texts()
    assert set(shown) == {"Có vốn đầu tư nước ngoài (FDI)", "Hợp tác xã"}


def test_plan_stands_open_and_is_narrowed_by_its_form(page):
    page.goto("/plan/?list=B")
    expect(page.locator(".plan tbody tr")).to_have_count(7)
    page.locator(".filters summary", has_text="Mục tiêu").click()
    page.get_by_label("MT5.").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Lọc").click()
    expect(page.locator(".plan tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Danh mục A").click()
    expect(page.get_by_role("button", name="Thu gọn")).to_have_count(0)


def test_place_is_typed_and_what_names_none_is_refused_with_the_nearest(page):
    page.goto("/registers/enterprises/new/")
    place = page.get_by_label("Tỉnh, thành phố")
    expect(place).to_have_value("Bắc Ninh")
    offered = page.locator(f"datalist#{place.get_attribute('list')} option")
    assert offered.evaluate_all("all => all.map((one) => one.value)") == [
        "Bắc Ninh",
        "Bắc Giang (đến 30/06/2025)",
        "Bắc Ninh (đến 30/06/2025)",
    ]
    place.fill("bac")
    page.get_by_role("button", name="Lưu doanh nghiệp").click()
    expect(page.locator("main")).to_contain_text("Không có địa bàn “bac” trong danh sách được chọn: chọn Bắc Ninh")


def test_file_is_checked_mended_and_written(page):
    lines = imports.rows(12)
    files.put(lines[3], "Giai đoạn", "Đang mơ ước")
    imports.upload(page, "khong-script.xlsx", files.workbook(lines))
    come_back_until(page, "Kết quả kiểm tra tệp")
    imports.problem(page, 5).get_by_role("combobox").select_option(label="Duy trì")
    imports.problem(page, 5).get_by_role("button", name="Sửa").click()
    page.get_by_role("link", name="Ghi 12 dòng hợp lệ").click()
    expect(page.get_by_role("heading", name="Ghi 12 dòng vào sổ đăng ký?")).to_be_visible()
    page.get_by_role("button", name="Ghi 12 dòng").click()
    come_back_until(page, "Đã tính xong")
    expect(page.get_by_text("Đã ghi 12 dòng.")).to_be_visible()


def come_back_until(page: Page, words: str) -> None:
    for _ in range(600):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(200)
        page.goto(page.url)
    expect(page.get_by_text(words)).to_be_visible()


def test_chart_and_its_table_need_no_script(page):
    page.goto("/targets/mt5/")
    expect(page.locator(".traj > svg")).to_be_visible()
    table = page.get_by_role("table", name="Số liệu theo năm")
    expect(table).to_be_hidden()
    page.get_by_text("Bảng số").click()
    expect(table).to_be_visible()
    expect(page.locator(".traj > svg")).to_be_hidden()
