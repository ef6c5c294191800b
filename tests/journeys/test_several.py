"""Rows of a register withdrawn together, and brought back."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("portal")
REGISTER = "/registers/products/"  # nothing hangs on its rows


def test_rows_are_withdrawn_together_and_brought_back(enter):
    page = enter("register_keeper", "UBTDC")
    page.goto(REGISTER)
    count = page.locator("#list [data-announce]")
    before = count.inner_text()
    bar = page.locator("#chosen")
    expect(bar).to_be_hidden()
    boxes = page.locator("#list .tick input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    bar.get_by_role("button", name="Rút khỏi sổ").click()
    page.get_by_label("Lý do").fill("Nhập trùng")
    page.get_by_role("button", name="Rút khỏi sổ (2)").click()
    expect(page.get_by_role("heading", name="Đã rút khỏi sổ (2)")).to_be_visible()
    page.get_by_role("link", name="Đưa lại các dòng này vào sổ").click()
    page.get_by_label("Lý do").fill("Rút nhầm")
    page.get_by_role("button", name=re.compile("Đưa lại vào sổ")).click()
    expect(page.get_by_role("heading", name="Đã đưa lại vào sổ (2)")).to_be_visible()
    page.get_by_role("link", name="Về danh sách").click()
    expect(count).to_have_text(before)
