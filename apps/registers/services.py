"""Everything that changes a register by hand: add, change, withdraw. One door for pages and API."""

import datetime
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.people.rights import units_with
from apps.registers.changing import apply, needed, no_twin, refusal, refuse_stale
from apps.registers.checks import check_row
from apps.registers.columns import Kind
from apps.registers.declaration import Register, below, register_of_model, sources_of
from apps.registers.models import RegisterRow
from apps.registers.recorded import differences, said
from apps.targets.services import request_recompute

R = TypeVar("R", bound=RegisterRow)


@transaction.atomic
def add_row(row: R, *, by: User) -> R:
    """Enter a row that nobody has entered. The person's right must reach the unit it belongs to."""
    register = register_of_model(type(row))
    _hold_rows_above(register, row)
    _check_unit(register, row, "add", by)
    row.entered_by = by
    check_row(register, row)
    with no_twin(*_twin(register)):
        row.save()
    record("register.added", target=row, by=by, unit=row.home_id, after=said(register, row))
    _recount(register, row, by)
    return row


@transaction.atomic
def change_row(row: R, changes: dict[str, Any], reason: str, *, by: User, seen: datetime.datetime | None = None) -> R:
    """Put a row right, with a reason; what it said before stays in the history."""
    register = register_of_model(type(row))
    row = _held(register, row, by)
    refuse_stale(row, seen)
    reason, before = needed(reason), said(register, row)
    changed = apply(row, changes)
    if not changed:
        return row
    _hold_rows_above(register, row)
    _check_unit(register, row, "change", by)
    check_row(register, row)
    with no_twin(*_twin(register)):
        row.save(update_fields=[*changed, "updated_at"])
    old, new = differences(before, said(register, row))
    record("register.changed", target=row, by=by, unit=row.home_id, reason=reason, before=old, after=new)
    _recount(register, row, by)
    return row


@transaction.atomic
def withdraw_row(row: R, reason: str, *, by: User) -> R:
    """Take a false row out of the register and of every count; it stays on record, with who and why."""
    register = register_of_model(type(row))
    row = _held(register, row, by)
    _refuse_named(register, row)
    _hold_rows_above(register, row)
    row.clean_withdrawal()
    row.withdrawn_reason = needed(reason)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    record("register.withdrawn", target=row, by=by, unit=row.home_id, reason=row.withdrawn_reason)
    _recount(register, row, by)
    return row


def _held(register: Register, row: R, by: User) -> R:
    """The row as it is now, held for this transaction, and still the person's to change: it may have moved since it was
    opened, or the row above it. Whoever hangs a row on it waits, and then finds it gone.
    """
    found: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if not found.is_live:
        raise ValidationError(_("Dòng này đã được rút khỏi sổ."), code="withdrawn")
    if found.home_id not in units_with(by, register.permission("change")):
        raise ValidationError(_("Dòng này vừa chuyển sang đơn vị khác."), code="stale")
    return cast(R, found)


def _hold_rows_above(register: Register, row: RegisterRow) -> None:
    """The rows that this one names stand still, and still stand, until it is written."""
    for column in register.of_kind(Kind.ROW):
        if getattr(row, column.stored) is None and not column.required:
            continue
        model = column.field.related_model
        found = model.objects.live().select_for_update(no_key=True).filter(pk=getattr(row, column.stored)).first()
        if found is None:
            raise refusal(column.name, _("Không còn trong sổ. Chọn lại"), "withdrawn")
        setattr(row, column.name, found)


def _refuse_named(register: Register, row: RegisterRow) -> None:
    for other, column in below(register):
        count = other.model._default_manager.filter(**{column.name: row, "withdrawn_at": None}).count()
        if count:
            told = _("Còn %(count)s %(noun)s thuộc dòng này. Rút các dòng đó trước, hoặc sửa dòng này.")
            raise ValidationError(told % {"count": count, "noun": other.noun}, code="named")


def _check_unit(register: Register, row: RegisterRow, verb: str, by: User) -> None:
    """Within the person's right, and a unit on the day of the fact."""
    place = register.above or register.unit_column
    if row.home_id not in units_with(by, register.permission(verb)):
        raise refusal(place.name if place else None, _("Ngoài phạm vi đơn vị bạn được nhập."), "other_unit")
    for column in register.of_kind(Kind.UNIT):
        unit = getattr(row, column.name)
        day = getattr(row, column.on) if column.on else None
        if day is not None and not unit.is_valid_on(day):
            wrong = _("Đơn vị không tồn tại vào ngày %(day)s. Chọn đơn vị của ngày đó")
            raise refusal(column.name, wrong % {"day": f"{day:%d/%m/%Y}"}, "unit_not_valid")
        if column.kinds and unit.kind not in column.kinds:
            raise refusal(column.name, column.wrong_kind, "unit_kind")


def _twin(register: Register) -> tuple[str, str]:
    [unique] = [one for one in register.model._meta.constraints if one.name.startswith("one_")]
    return register.told_at.name, str(unique.violation_error_message)


def _recount(register: Register, row: RegisterRow, by: User) -> None:
    """Figures of the row's own facts, and of the rows that hang on it."""
    for source in sources_of(register):
        request_recompute(source, by=by)
