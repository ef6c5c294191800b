"""A report's file by the command that imports files: `manage.py import_file reports FILE --unit ID --by EMAIL`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.exchange.other_files import register_reader
from apps.organisations.models import OrganisationUnit
from apps.reports.merging import Change
from apps.reports.models import AnnualReport
from apps.reports.services.importing import looked_at, round_in, upload_file, write_file
from apps.reports.sheets import Told


def import_report(path: Path, unit: OrganisationUnit, by: User, *, round: str, confirm: bool) -> dict[str, Any]:
    """`column` is the code of the cell. What file and screen both changed is an error here: nobody is asked."""
    code = round or round_in(path)
    rows = AnnualReport.objects.visible_to(by).filter(round__code=code, unit=unit)
    report = rows.select_related("round__period", "form", "unit").first()
    if report is None:
        words = _("Không có báo cáo của đơn vị này trong kỳ %(round)s, hoặc người nhập không được xem.")
        raise ValidationError(words % {"round": code or "–"}, code="no_report")
    with path.open("rb") as stream:
        sent = upload_file(report, File(stream, path.name), by=by)
    plan = looked_at(sent)
    errors = [*_lines(plan.errors), *map(_both, plan.conflicts)]
    written = 0
    if confirm and not errors:
        written = write_file(sent, {}, by=by, version=plan.version)
    return {
        "rows": plan.rows, "valid": plan.rows - len({one["column"] for one in errors}), "changed": len(plan.changes),
        "written": written, "errors": errors, "notes": _lines(plan.warnings),
    }  # fmt: skip


def _lines(problems: Iterable[Told]) -> list[dict[str, Any]]:
    return [
        {"row": one.row, "column": one.column, "value": one.value, "code": one.code, "message": one.message,
         "sheet": one.sheet, "cell": one.at}
        for one in problems
    ]  # fmt: skip


def _both(change: Change) -> dict[str, Any]:
    words = _("Tệp ghi “%(mine)s”, màn hình đã sửa thành “%(theirs)s”. Chọn giá trị trên trang nhập tệp")
    told = Told(
        "conflict", words % {"mine": change.new, "theirs": change.old}, change.line.sheet, change.line.value_at,
        change.line.row, change.cell.code, change.new[:200],
    )  # fmt: skip
    return _lines([told])[0]


register_reader("reports", import_report)
