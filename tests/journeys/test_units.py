"""Units in time: the changes of 2026 on screen and on paper, a planned merger taken back, one that has come true."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.day import machines_today
from tests.journeys import figures

pytestmark = pytest.mark.xdist_group("changed-portal")
LAM_DONG, DONG_NAI = "VN-68-2025", "VN-75-2025"
ADMINISTRATOR = "programme_administrator"
CITIES = [
    ("dong-nai", "VN-75-2025", "Đồng Nai", date(2026, 4, 30)),
    pytest.param("quang-ninh", "VN-22-2025", "Quảng Ninh", date(2026, 9, 1), marks=pytest.mark.thorough),
    pytest.param("bac-ninh", "VN-24-2025", "Bắc Ninh", date(2026, 9, 20), marks=pytest.mark.thorough),
]


def shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.mark.parametrize(("slug", "unit", "name", "day"), CITIES)
def test_a_province_becomes_a_city_on_its_day(enter, slug, unit, name, day):
    page = enter("reader")
    for at, kind in ((day - timedelta(days=1), "Tỉnh"), (day, "Thành phố")):
        page.goto(f"/units/?kind=province&q={slug.replace('-', ' ')}&on={shown(at)}")
        row = page.locator("#list tbody tr", has=page.locator(f'th a[href="/units/{slug}/"]'))
        expect(row.locator('td[data-l="Loại"]')).to_have_text(kind)
        page.goto(f"/units/{slug}/?on={shown(at)}")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{kind} {name}")
        page.goto("/units/print/")
        page.get_by_label("Tại ngày").fill(shown(at))
        page.get_by_role("button", name="Xem").click()
        page.emulate_media(media="print")
        expect(page.locator(f'[data-unit="{unit}"] td').nth(1)).to_have_text(f"{kind} {name}")
        expect(page.locator(".paper h1")).to_contain_text(f"tại ngày {shown(at)}")
        expect(page.get_by_text("Độc lập - Tự do - Hạnh phúc")).to_be_visible()
        expect(page.locator(".mast")).to_be_hidden()
        page.emulate_media(media="screen")


def choose(page: Page, label: str, typed: str, option: str) -> None:
    page.get_by_label(label, exact=True).press_sequentially(typed)
    page.get_by_role("option", name=option).first.click()


def fill_merger(page: Page, day: date, name: str, code: str, document: str) -> None:
    page.goto("/units/lam-dong/")
    page.locator(".phead").get_by_role("link", name="Ghi nhận sắp xếp đơn vị").click()
    page.get_by_role("link", name="Hợp nhất, sáp nhập").click()
    expect(page.get_by_label("Đơn vị thứ 1")).to_have_value("Lâm Đồng")
    choose(page, "Đơn vị thứ 2", "dong nai", "Đồng Nai")
    page.get_by_label("Có hiệu lực từ ngày").fill(shown(day))
    page.get_by_label("Hợp nhất thành đơn vị mới").check()
    page.get_by_label("Tên đầy đủ").fill(f"Thành phố {name}")
    page.get_by_label("Tên ngắn").fill(name)
    page.get_by_label("Loại", exact=False).filter(has_text="Như đơn vị trước").first.select_option("Thành phố")
    page.get_by_role("textbox", name="Mã số").fill(code)
    enter_new_document(page, document)


def enter_new_document(page: Page, number: str) -> None:
    """Its fields open at the first click, while the list of what was found still stands below the box."""
    page.get_by_label("Văn bản căn cứ").press_sequentially(number)
    expect(page.get_by_role("option", name="Thêm văn bản mới")).to_be_visible()
    page.get_by_text("Văn bản chưa có trong cổng").click(force=True)
    expect(page.get_by_label("Số, ký hiệu")).to_have_value(number)
    expect(page.get_by_label("Loại văn bản")).to_have_value("Nghị quyết")  # as the last one of the same symbol
    expect(page.get_by_label("Cơ quan ban hành")).to_have_value("Quốc hội")
    page.get_by_label("Trích yếu").fill("Sắp xếp thử")


def preview(page: Page) -> None:
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xem trước")


def provinces(page: Page, **query: str) -> set[str]:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    page.goto(f"/units/?kind=province&per_page=100&{asked}")
    return {link.get_attribute("href") or "" for link in page.locator("#list tbody th a").all()}


def test_a_planned_merger_is_seen_ahead_and_taken_back(enter):
    page, reader = enter(ADMINISTRATOR), enter("reader")
    tomorrow = machines_today() + timedelta(days=1)
    before = provinces(reader)
    fill_merger(page, tomorrow, "Đồng Lâm", "97", "97/2026/QH16")
    page.get_by_label("Ngày ban hành").fill("31/02/2026")
    page.get_by_role("button", name="Xem trước").click()
    new = page.locator("[data-pick-new]")
    expect(new.locator(".field.er")).to_contain_text("Ngày ban hành")
    typed = {"Số, ký hiệu": "97/2026/QH16", "Ngày ban hành": "31/02/2026", "Trích yếu": "Sắp xếp thử"}
    for label, text in typed.items():
        expect(new.get_by_label(label)).to_have_value(text)
    new.get_by_label("Ngày ban hành").fill("01/11/2026")
    preview(page)
    expect(page.get_by_text("Chưa có gì được ghi.")).to_be_visible()
    people = page.locator("section", has=page.get_by_role("heading", name="Nhân sự chuyển theo"))
    expect(people.get_by_role("row", name="Cán bộ quản lý dữ liệu")).to_contain_text("Đồng Lâm")
    expect(page.get_by_role("link", name="Sở Khoa học và Công nghệ")).to_be_visible()
    assert provinces(reader, on=shown(tomorrow)) == before

    page.get_by_role("button", name="Ghi nhận sắp xếp").click()
    expect(page.get_by_text(f"dự kiến có hiệu lực từ {shown(tomorrow)}").first).to_be_visible()
    act = page.url
    gone, come = {"/units/lam-dong/", "/units/dong-nai/"}, {"/units/dong-lam/"}
    assert provinces(reader) == before
    assert provinces(reader, on=shown(tomorrow)) == before - gone | come
    reader.goto("/units/lam-dong/")
    expect(reader.get_by_text(f"Dự kiến từ {shown(tomorrow)}")).to_be_visible()

    page.goto(act)
    page.get_by_role("link", name="Rút").click()
    page.get_by_label("Lý do rút").fill("Chưa có nghị quyết")
    page.get_by_role("button", name="Rút việc sắp xếp").click()
    expect(page.get_by_text("Chưa có nghị quyết")).to_be_visible()
    assert provinces(reader, on=shown(tomorrow)) == before
    answer = reader.goto("/units/dong-lam/")
    assert answer
    assert answer.status == 404


def test_after_its_day_the_merger_shows_everywhere_and_the_past_is_intact(enter):
    page, keeper = enter(ADMINISTRATOR), enter("register_keeper", LAM_DONG)
    yesterday = machines_today() - timedelta(days=1)
    year = figures.running_year(page)
    old = {unit: figures.api(page, year, unit) for unit in (LAM_DONG, DONG_NAI)}
    nation = figures.api(page, year)
    reported = {unit: figures.api(page, year, unit, "as-reported") for unit in old}
    rows = counted(keeper)

    fill_merger(page, yesterday, "Lâm Nai", "98", "98/2026/QH16")
    preview(page)
    expect(page.get_by_text("không rút lại được nữa")).to_be_visible()
    page.get_by_role("button", name="Ghi nhận sắp xếp").click()
    expect(page.get_by_text("Đã có hiệu lực")).to_be_visible()
    new = f"VN-98-{yesterday.year}"

    assert figures.api(page, year, new) == sum(old.values())
    assert figures.api(page, year, new, "as-reported") == 0
    assert {unit: figures.api(page, year, unit, "as-reported") for unit in old} == reported
    assert {figures.api(page, year, units=view) for view in ("current", "as-reported")} == {nation}

    assert {"/units/lam-nai/"} <= provinces(page, reporting="1")
    assert not {"/units/lam-dong/", "/units/dong-nai/"} & provinces(page, reporting="1")
    page.goto("/units/print/")
    expect(page.locator(f'[data-unit="{new}"] td').nth(1)).to_have_text("Thành phố Lâm Nai")
    page.goto("/targets/mt5/")
    expect(page.locator(f'[data-tile="{new}"]')).to_have_count(1)
    expect(page.locator(".tiles .rest")).to_have_count(1)  # the other one's land, without a figure of its own
    page.goto("/search/?q=lam%20dong")
    page.get_by_role("link", name="Thành phố Lâm Nai").click()
    expect(page.locator("#h-lineage")).to_be_visible()

    page.goto("/units/lam-dong/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tỉnh Lâm Đồng")
    expect(page.get_by_text("Nay thuộc")).to_be_visible()
    expect(page.locator("section", has=page.locator("#h-acts"))).to_contain_text("98/2026/QH16")
    page.goto(f"/targets/mt5/provenance/{year}/lam-dong/?units=as-reported")
    assert figures.of(page.locator("[data-total]")) == reported[LAM_DONG]
    assert counted(keeper) > rows, "the keeper of one part now keeps the register of both"


def test_rows_are_added_and_taken_away_with_the_keyboard(enter):
    page = enter(ADMINISTRATOR)
    page.goto("/units/reorganisations/new/?kind=merger&unit=VN-01-2025")
    page.get_by_label("Tên đầy đủ").fill("Thành phố Gõ Dở")
    add = page.get_by_role("button", name="Thêm dòng")
    for number in (3, 4):
        add.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_label(f"Đơn vị thứ {number}")).to_be_focused()
    expect(page.locator("#status")).to_have_text("Đang có 4 đơn vị.")
    page.get_by_label("Đơn vị thứ 4").fill("Đà Nẵng")
    page.get_by_role("button", name="Bỏ đơn vị thứ 2").press("Enter")
    expect(page.get_by_label("Đơn vị thứ 2")).to_be_focused()
    expect(page.get_by_label("Đơn vị thứ 3")).to_have_value("Đà Nẵng")
    expect(page.get_by_label("Đơn vị thứ 1")).to_have_value("Hà Nội")
    expect(page.get_by_label("Tên đầy đủ")).to_have_value("Thành phố Gõ Dở")
    page.get_by_label("Tên ngắn").press("Enter")  # the form is looked at, no row is added
    expect(page.get_by_role("alert")).to_contain_text("Cần sửa")
    expect(page.get_by_label("Đơn vị thứ 2")).to_have_value("Đà Nẵng")


def test_rows_are_added_without_script(enter):
    page = enter(ADMINISTRATOR, java_script_enabled=False)
    page.goto("/units/reorganisations/new/?kind=split&unit=VN-48-2025")
    page.get_by_label("Tên đầy đủ").nth(1).fill("Thành phố Sông Hàn")
    page.get_by_role("button", name="Thêm dòng").click()
    expect(page.get_by_label("Tên đầy đủ")).to_have_count(3)
    expect(page.get_by_label("Tên đầy đủ").nth(2)).to_be_focused()
    page.get_by_role("button", name="Bỏ đơn vị thứ 1").click()
    expect(page.get_by_label("Tên đầy đủ")).to_have_count(2)
    expect(page.get_by_label("Tên đầy đủ").first).to_have_value("Thành phố Sông Hàn")


class Effort:
    """Clicks, and keys that type; a choice out of a select would be two clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.clicks += 1

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).click()
        self.page.keyboard.type(text)
        self.clicks, self.keys = self.clicks + 1, self.keys + len(text)


