"""The way of a file: upload, check, mend, confirm, write, undo. Each one transaction, with its audit and job rows."""

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.masking import hide_identity_numbers
from apps.core.moves import Move, audit_of, go, hold, move_from, require
from apps.core.templatetags.ui import vn_date
from apps.documents.room import refuse_without_room
from apps.documents.services import path_of, store_file
from apps.exchange.columns import answers_of, check_columns, keep, without_samples
from apps.exchange.gate import Refused
from apps.exchange.mending import TOLD, before_and_after, mend, moved, numbered
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.naming import kept_name
from apps.exchange.parse import ENDINGS, ending_of
from apps.exchange.published import FINISHED
from apps.exchange.reading import Reader
from apps.exchange.refusals import not_as_before, not_taken, read_field
from apps.exchange.resource import ScopedResource, Undoing, resource_of
from apps.exchange.selectors import SUGGESTING, Pair, pending_kinds
from apps.exchange.staging import follow_growth, stage
from apps.jobs.models import Job
from apps.jobs.services import enqueue, retry_job
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import current_units, unit_labels
from apps.webhooks.services import publish

logger = logging.getLogger(__name__)
State = ImportBatch.State
UNDONE = ("undone_by", "undone_at", "undo_reason")
MEND_LIMIT = 1000  # characters of one mended cell: every column holds less


def _resource(batch: ImportBatch) -> type[ScopedResource]:
    found = resource_of(batch.register)
    if found is None:
        raise ValidationError(_("Không có sổ đăng ký này."), code="no_register")
    return found


def _open_resource(batch: ImportBatch, by: User) -> ScopedResource:
    found = _resource(batch)
    return found(batch, found.scope_of(by))


def _held(batch: ImportBatch, verb: str) -> tuple[ImportBatch, Move]:
    """The batch, held for this transaction. Asked first without the lock: who must be refused need not wait for it."""
    require(ImportBatch.objects.get(pk=batch.pk), verb)
    return hold(batch, verb, ImportBatch.objects.select_for_update(no_key=True))


def upload(
    register: str, unit: OrganisationUnit, file: File, *, by: User, replaces: ImportBatch | None = None
) -> tuple[ImportBatch, bool]:
    """Keep the file and ask for its check. A file already on its way or written is recognised: (that batch, False).

    A batch that it `replaces` is cancelled, unless it has been written.
    """
    resource = resource_of(register)
    if resource is None or unit.pk not in resource.scope_of(by):
        raise ValidationError(_("Bạn không có quyền nhập sổ này cho đơn vị đã chọn."), code="no_right")
    _refuse_ended(unit)
    name = kept_name(file.name or "tệp.xlsx")
    refuse_without_room(unit.pk, file.size or 0)
    stored = store_file(file, by=by)
    with transaction.atomic():
        batch, created = ImportBatch.objects.alive().get_or_create(
            register=register,
            unit=unit,
            file=stored,
            defaults={"filename": name, "uploaded_by": by},
        )
        if created:
            batch.job = enqueue("exchange.check", by=by, unit=unit.pk, batch_id=batch.pk)
            batch.save(update_fields=["job", "updated_at"])
            record(audit_of(batch, "upload"), target=batch, by=by, unit=unit.pk, sha256=stored.sha256)
            if replaces and move_from(replaces, "cancel"):
                cancel(replaces, by=by)
    return batch, created


def _refuse_ended(unit: OrganisationUnit) -> None:
    """Rows of its time may name a unit that is no more; who hands them in is there today."""
    if unit.valid_to is None or unit.valid_to >= timezone.localdate():
        return
    labels = unit_labels()
    heirs = ", ".join(labels[heir.pk].short_name for heir in current_units(unit) if heir.pk != unit.pk)
    words = {"unit": labels[unit.pk].short_name, "day": vn_date(unit.valid_to), "heirs": heirs}
    remedy = _("Chọn %(heirs)s là đơn vị cung cấp số liệu.") if heirs else _("Chọn đơn vị khác cung cấp số liệu.")
    ended = _("%(unit)s đã kết thúc ngày %(day)s.")
    raise ValidationError(f"{ended % words} {remedy % words}", code="ended_unit")


