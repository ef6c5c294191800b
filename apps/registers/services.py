"""Everything that changes a register by hand: add, change, withdraw, bring back. One door for pages and API.

Of many rows each is changed as one would be, in its own savepoint and with its own audit row; one that cannot be is
named with the reason, the others are changed, and the figures are counted once.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.wall import wall_open
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers.changing import Outcome, apply, each, needed, no_twin, refusal, refuse_stale
from apps.registers.checks import check_row
from apps.registers.columns import Kind
from apps.registers.declaration import Register, below, register_of_model, sources_of
from apps.registers.history import went_with_its_file
from apps.registers.models import MERGED, RegisterRow
from apps.registers.recorded import differences, said
from apps.targets.services import request_recompute

R = TypeVar("R", bound=RegisterRow)


@transaction.atomic
def add_row(row: R, *, by: User) -> R:
    """Enter a row that nobody has entered. The person's right must reach the unit it belongs to."""
    register = register_of_model(type(row))
    hold_rows_above(register, row)
    check_unit(register, row, "add", by)
    row.entered_by = by
    check_row(register, row)
    with no_twin(*_twin(register)):
        row.save()
    record("register.added", target=row, by=by, unit=row.home_id, after=said(register, row))
    recount(register, by)
    return row


@transaction.atomic
def change_row(row: R, changes: dict[str, Any], reason: str, *, by: User, seen: datetime.datetime | None = None) -> R:
    """Put a row right, with a reason; what it said before stays in the history."""
    row, changed = _change(row, changes, reason, by, seen)
    if changed:
        recount(register_of_model(type(row)), by)
    return row


def _change(
    row: R, changes: dict[str, Any], reason: str, by: User, seen: datetime.datetime | None = None
) -> tuple[R, dict[str, Any]]:
    register = register_of_model(type(row))
    row = held(register, row, by)
    refuse_stale(row, seen)
    reason, before = needed(reason), said(register, row)
    changed = apply(row, changes)
    if not changed:
        return row, changed
    hold_rows_above(register, row)
    check_unit(register, row, "change", by)
    check_row(register, row)
    with no_twin(*_twin(register)):
        row.save(update_fields=[*changed, "updated_at"])
    old, new = differences(before, said(register, row))
    record("register.changed", target=row, by=by, unit=row.home_id, reason=reason, before=old, after=new)
    return row, changed


@transaction.atomic
def withdraw_row(row: R, reason: str, *, by: User) -> R:
    """Take a false row out of the register and of every count; it stays on record, with who and why."""
    row = _withdraw(row, reason, by)
    recount(register_of_model(type(row)), by)
    return row


def _withdraw(row: R, reason: str, by: User) -> R:
    register = register_of_model(type(row))
    row = held(register, row, by)
    before = said(register, row)
    _refuse_named(register, row)
    hold_rows_above(register, row)
    row.clean_withdrawal()
    row.withdrawn_reason = needed(reason)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    record("register.withdrawn", target=row, by=by, unit=row.home_id, reason=row.withdrawn_reason, before=before)
    return row


@transaction.atomic
def restore_row(row: R, reason: str, *, by: User) -> R:
    """Bring back a row that was withdrawn by hand, if it may stand in the register as it is."""
    row = _restore(row, reason, by)
    recount(register_of_model(type(row)), by)
    return row


def _restore(row: R, reason: str, by: User) -> R:
    register = register_of_model(type(row))
    row = held(register, row, by, is_live=False)
    if went_with_its_file(row):
        raise ValidationError(_("Dòng bị rút do hoàn tác lần nhập. Nhập lại tệp để đưa vào sổ."), code="undone")
    if row.merged_into_id:
        raise ValidationError(MERGED, code="merged")
    hold_rows_above(register, row)
    reason, before = needed(reason), {"withdrawn_reason": row.withdrawn_reason}
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = None, None, ""
    check_unit(register, row, "change", by)
    check_row(register, row)
    with no_twin(*_twin(register)):
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "updated_at"])
    after = {"withdrawn_reason": "", **said(register, row)}
    record("register.restored", target=row, by=by, unit=row.home_id, reason=reason, before=before, after=after)
    return row


@transaction.atomic
def withdraw_rows(rows: Sequence[R], reason: str, *, by: User) -> Outcome:
    return _each(rows, lambda row: _withdraw(row, reason, by), by)


@transaction.atomic
def restore_rows(rows: Sequence[R], reason: str, *, by: User) -> Outcome:
    return _each(rows, lambda row: _restore(row, reason, by), by)


@transaction.atomic
def hand_over_rows(rows: Sequence[R], unit: OrganisationUnit, reason: str, *, by: User) -> Outcome:
    """The person's right must reach the unit that has the rows and the one that gets them."""

    def handed(row: R) -> R:
        row, changed = _change(row, {row.UNIT: unit}, reason, by)
        if not changed:
            raise ValidationError(_("Dòng đã thuộc đơn vị này."), code="same")
        return row

    return _each(rows, handed, by)


def _each(rows: Sequence[R], act: Callable[[R], R], by: User) -> Outcome:
    outcome = each(rows, act)
    if outcome.done:
        recount(register_of_model(type(outcome.done[0])), by)
    return outcome


def held(register: Register, row: R, by: User, *, is_live: bool = True) -> R:
    """The row as it is now, held for this transaction, and still the person's to change: it may have moved since it was
    opened, or the row above it. Whoever hangs a row on it waits, and then finds it gone.
    """
    with wall_open("a row that has just gone to another unit is told as such"):
        found: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if found.is_live != is_live:
        words = _("Dòng này đã được rút khỏi sổ.") if is_live else _("Dòng này đang có trong sổ.")
        raise ValidationError(words, code="withdrawn")
    if found.home_id not in units_with(by, register.permission("change")):
        raise ValidationError(_("Dòng này vừa chuyển sang đơn vị khác."), code="stale")
    return cast(R, found)


def hold_rows_above(register: Register, row: RegisterRow) -> None:
    """The rows that this one names stand still, and still stand, until it is written."""
    for column in register.of_kind(Kind.ROW):
        if getattr(row, column.stored) is None and not column.required:
            continue
        model = column.field.related_model
        found = model.objects.live().select_for_update(no_key=True).filter(pk=getattr(row, column.stored)).first()
        if found is None:
            raise refusal(column.name, _("Không còn trong sổ. Chọn lại"), "withdrawn")
        setattr(row, column.name, found)


@wall_open("rows of other units may hang on it")
def _refuse_named(register: Register, row: RegisterRow) -> None:
    for other, column in below(register):
        count = other.model._default_manager.filter(**{column.name: row, "withdrawn_at": None}).count()
        if count:
            told = _("Còn %(count)s %(noun)s thuộc dòng này. Rút các dòng đó trước, hoặc sửa dòng này.")
            raise ValidationError(told % {"count": count, "noun": other.noun}, code="named")


def check_unit(register: Register, row: RegisterRow, verb: str, by: User) -> None:
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


def recount(register: Register, by: User) -> None:
    """Figures of the register's own facts, and of the rows that hang on its."""
    for source in sources_of(register):
        request_recompute(source, by=by)
