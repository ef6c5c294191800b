"""Reports accepted and written by several people at the same moment, as often as asked; and what must be so afterwards.

For a transactional base of tests, and for a portal that runs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.progress.figures import figures, totals
from apps.progress.services import find_differences
from apps.reports.checking import problems_of, rules_of
from apps.reports.models import AnnualReport, FormCell, ReportStep, Review
from apps.reports.selectors.filled import entries_of
from apps.reports.selectors.series import years_before
from apps.reports.services import entering, moves, reviewing
from apps.reports.services.entering import Edit
from apps.reports.views.acts import MoveView
from apps.targets.models import AcceptedValue, Indicator
from tests.at_once import at_once
from tests.factories.reports import signed_paper
from tests.people.people import person

INDICATOR, CELL, YEAR = "MT3", "3.1", 2026
WHY = "số liệu minh họa"
State = AnnualReport.State
_papers = count(1)


@dataclass
class Office:
    """A unit that reports, with whom it takes; `number`: what its accepted report adds to the nation's figure."""

    report: AnnualReport
    editor: User
    approver: User
    number: int = 0

    @classmethod
    def of(cls, report: AnnualReport) -> "Office":
        unit = report.unit_id
        return cls(report, person(f"Soạn {unit}", "unit_editor", unit), person(f"Ký {unit}", "unit_approver", unit))

    def send(self, number: int) -> None:
        """Filled in with that number, signed and sent."""
        finish(self.report, self.editor, {CELL: str(number)})
        moves.to_leader(self.report, by=self.editor)
        moves.sign(self.report, signed_paper(f"{next(_papers)}/BC-UBND"), by=self.approver)
        moves.submit(self.report, by=self.editor)
        self.report.refresh_from_db()
        self.number = number


def finish(report: AnnualReport, by: User, given: dict[str, str]) -> None:
    """Begun where it was not; what is compulsory stands there, what asks for an explanation has one."""
    report.refresh_from_db()
    if report.state == State.NOT_STARTED:
        moves.start(report, by=by)
    blank = {entry.cell.code: "Không có" if entry.cell.kind == FormCell.Kind.TEXT else "0"
             for entry in entries_of(report).values()
             if entry.cell.is_required and entry.given.is_blank and not entry.cell.is_sum}  # fmt: skip
    entering.write_cells(report, [Edit(*one) for one in (blank | given).items()], by=by)
    told = problems_of(report, entries_of(report), rules_of(report.form_id), years_before(report))
    codes = {problem.cell.code for problem in told if problem.blocks and not problem.is_error}
    entering.write_cells(report, [Edit(code, explanation=WHY) for code in codes], by=by)


def national() -> Decimal:
    """What the figures say; the sum of the units' rows says the same."""
    indicator = Indicator.objects.get(code=INDICATOR)
    [told] = [row.value for row in figures(indicator, national=True, year=YEAR, basis="report")] or [Decimal(0)]
    assert [row.value for row in totals(indicator, year=YEAR, basis="report")] in ([told], [])
    return told or Decimal(0)


def accepted(report: AnnualReport, by: User) -> AnnualReport:
    """As the page does it: of the version that was looked at, with a word on each difference."""
    told = {cell.code: "Đã đối chiếu hồ sơ" for cell in reviewing.differing(report)}
    return reviewing.accept(report, by=by, version=report.version, differences=told)


@dataclass
class Acceptances:
    """Two people of the programme office; `count`: has the figures counted, or waits until they are."""

    first: User
    second: User
    count: Callable[[], object]

    def of_two_reports(self, one: Office, two: Office, times: int) -> None:
        """Each accepted by another person at the same moment: both are, and both numbers count."""
        for turn in range(times):
            others = national() - one.number - two.number
            self._again((one, 3 * turn + 1), (two, 5 * turn + 2))
            gifts = at_once([lambda: accepted(one.report, self.first), lambda: accepted(two.report, self.second)])
            assert [type(gift) for gift in gifts] == [AnnualReport, AnnualReport], gifts
            self.count()
            assert national() == others + one.number + two.number, turn
            self._holds(one)
            self._holds(two)
        assert find_differences() == []

    def of_one_report(self, office: Office, times: int) -> None:
        """Accepted by both at the same moment: one does, the other is told how it stands and leaves nothing behind."""
        for turn in range(times):
            others = national() - office.number
            self._again((office, 7 * turn + 3))
            if turn % 2:  # the review is there already, and is nothing over which one waits for the other
                reviewing.take_up(office.report, by=self.first)
            gifts = at_once([lambda by=by: accepted(office.report, by) for by in (self.first, self.second)])
            [refused] = [gift for gift in gifts if not isinstance(gift, AnnualReport)]
            assert isinstance(refused, ValidationError), refused
            assert refused.code in MoveView.conflicts, refused
            self.count()
            assert national() == others + office.number, turn
            self._holds(office)
        assert find_differences() == []

    def _again(self, *sent: tuple[Office, int]) -> None:
        """What was accepted is taken out at once, or by turns stands until its correction is accepted."""
        for office, number in sent:
            report = office.report
            report.refresh_from_db()
            if report.state == State.ACCEPTED and report.revision % 2:
                reviewing.reopen(report, "Sai số", by=self.first)
            elif report.state == State.ACCEPTED:
                moves.correct(report, "Tính thiếu", by=office.editor)
            office.send(number)

    def _holds(self, office: Office) -> None:
        """One acceptance of this sending, with all that belongs to it, and one value in force."""
        report = office.report
        report.refresh_from_db()
        assert report.state == State.ACCEPTED
        [step] = ReportStep.objects.filter(report=report, verb="accept", revision=report.revision)
        [review] = Review.objects.filter(submission__report=report, submission__revision=report.revision)
        assert {report.accepted_by_id, step.by_id, review.decided_by_id} == {step.by_id}
        assert Job.objects.filter(kind="reports.tell_moved", payload={"step_id": step.pk}).count() == 1
        events = AuditEvent.objects.filter(action="report.accepted", target_id=str(report.pk))
        assert events.count() == ReportStep.objects.filter(report=report, verb="accept").count()
        values = AcceptedValue.objects.filter(report_id=report.pk, withdrawn_at=None, indicator__code=INDICATOR)
        assert [(row.value, row.revision) for row in values] == [(office.number, report.revision)]


def offices_of(reports: Sequence[AnnualReport]) -> list[Office]:
    return [Office.of(report) for report in reports]
