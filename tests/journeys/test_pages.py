"""Every page, wide and narrow: no fault for axe-core, nothing on the console, no call elsewhere, no sideways scroll."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import Page

from program996.management.processes import BASE_DIR
from tests.exchange import enterprise_files as files
from tests.journeys import imports, receivers, ways
from tests.journeys.conftest import session_of
from tests.journeys.cost import Cost
from tests.journeys.watch import Watch, fits, until

pytestmark = pytest.mark.xdist_group(
    "changed-portal"
)  # before most of its changes, beside the long journeys of the other
AXE = (BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()
# Named, because the size of targets (2.5.8) is looked at only where it is asked for.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KEEPER, LEADER, OFFICER = "register_keeper", "programme_leader", "programme_officer"
ADMINISTRATOR = "programme_administrator"
WIDE = {"width": 1440, "height": 900}
REGISTER = ways.REGISTER


# A region that has just been asked for again is pale for a moment.
STILL = """!document.querySelector('.htmx-request, .htmx-settling')
    && !document.getAnimations().some((one) => one instanceof CSSTransition)"""


# What sticks to the window's foot lies over whatever stands there at this scroll; at another it is something else.
UNSTUCK = "for (const bar of document.querySelectorAll('.savebar')) bar.style.position = 'static'"


@dataclass(frozen=True)
class Case:
    name: str
    way: str | Callable[[Page], None]
    role: str = KEEPER
    status: int = 200

    def open(self, page: Page) -> None:
        if callable(self.way):
            self.way(page)
            return
        response = page.goto(self.way)
        assert response
        assert response.status == self.status


CASES = [
    Case("dashboard", "/dashboard/", LEADER),
    Case("dashboard_of_a_unit", "/dashboard/?scope=bac-ninh", LEADER),
    Case("dashboard_of_a_ministry", "/dashboard/?scope=bo-cong-thuong", LEADER),
    Case("plan", "/plan/?list=A", LEADER),
    Case("plan_by_aims", "/plan/?list=all&by=aim&view=table", LEADER),
    Case("plan_of_a_unit", "/plan/?list=B"),
    Case("plan_none_found", "/plan/?q=khong-co-hang-muc-nao", LEADER),
    Case("plan_item", "/plan/A/2.2.1.a/", LEADER),
    Case("plan_heading", "/plan/A/2.2/", LEADER),
    Case("home_of_a_unit", "/dashboard/", "unit_editor"),
    Case("tasks", "/tasks/", OFFICER),
    Case("task", "/tasks/MH-2019-00001/", LEADER),
    Case("task_whole", "/tasks/MH-2019-00001/?tab=all", LEADER),
    Case("task_act", ways.act_on_task, "unit_editor"),
    Case("tasks_chosen", ways.chosen_tasks, "unit_editor"),
    Case("task_form", "/tasks/new/?framework_item=B.6", "unit_editor"),
    Case("task_statistics", "/tasks/statistics/", LEADER),
    Case("tasks_counted", "/tasks/statistics/tasks/?timeliness=done_late", LEADER),
    Case("book", "/publications/national-2025/", OFFICER),
    Case("book_section", ways.section_of_a_book, OFFICER),
    Case("task_lists", "/task-lists/", LEADER),
    Case("task_list", ways.task_list, "unit_editor"),
    Case("tasks_of_a_year", "/tasks/yearly/?year=2030&unit=A", OFFICER),
    Case("funding", "/funding/", LEADER),
    Case("funding_lines", "/funding/lines/", LEADER),
    Case("funding_of_a_task", "/funding/MH-2019-00001/", LEADER),
    Case("targets", "/targets/", LEADER),
    Case("method", "/targets/method/", LEADER),
    Case("allocations", "/targets/allocation/", LEADER),
    Case("allocation", "/targets/allocation/mt5/2/", OFFICER),
    Case("indicator", "/targets/mt5/", LEADER),
    Case("indicator_as_land", "/targets/mt5/?map=land", LEADER),
    Case("indicator_changes", "/targets/mt5/changes/", LEADER),
    Case("indicator_by_count", "/targets/mt5/?measure=count&units=as-reported&year=2024", LEADER),
    Case("indicator_without_facts", "/targets/mt1/", LEADER),
    Case("provenance", "/targets/mt5/provenance/2025/bac-ninh/", LEADER),
    Case("enterprises", REGISTER),
    Case("enterprises_none_found", f"{REGISTER}?q=khong-co-doanh-nghiep-nao"),
    Case("enterprise", ways.enterprise_with_file),
    Case("enterprise_with_errors", ways.empty_enterprise),
    Case("duplicates", f"{REGISTER}duplicates/"),
    Case("duplicates_none_found", f"{REGISTER}duplicates/?q=khong-co-doanh-nghiep-nao"),
    Case("merge_preview", ways.merge_preview),
    Case("rows_chosen", ways.chosen_rows),
    Case("cmcs", "/registers/cmc/?standing=published", OFFICER),
    Case("imports", imports.IMPORTS),
    Case("imports_with_errors", ways.upload_without_file),
    Case("import", ways.checked_import),
    Case("import_warnings", ways.warnings_of_import),
    Case("import_valid_rows", ways.valid_rows_of_import),
    Case("import_question", ways.question_of_import),
    Case("import_closed_rows", ways.closed_rows_of_import),
    Case("import_suggestions", ways.suggestions_of_import),
    Case("import_rest", ways.rest_of_import),
    Case("filter_of_many", ways.open_filter, OFFICER),
    Case("place_picker", ways.open_picker),
    Case("indicator_of_another_day", "/targets/mt5/?on=30/06/2025&year=2024&measure=count", LEADER),
    Case("indicator_of_no_day", "/targets/mt5/?on=31/02/2025", LEADER),
    Case("dashboard_of_ones_own_unit", "/dashboard/"),
    Case("figures_of_a_unit", "/units/bac-ninh/figures/"),
    Case("figures_of_an_ended_unit", "/units/bac-giang/figures/"),
    Case("units", "/units/"),
    Case("unit", "/units/bac-ninh/"),
    Case("units_of_a_day", "/units/?on=30/06/2025&kind=province"),
    Case("unit_of_a_day", "/units/dong-nai/?on=29/04/2026", ADMINISTRATOR),
    Case("units_on_paper", "/units/print/?on=30/04/2026"),
    Case("acts", "/units/reorganisations/", ADMINISTRATOR),
    Case("act_kinds", "/units/reorganisations/new/", ADMINISTRATOR),
    Case("act_with_errors", ways.empty_act, ADMINISTRATOR),
    Case("act_preview", ways.act_preview, ADMINISTRATOR),
    Case("sub_unit", "/units/bac-ninh/parts/new/", ADMINISTRATOR),
    Case("act_of_many", ways.grown_merger, ADMINISTRATOR),
    Case("sub_unit_move", "/units/so-khcn-bac-ninh/move/", ADMINISTRATOR),
    Case("sub_unit_end", "/units/so-khcn-bac-ninh/end/", ADMINISTRATOR),
    Case("old_unit", "/units/bac-giang/"),
    Case("account", "/account/", ADMINISTRATOR),
    Case("inbox", "/inbox/", "unit_approver"),
    Case("notifications", "/notifications/", OFFICER),
    Case("holidays", "/holidays/", ADMINISTRATOR),
    Case("saved_views", "/account/views/", OFFICER),
    Case("jobs", "/jobs/", OFFICER),
    Case("receiver_of_events", receivers.with_a_log, ADMINISTRATOR),
    Case("national_reporting", "/national-reporting/", ADMINISTRATOR),
    Case("api", "/api/docs/", OFFICER),
    Case("api_in_english", "/api/docs/?lang=en", ""),
    Case("api_of_tasks", "/api/docs/tasks/", OFFICER),
    Case("api_problems", "/api/docs/problems/", ""),
    Case("search", "/search/?q=bac%20ninh"),
    Case("search_of_tasks", "/search/?q=kiem%20dinh"),
    Case("search_of_registers", "/search/?q=chuan", LEADER),
    Case("search_empty", "/search/"),
    Case("password", "/accounts/password/change/"),
    Case("not_found", "/khong-co-trang-nay/", KEEPER, 404),
    Case("no_right", "/jobs/", KEEPER, 403),
    Case("public", "/", ""),
    Case("public_about", "/about/", ""),
    Case("public_accessibility", "/accessibility/", ""),
    Case("public_provinces", "/provinces/", ""),
    Case("public_province", "/provinces/bac-ninh/", ""),
    Case("public_documents", "/documents/", ""),
    Case("public_open_data", "/open-data/", ""),
    Case("public_edition", ways.newest_edition, ""),
    Case("help", "/help/", ""),
    Case("help_found", "/help/?q=bao%20cao", ""),
    Case("help_text", "/help/viec-dau-tien/", ""),
    Case("help_table", "/help/dung-tro-giup/", ""),
    Case("feedback", "/feedback/?page=/tasks/", ""),
    Case("feedback_with_errors", ways.empty_feedback, ""),
    Case("feedback_sent", "/feedback/sent/", ""),
    Case("feedback_received", ways.received_feedback, OFFICER),
    Case("upkeep", "/upkeep/", ADMINISTRATOR),
    Case("feedback_list", "/feedback-received/", OFFICER),
    Case("sign_in", "/accounts/login/", ""),
    Case("sign_in_with_errors", ways.wrong_password, ""),
    Case("password_reset", "/accounts/password/reset/", ""),
]


# The same parts as another page here, with other rows: axe has looked at them there.
ALIKE = {
    *("dashboard_of_a_ministry", "dashboard_of_ones_own_unit", "indicator_by_count", "indicator_of_another_day"),
    *("enterprises_none_found", "import_warnings", "import_valid_rows", "import_closed_rows", "units_of_a_day"),
    *(
        "plan_of_a_unit",
        "plan_none_found",
        "unit_of_a_day",
        "figures_of_an_ended_unit",
        "act_with_errors",
        "search_empty",
        "duplicates_none_found",
        "api_in_english",
    ),
}
# One page of each layout that stands otherwise on a narrow window; there axe looks a second time.
NARROW = {
    *(
        "dashboard",
        "dashboard_of_a_unit",
        "plan",
        "plan_by_aims",
        "plan_item",
        "targets",
        "indicator",
        "provenance",
        "enterprises",
        "enterprise",
        "duplicates",
        "merge_preview",
    ),
    *("enterprise_with_errors", "import", "import_question", "filter_of_many", "place_picker", "units", "unit"),
    *(
        "public",
        "public_provinces",
        "public_edition",
        "help",
        "help_text",
        "help_table",
        "units_on_paper",
        "act_preview",
        "act_of_many",
        "account",
        "feedback_with_errors",
        "sign_in",
        "api",
        "api_of_tasks",
    ),
}


Window = tuple[Page, Watch]


@pytest.fixture(scope="module")
def window(portal, browser, browser_context_args) -> Iterator[Callable[[str], Window]]:
    """One window for each person, one page after the other in it: a window of its own costs more than most pages."""
    made: dict[str, tuple[Page, Watch]] = {}
    new = partial(browser.new_context, viewport=WIDE, **browser_context_args)

    def of(role: str) -> Window:
        if role not in made:
            account = portal.people.one(role, files.BAC_NINH if role == KEEPER else "") if role else None
            context = new(storage_state=session_of(portal, account, new) if account else None)
            watch = Watch(context, portal.url)
            made[role] = context.new_page(), watch
        return made[role]

    yield of
    for page, _watch in made.values():
        page.context.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_has_no_fault(window, case):
    page, watch = window(case.role)
    watch.complaints.clear()
    page.set_viewport_size(WIDE)
    looks_right(page, case)
    assert watch.complaints == []


def looks_right(page: Page, case: Case) -> None:
    cost = Cost(page)
    case.open(page)
    assert until(page, "document.fonts.status === 'loaded'")
    assert until(page, STILL)
    if not callable(case.way):  # a way of several pages is not the cost of one
        assert cost.too_much() == []
    assert masthead_stays(page)
    found = faults(page) if case.name not in ALIKE else []
    assert fits(page)
    if case.name in NARROW:
        page.set_viewport_size({"width": 390, "height": 844})
        found += faults(page, left_out=["color-contrast"])  # half of the work, and no colour hangs on the width
    assert not found, "\n".join(found)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert fits(page), f"at {width} px"


def masthead_stays(page: Page) -> bool:
    """At the foot of a long page, too."""
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    top = page.evaluate("document.querySelector('.mast')?.getBoundingClientRect().top ?? 0")
    page.evaluate("scrollTo(0, 0)")
    return top == 0


def faults(page: Page, left_out: Sequence[str] = ()) -> list[str]:
    """Rule and place of every violation."""
    if not page.evaluate("!!globalThis.axe"):
        page.evaluate(AXE)  # the debugger's door leads past the content policy
    page.evaluate(UNSTUCK)
    rules = {name: {"enabled": False} for name in left_out}
    options = {"preload": False, "resultTypes": ["violations"], "runOnly": RULES, "rules": rules}
    answer = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]