@pytest.mark.thorough
# The same two journeys took 18 clicks and 113 keys, 14 clicks and 64 keys before acts and units were chosen by search.
@pytest.mark.parametrize(
    ("typed", "option", "most_clicks", "most_keys"),
    [("96/2026/QH16", "Thêm văn bản mới", 18, 56), ("", "Nghị quyết 202/2025/QH15", 14, 32)],
)
def test_merge_and_withdraw_takes_half_the_typing(enter, typed, option, most_clicks, most_keys):
    page = enter(ADMINISTRATOR)
    effort, day = Effort(page), machines_today() + timedelta(days=2)
    page.goto("/units/lao-cai/")
    page.locator(".phead").get_by_role("link", name="Ghi nhận sắp xếp đơn vị").click()
    effort.clicks += 1
    effort.click("link", "Hợp nhất, sáp nhập")
    effort.type("Đơn vị thứ 2", "")
    effort.click("option", "Lai Châu")
    effort.type("Có hiệu lực từ ngày", shown(day))
    effort.type("Văn bản căn cứ", typed)
    effort.click("option", option)
    effort.click("button", "Xem trước")
    expect(page.get_by_role("heading", level=1)).to_contain_text("xem trước")  # no wave of errors
    effort.click("button", "Ghi nhận sắp xếp")
    expect(page.get_by_text("dự kiến có hiệu lực từ").first).to_be_visible()
    effort.click("link", "Rút việc sắp xếp")
    effort.type("Lý do rút", "Chưa có nghị quyết")
    effort.click("button", "Rút việc sắp xếp")
    expect(page.get_by_text("Đã rút").first).to_be_visible()
    assert effort.clicks <= most_clicks
    assert effort.keys <= most_keys


