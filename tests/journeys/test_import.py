"""The portal's main job, met by its people: a file goes in, the figure of the nation moves, and opens back."""

import datetime
import re

import pytest
from playwright.sync_api import Page, expect

from tests.exchange import enterprise_files as files
from tests.journeys import figures, imports

pytestmark = pytest.mark.xdist_group("portal")
BAC_NINH, BAC_NINH_BEFORE, BAC_GIANG = files.BAC_NINH, files.BAC_NINH_BEFORE, files.BAC_GIANG
MESSAGES = {
    "tax_code": r"Chỉ gồm chữ số\. Mã số thuế gồm 10 hoặc 13 chữ số",
    "unknown_province": r"Không khớp tỉnh, thành phố nào trong danh mục đơn vị",
    "date": r"Ngày không hợp lệ: đọc là ngày 31, mà tháng 2/2024 có ngày 1 đến 29",
    "duplicate": r"Trùng với dòng [\d.]+",
    "blank": r"Để trống\. Cột này bắt buộc nhập",
    "choice": r"Chọn: Tiếp cận, Khảo sát",
    "old_province": r"“Bắc Giang” là đơn vị đến 30/06/2025, từ 01/07/2025 thuộc Bắc Ninh: ghi vào Bắc Ninh",
    "normalised": r"đã được ghép lại",
}


@pytest.fixture
def keeper(enter) -> Page:
    return enter("register_keeper", BAC_NINH)


@pytest.fixture(scope="module")
def acceptance() -> files.AcceptanceFile:
    return files.acceptance_file()


def test_file_of_5000_rows_reaches_the_national_figure(enter, keeper, acceptance):
    year = figures.running_year(keeper)
    before = figures.everywhere(keeper, year, BAC_NINH, "bac-ninh")
    assert len(before.nation) == len(before.province) == 1
    leader = dashboard_left_open(enter)

    imports.upload(keeper, "DN-Bac-Ninh-2026.xlsx", acceptance.content)
    expect(keeper.get_by_role("progressbar")).to_be_visible()
    keeper.evaluate("window.same_page = true")
    imports.await_check(keeper)
    sees_every_problem(keeper, acceptance)
    mended = mends_two_cells(keeper, acceptance)
    assert keeper.evaluate("window.same_page"), "the page came anew, where only its region should"

    keeper.get_by_role("link", name="Ghi 4.972 dòng hợp lệ").click()
    dialog = keeper.get_by_role("dialog")
    expect(dialog).to_contain_text("Ghi 4.972 dòng vào sổ đăng ký?")
    expect(dialog).to_contain_text("4.972 dòng mới, 0 dòng cập nhật. Hoàn tác được trong 7 ngày.")
    dialog.get_by_role("button", name="Ghi 4.972 dòng").click()
    imports.await_roll_up(keeper)
    wanted = before.dashboard + len(imports.countable(acceptance.content, mended))
    redrawn = leader.locator(figures.MT5_OF_DASHBOARD).get_by_text(f"{wanted:,}".replace(",", "."), exact=True)
    expect(redrawn).to_be_visible()
    assert leader.evaluate("window.same_page"), "the dashboard was loaded anew"

    after = figures.everywhere(keeper, year, BAC_NINH, "bac-ninh")
    assert after.nation == {wanted}
    assert after.province == {before.province_tile + wanted - before.dashboard}


def dashboard_left_open(enter) -> Page:
    page = enter("programme_leader")
    page.goto("/dashboard/")
    page.evaluate("window.same_page = true")
    return page


def sees_every_problem(page: Page, file: files.AcceptanceFile) -> None:
    """Each at its row and column, with the value that stands in the file, and in words that say what to do."""
    tabs = page.locator(".tabs")
    expect(tabs).to_contain_text(re.compile(r"Lỗi\s*30"))
    in_file = dict(imports.cells(file.content))
    for name, wanted in (("Lỗi", file.errors), ("Ghi chú", file.notes)):
        imports.tab(page, name)
        shown = imports.problems(page)
        assert [(line[0].replace(".", ""), line[1]) for line in shown] == [(str(n), column) for n, column, _ in wanted]
        for (number, column, code), (_, _, value, message) in zip(wanted, shown, strict=True):
            assert re.search(MESSAGES[code], message), f"row {number}: {message}"
            if code != "normalised":  # there what stands is the mended text
                assert value == (in_file[number][column] or "(trống)")
    imports.tab(page, "Hợp lệ")
    expect(page.get_by_text("1–50 trong 4.970")).to_be_visible()
    page.get_by_role("link", name="Trang sau").click()
    expect(page.get_by_text("51–100 trong 4.970")).to_be_visible()
    imports.tab(page, "Lỗi")


def mends_two_cells(page: Page, file: files.AcceptanceFile) -> dict[int, dict[str, object]]:
    """One by the suggestion, one by typing, begun before: the answer to the first leaves it. Both rows leave the list.
    Returns what was put into which row.
    """
    rows = {code: number for number, _, code in reversed(file.errors)}
    code, date = rows["tax_code"], rows["date"]
    suggestion = dict(imports.cells(file.content))[code]["Mã số thuế"].replace("O", "0")
    imports.problem(page, date).get_by_role("textbox").fill("28/02/2024")
    imports.problem(page, code).get_by_role("button", name=f"Dùng “{suggestion}”").click()
    expect(imports.problem(page, code)).to_have_count(0)
    expect(imports.problem(page, date).get_by_role("textbox")).to_have_value("28/02/2024")
    imports.problem(page, date).get_by_role("button", name="Sửa").click()
    expect(imports.problem(page, date)).to_have_count(0)
    expect(page.locator(".tabs")).to_contain_text(re.compile(r"Lỗi\s*28"))
    return {code: {"Mã số thuế": suggestion}, date: {"Ngày": datetime.date(2024, 2, 28)}}


