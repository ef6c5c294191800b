"""A report as its people take it along: written, explained, signed and sent; looked at and decided on by the office."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.day import machines_today
from tests.journeys import figures
from tests.journeys.watch import AT_REST, until

WHY = "Số liệu minh họa"


def put(page: Page, code: str, text: str) -> None:
    """Though the answer to the cell before is on its way: it leaves alone what is being typed."""
    field = page.locator(f'[name="v-{code}"]')
    field.fill(text)
    field.press("Tab")


def is_saved(page: Page, code: str, text: str) -> None:
    """Whether or not it owes a reason."""
    expect(page.locator(f'[data-cell="{code}"] .cell:is(.ok, .wa)')).to_be_visible()
    expect(page.locator(f'[name="v-{code}"]')).to_have_value(text)
    assert until(page, AT_REST)


def write(page: Page, url: str, section: str, told: dict[str, str]) -> None:
    """Cell by cell, each sent when it is left."""
    page.goto(f"{url}edit/{section}/")
    for code, text in told.items():
        put(page, code, text)
    assert until(page, AT_REST)
    expect(page.locator("[data-unsent]")).to_have_count(0)


def explain(page: Page, code: str, why: str) -> None:
    field = page.locator(f'[name="x-{code}"]')
    field.fill(why)
    field.press("Tab")
    expect(page.locator(f'[data-cell="{code}"] .cell.ok')).to_be_visible()
    assert until(page, AT_REST)


def finish(page: Page, url: str) -> None:
    """What is missing or to be explained, section by section, as the page tells that lists it."""
    for _turn in range(12):
        page.goto(f"{url}check/")
        left = page.locator("main section").filter(has=page.locator("li .msg:is(.er, .wa)")).first
        if not left.count():
            break
        rows = left.locator("li", has=page.locator(".msg:is(.er, .wa)")).locator("b")
        codes = [told.split()[0] for told in rows.all_inner_texts()]
        left.locator(".ch").get_by_role("link", name=re.compile("^Sửa")).click()
        for code in codes:
            settle(page, code)
    expect(page.locator("main")).to_contain_text("Không còn chỗ nào phải sửa hoặc giải trình")


def settle(page: Page, code: str) -> None:
    expect(page.locator(f'[data-cell="{code}"]')).to_be_visible()  # counting waits for no page
    why = page.locator(f'[name="x-{code}"]')
    if why.count():
        why.fill(WHY)
        why.press("Tab")
    else:
        put(page, code, "0" if page.locator(f'input[name="v-{code}"]').count() else "Không có")
    assert until(page, AT_REST)


def start(editor: Page, url: str) -> None:
    editor.goto(url)
    editor.locator("main").get_by_role("link", name="Bắt đầu báo cáo", exact=True).click()
    press(editor, "Bắt đầu báo cáo", "Đã bắt đầu báo cáo.")


def hand(editor: Page) -> None:
    """From the page of what is to be mended, by the page that says into whose hands."""
    editor.locator("main").get_by_role("link", name="Trình lãnh đạo ký", exact=True).click()
    press(editor, "Trình lãnh đạo ký", "Đã trình lãnh đạo")


def sign(leader: Page, url: str, number: str) -> None:
    """By whoever has read the whole of it."""
    leader.goto(f"{url}print/")
    leader.locator("main").get_by_role("link", name="Ghi nhận báo cáo đã ký").click()
    day = f"{machines_today():%d/%m/%Y}"
    signed = {"number": number, "day": day, "signatory": "Người ký minh họa", "position": "Lãnh đạo đơn vị"}
    for name, text in signed.items():
        leader.locator(f"main [name={name}]").fill(text)
    press(leader, "Ghi nhận báo cáo đã ký", "Đã ghi nhận báo cáo đã ký")


def send(editor: Page, url: str, number: str) -> None:
    editor.goto(url)
    editor.locator("main").get_by_role("link", name="Nộp báo cáo").click()
    expect(editor.locator("main")).to_contain_text("không sửa được cho đến khi Ủy ban TĐC trả lại")
    press(editor, "Nộp báo cáo", number)
    expect(editor).to_have_url(re.compile(f"{url}submitted/$"))


def press(page: Page, button: str, said: str) -> None:
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator("main")).to_contain_text(said)


@dataclass(frozen=True)
class Office:
    """The programme office at its page of one report."""

    page: Page
    report: str  # "2026/bo-y-te"

    def look(self, cell: str = "") -> Locator:
        self.page.goto(f"/reviews/{self.report}/{f'?cell={cell}' if cell else ''}")
        return self.page.locator("main")

    def flag(self, code: str, words: str) -> None:
        self.look(code).get_by_label("Cần sửa: nội dung ghi trong phiếu trả lại").fill(words)
        self.page.get_by_role("button", name="Đưa vào phiếu trả lại").click()
        expect(self.page.locator(".slip")).to_contain_text(words)

    def give_back(self, words: str) -> None:
        self.page.locator("#slip [name=reason]").fill(words)
        press(self.page, "Trả lại để hoàn thiện", "Đã trả lại báo cáo.")

    def accept(self, *differing: str) -> None:
        """`differing`: the cells for whose difference from the register a reason is asked, and given."""
        self.look().get_by_role("link", name="Chấp nhận báo cáo").click()
        fields = self.page.locator("main [name^=difference_]")
        expect(fields).to_have_count(len(differing))
        for code in differing:
            label = f"Lý do chấp nhận chênh lệch ở ô {code}"
            self.page.get_by_label(label).fill("Đã đối chiếu hồ sơ")
        press(self.page, "Chấp nhận báo cáo", "Đã chấp nhận báo cáo.")

    def act(self, link: str, said: str, reason: str = "") -> None:
        """On a page of its own, to which that of the review leads."""
        self.look().get_by_role("link", name=link).click()
        if reason:
            self.page.locator("main [name=reason]").fill(reason)
        press(self.page, link, said)


def reported(page: Page, indicator: str, year: int) -> int | None:
    """The nation's figure on the basis of reports, as the page of the indicator has it; None: of that year there is
    none.
    """
    page.goto(f"/targets/{indicator.lower()}/")
    rows = page.locator("section[aria-labelledby=h-bases] tbody tr")
    row = rows.filter(has=page.get_by_role("rowheader", name=str(year), exact=True))
    return figures.of(row.locator("td[data-national-report]")) if row.count() else None
