"""A closed year stays as it was accepted: what comes late is listed beside it, and taken in by closing again."""

import pytest
from playwright.sync_api import Page, expect

from tests.day import machines_now
from tests.exchange import enterprise_files as files
from tests.journeys import figures, imports
from tests.journeys.closings import PERIOD, close, propose

pytestmark = pytest.mark.xdist_group("changed-portal")

OFFICER, LEADER, BAC_NINH = "programme_officer", "programme_leader", "VN-24-2025"
ADJUSTMENTS = "/targets/mt5/adjustments/2025/"


def told(page: Page, **asked: str) -> dict:
    [figure] = figures.values(page, period=2025, unit="VN", **asked)
    return figure


def test_a_closed_year_is_moved_by_closing_it_again_only(enter):
    officer, leader, keeper = enter(OFFICER), enter(LEADER), enter("register_keeper", BAC_NINH)
    version = told(leader)["closing_version"] + 1
    propose(officer, "Chốt sau khi đối chiếu")
    close(leader, version)
    accepted, first_read = told(leader)["value"], machines_now().isoformat()

    [line] = imports.rows(1)
    files.put(line, "Ngày", "14/12/2025")
    files.put(line, "Tên doanh nghiệp", "Công ty Giao hồ sơ muộn")
    imports.upload(keeper, "ho-so-muon.xlsx", files.workbook([line]))
    imports.await_check(keeper)
    expect(keeper.locator("[data-closed]")).to_contain_text("1 dòng thuộc kỳ đã chốt (2025: 1).")
    imports.write(keeper)
    imports.await_roll_up(keeper)

    figure = told(leader)
    assert (figure["value"], figure["adjustment"]) == (accepted, 1)
    leader.goto("/targets/mt5/")
    expect(leader.locator("[data-adjustment]").first).to_contain_text("+1")
    leader.goto(ADJUSTMENTS)
    assert figures.of(leader.locator("[data-accepted]")) == accepted
    expect(leader.locator("[data-adjustments]")).to_contain_text("Công ty Giao hồ sơ muộn")

    propose(officer, "Nhận hồ sơ Bắc Ninh giao muộn")
    close(leader, version + 1)
    assert (told(leader)["value"], told(leader)["adjustment"]) == (accepted + 1, 0)
    before = told(leader, known_on=first_read)
    assert (before["value"], before["closing_version"]) == (accepted, version)
    leader.goto(f"{ADJUSTMENTS}?versions={version}-{version + 1}")
    expect(leader.locator("[data-adjustments]")).to_contain_text("Công ty Giao hồ sơ muộn")
    expect(leader.locator("main")).to_contain_text("Nhận hồ sơ Bắc Ninh giao muộn")
    leader.goto(f"{PERIOD}?versions={version}-{version + 1}")
    expect(leader.locator('[data-changes] [data-indicator="MT5"][data-unit="VN"]')).to_contain_text("+1")
