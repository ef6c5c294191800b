"""Sub-units (sở, cục, vụ, chi cục, trung tâm, ban, văn phòng) of a unit, and which of them acts for it."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.models import VnFold
from apps.organisations.kinds import SUB_UNIT_LABELS
from apps.organisations.models import OrganisationUnit, UnitName
from apps.people.models import Membership
from apps.reorganisations.services.identifiers import Identifiers
from apps.reorganisations.services.plans import last_name
from apps.reorganisations.services.states import State, state_of, what_changed

Kind = OrganisationUnit.Kind


@dataclass(frozen=True)
class SubUnit:
    """What is said of a sub-unit when it is entered or corrected."""

    name: str
    short_name: str
    kind_label: str
    symbol: str = ""
    basis: str = ""


@transaction.atomic
def add_sub_unit(
    parent: OrganisationUnit, facts: SubUnit, *, valid_from: date, is_focal: bool = False, by: User | None
) -> OrganisationUnit:
    """A sub-unit of `parent` from a day on; as the focal one it takes the flag over."""
    parent = OrganisationUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=parent.pk)
    if not parent.is_valid_on(valid_from):
        told = _("Đơn vị cấp trên không có hiệu lực vào ngày này.")
        raise ValidationError({"valid_from": ValidationError(told, code="parent_not_in_force")})
    _check(facts, parent)
    given = Identifiers(valid_from.year)
    slug = given.slug(facts.short_name, parent.slug)
    unit = OrganisationUnit(
        id=given.unit_id("", slug),
        slug=slug,
        kind=Kind.DEPARTMENT,
        symbol=facts.symbol,
        parent=parent,
        region=parent.region,
        valid_from=valid_from,
        basis=facts.basis,
    )
    unit.full_clean()
    unit.save(force_insert=True)
    name = UnitName(
        unit=unit, name=facts.name, short_name=facts.short_name, kind_label=facts.kind_label, valid_from=valid_from,
        decision=facts.basis,
    )  # fmt: skip
    name.full_clean()
    name.save()
    _note("unit.added", unit, {}, by=by)
    return set_focal_unit(unit, by=by) if is_focal else unit


@transaction.atomic
def correct_sub_unit(unit: OrganisationUnit, facts: SubUnit, *, reason: str, by: User) -> OrganisationUnit:
    """Mend what was typed wrong; the name stays that of the same days. A new name from a day on is an act.

    Under the lock of the unit above, as when one is added: two at once do not take the same name.
    """
    above = unit.parent_id
    list(OrganisationUnit.objects.select_for_update(of=("self",), no_key=True).filter(pk=above))
    unit = _locked(unit)
    if unit.parent_id != above:
        raise ValidationError(_("Đơn vị vừa chuyển sang đơn vị cấp trên khác. Mở lại trang để xem."), code="stale")
    _check(facts, unit.parent, unit)
    before = state_of(unit)
    name = last_name(unit)
    name.name, name.short_name, name.kind_label = facts.name, facts.short_name, facts.kind_label
    name.full_clean()
    name.save(update_fields=["name", "short_name", "kind_label"])
    unit.symbol, unit.basis = facts.symbol, facts.basis
    unit.full_clean()
    unit.save(update_fields=["symbol", "basis", "updated_at"])
    _note("unit.corrected", unit, before, by=by, reason=reason)
    return unit


@transaction.atomic
def end_sub_unit(unit: OrganisationUnit, last_day: date, *, reason: str, by: User) -> OrganisationUnit:
    """Its last day. Whoever works there goes first: a unit that has ended must not keep rights alive."""
    unit = _locked(unit)
    _check_end(unit, last_day)
    before = state_of(unit)
    name = last_name(unit)
    name.valid_to = unit.valid_to = last_day
    name.full_clean()
    unit.full_clean()
    name.save(update_fields=["valid_to"])
    unit.save(update_fields=["valid_to", "updated_at"])
    _note("unit.ended", unit, before, by=by, reason=reason)
    return unit


@transaction.atomic
def set_focal_unit(unit: OrganisationUnit, *, by: User | None) -> OrganisationUnit:
    """From now on this sub-unit's members act for the unit above; those of the one before no more."""
    if unit.parent_id is None:
        raise ValidationError(_("Đơn vị đầu mối phải trực thuộc một đơn vị."), code="no_parent")
    parent = OrganisationUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.parent_id)
    unit = _locked(unit)
    if unit.valid_to is not None:
        raise ValidationError(_("Đơn vị đã có ngày kết thúc, không làm đầu mối được."), code="ended")
    for other in parent.children.filter(is_focal=True).exclude(pk=unit.pk).select_for_update(of=("self",)):
        _flag(other, is_focal=False, by=by)
    return unit if unit.is_focal else _flag(unit, is_focal=True, by=by)