def check(batch_id: int) -> None:
    """Read the file in a child process, stage its rows and settle their states. Runs in a job; may run twice.

    The batch is locked only at the end: whoever cancels meanwhile need not wait.
    """
    batch = ImportBatch.objects.select_related("file", "uploaded_by").get(pk=batch_id)
    if move_from(batch, "check") is None:
        return
    outcome, refusal = State.CHECKED, ""
    resource = _open_resource(batch, batch.uploaded_by)
    reader = Reader(resource, path_of(batch.file), answers_of(batch), ending_of(batch.filename) or ENDINGS[0])
    try:
        # A refusal may come after some rows: what was staged until then must go with it.
        with transaction.atomic(), closing(reader.items()) as items:
            stage(batch, items, resource)
            batch.sheet = hide_identity_numbers(reader.sheet)[:100]
            resource.settle()
    except Refused as refused:
        outcome, refusal = State.REFUSED, hide_identity_numbers(refused.message)[:500]
    try:
        move = hold(batch, "check", ImportBatch.objects.select_for_update(no_key=True), outcome=outcome)[1]
    except ValidationError:  # cancelled meanwhile
        batch.rows.all().delete()
        batch.problems.all().delete()
        return
    batch.refusal, batch.layout = refusal, reader.layout()
    batch.save(update_fields=[*go(batch, move), "refusal", "sheet", "layout", "updated_at"])


@transaction.atomic
def set_columns(batch: ImportBatch, columns: Mapping[str, str], sheets: Sequence[int] = (), *, by: User) -> None:
    """Say which column of the register each column of the file is, and which sheets are read; check the file anew.

    By the names of `layout`. It is kept for the unit's next file of this register.
    """
    batch, move = _held(batch, "set_columns")
    check_columns(_resource(batch), batch, columns)
    places = [place for place, _name in batch.layout.get("sheets", [])]
    if not set(sheets) <= set(places):
        raise ValidationError(_("Không có trang tính này trong tệp."), code="no_sheet")
    twins = ImportBatch.objects.alive().filter(register=batch.register, unit=batch.unit_id, file=batch.file_id)
    if twins.exclude(pk=batch.pk).exists():
        raise ValidationError(_("Tệp này đã được tải lên ở lần nhập khác."), code="twin")
    keep(batch, columns, by=by)
    batch.rows.all().delete()
    batch.problems.all().delete()
    batch.answer = {"columns": dict(columns), "sheets": list(sheets)}
    batch.job, batch.refusal = enqueue("exchange.check", by=by, unit=batch.unit_id, batch_id=batch.pk), ""
    batch.save(update_fields=[*go(batch, move), "answer", "refusal", "job", "updated_at"])
    told = {column["text"]: columns[column["name"]] for column in batch.layout["columns"][:TOLD]}
    record(move.audit, target=batch, by=by, unit=batch.unit_id, columns=told)


@transaction.atomic
def mend_cell(batch: ImportBatch, number: int, column: str, value: str, *, by: User) -> None:
    """Put a value into one cell of a staged row, as if the file had said so, and check again."""
    batch, move = _held(batch, "mend_cell")
    resource = _open_resource(batch, by)
    field = next((field for field in resource.fields if field.header == column), None)
    if field is None or not batch.rows.filter(number=number).exists():
        raise ValidationError(_("Không có ô này trong lần nhập."), code="no_cell")
    if "\0" in value or not value.isascii():
        read_field("value", value)  # with some signs the row could not even be kept; what else is wrong its row tells
    cells = mend(batch, resource, {number: {field.key: value[:MEND_LIMIT]}})
    told = before_and_after(cells)
    record(move.audit, target=batch, by=by, unit=batch.unit_id, row=number, column=column, **told)


@transaction.atomic
def apply_suggestions(batch: ImportBatch, chosen: Collection[str], *, by: User) -> int:
    """Take the suggestions whose pairs (`Pair.key`) the person has seen and chosen; return how many cells were mended.

    One whose value or meaning has changed since it was shown is another pair, and stays.
    """
    batch, move = _held(batch, "apply_suggestions")
    resource = _open_resource(batch, by)
    keys = {field.header: field.key for field in resource.fields}
    wanted: dict[int, dict[str, str]] = {}
    found = batch.problems.filter(SUGGESTING).values_list("number", "column", "value", "suggestion")
    for number, column, typed, meant in found:
        if Pair(column, typed, meant).key in chosen:
            wanted.setdefault(number, {})[keys[column]] = meant
    if not wanted:
        raise ValidationError(_("Chọn ít nhất một gợi ý còn áp dụng được."), code="no_suggestion")
    cells = mend(batch, resource, wanted)
    told = before_and_after(cells)
    record(move.audit, target=batch, by=by, unit=batch.unit_id, rows=len(wanted), cells=len(cells), **told)
    return len(cells)


