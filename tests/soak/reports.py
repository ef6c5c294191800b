"""What of a report must be in accord at any moment: state, steps, papers, verdicts, audit, jobs, numbers in force."""

from dataclasses import dataclass
from itertools import pairwise

from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.reports.frozen import digest
from apps.reports.models import AnnualReport, ReportStep, Review, Submission
from apps.reports.moving import MOVES, State
from apps.targets.models import AcceptedValue

TELLS = "reports.tell_moved"
ACTIONS = frozenset(move.audit for move in MOVES if move.audit)


@dataclass(frozen=True)
class Record:
    """Of one report, from the moment on at which it was looked at first."""

    pk: int
    first: int  # the last step that is older
    audited: int

    @classmethod
    def of(cls, report: AnnualReport) -> "Record":
        steps = ReportStep.objects.filter(report=report).order_by("pk")
        return cls(report.pk, steps.values_list("pk", flat=True).last() or 0, _audited(report.pk))

    def standing(self) -> State:
        return State(AnnualReport.objects.values_list("state", flat=True).get(pk=self.pk))

    def steps(self) -> int:
        return len(self._steps())

    def faults(self) -> list[str]:
        """In words; nothing where all of it agrees."""
        report = AnnualReport.objects.get(pk=self.pk)
        checks = {
            "steps do not lead to the state": self._leads_to(report),
            "one audit row for each step": _audited(self.pk) - self.audited == self.steps(),
            "one job for each step": all(_jobs(step.pk).count() == 1 for step in self._steps()),
            "its paper": self._has_its_paper(report),
            "its verdict": self._has_its_verdict(report),
            "its numbers in force": self._is_in_force(report) == (report.state == State.ACCEPTED),
        }
        return [f"{words} ({report.state}, {report.revision})" for words, holds in checks.items() if not holds]

    def untold(self) -> list[int]:
        """Steps of which nobody was told."""
        return [step.pk for step in self._steps() if _jobs(step.pk).get().state != Job.State.DONE]

    def _steps(self) -> list[ReportStep]:
        return list(ReportStep.objects.filter(report=self.pk, pk__gt=self.first).order_by("pk"))

    def _leads_to(self, report: AnnualReport) -> bool:
        every = ReportStep.objects.filter(report=self.pk).order_by("pk")
        chain = [(step.source, step.target, step.version) for step in every]
        joined = all(one[1] == two[0] and one[2] < two[2] for one, two in pairwise(chain))
        return joined and chain[-1][1] == report.state and chain[-1][2] <= report.version

    def _has_its_paper(self, report: AnnualReport) -> bool:
        papers = Submission.objects.filter(report=report, dropped_at=None)
        if any(digest(paper.content) != paper.sha256 for paper in papers):
            return False
        [paper] = papers.filter(revision=report.revision) or [None]
        if report.state in (State.SUBMITTED, State.ACCEPTED):
            return paper is not None and (paper.sent_at, paper.sent_by_id) == (
                report.submitted_at, report.submitted_by_id,
            )  # fmt: skip
        if report.state == State.SIGNED:
            return paper is not None and paper.sent_at is None and paper.signed_at == report.signed_at
        return paper is None

    def _has_its_verdict(self, report: AnnualReport) -> bool:
        reviews = Review.objects.filter(submission__report=report)
        now = reviews.filter(submission__revision=report.revision).exclude(verdict="open")
        if report.state == State.ACCEPTED:
            return [one.verdict for one in now] == ["accepted"]
        before = reviews.filter(submission__revision=report.revision - 1)
        is_returned = [one.verdict for one in before] == ["returned"]
        return not now.exists() and (report.state != State.RETURNED or is_returned)

    def _is_in_force(self, report: AnnualReport) -> bool:
        """All of one sending; in force until they are taken out."""
        revisions = AcceptedValue.objects.filter(report_id=report.pk, withdrawn_at=None).values_list("revision")
        return {one for (one,) in revisions} == {report.revision}


def _jobs(step: int):
    return Job.objects.filter(kind=TELLS, payload={"step_id": step})


def _audited(report: int) -> int:
    return AuditEvent.objects.filter(
        action__in=ACTIONS, target_id=str(report), target_type="reports.annualreport"
    ).count()
