"""What the portal knows already comes into the cells: at the start of a report, and again where somebody asks."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.registers.changing import refusal
from apps.reports.acting import need
from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.moving import FILL
from apps.reports.prefill import prefilled
from apps.reports.selectors.filled import cells_of
from apps.reports.services.recording import held, refuse_closed
from apps.reports.unlocked import unlocked_keys

Origin = ReportedValue.Origin


def fill_at_first(report: AnnualReport, *, by: User) -> int:
    """Into the cells of a report just begun; how many were filled."""
    cells = {cell.key: cell for cell in cells_of(report.form_id)}
    numbers = prefilled(report, cells.values(), by)
    _write(report, {cells[key]: number for key, number in numbers.items()}, set(cells), by)
    return len(numbers)


@transaction.atomic
def refresh_prefill(report: AnnualReport, *, by: User) -> int:
    """What registers, tasks and money say today; a cell that was overridden keeps what was typed. How many changed."""
    report = held(report)
    need(by, FILL, report)
    refuse_closed(report)
    if not report.is_writable:
        raise refusal(None, _("Báo cáo không ở trạng thái sửa được."), "wrong_state")
    cells = {cell.key: cell for cell in cells_of(report.form_id)}
    numbers = prefilled(report, cells.values(), by)
    known = {row.cell.key: row for row in report.values.select_related("cell")}
    open_keys = unlocked_keys(report, cells)  # of no other: a difference that came there could not be explained
    stale = {
        key: number for key, number in numbers.items()
        if key in open_keys and (key not in known or known[key].prefilled != number)
    }  # fmt: skip
    untouched = {key for key in stale if key not in known or known[key].origin == Origin.PREFILLED}
    if stale:
        report.version += 1
        _write(report, {cells[key]: number for key, number in stale.items()}, untouched, by)
        report.save(update_fields=["version", "updated_at"])
        record("report.prefilled", target=report, by=by, unit=report.unit_id, count=len(stale))
    return len(stale)


def _write(report: AnnualReport, numbers: dict[FormCell, Decimal], filled: Iterable[str], by: User) -> None:
    """`filled`: the keys whose value follows; of others only what the portal knows is kept beside it."""
    now, filled = timezone.now(), set(filled)
    rows = [
        ReportedValue(
            report=report, cell=cell, number=number if cell.key in filled else None, prefilled=number,
            origin=Origin.PREFILLED, version=report.version, changed_by=by, changed_at=now,
        )
        for cell, number in numbers.items()
    ]  # fmt: skip
    follow = [row for row in rows if row.cell.key in filled]
    beside = [row for row in rows if row.cell.key not in filled]
    unique = ["report", "cell"]
    ReportedValue.objects.bulk_create(
        follow, update_conflicts=True, unique_fields=unique,
        update_fields=["number", "prefilled", "origin", "version", "changed_by", "changed_at"],
    )  # fmt: skip
    ReportedValue.objects.bulk_create(beside, update_conflicts=True, unique_fields=unique, update_fields=["prefilled"])