@transaction.atomic
def accept_warnings(
    batch: ImportBatch, reason: str, *, by: User, number: int | None = None, kind: tuple[str, str] | None = None
) -> int:
    """Let warnings pass with a reason: those of one row, of one kind (code and column), or all. Errors stay errors."""
    batch, move = _held(batch, "accept_warnings")
    reason = read_field("reason", reason, missing=_("Nhập lý do chấp nhận."))[:300]
    warnings = batch.problems.filter(severity=RowProblem.Severity.WARNING, accepted_reason="")
    if number is not None:
        warnings = warnings.filter(number=number)
    if kind is not None:
        if kind not in {one.kind for one in pending_kinds(batch)}:
            raise ValidationError(_("Không còn cảnh báo nào loại này chờ xác nhận."), code="no_warning")
        warnings = warnings.filter(code=kind[0], column=kind[1])
    count = warnings.update(accepted_reason=reason)
    _open_resource(batch, by).settle()
    record(move.audit, target=batch, by=by, unit=batch.unit_id, reason=reason, row=number, count=count)
    return count


@transaction.atomic
def drop_row(batch: ImportBatch, number: int, *, by: User) -> None:
    """Leave a row of the file out, as if it did not stand there. It can be taken in again until the file is written."""
    batch, move = _held(batch, "drop_row")
    dropped = batch.rows.filter(number=number).exclude(state=StagedRow.State.SKIPPED)
    state = dropped.values_list("state", flat=True).first()
    if state is None or not dropped.update(state=StagedRow.State.SKIPPED):
        raise ValidationError(_("Không có dòng này trong lần nhập."), code="no_row")
    batch.problems.filter(number=number).delete()
    _open_resource(batch, by).settle()
    told = moved(number, state, StagedRow.State.SKIPPED)
    record(move.audit, target=batch, by=by, unit=batch.unit_id, row=number, **told)


@transaction.atomic
def drop_rest(batch: ImportBatch, *, by: User) -> int:
    """Leave out all rows that something keeps out, and return how many. Of a written file nobody asks for them then."""
    batch, move = _held(batch, "drop_rest")
    kept_out = batch.rows.filter(state=StagedRow.State.ERROR)
    numbers = list(kept_out.order_by("number").values_list("number", flat=True)[:TOLD])
    batch.problems.filter(number__in=kept_out.values("number")).delete()
    count = kept_out.update(state=StagedRow.State.SKIPPED)
    if not count:
        raise ValidationError(_("Không còn dòng nào chưa ghi được."), code="no_row")
    if batch.state == State.CHECKED:
        _open_resource(batch, by).settle()
    told = numbered(numbers, count)
    record(move.audit, target=batch, by=by, unit=batch.unit_id, count=count, **told)
    return count


@transaction.atomic
def restore_row(batch: ImportBatch, number: int, *, by: User) -> None:
    """Take a row that was left out in again, and check it as at first."""
    batch, move = _held(batch, "restore_row")
    if not batch.rows.filter(number=number, state=StagedRow.State.SKIPPED).update(state=StagedRow.State.NEW):
        raise ValidationError(_("Không có dòng đã bỏ này trong lần nhập."), code="no_row")
    mend(batch, _open_resource(batch, by), {number: {}})
    told = moved(number, StagedRow.State.SKIPPED, batch.rows.get(number=number).state)
    record(move.audit, target=batch, by=by, unit=batch.unit_id, row=number, **told)


