"""A report is filled in, by two people at once and without the network, then signed and sent."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import session_of
from tests.journeys.crew import Wanted, join
from tests.journeys.portals import Portal
from tests.journeys.test_people import faults_of
from tests.journeys.watch import AT_REST, until

pytestmark = pytest.mark.xdist_group("portal")
UNIT, EDITOR, APPROVER = "BTC", "unit_editor", "unit_approver"
REPORT = "/reports/2026/bo-tai-chinh/"
CREW = [
    Wanted("bao-cao@don-vi.example", EDITOR, UNIT, "Lê Thu Trang"),
    Wanted("bao-cao-2@don-vi.example", EDITOR, UNIT, "Trần Hữu Phước", known_as=f"{UNIT}, đồng nghiệp"),
    Wanted("ky@don-vi.example", APPROVER, UNIT, "Phạm Văn Hòa"),
]


def put(page: Page, code: str, text: str) -> None:
    field = page.locator(f'[name="v-{code}"]')
    field.fill(text)
    field.press("Tab")


def is_saved(page: Page, code: str, text: str) -> None:
    expect(page.locator(f'[data-cell="{code}"] .cell.ok')).to_be_visible()
    expect(page.locator(f'[name="v-{code}"]')).to_have_value(text)
    assert until(page, AT_REST)


def test_a_report_is_filled_in_signed_and_sent(enter, portal: Portal, new_context):
    join(portal, CREW, [])
    editor, colleague = enter(EDITOR, UNIT), enter(EDITOR, f"{UNIT}, đồng nghiệp")
    editor.goto("/reports/")
    editor.locator("main .running").get_by_role("link", name="Bắt đầu báo cáo năm 2026").click()
    editor.locator("main").get_by_role("button", name="Bắt đầu báo cáo").click()
    expect(editor.locator("main")).to_contain_text("Đã bắt đầu báo cáo.")
    expect(editor).to_have_url(re.compile(f"{REPORT}$"))
    assert faults_of(editor, is_narrow_too=True) == []

    for page in (editor, colleague):
        page.goto(f"{REPORT}edit/inspection/")
    put(editor, "D1", "12")
    is_saved(editor, "D1", "12")
    expect(editor.locator('[name="v-D2"]')).to_be_focused()
    put(colleague, "D1", "14")
    expect(colleague.locator('[data-cell="D1"]')).to_contain_text("vừa được Lê Thu Trang sửa thành 12")
    colleague.get_by_role("button", name="Giữ của tôi").click()
    is_saved(colleague, "D1", "14")
    put(editor, "D1", "mười hai")
    expect(editor.locator('[data-cell="D1"]')).to_contain_text("vừa được Trần Hữu Phước sửa thành 14")
    editor.get_by_role("button", name="Dùng 14").click()
    is_saved(editor, "D1", "14")
    assert faults_of(editor, is_narrow_too=True) == []

    session = session_of(portal, portal.people.one(EDITOR, UNIT), new_context)
    without_the_network(new_context(storage_state=session).new_page())
    finish(editor)
    sign_and_send(editor, enter(APPROVER, UNIT))


def without_the_network(page: Page) -> None:
    """Five minutes by the page's own clock; then a tab closed with what it could not send. Not watched: a browser
    complains of what cannot be reached.
    """
    context = page.context
    page.clock.install()
    page.goto(f"{REPORT}edit/inspection/")
    context.set_offline(True)
    typed = {"D2": "20", "D3": "2", "D4": "40", "D6": "7", "D8": "1,5"}
    for code, text in typed.items():
        put(page, code, text)
    expect(page.locator("#saved")).to_contain_text("Mất kết nối. 5 ô chưa lưu được giữ trên máy này")
    page.clock.run_for("05:00")
    put(page, "D5", "4")
    expect(page.locator("#saved")).to_contain_text("Mất kết nối. 6 ô chưa lưu được giữ trên máy này")
    context.set_offline(False)
    typed |= {"D5": "4"}
    for code, text in typed.items():
        is_saved(page, code, text)
    page.reload()
    for code, text in typed.items():
        expect(page.locator(f'[name="v-{code}"]')).to_have_value(text)

    context.set_offline(True)
    put(page, "D7", "3")
    expect(page.locator("#saved")).to_contain_text("Mất kết nối. 1 ô chưa lưu được giữ trên máy này")
    page.close()
    context.set_offline(False)
    opened = context.new_page()
    opened.clock.install()
    opened.goto(f"{REPORT}edit/inspection/")
    opened.clock.run_for("01:00")  # whoever does not decide at once loses nothing
    assert until(opened, AT_REST)
    opened.reload()
    expect(opened.locator("[data-kept]")).to_contain_text("1 ô bạn đã nhập trên máy này chưa được lưu: D7.")
    opened.get_by_role("button", name="Khôi phục").click()
    is_saved(opened, "D7", "3")


def finish(editor: Page) -> None:
    """What is missing or to be explained, from the page that lists it."""
    for _turn in range(12):
        editor.goto(f"{REPORT}check/")
        left = editor.locator("main li").filter(has=editor.locator(".msg.er, .msg.wa"))
        if not left.count():
            break
        code = left.first.locator("b").inner_text().split()[0]
        left.first.get_by_role("link", name=re.compile("^Sửa")).click()
        why = editor.locator(f'[name="x-{code}"]')
        if why.count():
            why.fill("Số liệu minh họa")
            why.press("Tab")
        else:
            put(editor, code, "0" if editor.locator(f'input[name="v-{code}"]').count() else "Không có")
        assert until(editor, AT_REST)
    expect(editor.locator("main")).to_contain_text("Không còn chỗ nào phải sửa hoặc giải trình")


def sign_and_send(editor: Page, leader: Page) -> None:
    editor.get_by_role("button", name="Trình lãnh đạo ký").click()
    expect(editor.locator("main")).to_contain_text("Đã trình lãnh đạo")
    leader.goto(f"{REPORT}print/")
    assert faults_of(leader, is_narrow_too=True) == []
    leader.locator("main").get_by_role("link", name="Ghi nhận báo cáo đã ký").click()
    day = f"{timezone.localdate():%d/%m/%Y}"
    signed = {"number": "12/BC-MINH-HOA", "day": day, "signatory": "Người ký minh họa", "position": "Thứ trưởng"}
    for name, text in signed.items():
        leader.locator(f"main [name={name}]").fill(text)
    leader.locator("main").get_by_role("button", name="Ghi nhận báo cáo đã ký").click()
    expect(leader.locator("main")).to_contain_text("Đã ghi nhận báo cáo đã ký")
    editor.goto(REPORT)
    editor.locator("main").get_by_role("link", name="Nộp báo cáo").click()
    expect(editor.locator("main")).to_contain_text("không sửa được cho đến khi Ủy ban TĐC trả lại")
    editor.locator("main").get_by_role("button", name="Nộp báo cáo").click()
    expect(editor).to_have_url(re.compile(f"{REPORT}submitted/$"))
    expect(editor.locator("main")).to_contain_text("12/BC-MINH-HOA")
    assert faults_of(editor, is_narrow_too=True) == []
