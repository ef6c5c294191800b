"""A task goes its whole way in the browser, on each of the three routes, every step by the person whose turn it is."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.day import machines_today
from tests.journeys.crew import Wanted, join
from tests.journeys.portals import Portal
from tests.journeys.test_people import faults_of

pytestmark = pytest.mark.xdist_group("portal")
BAC_NINH, SO, INDUSTRY, VMI = "VN-24-2025", "SO-KHCN-BAC-NINH-2025", "BCT", "VMI"
EDITOR, APPROVER = "unit_editor", "unit_approver"
CREW = [
    Wanted("de-xuat@so-khcn.example", EDITOR, SO, "Trần Văn Lợi"),
    Wanted("tham-dinh@bo-cong-thuong.example", EDITOR, INDUSTRY, "Lê Thanh Tùng", known_as="BCT, thẩm định"),
    Wanted("de-xuat@vmi.example", EDITOR, VMI, "Ngô Văn Đo"),
]


@dataclass(frozen=True)
class Way:
    lead: tuple[str, str]
    appraiser: tuple[str, str]
    approver: tuple[str, str]
    unit: str
    waits_for: str  # as the lead reads it
    issuer: str


WAYS = {
    "province": Way((EDITOR, SO), (EDITOR, BAC_NINH), (APPROVER, BAC_NINH), SO, "UBND", "Ủy ban nhân dân"),
    "ministry": Way((EDITOR, INDUSTRY), (EDITOR, "BCT, thẩm định"), (APPROVER, INDUSTRY), INDUSTRY, "Bộ Công Thương",
                    "Bộ Công Thương"),
    "central": Way((EDITOR, VMI), ("programme_officer", ""), ("programme_leader", ""), VMI, "Ủy ban TĐC",
                   "Bộ Khoa học và Công nghệ"),
}  # fmt: skip


@pytest.fixture(scope="module")
def codes(portal: Portal) -> dict[str, str]:
    made = join(portal, CREW, [(way.unit, f"Nhiệm vụ của hành trình {name}") for name, way in WAYS.items()])
    return dict(zip(WAYS, made, strict=True))


def day(plus: int = 0) -> str:
    return f"{machines_today() + timedelta(days=plus):%d/%m/%Y}"


@dataclass
class Desk:
    """One person at the page of the task."""

    page: Page
    code: str

    def act(self, button: str, said: str, **typed: str) -> None:
        """On the task's page, its form filled in: what comes back says what was done."""
        self.look()
        self._send(button, said, typed)

    def act_apart(self, link: str, button: str, said: str, **typed: str) -> None:
        """On a page of its own, to which the task's leads."""
        self.look()
        self.page.locator("main").get_by_role("link", name=link, exact=True).click()
        self._send(button, said, typed)

    def look(self) -> None:
        self.page.goto(f"/tasks/{self.code}/")

    def _send(self, button: str, said: str, typed: dict[str, str]) -> None:
        for name, text in typed.items():
            field = self.page.locator(f"main [name={name}]")
            if field.first.get_attribute("type") == "radio":
                field.locator(f"xpath=self::*[@value='{text}']").check()
            else:
                field.fill(text)
        self.page.locator("main").get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator("main")).to_contain_text(said)


@pytest.mark.parametrize(
    "name", ["province", *(pytest.param(name, marks=pytest.mark.thorough) for name in ("ministry", "central"))]
)
def test_a_task_goes_from_proposal_to_its_end(enter, codes, name):
    way, code = WAYS[name], codes[name]
    lead, appraiser, approver = (Desk(enter(*who), code) for who in (way.lead, way.appraiser, way.approver))
    lead.act("Đề xuất nhiệm vụ", "Đã đề xuất nhiệm vụ.")
    expect(lead.page.locator("main")).to_contain_text(f"Đang chờ {way.waits_for}")
    appraiser.act("Bắt đầu thẩm định", "Đã bắt đầu thẩm định.")
    appraiser.act("Trả lại để hoàn thiện", "Đã trả lại để hoàn thiện.", reason="Dự toán chưa tách theo nguồn")
    lead.act("Đề xuất lại", "Đã đề xuất nhiệm vụ.")
    expect(lead.page.locator("main")).to_contain_text("Đề xuất lại lần 2")
    expect(lead.page.locator("main")).to_contain_text("Dự toán chưa tách theo nguồn")
    appraiser.act("Bắt đầu thẩm định", "Đã bắt đầu thẩm định.")
    if name == "ministry":
        expect(appraiser.page.locator("main")).to_contain_text("Đang chờ ý kiến của Ủy ban TĐC")
        office = Desk(enter("programme_officer"), code)
        office.act_apart("Trả lời lấy ý kiến", "Gửi ý kiến", "Đã gửi ý kiến.", opinion="agree")
    appraiser.act("Trình phê duyệt", "Đã trình phê duyệt.", reason="Đạt")
    approver.look()
    expect(approver.page.get_by_label("Cơ quan ban hành")).to_have_value(re.compile(f"^{way.issuer}"))
    if name == "province":
        assert faults_of(approver.page, is_narrow_too=True) == []
    decision = {"number": f"14{len(name)}/QĐ-MH", "day": day(), "signatory": "Người ký minh họa"}
    approver.act("Phê duyệt nhiệm vụ", "Đã phê duyệt nhiệm vụ.", **decision)
    expect(approver.page.get_by_role("link", name=f"Quyết định {decision['number']}")).to_be_visible()
    work(lead, approver, code)
    for verdict, said, typed in (
        ("Nghiệm thu không đạt", "Đã ghi nghiệm thu không đạt.", {"reason": "Thiếu báo cáo kết quả"}),
        ("Nghiệm thu", "Đã nghiệm thu.", {"number": f"15{len(name)}/QĐ-MH", "day": day()}),
    ):
        lead.act("Báo cáo hoàn thành", "Đã báo cáo hoàn thành.", on=day())
        approver.act(verdict, said, **typed)
    approver.act("Kết thúc nhiệm vụ", "Đã kết thúc nhiệm vụ.")
    main = approver.page.locator("main")
    for words in ("Đã kết thúc", "Hoàn thành đúng hạn", "Thiếu báo cáo kết quả", f"Quyết định 15{len(name)}/QĐ-MH"):
        expect(main).to_contain_text(words)
    lead.look()
    expect(lead.page.locator("#h-turn")).to_have_count(0)


