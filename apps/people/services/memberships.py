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
from apps.core.kept_words import in_vietnamese
from apps.core.templatetags.ui import vn_date
from apps.notifications.services import notify, told_facts
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.granting import (
    Granting,
    colleagues_on,
    deputies_for,
    granting_of,
    last_day_in_unit,
    lock_unit,
    require_dates,
    require_right_on,
    require_within_unit,
    unit_of_today,
)
from apps.people.models import Membership, Person
from apps.people.roles import APPROVER_ROLE, PROGRAMME_ADMINISTRATOR, ROLE_LABELS
from apps.people.services.standing import (
    acting_for,
    acting_touched_by,
    lock_people,
    require_another_administrator,
    wait_for_administrators,
)

LONGEST_ACTING_DAYS = 184  # six months, whichever they are


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
    require_right_on(unit, role, valid_from, by=by)
    return add_membership(person, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to, by=by)


def add_membership(
    person: User, *, unit: OrganisationUnit, valid_from: date, valid_to: date | None, by: User, **fields: Any
) -> Membership:
    """Write the row and its audit; the caller has asked whether `by` may. Two at once wait for each other here, and
    so does whoever ends the unit: its last day is read again.
    """
    fields |= {"unit": lock_unit(unit.pk), "valid_from": valid_from, "valid_to": valid_to}
    require_dates(fields["unit"], valid_from, valid_to)
    held_by = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
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
    unit = lock_unit(membership.unit_id)
    membership = _locked(membership)
    granting_of(by).require(membership.unit, membership.role)
    _refuse_own(membership, by)
    if membership.acting_for_id:
        raise ValidationError(_("Không gia hạn ủy quyền. Lập ủy quyền mới khi cần."), code="acting")
    now = membership.valid_to
    if now is None or (valid_to and valid_to <= now):
        raise ValidationError({"valid_to": _("Ngày kết thúc mới phải sau ngày kết thúc hiện tại.")}, code="not_later")
    if now < timezone.localdate():
        raise ValidationError(_("Vai trò đã kết thúc. Cấp lại vai trò thay vì gia hạn."), code="ended")
    require_within_unit(unit, valid_to)
    _set_last_day("membership.extended", membership, valid_to, by=by)
    return membership


@transaction.atomic
def end_membership(membership: Membership, last_day: date, *, by: User, reason: str = "") -> None:
    """The last day is today or later; yesterday takes the role away at once. A role not begun by then is taken back:
    its row goes, and what it was stays in the audit. Who acts for its holder stops on the same day, and so does the
    holder's own acting for others where no role in the unit is left. Where the unit followed several in which the
    person had this role, it ends in all of them: it is one role there.
    """
    if membership.role.name == PROGRAMME_ADMINISTRATOR:
        wait_for_administrators()
    lock_people([membership.user_id])
    membership = _locked(membership)
    _require_may_end(membership, granting_of(by), by)
    _check_last_day(membership, last_day)
    for one in (membership, *same_role_elsewhere(membership, last_day)):
        _end_with_acting(one, last_day, by=by, reason=reason)


def _check_last_day(membership: Membership, last_day: date) -> None:
    today = timezone.localdate()
    if membership.valid_to and membership.valid_to < today:
        raise ValidationError(_("Vai trò đã kết thúc."), code="ended")
    if last_day < today - timedelta(days=1):
        raise ValidationError({"last_day": _("Ngày cuối cùng không được trước hôm qua.")}, code="past")
    if membership.valid_to and last_day > membership.valid_to:
        raise ValidationError({"last_day": _("Vai trò kết thúc sớm hơn ngày này.")}, code="later")
    if last_day < membership.valid_from and membership.reviews.exists():
        told = _("Vai trò đã được rà soát: ngày cuối cùng không trước ngày bắt đầu %(day)s.")
        raise ValidationError({"last_day": told % {"day": vn_date(membership.valid_from)}}, code="reviewed")
    if membership.role.name == PROGRAMME_ADMINISTRATOR:
        require_another_administrator(membership.user, last_day + timedelta(days=1))


