"""The way of a file: upload, check, mend, confirm, write, undo. Each a transaction with its audit row and its job row."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.text import clean_text
from apps.documents.services import path_of, store_file
from apps.exchange.gate import Refused
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.parse import Cell, Table, read_rows
from apps.exchange.resource import Problem, ScopedResource, resource_of
from apps.exchange.staging import StagedItem, stage
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import units_with

State = ImportBatch.State
UNDO_DAYS = 7


def _open_resource(batch: ImportBatch, by: User) -> ScopedResource:
    found = resource_of(batch.register)
    if found is None:
        raise ValidationError(_("Không có sổ đăng ký này."), code="no_register")
    return found(batch, units_with(by, found.permission))


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state not in states:
        raise ValidationError(
            _("Lần nhập đang ở trạng thái “%(state)s”, không làm được việc này.") % {"state": batch.get_state_display()},
            code="wrong_state",
        )
    return batch


def upload(register: str, unit: OrganisationUnit, file: File, *, by: User) -> tuple[ImportBatch, bool]:
    """Keep the file and ask for its check. A file already on its way or written is recognised: (that batch, False)."""
    resource = resource_of(register)
    if resource is None or unit.pk not in units_with(by, resource.permission):
        raise ValidationError(_("Bạn không có quyền nhập sổ này cho đơn vị đã chọn."), code="no_right")
    name = clean_text((file.name or "tệp.xlsx").replace("/", " ").replace("\\", " "))[-200:]
    if not name.lower().endswith(".xlsx"):
        raise ValidationError(_("Chỉ nhận tệp .xlsx. Mở tệp trong Excel, lưu lại dạng “Excel Workbook”."), code="name")
    stored = store_file(file, by=by)
    with transaction.atomic():
        batch, created = ImportBatch.objects.alive().get_or_create(
            register=register,
            unit=unit,
            file=stored,
            defaults={"filename": name, "uploaded_by": by},
        )
        if created:
            job = enqueue("exchange.check", by=by, unit=unit.pk, batch_id=batch.pk)
            batch.job_id = job.pk
            batch.save(update_fields=["job_id", "updated_at"])
            record("import.uploaded", target=batch, by=by, unit=unit.pk, sha256=stored.sha256)
    return batch, created


def check(batch_id: int) -> None:
    """Read the file in a child process, stage its rows and settle their states. Runs in a job; may run twice."""
    batch = ImportBatch.objects.select_for_update().select_related("file", "uploaded_by").get(pk=batch_id)
    if batch.state != State.CHECKING:
        return
    resource = _open_resource(batch, batch.uploaded_by)
    try:
        # A refusal may come after some rows: what was staged until then must go with it.
        with transaction.atomic(), read_rows(path_of(batch.file)) as table:
            batch.sheet = table.meta.sheet[:100]
            stage(batch, _understood(resource, table))
    except Refused as refusal:
        batch.state, batch.refusal = State.REFUSED, refusal.message[:500]
    else:
        resource.settle()
        batch.state = State.CHECKED
    batch.save(update_fields=["state", "refusal", "sheet", "updated_at"])


def _understood(resource: ScopedResource, table: Table) -> Iterator[StagedItem]:
    """Find the header row, then hand on each row with what it means and what is wrong with it."""
    rows = iter(table)
    number, header = next(rows, (1, []))
    places, extra = _match_header(resource, header)
    if extra:
        yield _header_note(number, extra)
    count = 0
    for number, cells in rows:
        taken = {key: cells[at] if at < len(cells) else None for key, at in places.items()}
        if not any(cell is not None and str(cell.value).strip() for cell in taken.values()):
            continue
        count += 1
        clean, problems = resource.clean_row(taken)
        yield number, {key: list(cell) if cell else None for key, cell in taken.items()}, clean, problems
    if count == 0:
        raise Refused("empty_sheet", _("Trang tính không có dòng dữ liệu nào dưới dòng tiêu đề."))


def _header_note(number: int, extra: list[str]) -> StagedItem:
    text = ", ".join(extra)[:300]
    message = _("Bỏ qua các cột không có trong mẫu: %(columns)s") % {"columns": text}
    return number, {}, {}, [Problem("", text, "extra_columns", message, RowProblem.Severity.NOTE)]


def _match_header(resource: ScopedResource, header: list[Cell | None]) -> tuple[dict[str, int], list[str]]:
    """Place of each declared column by its header, whatever the order; and the headers nobody asked for."""
    names = {str(field.header).casefold(): field.key for field in resource.fields}
    places: dict[str, int] = {}
    extra = []
    for at, cell in enumerate(header):
        text = clean_text(str(cell.value)) if cell else ""
        key = names.get(text.casefold())
        if key is None:
            extra += [text] if text else []
        elif key in places:
            raise Refused("header_twice", _("Dòng tiêu đề có hai cột “%(name)s”. Xóa một cột.") % {"name": text})
        else:
            places[key] = at
    missing = [f"“{field.header}”" for field in resource.fields if field.key not in places and field.required]
    if missing:
        wanted = _("Dòng tiêu đề (dòng đầu của trang tính) thiếu cột %(columns)s. Dùng tệp mẫu của cổng.")
        raise Refused("header", wanted % {"columns": ", ".join(missing)})
    return places, extra


@transaction.atomic
def mend_cell(batch: ImportBatch, number: int, column: str, value: str, *, by: User) -> None:
    """Put a value into one cell of a staged row, as if the file had said so, and check again."""
    batch = _locked(batch, State.CHECKED)
    resource = _open_resource(batch, by)
    field = next((field for field in resource.fields if str(field.header) == column), None)
    row = StagedRow.objects.filter(batch=batch, number=number).first()
    if field is None or row is None:
        raise ValidationError(_("Không có ô này trong lần nhập."), code="no_cell")
    _recheck(resource, row, {field.key: value})
    resource.settle()
    record("import.cell_mended", target=batch, by=by, unit=batch.unit_id, row=number, column=column)


def _recheck(resource: ScopedResource, row: StagedRow, values: dict[str, str]) -> None:
    row.raw |= {key: ["s", value] for key, value in values.items()}
    cells = {key: Cell(*cell) if cell else None for key, cell in row.raw.items()}
    row.clean, problems = resource.clean_row(cells)
    row.save(update_fields=["raw", "clean"])
    RowProblem.objects.filter(batch=row.batch_id, number=row.number).delete()
    RowProblem.objects.bulk_create(
        RowProblem(batch_id=row.batch_id, number=row.number, **vars(problem)) for problem in problems
    )


@transaction.atomic
def apply_suggestions(batch: ImportBatch, *, by: User) -> int:
    """Take every one-click suggestion of the batch; return how many cells were mended."""
    batch = _locked(batch, State.CHECKED)
    resource = _open_resource(batch, by)
    keys = {str(field.header): field.key for field in resource.fields}
    wanted: dict[int, dict[str, str]] = {}
    open_problems = batch.problems.exclude(suggestion="").exclude(severity=RowProblem.Severity.NOTE)
    for number, column, suggestion in open_problems.values_list("number", "column", "suggestion"):
        wanted.setdefault(number, {})[keys[column]] = suggestion
    for row in StagedRow.objects.filter(batch=batch, number__in=wanted):
        _recheck(resource, row, wanted[row.number])
    resource.settle()
    record("import.suggestions_applied", target=batch, by=by, unit=batch.unit_id, rows=len(wanted))
    return sum(len(cells) for cells in wanted.values())


@transaction.atomic
def accept_warnings(batch: ImportBatch, reason: str, *, by: User, number: int | None = None) -> int:
    """Let warnings pass with a reason: those of one row, or all. Errors stay errors."""
    batch = _locked(batch, State.CHECKED)
    reason = clean_text(reason)[:300]
    if not reason:
        raise ValidationError(_("Nhập lý do chấp nhận."), code="reason")
    warnings = batch.problems.filter(severity=RowProblem.Severity.WARNING, accepted_reason="")
    if number is not None:
        warnings = warnings.filter(number=number)
    count = warnings.update(accepted_reason=reason)
    _open_resource(batch, by).settle()
    record("import.warnings_accepted", target=batch, by=by, unit=batch.unit_id, reason=reason, row=number, count=count)
    return count


@transaction.atomic
def confirm(batch: ImportBatch, *, by: User) -> ImportBatch:
    """Ask for all valid rows to be written. The writing is a job: one transaction, whole or not at all."""
    batch = _locked(batch, State.CHECKED)
    batch.state, batch.confirmed_by, batch.confirmed_at = State.WRITING, by, timezone.now()
    job = enqueue("exchange.write", by=by, unit=batch.unit_id, batch_id=batch.pk)
    batch.job_id = job.pk
    batch.save(update_fields=["state", "confirmed_by", "confirmed_at", "job_id", "updated_at"])
    record("import.confirmed", target=batch, by=by, unit=batch.unit_id)
    return batch


def write(batch_id: int) -> None:
    """Write the rows in the job's transaction. The right is asked again: it may have ended since the click."""
    batch = ImportBatch.objects.select_for_update().select_related("confirmed_by").get(pk=batch_id)
    if batch.state != State.WRITING or batch.confirmed_by is None:
        return
    try:
        with transaction.atomic():
            resource = _open_resource(batch, batch.confirmed_by)
            resource.settle()
            batch.written_rows = resource.write()
    except ValidationError as refusal:
        _back_to_checked(batch, refusal)
        return
    batch.state = State.WRITTEN
    batch.save(update_fields=["state", "written_rows", "updated_at"])
    record("import.written", target=batch, by=batch.confirmed_by, unit=batch.unit_id, rows=batch.written_rows)


