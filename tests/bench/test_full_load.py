"""The reporting cycle at the end of the programme (`load_demo --full`), beside the usual demonstration.

Twelve years of all units, some 200 cells a report: what the pages cost, that they ask no more than of today's size, and
that a whole round of provinces is accepted, the figures right after each.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from statistics import median

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.progress.services import find_differences
from apps.reports.checking import problems_of, rules_of
from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.moving import REVIEW, State
from apps.reports.selectors.filled import Entry, entries_of
from apps.reports.selectors.series import years_before
from apps.reports.services import entering, moves
from apps.reports.services.entering import UNCHANGED, Edit
from apps.reports.services.reviewing import differing
from apps.targets.models import AcceptedValue
from program996.demo.forms import SECTION
from program996.demo.years import FULL
from tests.bench.measuring import WARM_UPS, Figure, milliseconds, timed
from tests.bench.test_pages import TURNS, VISITS, queries_of, signed_in, visit
from tests.bench.test_reports import ACCEPTANCE, AUTOSAVE, AUTOSAVE_QUERIES, EDITOR, OFFICER, accept
from tests.factories.reports import signed_paper

SIGNER = "lanh-dao@lam-dong.example"
LAM_DONG, PROVINCES = "VN-68-2025", 34
PAGES = {
    "a section": (EDITOR, "/reports/{year}/lam-dong/edit/results/"),
    "/check/, all rules": (EDITOR, "/reports/{year}/lam-dong/check/"),
    "board of all units and years": (OFFICER, "/submissions/"),
    "a review": (OFFICER, "/reviews/{year}/bac-ninh/"),
}  # fmt: skip
SLOWEST = 1.0  # seconds


def test_size_of_the_full_load(at, take):
    with at("full"):
        years = AnnualReport.objects.values("round__year").distinct().count()
        cells = sorted(FormCell.objects.filter(form__in=AnnualReport.objects.values("form")).values_list("form"))
        asked = {cells.count(form) for form in set(cells)}
        counts = {
            "reports": AnnualReport.objects.count(), "values": ReportedValue.objects.count(),
            "accepted numbers": AcceptedValue.objects.count(),
        }  # fmt: skip
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    is_whole = years == len(FULL.years) and asked == {FULL.cells}
    take(Figure(f"full load: {years} years, {asked} cells", told, "", goal_text="12 × 200", met=is_whole))


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_reports(at, take, name):
    """In turns, as often as the other pages are."""
    email, url = PAGES[name]
    seconds: dict[str, list[float]] = {"usual": [], "full": []}
    queries = {}
    for _turn in range(TURNS):
        for load in seconds:
            with at(load) as year:
                client, address = signed_in(email), url.format(year=year)
                queries[load] = queries_of(client, address)
                for _ in range(WARM_UPS):
                    visit(client, address)
                seconds[load] += [visit(client, address) for _ in range(VISITS)]
    full, usual = median(seconds["full"]), median(seconds["usual"])
    take(
        Figure(
            f"{name}, full load", milliseconds(full), f"usual load: {milliseconds(usual)}", full / usual,
            goal_text=f"< {SLOWEST:g} s", met=full < SLOWEST,
        ),
        Figure(
            f"queries of it ({name})", str(queries["full"]), str(queries["usual"]), goal_text="equal",
            met=queries["full"] == queries["usual"],
        ),
    )  # fmt: skip


def test_section_of_most_cells(at, take):
    """More than half of the report on one page: it asks no more than another section does."""
    with at("full") as year:
        client, report = signed_in(EDITOR), f"/reports/{year}/lam-dong/edit"
        count = FormCell.objects.filter(form__number=2, form__audience="province", block__section__code=SECTION).count()
        queries = [queries_of(client, f"{report}/{section}/") for section in (SECTION, "results")]
        seconds = median(visit(client, f"{report}/{SECTION}/") for _ in range(VISITS))
    take(
        Figure(
            f"a section of {count} cells", milliseconds(seconds), "", goal_text=f"< {SLOWEST:g} s",
            met=seconds < SLOWEST,
        ),
        Figure("queries of it", str(queries[0]), str(queries[1]), goal_text="no more", met=queries[0] <= queries[1]),
    )  # fmt: skip


def test_autosave_of_a_cell(at, take):
    seconds, queries = {}, {}
    for name in ("usual", "full"):
        with at(name) as year:
            save, before, numbers = autosave(year)
            for _ in range(WARM_UPS):
                save(next(numbers))
            seconds[name] = median(timed(partial(save, number))() for number in islice(numbers, 20))
            with CaptureQueriesContext(connection) as captured:
                save(before)  # as it was: the report is looked through again
            queries[name] = len(captured) - 1  # that of this test
    few = queries["full"] == queries["usual"] <= AUTOSAVE_QUERIES
    take(
        Figure(
            "autosave of a cell, full load", milliseconds(seconds["full"]), f"usual: {milliseconds(seconds['usual'])}",
            goal_text="< 100 ms", met=seconds["full"] < AUTOSAVE,
        ),
        Figure(
            "queries of it (autosave)", str(queries["full"]), str(queries["usual"]),
            goal_text=f"equal, ≤ {AUTOSAVE_QUERIES}", met=few,
        ),
    )  # fmt: skip


def test_all_provinces_are_accepted_and_every_total_is_right(at, take):
    """One after another, the figures counted after each; taken back, and again: of each its quickest time, as whatever
    else the machine does falls on some of them.
    """
    with at("full") as year, transaction.atomic():
        send(AnnualReport.objects.for_pages().get(round__year=year, unit=LAM_DONG))
        waiting = submitted(year, unit__kind="province")
        assert len(waiting) == PROVINCES
        rounds = [accepted_in_turn(waiting) for _ in range(TURNS)]
        transaction.set_rollback(True)
    best = [min(times) for times in zip(*rounds, strict=True)]
    every = [seconds for times in rounds for seconds in times]
    take(
        Figure(
            f"acceptance of {PROVINCES} provinces in turn, figures counted, full load",
            f"{milliseconds(median(best))}, slowest {milliseconds(max(best))}",
            f"median of all {TURNS} rounds {milliseconds(median(every))}", goal_text="< 100 ms each",
            met=max(best) < ACCEPTANCE,
        )
    )  # fmt: skip


def accepted_in_turn(waiting: list[AnnualReport]) -> list[float]:
    """Seconds of each, its figures included; when all are in, every total is as the facts say."""
    officer, before = User.objects.get(email=OFFICER), AcceptedValue.objects.count()
    with transaction.atomic():
        taken = [timed(partial(accept, one, officer))() for one in waiting]
        assert AcceptedValue.objects.count() >= before + PROVINCES
        assert find_differences() == []
        transaction.set_rollback(True)
    return taken


def test_acceptance_asks_no_more_of_twelve_years(at, take):
    """Of reports without a difference to be explained: each of these has a note of its own. The most, as one that
    brings nothing new has no figure to write.
    """
    asked: dict[str, int] = {}
    for name in ("usual", "full"):
        with at(name) as year, transaction.atomic():
            officer, counts = User.objects.get(email=OFFICER), []
            assert officer.has_perm(REVIEW)  # a person's rights are read once
            for report in [one for one in submitted(year) if not differing(one)]:
                with CaptureQueriesContext(connection) as captured:
                    accept(report, officer)
                counts.append(len(captured))
            asked[name] = max(counts)
            transaction.set_rollback(True)
    is_same = asked["full"] == asked["usual"]
    take(Figure("queries of an acceptance", str(asked["full"]), str(asked["usual"]), goal_text="equal", met=is_same))


def autosave(year: int) -> tuple[Callable[[int], None], int, Iterator[int]]:
    """A number in one cell, as the page sends it; the number that stands there, and others."""
    value = ReportedValue.objects.filter(report__round__year=year, report__unit=LAM_DONG, cell__code="5.1")
    client, before = signed_in(EDITOR), int(value.get().number)

    def save(number: int) -> None:
        told = {"v-5.1": str(number), "s-5.1": f"{value.get().version}.."}
        answer = client.post(f"/reports/{year}/lam-dong/cells/5.1/", told, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.content[:300]

    return save, before, iter(range(before + 1, before + 100))


def submitted(year: int, **of: str) -> list[AnnualReport]:
    return list(AnnualReport.objects.filter(round__year=year, state=State.SUBMITTED, **of).for_pages())


def send(report: AnnualReport) -> None:
    """What the draft lacks is filled in and explained; then it goes its way, through its own people."""
    editor, signer = (User.objects.get(email=email) for email in (EDITOR, SIGNER))
    entries = entries_of(report)
    problems = problems_of(report, entries, rules_of(report.form_id), years_before(report))
    asked = {one.cell.code: one.cell for one in problems if one.blocks}
    edits = [Edit(code, *_said(entries[cell.key])) for code, cell in asked.items()]
    entering.write_cells(report, edits, by=editor)
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=signer)
    moves.submit(report, by=editor)


def _said(entry: Entry) -> tuple[object, str]:
    blank = "Không có" if entry.cell.kind == FormCell.Kind.TEXT else "0"
    return (blank if entry.given.is_blank else UNCHANGED), "số liệu minh họa"