@transaction.atomic
def clear_focal_unit(unit: OrganisationUnit, *, by: User) -> OrganisationUnit:
    unit = _locked(unit)
    return _flag(unit, is_focal=False, by=by) if unit.is_focal else unit


def _flag(unit: OrganisationUnit, *, is_focal: bool, by: User | None) -> OrganisationUnit:
    before = state_of(unit)
    unit.is_focal = is_focal
    unit.full_clean()
    unit.save(update_fields=["is_focal", "updated_at"])
    _note("unit.focal_set" if is_focal else "unit.focal_cleared", unit, before, by=by)
    return unit


def _note(action: str, unit: OrganisationUnit, before: State, *, by: User | None, reason: str = "") -> None:
    before, after = what_changed(before, state_of(unit))
    record(action, by=by, target=unit, unit=unit.pk, reason=reason, before=before, after=after)


def _locked(unit: OrganisationUnit) -> OrganisationUnit:
    unit = OrganisationUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    if unit.kind != Kind.DEPARTMENT:
        raise ValidationError(_("Chỉ sửa được đơn vị trực thuộc."), code="not_a_sub_unit")
    return unit


def _check(facts: SubUnit, parent: OrganisationUnit | None, unit: OrganisationUnit | None = None) -> None:
    if facts.kind_label not in SUB_UNIT_LABELS:
        told = _("Chọn loại trong danh sách.")
        raise ValidationError({"kind_label": ValidationError(told, code="kind_label")})
    lasting = Q(valid_to__isnull=True) & Q(unit__valid_to__isnull=True)
    names = UnitName.objects.filter(lasting, unit__parent=parent).exclude(unit=unit)
    for column in ("name", "short_name"):
        if names.alias(folded=VnFold(column)).filter(folded=VnFold(Value(getattr(facts, column)))).exists():
            told = _("Đơn vị này đã có đơn vị trực thuộc cùng tên.")
            raise ValidationError({column: ValidationError(told, code="name_taken")})


def _check_end(unit: OrganisationUnit, last_day: date) -> None:
    if unit.valid_to is not None:
        told = _("Đơn vị đã có ngày kết thúc %(day)s.") % {"day": f"{unit.valid_to:%d/%m/%Y}"}
        raise ValidationError(told, code="ended")
    start = last_name(unit).valid_from
    if start is not None and last_day < start:
        told = _("Ngày kết thúc phải sau ngày bắt đầu (%(day)s).") % {"day": f"{start:%d/%m/%Y}"}
        raise ValidationError({"last_day": ValidationError(told, code="before_start")})
    if unit.is_focal:
        raise ValidationError(_("Đơn vị đang là đầu mối: chuyển đầu mối trước khi kết thúc."), code="focal")
    staying = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day), unit=unit)
    if staying.exists():
        told = _("Còn %(people)s người giữ vai trò ở đơn vị sau ngày này: kết thúc vai trò của họ trước.")
        people = staying.values("user").distinct().count()
        raise ValidationError(told % {"people": people}, code="has_members")
    if unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)).exists():
        raise ValidationError(_("Còn đơn vị trực thuộc sau ngày này: kết thúc các đơn vị đó trước."), code="has_parts")