def test_one_decision_approves_a_list(enter, codes, portal):
    """Two tasks of the ministry, appraised by different steps, put on a list, and approved together."""
    way = WAYS["ministry"]
    made = join(portal, [], [(way.unit, f"Nhiệm vụ của danh mục {n}") for n in range(2)])
    lead, editor, officer = enter(*way.lead), enter(*way.appraiser), enter("programme_officer")
    for code in made:
        Desk(lead, code).act("Đề xuất nhiệm vụ", "Đã đề xuất nhiệm vụ.")
        Desk(editor, code).act("Bắt đầu thẩm định", "Đã bắt đầu thẩm định.")
        office = Desk(officer, code)
        office.act_apart("Trả lời lấy ý kiến", "Gửi ý kiến", "Đã gửi ý kiến.", opinion="agree")
        Desk(editor, code).act("Trình phê duyệt", "Đã trình phê duyệt.", reason="Đạt")
    editor.goto("/task-lists/new/")
    editor.get_by_label("Tên danh mục").fill("Danh mục của hành trình")
    editor.get_by_role("button", name="Lập danh mục").click()
    for code in made:
        editor.get_by_role("checkbox", name=code).check()
    editor.get_by_role("button", name="Thêm vào danh mục").click()
    expect(editor.locator("main")).to_contain_text("Đã thêm 2 nhiệm vụ vào danh mục.")
    assert faults_of(editor, is_narrow_too=True) == []
    editor.get_by_role("button", name="Trình phê duyệt").click()
    expect(editor.locator("main")).to_contain_text("Đã trình danh mục; chờ Bộ Công Thương phê duyệt.")
    expect(editor.get_by_role("button", name="Phê duyệt danh mục")).to_have_count(0)
    approver = enter(*way.approver)
    approver.goto(editor.url)
    for label, text in (("Số, ký hiệu quyết định", "17/QĐ-MH"), ("Ngày ký", day()), ("Người ký", "Bộ trưởng")):
        approver.get_by_label(label).fill(text)
    assert faults_of(approver, is_narrow_too=True) == []
    approver.get_by_role("button", name="Phê duyệt danh mục").click()
    expect(approver.locator("main")).to_contain_text("Đã phê duyệt danh mục: 2 nhiệm vụ theo quyết định.")
    for code in made:
        approver.goto(f"/tasks/{code}/")
        expect(approver.get_by_role("link", name="Quyết định 17/QĐ-MH")).to_be_visible()


def work(lead: Desk, approver: Desk, code: str) -> None:
    """Begun, one extension granted, one refused; the day first set stays in sight."""
    lead.act("Bắt đầu thực hiện", "Đã bắt đầu thực hiện.")
    ask = ("Xin gia hạn", "Gửi đề nghị gia hạn", "Đã gửi đề nghị gia hạn.")
    lead.act_apart(*ask, due_on=day(120), reason="Thiết bị về chậm")
    approver.act_apart("Gia hạn", "Gia hạn", "Đã gia hạn nhiệm vụ.", number="16/CV-MH", day=day())
    lead.act_apart(*ask, due_on=day(150), reason="Còn chậm")
    approver.act_apart("Không gia hạn", "Không gia hạn", "Đã ghi không gia hạn.", reason="Không đủ căn cứ")
    lead.look()
    main = lead.page.locator("main")
    expect(main).to_contain_text(day(120))
    expect(main).to_contain_text(f"Hạn đặt ban đầu {day(90)}")
    lead.page.goto(f"/tasks/{code}/?tab=progress")
    lead.page.locator("main").get_by_role("link", name="Cập nhật tiến độ", exact=True).click()
    lead.page.get_by_label("Tỷ lệ hoàn thành (%)").fill("80")
    lead.page.get_by_role("button", name="Lưu tiến độ").click()
    expect(main).to_contain_text("Đã cập nhật tiến độ.")
    expect(main).to_contain_text("80%")
