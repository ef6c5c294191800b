"""Reports and rounds in every state, and the door of each verb."""

from collections.abc import Callable, Iterator
from typing import Any

from apps.reports.models import AnnualReport, ReportingRound, ReportStep
from apps.reports.services import moves, reviewing, rounds
from apps.targets.models import AcceptedValue
from tests.conftest import BAC_NINH
from tests.factories.reports import facts_of_round, filled, open_round, report_of, signed_paper


def of_reports(fixture: Callable[[str], Any]) -> dict[str, Any]:
    officer, member = fixture("officer"), fixture("member")
    editor = member("Editor", "unit_editor", BAC_NINH)
    approver = member("Approver", "unit_approver", BAC_NINH)
    doors = {
        "start": lambda report: moves.start(report, by=editor),
        "to_leader": lambda report: moves.to_leader(report, by=editor),
        "recall": lambda report: moves.recall(report, by=editor),
        "send_back": lambda report: moves.send_back(report, "Chưa rõ", by=approver),
        "sign": lambda report: moves.sign(report, signed_paper(), by=approver),
        "submit": lambda report: moves.submit(report, by=editor),
        "correct": lambda report: moves.correct(report, "Tính thiếu", by=editor),
        "return_for_revision": lambda report: reviewing.return_for_revision(report, "Xem lại", by=officer),
        "accept": lambda report: reviewing.accept(report, by=officer),
        "lock": lambda report: reviewing.lock(report, by=officer),
        "reopen": lambda report: reviewing.reopen(report, "Sai số", by=officer),
    }
    return {
        "rows": _reports(officer, editor, approver), "doors": doors,
        "by": {"": editor, "sign": approver, "accept": officer},
        "tables": (AnnualReport, ReportStep, AcceptedValue),
    }  # fmt: skip


def _reports(officer: Any, editor: Any, approver: Any) -> Iterator[AnnualReport]:
    report = report_of(open_round(officer), BAC_NINH)
    yield report
    report = filled(report, editor)
    yield report
    yield from _signed(report, editor, approver)
    reviewing.return_for_revision(report, "Xem lại", by=officer)
    yield report
    yield from _signed(report, editor, approver)
    reviewing.accept(report, by=officer)
    yield report
    reviewing.lock(report, by=officer)
    yield report


def _signed(report: AnnualReport, editor: Any, approver: Any) -> Iterator[AnnualReport]:
    moves.to_leader(report, by=editor)
    yield report
    moves.sign(report, signed_paper(), by=approver)
    yield report
    moves.submit(report, by=editor)
    yield report


def of_rounds(fixture: Callable[[str], Any]) -> dict[str, Any]:
    officer = fixture("officer")
    doors = {
        "open": lambda made: rounds.open_round(made, by=officer),
        "lock": lambda made: rounds.lock_round(made, by=officer),
    }
    return {"rows": _rounds(officer), "doors": doors, "by": {"": officer}, "tables": (ReportingRound,)}


def _rounds(officer: Any) -> Iterator[ReportingRound]:
    made = rounds.create_round(facts_of_round(), by=officer)
    yield made
    rounds.open_round(made, by=officer)
    yield made
    rounds.lock_round(made, by=officer)
    yield made