def _back_to_checked(batch: ImportBatch, refusal: ValidationError) -> None:
    """The writing was refused as a whole: nothing is in the register, and the page says why."""
    by = batch.confirmed_by
    batch.state, batch.refusal = State.CHECKED, " ".join(refusal.messages)[:500]
    batch.confirmed_by = batch.confirmed_at = None
    batch.save(update_fields=["state", "refusal", "confirmed_by", "confirmed_at", "updated_at"])
    record("import.write_refused", target=batch, by=by, unit=batch.unit_id, reason=batch.refusal)


@transaction.atomic
def cancel(batch: ImportBatch, *, by: User) -> None:
    batch = _locked(batch, State.CHECKING, State.CHECKED)
    batch.state = State.CANCELLED
    batch.save(update_fields=["state", "updated_at"])
    record("import.cancelled", target=batch, by=by, unit=batch.unit_id)


@transaction.atomic
def undo(batch: ImportBatch, reason: str, *, by: User) -> None:
    """Take a written import back, within seven days and with a reason."""
    batch = _locked(batch, State.WRITTEN)
    reason = clean_text(reason)[:300]
    if not reason:
        raise ValidationError(_("Nhập lý do hoàn tác."), code="reason")
    if batch.confirmed_at is None or timezone.now() - batch.confirmed_at > timedelta(days=UNDO_DAYS):
        raise ValidationError(_("Chỉ hoàn tác được trong 7 ngày kể từ khi ghi."), code="too_late")
    _open_resource(batch, by).undo(reason, by=by)
    batch.state = State.UNDONE
    batch.save(update_fields=["state", "updated_at"])
    record("import.undone", target=batch, by=by, unit=batch.unit_id, reason=reason)
