"""A report is filled in, by two people at once and without the network, then signed and sent."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import reporting
from tests.journeys.conftest import session_of
from tests.journeys.crew import Wanted, join
from tests.journeys.portals import Portal
from tests.journeys.reporting import is_saved, put
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
    reporting.finish(editor, REPORT)
    reporting.hand(editor)
    leader = enter(APPROVER, UNIT)
    leader.goto(f"{REPORT}print/")
    assert faults_of(leader, is_narrow_too=True) == []
    reporting.sign(leader, REPORT, "12/BC-MINH-HOA")
    reporting.send(editor, REPORT, "12/BC-MINH-HOA")
    assert faults_of(editor, is_narrow_too=True) == []


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
