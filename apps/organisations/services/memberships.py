"""Giving, lengthening and ending roles; naming who acts for an approver. Nobody does any of it for themselves."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.templatetags.ui import vn_date
from apps.organisations.granting import Granting, deputies_for, granting_of, require_dates, unit_of_today
from apps.organisations.models import Membership, OrganisationUnit, Person
from apps.organisations.roles import APPROVER_ROLE, ROLE_LABELS


@transaction.atomic
def grant_membership(
    person: User,
    unit: OrganisationUnit,
    role: Group,
    valid_from: date,
    valid_to: date | None = None,
    *,
    by: User,
) -> Membership:
    granting_of(by).require(unit, role)
    if person.pk == by.pk:
        raise PermissionDenied(unit)
    require_dates(unit, valid_from, valid_to)
    return add_membership(person, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to, by=by)


def add_membership(person: User, *, by: User, **fields: Any) -> Membership:
    """Write the row and its audit; the caller has asked whether `by` may. Two at once wait for each other here."""
    held_by = Person.objects.select_for_update().get(pk=person.pk)
    if not held_by.is_active:
        raise ValidationError(_("Tài khoản đã đóng. Mở lại tài khoản trước khi cấp vai trò."), code="closed")
    membership = Membership(user=held_by, **fields)
    membership.full_clean()
    membership.save()
    record_membership("membership.granted", membership, by=by, after=_told(membership))
    return membership


@transaction.atomic
def extend_membership(membership: Membership, valid_to: date | None, *, by: User) -> Membership:
    """A later last day, or none. For whoever could give the role anew."""
    membership = _locked(membership)
    granting_of(by).require(membership.unit, membership.role)
    _refuse_own(membership, by)
    if membership.acting_for_id:
        raise ValidationError(_("Ủy quyền không gia hạn. Lập ủy quyền mới khi cần."), code="acting")
    now = membership.valid_to
    if now is None or (valid_to and valid_to <= now):
        raise ValidationError({"valid_to": _("Ngày kết thúc mới phải sau ngày kết thúc hiện nay.")}, code="not_later")
    if now < timezone.localdate():
        raise ValidationError(_("Vai trò đã kết thúc. Cấp lại vai trò thay vì gia hạn."), code="ended")
    _set_last_day("membership.extended", membership, valid_to, by=by)
    return membership


@transaction.atomic
def end_membership(membership: Membership, last_day: date, *, by: User, reason: str = "") -> None:
    """The last day is today or later; yesterday takes the role away at once. A role not begun by then is taken back:
    its row goes, and what it was stays in the audit. Who acts for its holder stops on the same day.
    """
    membership = _locked(membership)
    _require_may_end(membership, granting_of(by), by)
    today = timezone.localdate()
    if membership.valid_to and membership.valid_to < today:
        raise ValidationError(_("Vai trò đã kết thúc."), code="ended")
    if last_day < today - timedelta(days=1):
        raise ValidationError({"last_day": _("Ngày cuối cùng không được trước hôm qua.")}, code="past")
    if membership.valid_to and last_day > membership.valid_to:
        raise ValidationError({"last_day": _("Vai trò kết thúc sớm hơn ngày này.")}, code="later")
    deputies = membership.deputies.select_for_update(of=("self",)).select_related("user", "role", "unit", "acting_for")
    for deputy in deputies.filter(valid_to__gt=last_day):
        _cut(deputy, last_day, by=by, reason=reason)
    _cut(membership, last_day, by=by, reason=reason)


def _cut(membership: Membership, last_day: date, *, by: User, reason: str) -> None:
    if membership.valid_from > last_day:
        record_membership("membership.taken_back", membership, by=by, reason=reason, before=_told(membership))
        membership.delete()
        return
    _set_last_day("membership.ended", membership, last_day, by=by, reason=reason)


def _set_last_day(action: str, membership: Membership, last_day: date | None, *, by: User, reason: str = "") -> None:
    before, membership.valid_to = _told(membership), last_day
    membership.full_clean()
    membership.save(update_fields=["valid_to", "updated_at"])
    record_membership(action, membership, by=by, reason=reason, before=before, after=_told(membership))


@transaction.atomic
def name_acting_approver(
    membership: Membership, deputy: User, valid_from: date, valid_to: date, *, by: User
) -> Membership:
    """«Người được ủy quyền»: holds the approver's role while the approver is away."""
    membership = _locked(membership)
    if membership.user_id != by.pk:
        granting_of(by).require(membership.unit, membership.role)
    if deputy.pk == by.pk:
        raise PermissionDenied(membership.unit)
    if membership.acting_for_id or membership.role.name != APPROVER_ROLE:
        raise ValidationError(_("Chỉ ủy quyền được vai trò lãnh đạo đơn vị của chính người giữ."), code="not_approver")
    if not deputies_for(membership).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("Chọn người của đơn vị hoặc của đơn vị trực thuộc.")}, code="not_of_unit")
    unit = unit_of_today(membership.unit)
    require_dates(unit, valid_from, valid_to)
    if membership.valid_to and valid_to > membership.valid_to:
        message = _("Ủy quyền không dài hơn vai trò của người ủy quyền.")
        raise ValidationError({"valid_to": message}, code="longer")
    fields = {"unit": unit, "role": membership.role, "valid_from": valid_from, "valid_to": valid_to}
    return add_membership(deputy, **fields, acting_for=membership, by=by)


def record_membership(action: str, membership: Membership, *, by: User, **facts: Any) -> None:
    """Under the person, so that everything about one stands together; with the unit, so that its people see it."""
    data = {"membership": membership.pk, "role": membership.role.name}
    if membership.acting_for:
        data["acting_for"] = membership.acting_for.user_id
    person = Person.objects.get(pk=membership.user_id)
    record(action, by=by, target=person, unit=membership.unit_id, **facts, **data)


def _told(membership: Membership) -> dict[str, str]:
    """One line for the reader of the audit; a person has no field for each role."""
    role = ROLE_LABELS.get(membership.role.name, membership.role.name)
    days = f"{vn_date(membership.valid_from)} – {vn_date(membership.valid_to) if membership.valid_to else '…'}"
    return {str(_("vai trò")): f"{role}, {membership.unit_id}, {days}"}


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("unit", "role", "user", "acting_for")
    return rows.get(pk=membership.pk)


def _refuse_own(membership: Membership, by: User) -> None:
    if membership.user_id == by.pk:
        raise PermissionDenied(membership.unit)


def _require_may_end(membership: Membership, granting: Granting, by: User) -> None:
    """Whoever could give the role; an approver also ends the acting of others for themselves."""
    _refuse_own(membership, by)
    if membership.acting_for is None or membership.acting_for.user_id != by.pk:
        granting.require(membership.unit, membership.role)
