"""The reporting cycle: opening and saving a report, checking it, the board of all years, acceptance to the totals."""

from collections.abc import Iterator
from statistics import median

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.progress.services import find_differences, recompute_source
from apps.reports.models import AnnualReport, ReportedValue
from apps.reports.moving import State
from apps.reports.services import reviewing
from apps.reports.services.accepting import SOURCE
from tests.bench.measuring import WARM_UPS, Figure, milliseconds, timed
from tests.bench.test_pages import VISITS, signed_in, visit
from tests.soak.portal import joined, running_portal

ENTERPRISES = 1_000
EDITOR, OFFICER = "chuyen-vien@lam-dong.example", "chuyen-vien@tdc.example"
REPORT = "/reports/2026/lam-dong/"
AUTOSAVE = 0.1  # seconds
AUTOSAVE_QUERIES = 12
ACCEPTANCE = 0.1  # seconds, figures included
PAGES = {
    "a section": (EDITOR, f"{REPORT}edit/results/"), "/check/, all rules": (EDITOR, f"{REPORT}check/"),
    "board of all years": (OFFICER, "/submissions/"), "a review": (OFFICER, "/reviews/2026/bac-ninh/"),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def reports(tmp_path_factory, django_db_blocker) -> Iterator[None]:
    """A portal of its own: what is measured here does not grow with the registers."""
    with (
        running_portal(tmp_path_factory.mktemp("reports"), ENTERPRISES) as portal,
        django_db_blocker.unblock(),
        joined(portal, role="DATABASE_OWNER_URL"),
    ):
        yield


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        visit(client, url)
    return len(captured)


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_reports(take, page):
    email, url = PAGES[page]
    client = signed_in(email)
    for _ in range(WARM_UPS):
        visit(client, url)
    seconds = median(visit(client, url) for _ in range(VISITS))
    take(Figure(f"{page}, {queries(client, url)} queries", milliseconds(seconds), ""))


def test_autosave_of_a_cell(take):
    report = AnnualReport.objects.get(round__code="2026", unit="VN-68-2025")
    client, url = signed_in(EDITOR), f"{REPORT}cells/5.1/"
    numbers = iter(range(100, 200))

    def save() -> None:
        version = ReportedValue.objects.get(report=report, cell__code="5.1").version
        told = {"v-5.1": str(next(numbers)), "s-5.1": f"{version}.."}
        answer = client.post(url, told, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.content[:300]

    for _ in range(WARM_UPS):
        save()
    seconds = median(timed(save)() for _ in range(20))
    with CaptureQueriesContext(connection) as captured:
        save()
    asked = len(captured) - 1  # that of this test
    take(
        Figure("autosave of a cell", milliseconds(seconds), "", goal_text="< 100 ms", met=seconds < AUTOSAVE),
        Figure("queries of it", str(asked), "", goal_text=f"≤ {AUTOSAVE_QUERIES}", met=asked <= AUTOSAVE_QUERIES),
    )


def test_acceptance_until_all_totals_are_right(take):
    """One after another, the figures counted after each; taken back afterwards."""
    officer = User.objects.get(email=OFFICER)
    with transaction.atomic():
        waiting = list(AnnualReport.objects.filter(round__code="2026", state=State.SUBMITTED).for_pages())
        taken = [timed(lambda one=one: accept(one, officer))() for one in waiting]
        assert find_differences() == []
        transaction.set_rollback(True)
    take(
        Figure(
            f"acceptance of one report, {len(taken)} in turn, figures counted", milliseconds(median(taken)), "",
            goal_text="< 100 ms", met=median(taken) < ACCEPTANCE,
        )
    )  # fmt: skip


def accept(report: AnnualReport, officer: User) -> None:
    told = {cell.code: "Đã đối chiếu hồ sơ" for cell in reviewing.differing(report)}
    reviewing.accept(report, by=officer, differences=told)
    recompute_source(SOURCE)