@transaction.atomic
def request_write(batch: ImportBatch, *, by: User) -> ImportBatch:
    """Ask for all valid rows to be written. The writing is a job: one transaction, whole or not at all."""
    batch, move = _held(batch, "request_write")
    changed = go(batch, move, by=by)
    batch.job, batch.refusal = enqueue("exchange.write", by=by, unit=batch.unit_id, batch_id=batch.pk), ""
    batch.save(update_fields=[*changed, "refusal", "job", "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id)
    return batch


def write(batch_id: int) -> None:
    """Write the rows in the job's transaction. The right is asked again: it may have ended since the click."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), no_key=True).select_related("confirmed_by").get(pk=batch_id)
    )
    move, by = move_from(batch, "write", State.WRITTEN), batch.confirmed_by
    if move is None or by is None:
        return
    try:
        with transaction.atomic():
            _plan_anew()
            resource = _open_resource(batch, by)
            written = resource.write()
            follow_growth(resource.measured, written.rows)
    except ValidationError as refusal:
        _back_to_checked(batch, refusal)
        return
    except (IntegrityError, DataError):
        logger.exception("batch %s: the register refuses the rows", batch_id)
        _back_to_checked(batch, not_taken())
        return
    batch.written_rows, batch.layout = written.rows, without_samples(batch.layout)
    _follow(batch, written.job)
    batch.save(update_fields=[*go(batch, move), "written_rows", "layout", "job", "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id, rows=batch.written_rows)
    publish(FINISHED, units=[batch.unit_id], register=batch.register, rows=batch.written_rows, **{"import": batch.pk})


def _plan_anew() -> None:
    """Forget the plans this connection has kept, those inside triggers above all.

    PostgreSQL plans a trigger's statements once in a connection. A plan made for the one row of an earlier job joins
    rows one by one: for the 20,000 rows of an import that took 77 s instead of 2.
    """
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")


def _follow(batch: ImportBatch, job: Job | None) -> None:
    """The page shows how far the batch's last job is: here the recount of what the batch moved."""
    if job is not None:
        batch.job = job


def _back_to_checked(batch: ImportBatch, refusal: ValidationError) -> None:
    """The writing was refused as a whole: nothing is in the register, and the page says why."""
    move, by = require(batch, "write", State.CHECKED), batch.confirmed_by
    batch.refusal, batch.confirmed_by, batch.confirmed_at = " ".join(refusal.messages)[:500], None, None
    batch.save(update_fields=[*go(batch, move), "refusal", "confirmed_by", "confirmed_at", "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id, reason=batch.refusal)


@transaction.atomic
def retry(batch: ImportBatch, *, by: User) -> None:
    """Try the batch's failed job again, whichever it was."""
    require(ImportBatch.objects.get(pk=batch.pk), "retry")  # not locked: a worker locks the job before the batch
    retry_job(Job.objects.get(pk=batch.job_id), by=by)


@transaction.atomic
def cancel(batch: ImportBatch, *, by: User) -> None:
    """Give the batch up before anything is written; also one whose writing has failed for good."""
    batch, move = _held(batch, "cancel")
    batch.confirmed_by = batch.confirmed_at = None
    batch.layout = without_samples(batch.layout)
    batch.save(update_fields=[*go(batch, move), "confirmed_by", "confirmed_at", "layout", "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id)


@transaction.atomic
def request_undo(batch: ImportBatch, reason: str, *, by: User) -> ImportBatch:
    """Ask for a written import to be taken back, within seven days and with a reason. The taking back is a job."""
    batch, move = _held(batch, "request_undo")
    reason = read_field("reason", reason, missing=_("Nhập lý do hoàn tác."))[:300]
    changed = go(batch, move, by=by)
    batch.refusal, batch.undo_reason = "", reason
    batch.job = enqueue("exchange.undo", by=by, unit=batch.unit_id, batch_id=batch.pk)
    batch.save(update_fields=[*changed, "refusal", "undo_reason", "job", "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id, reason=reason)
    return batch


def undo(batch_id: int) -> None:
    """Take the import back in the job's transaction. The right is asked again: it may have ended since the click."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), no_key=True).select_related("undone_by").get(pk=batch_id)
    )
    move, by = move_from(batch, "undo", State.UNDONE), batch.undone_by
    if move is None or by is None:
        return
    try:
        with transaction.atomic():
            _refuse_without_right(batch, by)
            _plan_anew()
            resource = _open_resource(batch, by)
            recount = resource.undo(batch.undo_reason, by=by)
    except (ValidationError, IntegrityError) as refusal:
        _back_to_written(batch, refusal if isinstance(refusal, ValidationError) else not_as_before())
        return
    _follow(batch, recount)
    batch.save(update_fields=[*go(batch, move), "job", "updated_at"])
    told = resource.undoing(batch, user=by).said()
    record(move.audit, target=batch, by=by, unit=batch.unit_id, reason=batch.undo_reason, **told)


def undoing_of(batch: ImportBatch, user: User) -> Undoing:
    """What taking the batch back would do, or has done, as far as the person sees the records."""
    return _resource(batch).undoing(batch, user=user)


def _refuse_without_right(batch: ImportBatch, by: User) -> None:
    if not ImportBatch.objects.editable_by(by).filter(pk=batch.pk).exists():
        raise ValidationError(
            _("Người yêu cầu không còn quyền hoàn tác lần nhập này. Chưa dòng nào bị rút khỏi sổ."), code="no_right"
        )


def _back_to_written(batch: ImportBatch, refusal: ValidationError) -> None:
    """The taking back was refused as a whole: every fact is still in the register, and the page says why."""
    move, by = require(batch, "undo", State.WRITTEN), batch.undone_by
    batch.refusal, batch.undo_reason = " ".join(refusal.messages)[:500], ""
    batch.undone_by = batch.undone_at = None
    batch.save(update_fields=[*go(batch, move), "refusal", *UNDONE, "updated_at"])
    record(move.audit, target=batch, by=by, unit=batch.unit_id, reason=batch.refusal)
