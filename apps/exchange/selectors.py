"""Reads of a batch: its counts, its problems, its report as one object; and who may import for which unit."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.core.masking import hide_identity_numbers
from apps.core.moves import is_under_way
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.resource import ScopedResource, resource_of

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
    skipped: int
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
        skipped=states.get(State.SKIPPED, 0),
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


@dataclass(frozen=True)
class PendingKind:
    """Warnings of one kind that wait for a reason, and how many rows they keep out."""

    code: str
    column: str
    count: int

    @property
    def kind(self) -> tuple[str, str]:
        return self.code, self.column

    @property
    def key(self) -> str:
        """By which a page names its field."""
        return hashlib.blake2s("\0".join(self.kind).encode(), digest_size=6).hexdigest()


def pending_kinds(batch: ImportBatch) -> list[PendingKind]:
    waiting = (
        batch.problems.filter(severity=Severity.WARNING, accepted_reason="").order_by().values_list("code", "column")
    )
    return [PendingKind(*row) for row in waiting.annotate(count=Count("id")).order_by("-count", "code", "column")]


def main_faults(batch: ImportBatch) -> list[tuple[str, int]]:
    """The columns with most errors, and how many."""
    by_column = batch.problems.filter(severity=Severity.ERROR).order_by().values_list("column")
    return list(by_column.annotate(count=Count("id")).order_by("-count", "column")[:3])


def is_busy(batch: ImportBatch) -> bool:
    """Whether the page should look again by itself."""
    if batch.has_failed:
        return False
    if is_under_way(batch):
        return True
    return batch.confirmed_at is not None and batch.job is not None and not batch.job.is_finished


def faulty_rows(
    batch: ImportBatch, resource: type[ScopedResource], *, hide: bool = False
) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The rows kept out, as the file had them, each with what is wrong in it; `hide` masks personal numbers."""
    words: dict[int, list[str]] = {}
    for number, column, message in stopping(batch).values_list("number", "column", "message"):
        said = hide_identity_numbers(message) if hide else message
        words.setdefault(number, []).append(f"{column}: {said}" if column else said)
    rows = batch.rows.filter(state=State.ERROR).order_by("number").values_list("number", "raw")
    for number, raw in rows.iterator(chunk_size=2000):
        yield (masked(raw, resource) if hide else raw), words.get(number, [])


def masked(raw: dict[str, Any], resource: type[ScopedResource]) -> dict[str, Any]:
    """The cells of a row for somebody who may not change the import."""
    hidden = dict(raw)
    for column in resource.fields:
        cell = raw.get(column.key)
        if cell and cell[0] in ("s", "n", "f", "t") and (text := column.hide(str(cell[1]))) != str(cell[1]):
            hidden[column.key] = ["s", text]
    return hidden


def report(batch: ImportBatch) -> dict[str, Any]:
    """{rows, valid, errors: [{row, column, value, code, message}], notes: [the same], closed}, as the file has them.

    A warning that was let pass is a note: what it said will happen.
    """
    counts = counts_of(batch)
    return {
        "batch": batch.pk,
        "rows": counts.rows,
        "valid": counts.valid,
        "errors": _lines(stopping(batch)),
        "notes": _lines(batch.problems.exclude(pk__in=stopping(batch).values("pk"))),
        "closed": _closed(batch),
    }


def _closed(batch: ImportBatch) -> list[dict[str, Any]]:
    """Rows in closed periods: they move no accepted figure; `adjustments` of them will be listed as come since."""
    resource = resource_of(batch.register)
    found = resource.closed_rows(batch).periods if resource else []
    return [{"period": one.period, "rows": one.rows, "adjustments": one.moving} for one in found]


def _lines(problems: QuerySet[RowProblem]) -> list[dict[str, Any]]:
    names = ["number", "column", "value", "code", "message"]
    return [
        {"row": number, "column": column, "value": value, "code": code, "message": message}
        for number, column, value, code, message in problems.order_by("number", "id").values_list(*names)
    ]
