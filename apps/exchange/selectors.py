"""Reads of a batch: its counts, its problems, its report as one object; and who may import for which unit."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import User
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.resource import resource_of
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.organisations.rights import memberships_today

State, Severity = StagedRow.State, RowProblem.Severity
SUGGESTING = ~Q(suggestion="") & ~Q(severity=Severity.NOTE) & Q(accepted_reason="")


@dataclass(frozen=True)
class BatchCounts:
    """Rows by what will become of them; `cells` are single problems that stop a row."""

    rows: int
    new: int
    update: int
    unchanged: int
    error: int
    faulty: int
    cells: int
    warnings: int
    pending: int
    notes: int
    suggestions: int

    @property
    def valid(self) -> int:
        return self.new + self.update + self.unchanged

    @property
    def writable(self) -> int:
        return self.new + self.update

    @property
    def waiting(self) -> int:
        """Rows that only a confirmation keeps out."""
        return self.error - self.faulty


def counts_of(batch: ImportBatch) -> BatchCounts:
    states = dict(batch.rows.order_by().values_list("state").annotate(Count("id")))
    problems = batch.problems.aggregate(
        faulty=Count("number", filter=Q(severity=Severity.ERROR), distinct=True),
        cells=Count("id", filter=Q(severity=Severity.ERROR)),
        warnings=Count("id", filter=Q(severity=Severity.WARNING)),
        pending=Count("id", filter=Q(severity=Severity.WARNING, accepted_reason="")),
        notes=Count("id", filter=Q(severity=Severity.NOTE)),
        suggestions=Count("id", filter=SUGGESTING),
    )
    return BatchCounts(
        rows=sum(states.values()),
        new=states.get(State.NEW, 0),
        update=states.get(State.UPDATE, 0),
        unchanged=states.get(State.UNCHANGED, 0),
        error=states.get(State.ERROR, 0),
        **problems,
    )


def stopping(batch: ImportBatch) -> QuerySet[RowProblem]:
    """What keeps rows out: errors, and warnings that nobody has let pass."""
    return batch.problems.filter(Q(severity=Severity.ERROR) | Q(severity=Severity.WARNING, accepted_reason=""))


@dataclass(frozen=True)
class Pair:
    """One typed value and what it probably meant, wherever it stands in a column of the file."""

    column: str
    typed: str
    meant: str
    count: int = 1

    @property
    def key(self) -> str:
        """By which a page names the pair it has shown: another reading of the value is another pair."""
        return hashlib.blake2s("\0".join((self.column, self.typed, self.meant)).encode(), digest_size=12).hexdigest()


def suggested(batch: ImportBatch) -> list[Pair]:
    """Each distinct suggestion once, those that move most cells first."""
    pairs = batch.problems.filter(SUGGESTING).order_by().values_list("column", "value", "suggestion")
    counted = pairs.annotate(count=Count("id")).order_by("-count", "column", "value", "suggestion")
    return [Pair(*row) for row in counted]


def main_faults(batch: ImportBatch) -> list[tuple[str, int]]:
    """The columns with most errors, and how many."""
    by_column = batch.problems.filter(severity=Severity.ERROR).order_by().values_list("column")
    return list(by_column.annotate(count=Count("id")).order_by("-count", "column")[:3])


def job_of(batch: ImportBatch) -> Job | None:
    """The last job of the batch: its check, its writing, its undoing, or the recount that followed."""
    return Job.objects.filter(pk=batch.job_id).first() if batch.job_id else None


def is_busy(batch: ImportBatch, job: Job | None) -> bool:
    """Whether the page should look again by itself."""
    if job is not None and job.is_finished and job.state == Job.State.FAILED:
        return False
    if batch.state in (ImportBatch.State.CHECKING, ImportBatch.State.WRITING, ImportBatch.State.UNDOING):
        return True
    return batch.confirmed_at is not None and job is not None and not job.is_finished


def faulty_rows(batch: ImportBatch) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The rows kept out, as the file had them, each with what is wrong in it."""
    words: dict[int, list[str]] = {}
    for number, column, message in stopping(batch).values_list("number", "column", "message"):
        words.setdefault(number, []).append(f"{column}: {message}" if column else message)
    rows = batch.rows.filter(state=State.ERROR).order_by("number").values_list("number", "raw")
    for number, raw in rows.iterator(chunk_size=2000):
        yield raw, words.get(number, [])


def own_units(user: User, permission: str) -> QuerySet[OrganisationUnit]:
    """The units for which the person imports: those of the memberships that carry the right."""
    units = OrganisationUnit.objects.with_names().order_by("short_name_sort", "id")
    if user.is_superuser:
        return units.filter(Q(kind=OrganisationUnit.Kind.PROVINCE, valid_to=None) | Q(is_programme_office=True))
    app, _dot, code = permission.partition(".")
    carrying = memberships_today(user).filter(
        role__permissions__content_type__app_label=app, role__permissions__codename=code
    )
    return units.filter(pk__in=carrying.values("unit"))


def report(batch: ImportBatch) -> dict[str, Any]:
    """{rows, valid, errors: [{row, column, value, code, message}], notes: [the same], closed}, as the file has them."""
    counts = counts_of(batch)
    return {
        "batch": batch.pk,
        "rows": counts.rows,
        "valid": counts.valid,
        "errors": _lines(stopping(batch)),
        "notes": _lines(batch.problems.filter(severity=Severity.NOTE)),
        "closed": _closed(batch),
    }


def _closed(batch: ImportBatch) -> list[dict[str, Any]]:
    """Rows in closed periods: they move no accepted figure; `adjustments` of them will be listed as come since."""
    resource = resource_of(batch.register)
    found = resource.closed_rows(batch) if resource else []
    return [{"period": one.period, "rows": one.rows, "adjustments": one.moving} for one in found]


def _lines(problems: QuerySet[RowProblem]) -> list[dict[str, Any]]:
    names = ["number", "column", "value", "code", "message"]
    return [
        {"row": number, "column": column, "value": value, "code": code, "message": message}
        for number, column, value, code, message in problems.order_by("number", "id").values_list(*names)
    ]
