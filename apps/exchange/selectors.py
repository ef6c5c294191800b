"""Reads of a batch: its counts, and its report as one object."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from apps.exchange.models import ImportBatch, RowProblem, StagedRow

State, Severity = StagedRow.State, RowProblem.Severity


@dataclass(frozen=True)
class BatchCounts:
    """Rows by what will become of them; `cells` are single problems that stop a row."""

    rows: int
    new: int
    update: int
    unchanged: int
    error: int
    cells: int
    warnings: int
    notes: int
    suggestions: int

    @property
    def valid(self) -> int:
        return self.new + self.update + self.unchanged

    @property
    def writable(self) -> int:
        return self.new + self.update


def counts_of(batch: ImportBatch) -> BatchCounts:
    states = dict(batch.rows.order_by().values_list("state").annotate(Count("id")))
    problems = batch.problems.aggregate(
        cells=Count("id", filter=Q(severity=Severity.ERROR)),
        warnings=Count("id", filter=Q(severity=Severity.WARNING)),
        notes=Count("id", filter=Q(severity=Severity.NOTE)),
        suggestions=Count("id", filter=~Q(suggestion="") & ~Q(severity=Severity.NOTE)),
    )
    return BatchCounts(
        rows=sum(states.values()),
        new=states.get(State.NEW, 0),
        update=states.get(State.UPDATE, 0),
        unchanged=states.get(State.UNCHANGED, 0),
        error=states.get(State.ERROR, 0),
        **problems,
    )


def report(batch: ImportBatch) -> dict[str, Any]:
    """{rows, valid, errors: [{row, column, value, code, message}], notes: [the same]}, in the order of the file."""
    counts = counts_of(batch)
    stopping = batch.problems.filter(Q(severity=Severity.ERROR) | Q(severity=Severity.WARNING, accepted_reason=""))
    return {
        "batch": batch.pk,
        "rows": counts.rows,
        "valid": counts.valid,
        "errors": _lines(stopping),
        "notes": _lines(batch.problems.filter(severity=Severity.NOTE)),
    }


def _lines(problems: Any) -> list[dict[str, Any]]:
    names = ["number", "column", "value", "code", "message"]
    return [
        {"row": number, "column": column, "value": value, "code": code, "message": message}
        for number, column, value, code, message in problems.order_by("number", "id").values_list(*names)
    ]