def test_a_choice_is_made_with_the_keyboard_alone(enter):
    page = enter(ADMINISTRATOR)
    page.goto("/units/reorganisations/new/?kind=renaming")
    unit = page.get_by_label("Đơn vị", exact=True)
    unit.press_sequentially("ha giang")
    expect(page.get_by_role("option", name="Tuyên Quang")).to_contain_text("kế thừa Hà Giang")
    unit.press("Escape")
    expect(page.get_by_role("listbox", name="Kết quả khớp").first).to_be_hidden()
    unit.press("ArrowDown")
    expect(unit).to_have_attribute("aria-expanded", "true")
    unit.press("Enter")
    expect(unit).to_have_value("Tuyên Quang")
    act = page.get_by_label("Văn bản căn cứ")
    act.press_sequentially("123/2026/QH16")
    expect(page.get_by_role("option", name="Thêm văn bản mới")).to_be_visible()
    act.press("Tab")  # on to what lacks: the fields of the new act stand open
    expect(page.get_by_label("Cơ quan ban hành")).to_have_value("Quốc hội")


def test_a_choice_is_made_without_script(enter):
    page = enter(ADMINISTRATOR, java_script_enabled=False)
    page.goto("/units/reorganisations/new/?kind=merger&unit=VN-15-2025")
    assert page.locator('datalist option[value="Lai Châu"]').count() == 1
    page.get_by_label("Đơn vị thứ 2").fill("Lai Chau")
    page.get_by_label("Có hiệu lực từ ngày").fill(shown(machines_today() + timedelta(days=2)))
    page.get_by_label("Văn bản căn cứ").fill("77/2026/QH16")
    page.get_by_role("button", name="Xem trước").last.click()
    expect(page.get_by_role("alert")).to_contain_text("bổ sung loại văn bản, cơ quan ban hành để thêm mới")
    page.get_by_label("Văn bản căn cứ").fill("202/2025/QH15")
    page.get_by_role("button", name="Xem trước").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xem trước")


def counted(page: Page) -> int:
    page.goto("/registers/enterprises/")
    return figures.whole((page.locator("#list [data-announce]").text_content() or "").split()[0])
