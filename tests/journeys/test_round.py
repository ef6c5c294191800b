"""A whole round of four units, from its making to a corrected report: the nation's figures right after every step."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.day import machines_today
from tests.journeys import figures, reporting
from tests.journeys.crew import Wanted, join, manage
from tests.journeys.imports import WORKBOOK
from tests.journeys.portals import Portal
from tests.journeys.reporting import Office, put
from tests.journeys.test_people import faults_of
from tests.journeys.watch import AT_REST, until
from tests.reports.book import Book

pytestmark = pytest.mark.xdist_group("changed-portal")

YEAR = 2026
EDITOR, APPROVER = "unit_editor", "unit_approver"
MERGED, MINISTRY, ASSOCIATION, LATE = "VN-37-2025", "BYT", "VCCI", "VN-40-2025"
COLLEAGUE = f"{MERGED}, đồng nghiệp"
CREW = [
    Wanted("bao-cao@ninh-binh.example", EDITOR, MERGED, "Đinh Thị Hoa Lư"),
    Wanted("bao-cao-2@ninh-binh.example", EDITOR, MERGED, "Phạm Văn Thiên Trường", known_as=COLLEAGUE),
    Wanted("ky@ninh-binh.example", APPROVER, MERGED, "Trần Quốc Hà"),
    Wanted("bao-cao@lien-doan.example", EDITOR, ASSOCIATION, "Lê Thu Trang"),
    Wanted("ky@lien-doan.example", APPROVER, ASSOCIATION, "Phạm Văn Hòa"),
    Wanted("bao-cao@nghe-an.example", EDITOR, LATE, "Nguyễn Thị Lam"),
    Wanted("ky@nghe-an.example", APPROVER, LATE, "Hồ Sỹ Trường"),
]
# A year has one round that makes figures: that of the demonstration becomes one that makes none.
FREE_THE_YEAR = f"""
from django.utils import timezone
from apps.reports.models import ReportingRound
from apps.targets.models import AcceptedValue
from apps.targets.services import request_recompute
from program996.demo.accounts import officer

ReportingRound.objects.filter(code="{YEAR}").update(
    code="{YEAR}-dot-xuat", title="Báo cáo đột xuất năm {YEAR}", kind="ad_hoc", period=None)
AcceptedValue.objects.filter(period__year={YEAR}, withdrawn_at=None).update(
    withdrawn_at=timezone.now(), withdrawn_by=officer(), withdrawn_reason="Kỳ đột xuất")
request_recompute("targets.acceptedvalue", by=officer())
"""
WORDS, A_WORD = ["A1", "B6", "E1", "E2", "E3", "E4", "E5"], "Không có nội dung mới"


def day(plus: int = 0) -> str:
    return f"{machines_today() + timedelta(days=plus):%d/%m/%Y}"


@dataclass
class Unit:
    """A unit's own people at its report, and what they reported."""

    name: str
    slug: str
    editor: Page
    leader: Page
    sendings: int = 0
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def report(self) -> str:
        return f"{YEAR}/{self.slug}"

    @property
    def url(self) -> str:
        return f"/reports/{self.report}/"

    def begin(self) -> None:
        reporting.start(self.editor, self.url)

    def read(self, code: str) -> int:
        """What stands in the field of the page that is open."""
        return figures.whole(self.editor.locator(f'[name="v-{code}"]').input_value())

    def send(self) -> None:
        self.sendings += 1
        number = f"{self.sendings}/BC-{self.slug.upper()}"
        reporting.finish(self.editor, self.url)
        reporting.hand(self.editor)
        reporting.sign(self.leader, self.url, number)
        reporting.send(self.editor, self.url, number)


@dataclass
class Nation:
    """The figures on the basis of reports as they must be: those of the year before, and what counts of this one."""

    page: Page
    before: dict[str, int]
    counted: dict[str, dict[str, int]] = field(default_factory=dict)  # of the units whose reports are accepted

    @classmethod
    def of(cls, page: Page) -> "Nation":
        found = {code: reporting.reported(page, code, YEAR - 1) for code in ("MT5", "MT4")}
        return cls(page, {code: number or 0 for code, number in found.items()})

    def counts(self, unit: Unit) -> None:
        self.counted[unit.slug] = dict(unit.numbers)
        self.is_right()

    def forgets(self, unit: Unit) -> None:
        del self.counted[unit.slug]
        self.is_right()

    def is_right(self) -> None:
        """Of a year for which nobody's number counts the page has no line."""
        for code, before in self.before.items():
            own = [numbers[code] for numbers in self.counted.values() if code in numbers]
            wanted = before + sum(own) if own else None
            assert figures.becomes(lambda code=code: reporting.reported(self.page, code, YEAR), wanted) == wanted, code


