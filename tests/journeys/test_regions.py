"""A part of a page drawn again: the wait is seen, the focus stays, the address is clean, one step is one step."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.exchange import enterprise_files as files
from tests.journeys import imports
from tests.journeys.hands import press
from tests.journeys.watch import AT_REST, until

pytestmark = pytest.mark.xdist_group("portal")
REGISTER = "/registers/enterprises/"


@pytest.fixture
def page(enter) -> Page:
    page = enter("register_keeper", files.BAC_NINH)
    page.goto(REGISTER)
    return page


def answered(page: Page, path: str) -> None:
    page.wait_for_url(path)
    assert until(page, AT_REST)


def test_region_that_waits_pales_and_shows_a_skeleton(page):
    held: list[Route] = []
    page.route("**/registers/enterprises/?*", lambda route: held.append(route))
    height = page.locator("#list").evaluate("list => list.offsetHeight")
    page.locator("th.sortable a", has_text="Bắt đầu").click(no_wait_after=True)
    assert until(page, "getComputedStyle(document.querySelector('#list'), '::after').opacity === '1'")
    assert until(page, "getComputedStyle(document.querySelector('#list .scrollx')).opacity === '0.55'")
    assert page.locator("#list").evaluate("list => list.offsetHeight") == height
    held[0].continue_()
    answered(page, "**sort=started_on")
    assert page.evaluate("getComputedStyle(document.querySelector('#list .scrollx')).opacity") == "1"


def test_focus_stays_on_the_column_one_sorts_by(page):
    column = page.locator("th.sortable a", has_text="Bắt đầu")
    press(column)
    answered(page, "**sort=started_on")
    expect(column).to_be_focused()
    press(column)
    answered(page, "**sort=-started_on")
    expect(column).to_be_focused()


def test_focus_stays_on_the_pager(page):
    press(page.get_by_role("link", name="Trang sau"))
    answered(page, "**page=2")
    assert page.evaluate("!!document.activeElement.closest('nav.pager')")


def test_focus_stays_on_the_tab(page):
    lines = imports.rows(6)
    files.put(lines[3], "Giai đoạn", "Đang mơ ước")
    imports.upload(page, "the-va-tieu-diem.xlsx", files.workbook(lines))
    imports.await_check(page)
    press(page.locator(".tabs a", has_text="Hợp lệ"))
    answered(page, "**tab=valid*")
    assert "Hợp lệ" in page.evaluate("document.activeElement.textContent")


def test_focus_stays_on_the_number_of_rows(page):
    rows = page.get_by_label("Số dòng mỗi trang")
    rows.focus()
    rows.select_option("20")
    answered(page, "**per_page=20*")
    expect(rows).to_be_focused()


def test_slow_search_is_one_step_back_and_a_filter_another(page):
    before = page.evaluate("history.length")
    search = page.get_by_role("searchbox", name="Tên hoặc mã số thuế")
    for typed, asked in (("c", "c"), ("o", "co"), ("n", "con"), ("g", "cong")):
        search.press_sequentially(typed)
        answered(page, f"**q={asked}")
    search.press("Enter")
    search.blur()
    assert until(page, AT_REST)
    assert page.evaluate("history.length") == before + 1
    page.go_back()
    page.wait_for_url(f"**{REGISTER}")


def test_address_holds_only_what_was_chosen_and_the_sort_stays(page):
    page.locator("th.sortable a", has_text="Bắt đầu").click()
    answered(page, "**sort=started_on")
    page.locator(".filters summary", has_text="Loại hình").click()
    page.get_by_label("Khu vực kinh tế tư nhân").check()
    answered(page, "**ownership=private*")
    asked = page.url.partition("?")[2].split("&")
    assert sorted(asked) == ["ownership=private", "sort=started_on"]
    page.keyboard.press("Escape")  # the panel stands over the head of the table
    page.locator("th.sortable a", has_text="Bắt đầu").click()
    answered(page, "**sort=-started_on")
    assert "ownership=private" in page.url


def test_addresses_of_plain_forms_are_clean_too(enter):
    page = enter("programme_leader")
    page.goto("/dashboard/?scope=")
    page.get_by_label("Số liệu chốt").select_option(index=1)
    page.wait_for_url("**year=*")
    assert "=&" not in f"{page.url}&".replace("scope=&", "")  # an empty scope is the nation, and means it


def test_several_of_many_choices_are_found_by_typing_and_ticked(enter):
    page = enter("programme_officer")
    page.goto(REGISTER)
    chip = page.locator(".filters details", has=page.locator("[name=unit]"))
    chip.locator("summary").click()
    find = chip.get_by_placeholder("Tìm trong danh sách này")
    expect(find).to_be_focused()
    assert chip.get_by_role("checkbox").count() == 97
    for typed, unit in (("ca mau", "VN-96-2025"), ("HUE", "VN-46-2025")):  # diacritics or not
        find.fill(typed)
        expect(chip.get_by_role("checkbox").first).to_be_visible()
        find.press("Enter")
        answered(page, f"**unit={unit}*")
        expect(find).to_be_focused()
    expect(chip.locator("[data-chosen]")).to_have_text("Cà Mau, Huế")
    assert page.url.count("unit=") == 2
    shown = set(page.locator('#list td[data-l="Địa bàn"]').all_inner_texts())
    assert {name.split("\n")[0] for name in shown} <= {"Cà Mau", "Huế"}
    find.fill("khong co tinh nay")
    expect(chip.get_by_text("Không tìm thấy.")).to_be_visible()
    find.fill("")
    page.keyboard.press("ArrowDown")
    expect(chip.get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(chip.locator("summary")).to_be_focused()
    page.go_back()
    page.wait_for_url("**unit=VN-96-2025")


def test_headings_of_the_plan_fold_and_what_is_searched_for_is_in_sight(enter):
    page = enter("programme_leader")
    page.goto("/plan/?list=A")
    rows, heading = page.locator(".plan tbody tr:visible"), page.get_by_role("button", name="Thu gọn 2", exact=True)
    everything = rows.count()
    page.get_by_role("button", name="Thu gọn 2.2", exact=True).click()
    expect(rows).to_have_count(everything - 8)
    heading.click()
    expect(heading).to_have_attribute("aria-expanded", "false")
    expect(rows).to_have_count(9)
    heading.click()
    expect(rows).to_have_count(everything - 8)
    page.get_by_label("Lọc theo mã hoặc nội dung").fill("2.2.4")
    expect(page.locator("#list [data-announce]")).to_have_text("1 hạng mục")
    expect(rows).to_have_count(3)
    assert "list=A" in page.url


def test_head_of_a_long_list_stays_below_the_masthead(page):
    page.evaluate("scrollTo(0, 900)")
    top = page.locator("#list thead th").first.evaluate("cell => cell.getBoundingClientRect().top")
    assert top == page.locator(".mast").evaluate("mast => mast.getBoundingClientRect().bottom")


def test_phone_gets_twenty_rows_without_lines_that_say_nothing(enter):
    phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
    page = enter("register_keeper", files.BAC_NINH, user_agent=phone, viewport={"width": 390, "height": 844})
    page.goto(REGISTER)
    expect(page.locator("#list tbody tr")).to_have_count(20)
    assert (
        page.locator("#list td:visible").evaluate_all("cells => cells.filter((c) => c.innerText.trim() === '–').length")
        == 0
    )
    page.locator("#hint").evaluate("card => card.remove()")  # of a first visit
    assert page.evaluate("document.documentElement.scrollHeight") < 6000


def test_each_place_of_a_target_is_one_stop_of_the_keyboard(enter):
    page = enter("programme_leader")
    page.goto("/targets/mt5/?year=2025")
    places = page.locator("main a[href*='/provenance/2025/']").evaluate_all(
        "all => all.filter((one) => one.tabIndex >= 0).map((one) => new URL(one.href).pathname)"
    )
    units = [place for place in places if place.count("/") == 6]
    assert len(units) == 34
    assert len(set(units)) == 34
    assert page.locator(".tiles a").count() == 34