def test_same_file_again_changes_nothing(keeper):
    year = figures.running_year(keeper)
    content = files.workbook(imports.rows(20))
    imports.import_rows(keeper, "lan-dau.xlsx", content)
    address, figure = keeper.url, figures.api(keeper, year)

    imports.upload(keeper, "lan-dau.xlsx", content)
    expect(keeper.get_by_text("Tệp này đã được tải lên lúc")).to_be_visible()
    assert keeper.url == address
    assert figures.api(keeper, year) == figure


def test_same_rows_in_another_file_are_known(keeper):
    year = figures.running_year(keeper)
    lines = imports.rows(20)
    imports.import_rows(keeper, "ban-goc.xlsx", files.workbook(lines))
    figure = figures.api(keeper, year)

    imports.upload(keeper, "ban-sao.xlsx", files.workbook(lines, header=(*files.HEADER, "Cột thừa")))
    imports.await_check(keeper)
    expect(keeper.get_by_text("0 mới · 0 cập nhật · 20 đã có")).to_be_visible()
    expect(keeper.get_by_text("Sổ đăng ký đã có mọi dòng của tệp này")).to_be_visible()
    expect(keeper.get_by_role("link", name=re.compile("^Ghi .* dòng"))).to_have_count(0)
    imports.tab(keeper, "Hợp lệ")
    assert keeper.locator("#chi-tiet tbody .st").all_inner_texts() == ["Đã có"] * 20
    assert figures.api(keeper, year) == figure


def test_corrected_and_withdrawn_rows_lower_the_figure(keeper):
    year = figures.running_year(keeper)
    lines = imports.rows(3)
    imports.import_rows(keeper, "ba-dong.xlsx", files.workbook(lines))
    figure = figures.api(keeper, year)

    open_enterprise(keeper, lines[0][0])
    keeper.get_by_role("link", name=re.compile("^Sửa giai đoạn")).click()
    keeper.get_by_label("Giai đoạn").select_option(label="Khảo sát")
    keeper.get_by_label("Lý do").fill("Ghi nhầm giai đoạn")
    keeper.get_by_role("button", name="Lưu giai đoạn").click()
    expect(keeper.get_by_text("Đã sửa giai đoạn.")).to_be_visible()
    assert figures.becomes(lambda: figures.api(keeper, year), figure - 1) == figure - 1

    open_enterprise(keeper, lines[1][0])
    keeper.get_by_role("link", name=re.compile("^Thu hồi giai đoạn")).click()
    keeper.get_by_label("Lý do").fill("Doanh nghiệp không tham gia")
    keeper.get_by_role("button", name="Thu hồi giai đoạn").click()
    expect(keeper.get_by_text("Đã thu hồi giai đoạn.")).to_be_visible()
    assert figures.becomes(lambda: figures.api(keeper, year), figure - 2) == figure - 2
    assert figures.everywhere(keeper, year, BAC_NINH, "bac-ninh").nation == {figure - 2}


def open_enterprise(page: Page, tax_code: object) -> None:
    page.goto(f"/registers/enterprises/?q={tax_code}")
    page.locator("#list tbody th a").click()


def test_old_province_keeps_its_rows_in_one_view_and_hands_them_on_in_the_other(keeper):
    year = figures.running_year(keeper)
    before = views(keeper, year)
    lines = imports.rows(30, province="Bắc Giang")
    for n, line in enumerate(lines):
        files.put(line, "Ngày", datetime.date(2024, 3, 1 + n))
    imports.import_rows(keeper, "Bac-Giang-2024.xlsx", files.workbook(lines))

    after = views(keeper, year)
    gained = {place: after[place] - before[place] for place in after}
    assert gained == {
        ("as-reported", BAC_GIANG): 30,
        ("as-reported", BAC_NINH_BEFORE): 0,
        ("as-reported", BAC_NINH): 0,
        ("current", BAC_NINH): 30,
        ("as-reported", "VN"): 30,
        ("current", "VN"): 30,
    }
    assert after["as-reported", "VN"] == after["current", "VN"] == whole_of_units(keeper, year, "current")
    assert after["as-reported", "VN"] == whole_of_units(keeper, year, "as-reported")
    keeper.goto(f"/targets/mt5/?year={year}&measure=count&units=as-reported")
    bar = keeper.locator(f'[data-unit="{BAC_GIANG}"]')
    assert int(bar.get_attribute("data-count")) == after["as-reported", BAC_GIANG]


def views(page: Page, year: int) -> dict[tuple[str, str], int]:
    places = [("as-reported", unit) for unit in (BAC_GIANG, BAC_NINH_BEFORE, BAC_NINH, "VN")]
    places += [("current", unit) for unit in (BAC_NINH, "VN")]
    return {(view, unit): figures.api(page, year, unit, view) for view, unit in places}


def whole_of_units(page: Page, year: int, view: str) -> int:
    return sum(figure["value"] for figure in figures.values(page, period=year, units=view) if figure["unit"])