def same_role_elsewhere(membership: Membership, last_day: date) -> list[Membership]:
    """The same role of the same person, given in another unit that is one with this one today."""
    if membership.acting_for_id:
        return []
    rows = Membership.objects.filter(user=membership.user_id, role=membership.role_id, acting_for__isnull=True)
    lasting = rows.valid_on(timezone.localdate()).exclude(valid_to__lte=last_day).exclude(unit=membership.unit_id)
    unit = unit_of_today(membership.unit)
    found = lasting.select_related("user", "role", "unit", "acting_for").order_by("pk")
    return [row for row in found if unit_of_today(row.unit) == unit]


def holds_alone(membership: Membership) -> bool:
    """Whether from tomorrow on nobody else holds the role in the unit: what needs it there would wait. For a role that
    only reads nothing waits.
    """
    if membership.acting_for_id or not membership.role.permissions.exclude(codename__startswith="view_").exists():
        return False
    rows = Membership.objects.filter(role=membership.role_id, acting_for__isnull=True, user__is_active=True)
    others = rows.valid_on(timezone.localdate() + timedelta(days=1)).exclude(user=membership.user_id)
    unit = unit_of_today(membership.unit)
    return not any(unit_of_today(row.unit) == unit for row in others.select_related("unit"))


def _end_with_acting(membership: Membership, last_day: date, *, by: User, reason: str) -> None:
    """First who acts for the holder, then the role; then what the holder did for others and has no ground any more."""
    acting = acting_touched_by(membership, last_day)
    for row in acting:
        if row.acting_for_id == membership.pk:
            _cut(row, last_day, by=by, reason=reason)
    _cut(membership, last_day, by=by, reason=reason)
    for row in acting:
        if row.user_id == membership.user_id:
            until = max(last_day_in_unit(row) or last_day, last_day)
            if row.valid_to is None or until < row.valid_to:
                _cut(row, until, by=by, reason=reason)


def end_acting_for(person: User, *, by: User | None, reason: str) -> None:
    """At once: whoever acts for somebody whose account is closed."""
    for row in acting_for(person):
        _cut(row, timezone.localdate() - timedelta(days=1), by=by, reason=reason)


def _cut(membership: Membership, last_day: date, *, by: User | None, reason: str) -> None:
    """What was looked over stays as a row, and ends on its first day at the earliest."""
    if membership.valid_from > last_day and membership.reviews.exists():
        last_day = membership.valid_from
    if membership.valid_from > last_day:  # no day is left: the row goes, and what it was stays in the audit
        begun = membership.valid_from <= timezone.localdate()
        action = "membership.ended_at_once" if begun else "membership.taken_back"
        gone = _told_gone(begun=begun)
        record_membership(action, membership, by=by, reason=reason, before=_told(membership), after=gone)
        membership.delete()
        return
    _set_last_day("membership.ended", membership, last_day, by=by, reason=reason)
    _tell_both(membership, "people.deputy_ended", f"deputy:{membership.pk}:until:{last_day}", by=by)


def _set_last_day(
    action: str, membership: Membership, last_day: date | None, *, by: User | None, reason: str = ""
) -> None:
    """To lengthen a role takes back that it was to end."""
    before, membership.valid_to = _told(membership), last_day
    membership.end_decided_at = timezone.now() if action == "membership.ended" else None
    membership.full_clean()
    membership.save(update_fields=["valid_to", "end_decided_at", "updated_at"])
    record_membership(action, membership, by=by, reason=reason, before=before, after=_told(membership))