@pytest.mark.thorough  # each of its steps has a test of its own on every commit, and one report goes its whole way
def test_a_round_of_four_units(enter, portal: Portal):
    join(portal, CREW, [], then=FREE_THE_YEAR)
    officer = enter("programme_officer")
    nation = Nation.of(officer)
    merged, ministry, association, late = (
        Unit(name, slug, enter(EDITOR, unit), enter(APPROVER, unit))
        for name, slug, unit in (
            ("Ninh Bình", "ninh-binh", MERGED), ("Bộ Y tế", "bo-y-te", MINISTRY), ("VCCI", "vcci", ASSOCIATION),
            ("Nghệ An", "nghe-an", LATE),
        )
    )  # fmt: skip
    units = [merged, ministry, association, late]
    open_a_round(officer, units)

    type_beside_a_colleague(merged, enter(EDITOR, COLLEAGUE))
    merged.send()
    fill_in_by_excel(ministry)
    ministry.send()
    type_without_a_register(association)
    association.send()
    return_two_cells(Office(officer, merged.report), merged)
    lock_and_put_off(officer, late)
    late.send()
    assert reporting.reported(officer, "MT5", YEAR) is None  # nothing is accepted yet

    for unit, differing in ((association, ["4.1"]), (ministry, ["4.1"]), (late, [])):
        Office(officer, unit.report).accept(*differing)
        nation.counts(unit)
    mend_two_cells(merged)
    office = Office(officer, merged.report)
    expect(office.look("5.1")).to_contain_text("lần 1 → 2")
    office.accept("5.1")
    nation.counts(merged)
    office.act("Khóa sổ báo cáo", "Đã khóa sổ báo cáo.")
    correct(merged, nation)
    office.accept("5.1")
    nation.counts(merged)
    reopen(Office(officer, association.report), association, nation)
    assert manage(portal, "check_figures") == "0 số lệch\n"


def open_a_round(officer: Page, units: list[Unit]) -> None:
    """The form offers the year after the last; its list begins with nobody."""
    officer.goto("/rounds/")
    officer.get_by_role("link", name="Lập kỳ báo cáo").click()
    expect(officer.get_by_label("Mã kỳ")).to_have_value(str(YEAR))
    for label, text in (("Ngày mở", day(1)), ("Hạn nộp", day(1)), ("Ngày khóa sổ", "")):
        officer.get_by_label(label).fill(text)
    officer.get_by_label("Công văn đề nghị báo cáo").fill(f"{YEAR}/CV-MINH-HOA")
    officer.get_by_label("Chưa có đơn vị nào").check()
    assert faults_of(officer, is_narrow_too=True) == []
    reporting.press(officer, "Lập kỳ báo cáo", "Đưa các đơn vị phải báo cáo vào danh sách trước khi mở.")
    expect(officer.locator("main")).to_contain_text("0 đơn vị phải báo cáo")
    for unit in units:
        officer.get_by_role("link", name="Đưa đơn vị vào danh sách").click()
        officer.get_by_label("Đơn vị", exact=True).fill(unit.name)
        officer.get_by_label("Lý do").fill("Báo cáo thí điểm")
        reporting.press(officer, "Đưa vào danh sách", "Đã đưa đơn vị vào danh sách phải báo cáo.")
    expect(officer.locator("main")).to_contain_text("4 đơn vị phải báo cáo")
    assert faults_of(officer, is_narrow_too=True) == []
    officer.get_by_role("link", name="Mở kỳ báo cáo").click()
    reporting.press(officer, "Mở kỳ báo cáo", "Đã mở kỳ báo cáo.")


