"""The hint of a first visit is read once, closed once, and had back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.people import sign_in

pytestmark = pytest.mark.xdist_group("portal")
HINT = {"name": "Gợi ý", "exact": True}


@pytest.mark.parametrize("with_script", [True, False])
def test_a_hint_is_closed_and_had_back(enter, portal, with_script):
    if with_script:
        page = enter("auditor")
    else:
        page = enter(java_script_enabled=False)
        sign_in(page, portal.people.one("auditor"))
    page.goto("/tasks/?state=draft")
    expect(page.get_by_role("complementary", **HINT)).to_be_visible()
    page.get_by_role("button", name="Đóng gợi ý").click()
    expect(page.get_by_role("complementary", **HINT)).to_have_count(0)
    assert page.url.endswith("/tasks/?state=draft")
    if with_script:
        expect(page.get_by_text("Đã đóng gợi ý.")).to_be_focused()
    page.reload()
    expect(page.get_by_role("complementary", **HINT)).to_have_count(0)
    page.goto("/account/")
    page.get_by_role("button", name="Hiện lại gợi ý").click()
    page.goto("/tasks/")
    expect(page.get_by_role("complementary", **HINT)).to_be_visible()
