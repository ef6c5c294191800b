"""The last files of money on their way in, and the rows of the latest that were refused, with why."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import number
from apps.exchange.models import ImportBatch, RowProblem, StagedRow

FILES, ROWS = 3, 3


@dataclass(frozen=True)
class File:
    batch: ImportBatch
    rows: int
    refused: int

    @property
    def words(self) -> str:
        if self.batch.state != ImportBatch.State.WRITTEN:
            return str(self.batch.get_state_display())
        return _("%(n)s dòng bị từ chối") % {"n": number(self.refused)} if self.refused else _("ghi đủ")

    @property
    def family(self) -> str:
        if self.batch.state != ImportBatch.State.WRITTEN:
            return ""
        return "b" if self.refused else "g"


def files_of(user: User) -> list[File]:
    """The last files, with how many of their rows were refused."""
    rows = ImportBatch.objects.visible_to(user).filter(register="funding")
    counted = rows.annotate(refused=Count("rows", filter=Q(rows__state="error")), every=Count("rows"))
    return [File(batch, batch.every, batch.refused) for batch in counted.order_by("-pk")[:FILES]]


class RefusedRow(NamedTuple):
    number: int
    code: str
    source: str
    problems: list[RowProblem]


class Refused(NamedTuple):
    file: File
    rows: list[RefusedRow]


def refused_of(file: File) -> Refused:
    """The first of its refused rows as the file has them."""
    rows = list(file.batch.rows.filter(state=StagedRow.State.ERROR).order_by("number")[:ROWS])
    problems: dict[int, list[RowProblem]] = {}
    errors = file.batch.problems.filter(number__in=[row.number for row in rows], accepted_reason="")
    for problem in errors.exclude(severity=RowProblem.Severity.NOTE):
        problems.setdefault(problem.number, []).append(problem)
    told = [RefusedRow(r.number, _cell(r, "code"), _cell(r, "source"), problems.get(r.number, [])) for r in rows]
    return Refused(file, told)


def _cell(row: StagedRow, key: str) -> str:
    cell: Any = row.raw.get(key)
    return str(cell[1])[:120] if cell else ""
