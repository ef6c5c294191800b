"""One running portal with demonstration data, and a browser in which its people are signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, StorageState, expect, sync_playwright

from tests import bases
from tests.journeys.people import Account, sign_in
from tests.journeys.portals import Portal, as_before_the_role, portal_of_its_own
from tests.journeys.watch import Watch

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def first_base(django_db_blocker: Any) -> None:
    """Before there is an event loop: beside one Django makes no tables. With workers it is made already."""
    with django_db_blocker.unblock():
        bases.make_the_first()


@pytest.fixture(scope="package")
def quiet_portal(first_base: None) -> Iterator[Portal]:
    with portal_of_its_own("journeys") as running:
        yield running


@pytest.fixture(scope="package")
def changed_portal(first_base: None) -> Iterator[Portal]:
    """A second one: what becomes of provinces, years and processes here would show in every other journey."""
    with portal_of_its_own("changed", as_before_the_role) as running:
        yield running


@pytest.fixture(scope="module")
def portal(request: pytest.FixtureRequest) -> Portal:
    """The one that the module's group is named after: who shares a portal runs in one worker."""
    [group] = (mark.args[0] for mark in request.node.iter_markers("xdist_group"))
    found: Portal = request.getfixturevalue({"portal": "quiet_portal", "changed-portal": "changed_portal"}[group])
    return found


# The plugin's own fixtures live as long as the run, and with them an event loop beside which Django refuses its
# database to every later test of the same worker. Ours end with the journeys.
@pytest.fixture(scope="package")
def playwright(first_base: None) -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "Chromium is not installed"
    # Without a process for a graphics card that is not there: a tenth of the browser's work.
    flags = ["--disable-dev-shm-usage", "--in-process-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    browser = playwright.chromium.launch(executable_path=program, args=flags)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def browser_context_args(portal: Portal) -> dict[str, Any]:
    return {"base_url": portal.url, "locale": "vi-VN"}


Enter = Callable[..., Page]


@pytest.fixture
def enter(portal: Portal, new_context: Callable[..., BrowserContext]) -> Iterator[Enter]:
    """enter("register_keeper", BAC_NINH): a page of that person, signed in once for all journeys.

    Whatever the browser complains of during the journey fails the test at its end.
    """
    watches = []

    def make(role: str = "", unit: str = "", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        account = portal.people.one(role, unit) if role else None
        if account:
            options["storage_state"] = session_of(portal, account, new_context)
        context = new_context(**options)
        watches.append(Watch(context, portal.url))
        return context.new_page()

    yield make
    assert [complaint for watch in watches for complaint in watch.complaints] == []


def session_of(portal: Portal, account: Account, new_context: Callable[..., BrowserContext]) -> StorageState:
    if account.email not in portal.sessions:
        context = new_context()
        sign_in(context.new_page(), account)
        portal.sessions[account.email] = context.storage_state()
        context.close()
    return portal.sessions[account.email]