def type_beside_a_colleague(unit: Unit, colleague: Page) -> None:
    """What the register knows stands there; more is reported, and explained; two people write one cell."""
    unit.begin()
    editor = unit.editor
    editor.goto(f"{unit.url}edit/results/")
    known, private = unit.read("5.1"), unit.read("5.3")
    assert known == of_the_register(editor, MERGED)
    row = editor.locator('[data-cell="5.1"]')
    expect(row.locator(".known")).to_contain_text(str(known))
    colleague.goto(f"{unit.url}edit/results/")
    put(editor, "5.3", str(private + 3))
    put(editor, "5.1", str(known + 3))
    expect(row).to_contain_text(f"Sổ đăng ký có {known}, báo cáo ghi {known + 3}")
    reporting.explain(editor, "5.1", "Ba doanh nghiệp chưa gửi đủ hồ sơ")

    put(colleague, "5.1", str(known + 4))
    theirs = colleague.locator('[data-cell="5.1"]')
    expect(theirs).to_contain_text(f"vừa được Đinh Thị Hoa Lư sửa thành {known + 3}")
    expect(theirs).to_contain_text(f"Giữ {known + 4} hoặc dùng {known + 3}")
    colleague.get_by_role("button", name=f"Dùng {known + 3}").click()
    reporting.is_saved(colleague, "5.1", str(known + 3))
    tell_in_words(unit)
    editor.goto(f"{unit.url}edit/results/")
    unit.numbers = {"MT5": unit.read("5.1"), "MT4": unit.read("4.1")}
    assert unit.numbers["MT5"] == known + 3
    assert faults_of(editor, is_narrow_too=True) == []


def of_the_register(page: Page, unit: str) -> int:
    """What came within the year."""
    now, before = (figures.api(page, year, unit, "as-reported") for year in (YEAR, YEAR - 1))
    return now - before


def tell_in_words(unit: Unit) -> None:
    for section, codes in (("general", ["A1"]), ("tasks", ["B6"]), ("difficulties", ["E1", "E2", "E3", "E4", "E5"])):
        reporting.write(unit.editor, unit.url, section, dict.fromkeys(codes, A_WORD))


def fill_in_by_excel(unit: Unit) -> None:
    """The unit's own file, taken from the page and sent back by it; one cell was changed on screen meanwhile."""
    unit.begin()
    editor = unit.editor
    editor.goto(f"{unit.url}import/")
    with editor.expect_download() as taken:
        editor.get_by_role("link", name="Tải tệp Excel của đơn vị").click()
    book = Book(Path(taken.value.path()).read_bytes())
    reporting.write(editor, f"{unit.url}", "inspection", {"D1": "9"})
    for code in WORDS:
        book.put(code, A_WORD)
    for code, number in {"4.2": 5, "4.3": 0, "4.4": 20, "4.5": 0, "D1": 11}.items():
        book.put(code, number)
    book.put("4.1", 25, "Hai lớp chưa vào sổ")
    unit.numbers = {"MT4": 25, "MT5": int(book.at("5.1").value)}
    upload(editor, unit, book)
    expect(editor.locator("main")).to_contain_text("Tệp và màn hình cùng thay đổi (1)")
    editor.get_by_label("Dùng giá trị trong tệp: 11").check()
    assert faults_of(editor, is_narrow_too=True) == []
    editor.get_by_role("button", name="Ghi vào báo cáo").click()
    expect(editor.locator("main")).to_contain_text(re.compile(r"Đã ghi \d+ ô từ tệp Excel vào báo cáo"))
    for section, code, text in (("results", "4.1", "25"), ("inspection", "D1", "11")):
        editor.goto(f"{unit.url}edit/{section}/")
        reporting.is_saved(editor, code, text)


def upload(editor: Page, unit: Unit, book: Book) -> None:
    editor.goto(f"{unit.url}import/")
    file: Any = {"name": "bao-cao.xlsx", "mimeType": WORKBOOK, "buffer": book.saved()}
    editor.get_by_label("Tệp Excel của báo cáo").set_input_files(file)
    editor.get_by_role("button", name="Tải lên và kiểm tra").click()
    expect(editor.get_by_role("heading", name="Xem lại tệp Excel")).to_be_visible()


def type_without_a_register(unit: Unit) -> None:
    """The association's form asks for nothing that a register could know but its courses."""
    unit.begin()
    numbers = {"F1": "5", "F2": "4", "F3": "3", "4.2": "0", "4.3": "40", "4.4": "0", "4.5": "0", "4.1": "40"}
    reporting.write(unit.editor, unit.url, "results", numbers)
    reporting.explain(unit.editor, "4.1", "Lớp của hội, chưa vào sổ")
    reporting.write(unit.editor, unit.url, "general", {"A1": A_WORD})
    unit.numbers = {"MT4": 40}


def return_two_cells(office: Office, unit: Unit) -> None:
    office.look().get_by_role("button", name="Bắt đầu thẩm tra").click()
    expect(office.page.locator("main")).to_contain_text("Đã nhận thẩm tra báo cáo này.")
    office.flag("5.1", "Chỉ hai doanh nghiệp có đủ căn cứ")
    office.flag("5.3", "Sửa theo ô 5.1")
    assert faults_of(office.page, is_narrow_too=True) == []
    office.give_back("Rà soát số doanh nghiệp chưa có hồ sơ")