@transaction.atomic
def name_acting_approver(
    membership: Membership, deputy: User, valid_from: date, valid_to: date, *, by: User
) -> Membership:
    """«Người được ủy quyền»: holds the approver's role while the approver is away."""
    unit = lock_unit(unit_of_today(membership.unit).pk)
    lock_people([membership.user_id, deputy.pk])
    membership = _locked(membership)
    if membership.user_id != by.pk:
        granting_of(by).require(membership.unit, membership.role)
        require_right_on(membership.unit, membership.role, valid_from, by=by)
    if deputy.pk == by.pk:
        raise PermissionDenied(membership.unit)
    if membership.acting_for_id or membership.role.name != APPROVER_ROLE:
        raise ValidationError(_("Chỉ ủy quyền được vai trò lãnh đạo đơn vị của chính người giữ."), code="not_approver")
    if not membership.user.is_active:
        raise ValidationError(_("Tài khoản của người ủy quyền đã đóng."), code="closed")
    _check_acting(membership, deputy, valid_from, valid_to)
    acting = add_membership(
        deputy, unit=unit, role=membership.role, valid_from=valid_from, valid_to=valid_to,
        acting_for=membership, by=by,
    )  # fmt: skip
    _tell_both(acting, "people.deputy_named", f"deputy:{acting.pk}:named", by=by)
    return acting


def _tell_both(acting: Membership, kind: str, event: str, *, by: User | None) -> None:
    """Who acts, and for whom; who did it knows."""
    if acting.acting_for:
        both = (acting.user_id, acting.acting_for.user_id)
        notify(both, kind, acting, event=event, unit=acting.unit_id, by=by, facts=told_facts(by))


def _check_acting(membership: Membership, deputy: User, valid_from: date, valid_to: date) -> None:
    """Within the approver's own time and the deputy's in the unit; for an absence, not for good."""
    if not deputies_for(membership).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("Chọn người của đơn vị hoặc của đơn vị trực thuộc.")}, code="not_of_unit")
    if valid_from < membership.valid_from or (membership.valid_to and valid_to > membership.valid_to):
        message = _("Ủy quyền không dài hơn vai trò của người ủy quyền.")
        raise ValidationError({"valid_to": message}, code="longer")
    if (valid_to - valid_from).days >= LONGEST_ACTING_DAYS:
        raise ValidationError({"valid_to": _("Mỗi lần ủy quyền dài nhất sáu tháng.")}, code="too_long")
    if valid_to >= valid_from and deputy.pk not in colleagues_on(membership, valid_to):
        message = _("Đến ngày này người được ủy quyền không còn vai trò ở đơn vị.")
        raise ValidationError({"valid_to": message}, code="deputy_gone")


def record_membership(action: str, membership: Membership, *, by: User | None, **facts: Any) -> None:
    """Under the person, so that everything about one stands together; with the unit, so that its people see it."""
    data: dict[str, Any] = {"membership": membership.pk, "role": membership.role.name}
    if membership.acting_for:
        data["acting_for"] = membership.acting_for.user.full_name
    person = Person.objects.get(pk=membership.user_id)
    record(action, by=by, target=person, unit=membership.unit_id, **facts, **data)


@in_vietnamese()
def _told(membership: Membership) -> dict[str, str]:
    """One line for the reader of the audit; a person has no field for each role. Of a deputy it says for whom."""
    role = str(ROLE_LABELS.get(membership.role.name, membership.role.name))
    if membership.acting_for:
        role = _("%(role)s (thay %(name)s)") % {"role": role, "name": membership.acting_for.user}
    days = {
        "first": vn_date(membership.valid_from),
        "last": vn_date(membership.valid_to) if membership.valid_to else "",
    }
    until = _("từ %(first)s đến hết ngày %(last)s") if membership.valid_to else _("từ %(first)s, không thời hạn")
    unit = unit_labels().get(membership.unit_id)
    return {str(_("vai trò")): f"{role}, {unit.short_name if unit else membership.unit_id}, {until % days}"}


@in_vietnamese()
def _told_gone(*, begun: bool) -> dict[str, str]:
    told = _("đã kết thúc ngay trong ngày bắt đầu") if begun else _("đã thu hồi trước ngày bắt đầu")
    return {str(_("vai trò")): told}


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
        granting.require_end(membership.unit, membership.role)
