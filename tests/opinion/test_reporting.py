"""Reports of units: figures on their basis, who has reported and in time, totals in the national report."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import event, given
from hypothesis import strategies as st

from apps.progress.services import recompute
from apps.publications.facts.taken import asked_of, take_facts
from apps.reports.models import AnnualReport
from apps.reports.services import entering, excluding, moves, reviewing, rounds
from apps.reports.services.entering import Edit
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.reports import open_round, report_of, unit_of
from tests.factories.sendings import accepted, returned, sent, sent_again
from tests.opinion import reporting
from tests.opinion.counting import windows
from tests.opinion.histories import TODAY
from tests.opinion.trying import tried
from tests.opinion.units import read_links
from tests.people.people import add_role, person

UNITS = (BAC_NINH, BAC_GIANG, LAM_DONG)
CELLS = {"5.1": "mt5", "6.1": "mt6", "3.1": "mt3", "D1": "inspection.visits", "D8": "inspection.fines"}
CODES = ("MT3", "MT4", "MT5", "MT6")
VERBS = (*["through"] * 4, "send", "accept", "return", "again", "correct", "reopen", "lock", "extend", "excuse",
         "exclude", "count_again")  # fmt: skip
STEP = st.tuples(
    st.sampled_from(VERBS), st.integers(0, 5), st.lists(st.integers(0, 500), min_size=5, max_size=5), st.integers(-3, 9)
)


@pytest.fixture
def office(reference, officer, leader, signed_in) -> SimpleNamespace:
    """Two rounds: of the year in which Bắc Giang went on in Bắc Ninh, long due; and of this one."""
    editor, approver = person("Soạn", "unit_editor", BAC_NINH), person("Ký", "unit_approver", BAC_NINH)
    add_role(editor, "unit_editor", LAM_DONG)
    add_role(approver, "unit_approver", LAM_DONG)
    past = open_round(officer, 2025, opens_on=TODAY - timedelta(days=60), due_on=TODAY)
    past = rounds.change_round(past, {"due_on": TODAY - timedelta(days=9)}, by=officer)
    rounds.add_unit(past, unit_of(BAC_GIANG), "Báo cáo phần của mình", by=officer)
    now = open_round(officer, 2026)
    places = [(past, unit) for unit in UNITS] + [(now, BAC_NINH), (now, LAM_DONG)]
    return SimpleNamespace(
        editor=editor, approver=approver, officer=officer, leader=leader, places=places, client=signed_in(officer)
    )


def take(office: SimpleNamespace, verb: str, pick: int, numbers: list[int], days: int) -> None:
    """What the portal refuses did not happen."""
    report = report_of(*office.places[pick % len(office.places)])
    editor, approver, officer = office.editor, office.approver, office.officer
    told = {code: str(number) for code, number in zip(CELLS, numbers, strict=True)} | {"5.3": str(numbers[0])}
    named = {f"n{code.replace('.', '_')}": number for code, number in told.items()}
    decision = excluding.Decision("7/QĐ-TĐC", TODAY, "Chưa đối chiếu")
    acts: dict[str, Any] = {
        "through": lambda: accepted(sent(report, editor, approver, **named), officer),
        "send": lambda: sent(report, editor, approver, **named),
        "accept": lambda: accepted(report, officer),
        "return": lambda: returned(report, officer, "5.1", "5.3"),
        "again": lambda: _again(report, told, editor, approver),
        "correct": lambda: moves.correct(report, "Tính thiếu", by=editor),
        "reopen": lambda: reviewing.reopen(report, "Sai", by=office.leader),
        "lock": lambda: reviewing.lock(report, by=officer),
        "extend": lambda: rounds.extend(report, TODAY + timedelta(days=days), "Bão lũ", by=officer),
        "excuse": lambda: rounds.excuse_unit(report, "Miễn", by=officer),
        "exclude": lambda: excluding.exclude(report, ["MT5"], decision, by=office.leader),
        "count_again": lambda: excluding.count_again(
            report, reporting.exclusion_of(report.unit_id), "Đã đối chiếu", by=office.leader
        ),
    }
    try:
        with transaction.atomic():
            acts[verb]()
    except (ValidationError, PermissionDenied):
        pass


def _again(report: AnnualReport, told: dict[str, str], editor: Any, approver: Any) -> None:
    """With other numbers where cells may be written: of what was returned those that were flagged."""
    codes = ["5.1", "5.3"] if report.state == "returned" else list(told)
    entering.write_cells(report, [Edit(code, told[code], "Tính lại") for code in codes], by=editor)
    report.refresh_from_db()
    sent_again(report, editor, approver, f"{told['5.1']}/BC-UBND")


@pytest.mark.django_db
@tried(2)
@given(steps=st.lists(STEP, min_size=5, max_size=14))
def test_reports(office, steps):
    with transaction.atomic():
        for one in steps:
            take(office, *one)
        recompute(CODES)
        event(f"{AnnualReport.objects.filter(state__in=reporting.TAKEN).count()} accepted")
        _figures(office.client)
        _board(office.client)
        _book()
        transaction.set_rollback(True)


def _figures(client: Any) -> None:
    within, links = windows(TODAY), read_links()
    for code in CODES:
        answer = client.get("/api/v1/figures/", {"indicator": code, "basis": "report", "is_current": "true",
                                                 "page_size": 200}).json()  # fmt: skip
        found = {(int(one["period"]), one["unit"]): Fraction(one["value"]) for one in answer["results"]}
        assert found == reporting.reported(code, within, links), code


def _board(client: Any) -> None:
    for one in client.get(reverse("reports:reportinground_list")).context["rounds"]:
        model = reporting.standing(one.code)
        assert (one.expected, one.sent, one.accepted) == (model.expected, model.sent, model.accepted)
    for year in ("2025", "2026"):
        now, model = client.get("/submissions/", {"year": year}).context["board"].now, reporting.standing(year)
        assert (now.expected, now.sent, now.in_time, now.accepted) == (
            model.expected, model.sent, model.in_time, model.accepted,
        )  # fmt: skip
        card = client.get("/dashboard/", {"year": year, "scope": ""}).context["report_card"]
        if card and str(card.year) == year:
            assert (card.total, card.sent, card.accepted) == (model.expected, model.sent, model.accepted)
        for unit in UNITS:
            answer = client.get("/api/v1/reports/", {"round": year, "unit": unit}).json()
            for one in answer["results"]:
                report = AnnualReport.objects.get(round__code=year, unit=unit)
                assert tuple(one["completeness"]) == reporting.completeness(report.pk)


def _book() -> None:
    links = read_links()
    for year in (2025, 2026):
        figures = take_facts(asked_of("annual", year, None, timezone.now())).figures
        for key, unit in (("inspection.visits", 1), ("inspection.fines", 10**6)):
            total = reporting.total_of(key, str(year), links)
            told = figures.get(key.replace("_", "-"))
            assert (None if told is None else Fraction(Decimal(told.value))) == (
                None if total is None else total / unit
            )