def lock_and_put_off(officer: Page, unit: Unit) -> None:
    """Whoever did not begin in time is shut out with the round, until its day is put off."""
    officer.goto(f"/rounds/{YEAR}/")
    officer.get_by_role("link", name="Khóa sổ").click()
    reporting.press(officer, "Khóa sổ kỳ báo cáo", "Đã khóa sổ kỳ báo cáo.")
    unit.editor.goto(unit.url)
    expect(unit.editor.locator("main")).to_contain_text(f"Kỳ {YEAR} đã khóa sổ ngày")
    expect(unit.editor.get_by_role("link", name="Bắt đầu báo cáo")).to_have_count(0)
    officer.get_by_role("link", name=f"Gia hạn {unit.name}").click()
    officer.get_by_label("Hạn mới").fill(day(10))
    officer.get_by_label("Lý do").fill("Bão, lũ làm gián đoạn công việc")
    reporting.press(officer, "Gia hạn", "Đã gia hạn nộp báo cáo.")
    unit.begin()
    expect(unit.editor.locator("main")).to_contain_text(f"Được gia hạn từ {day(1)}: Bão, lũ làm gián đoạn công việc")
    expect(unit.editor.locator("main")).to_contain_text(day(10))
    tell_in_words(unit)
    unit.editor.goto(f"{unit.url}edit/results/")
    unit.numbers = {"MT5": unit.read("5.1"), "MT4": unit.read("4.1")}


def mend_two_cells(unit: Unit) -> None:
    """Only those of the slip are open, with the total and the parts that must agree with them."""
    editor, reported = unit.editor, unit.numbers["MT5"]
    editor.goto(unit.url)
    main = editor.locator("main")
    for words in ("Rà soát số doanh nghiệp chưa có hồ sơ", "Chỉ hai doanh nghiệp có đủ căn cứ", "Sửa theo ô 5.1"):
        expect(main).to_contain_text(words)
    main.get_by_role("link", name="5.1 Doanh nghiệp mới").first.click()
    expect(editor.locator("main input[name^='v-']")).to_have_count(6)
    for part in range(1, 7):
        expect(editor.locator(f'[name="v-5.{part}"]')).to_be_visible()
    lower(unit)
    assert unit.numbers["MT5"] == reported - 1
    unit.send()
    sees_differences(unit, "5.1", reported, reported - 1)


def lower(unit: Unit) -> None:
    """By one enterprise, in the total and in its part."""
    for code in ("5.3", "5.1"):
        put(unit.editor, code, str(unit.read(code) - 1))
    assert until(unit.editor, AT_REST)
    unit.editor.reload()
    unit.numbers["MT5"] = unit.read("5.1")


def sees_differences(unit: Unit, code: str, before: int, after: int) -> None:
    unit.editor.goto(unit.url)
    unit.editor.get_by_text("2 ô khác lần trước").first.click()
    row = unit.editor.get_by_role("row", name=re.compile(f"^{re.escape(code)} ")).first
    expect(row.locator("del")).to_have_text(str(before))
    expect(row.locator("ins")).to_have_text(str(after))


def correct(unit: Unit, nation: Nation) -> None:
    """What was accepted counts until the new version is accepted, too."""
    editor, accepted = unit.editor, unit.numbers["MT5"]
    editor.goto(unit.url)
    editor.locator("main").get_by_role("link", name="Đính chính báo cáo").click()
    editor.locator("main [name=reason]").fill("Một doanh nghiệp đã ghi hai lần")
    reporting.press(editor, "Đính chính báo cáo", "Đã mở phiên bản đính chính.")
    nation.is_right()
    editor.goto(f"{unit.url}edit/results/")
    lower(unit)
    unit.send()
    nation.is_right()
    sees_differences(unit, "5.1", accepted, accepted - 1)
    assert faults_of(editor, is_narrow_too=True) == []


def reopen(office: Office, unit: Unit, nation: Nation) -> None:
    """The office takes an accepted report out of the figures at once; sent again it counts again."""
    office.act("Mở lại báo cáo", "Đã mở lại báo cáo.", "Hội đề nghị xem lại")
    nation.forgets(unit)
    unit.send()
    office.accept("4.1")
    nation.counts(unit)
