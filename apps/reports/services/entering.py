"""Cells are written one by one or many at once: all or none, and never over what somebody wrote meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import clean_text
from apps.reports.acting import need
from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.moving import FILL
from apps.reports.numbers import Given, machine, read_cell, show
from apps.reports.selectors.blank import blank_of
from apps.reports.selectors.filled import given_of
from apps.reports.services.recording import held, refuse_closed
from apps.reports.unlocked import unlocked_keys

LONGEST_EXPLANATION = 1000
UNCHANGED: Any = object()  # an edit that leaves the value, or the explanation, as it is
Origin = ReportedValue.Origin


@dataclass(frozen=True)
class Edit:
    """`version`: the newest that the person had seen of the cell, or of the report; None: whatever it is."""

    code: str
    value: Any = UNCHANGED
    explanation: Any = UNCHANGED
    version: int | None = None


@dataclass(frozen=True)
class Conflict:
    """What somebody else wrote into the cell meanwhile, and what this person wanted there."""

    cell: FormCell
    theirs: Given
    mine: Any
    by: str
    at: str
    version: int

    @property
    def words(self) -> str:
        told = _("Ô %(code)s vừa được %(by)s sửa thành %(theirs)s lúc %(at)s. Giữ %(mine)s hoặc dùng %(theirs)s")
        theirs = show(self.cell, self.theirs.number) if self.cell.is_number else machine(self.cell, self.theirs)
        shown = {"code": self.cell.code, "by": self.by, "at": self.at}
        return told % (shown | {"theirs": theirs or _("trống"), "mine": self.mine or _("trống")})


class CellConflictError(Exception):
    """Nothing was written; each cell with both its values."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = list(conflicts)
        super().__init__("; ".join(one.words for one in conflicts))


@transaction.atomic
def write_cells(
    report: AnnualReport, edits: Sequence[Edit], *, by: User, origin: str = Origin.TYPED
) -> dict[str, ReportedValue]:
    """Write all of them, or none: a ValidationError tells every refused cell by its code, CellConflictError every one
    that somebody wrote meanwhile. Returned by code as they stand now.
    """
    report = held(report)
    need(by, FILL, report)
    refuse_closed(report)
    cells = {cell.code: cell for cell in blank_of(report.form).cells}
    _check_place(report, edits, cells)
    rows = ReportedValue.objects.filter(report=report, cell__code__in=[one.code for one in edits])
    known = {row.cell.code: row for row in rows.select_related("cell", "changed_by")}
    conflicts = [found for one in edits if (found := _conflict(one, cells[one.code], known.get(one.code)))]
    if conflicts:
        raise CellConflictError(conflicts)
    read = _read(edits, cells)
    written = {one.code: _apply(report, one, cells[one.code], read, known.get(one.code)) for one in edits}
    changed = [row for row in written.values() if row is not None]
    if changed:
        _store(report, changed, by, origin)
    return {code: row for code, row in written.items() if row is not None} | {
        code: known[code] for code, row in written.items() if row is None and code in known
    }


def _check_place(report: AnnualReport, edits: Sequence[Edit], cells: dict[str, FormCell]) -> None:
    """That each names a cell of this form which may be written now."""
    if not report.is_writable:
        words = _("Báo cáo đang ở trạng thái “%(state)s”, không sửa được.") % {"state": report.get_state_display()}
        raise ValidationError(words, code="wrong_state")
    unlocked = unlocked_keys(report, [cell.key for cell in cells.values()])
    refused: dict[str, ValidationError] = {}
    seen: set[str] = set()
    for edit in edits:
        cell = cells.get(edit.code)
        if cell is None:
            refused[edit.code] = ValidationError(_("Biểu mẫu không có ô này."), code="unknown_cell")
        elif edit.code in seen:
            refused[edit.code] = ValidationError(_("Ô này được gửi hai lần."), code="twice")
        elif cell.is_sum:
            refused[edit.code] = ValidationError(_("Ô này tự tính, không nhập."), code="computed")
        elif cell.key not in unlocked:
            words = _("Ô này không nằm trong phiếu trả lại nên không sửa được.")
            refused[edit.code] = ValidationError(words, code="locked_cell")
        seen.add(edit.code)
    if refused:
        raise ValidationError(refused)


def _conflict(edit: Edit, cell: FormCell, row: ReportedValue | None) -> Conflict | None:
    if row is None or edit.version is None or row.version <= edit.version:
        return None
    theirs = given_of(row)
    if edit.value is not UNCHANGED and _same(cell, edit.value, theirs):
        return None
    at = timezone.localtime(row.changed_at)
    mine = edit.value if edit.value is not UNCHANGED else ""
    return Conflict(cell, theirs, mine, str(row.changed_by or ""), f"{at:%H:%M}", row.version)


def _same(cell: FormCell, value: Any, theirs: Given) -> bool:
    try:
        return read_cell(cell, value) == theirs
    except ValidationError:
        return False


def _read(edits: Sequence[Edit], cells: dict[str, FormCell]) -> dict[str, Given]:
    """Every value as its cell takes it; all refusals at once."""
    found: dict[str, Given] = {}
    refused: dict[str, ValidationError] = {}
    for edit in edits:
        try:
            if edit.value is not UNCHANGED:
                found[edit.code] = read_cell(cells[edit.code], edit.value)
            if edit.explanation is not UNCHANGED:
                _explanation(edit.explanation)
        except ValidationError as wrong:
            refused[edit.code] = wrong
    if refused:
        raise ValidationError(refused)
    return found


def _explanation(text: Any) -> str:
    if not isinstance(text, str):
        raise ValidationError(_("Giải trình phải là chuỗi ký tự."), code="type")
    text = clean_text(text)
    if len(text) > LONGEST_EXPLANATION:
        raise ValidationError(_("Giải trình dài quá 1.000 ký tự. Rút gọn."), code="too_long")
    return text


def _apply(
    report: AnnualReport, edit: Edit, cell: FormCell, read: dict[str, Given], row: ReportedValue | None
) -> ReportedValue | None:
    """The row with what was given; None where nothing of it differs."""
    given = read.get(edit.code, given_of(row))
    explanation = row.explanation if row else ""
    if edit.explanation is not UNCHANGED:
        explanation = _explanation(edit.explanation)
    if given == given_of(row) and explanation == (row.explanation if row else ""):
        return None
    row = row or ReportedValue(report=report, cell=cell)
    row.number, row.text, row.is_not_applicable = given.number, given.text, given.is_not_applicable
    row.explanation = explanation
    return row


def _store(report: AnnualReport, rows: list[ReportedValue], by: User, origin: str) -> None:
    """One version for all of them: the report's next."""
    report.version += 1
    report.save(update_fields=["version", "updated_at"])
    now = timezone.now()
    for row in rows:
        restored = row.prefilled is not None and row.number == row.prefilled
        row.origin = Origin.PREFILLED if restored else origin
        row.version, row.changed_by, row.changed_at = report.version, by, now
    ReportedValue.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["report", "cell"],
        update_fields=["number", "text", "is_not_applicable", "explanation", "origin", "version", "changed_by",
                       "changed_at"],
    )  # fmt: skip
