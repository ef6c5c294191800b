"""Everything that speaks against an act, told at once and before anything is written."""

import re
from collections import Counter, defaultdict
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.kinds import KIND_LABELS
from apps.organisations.models import OrganisationUnit, Reorganisation, UnitName
from apps.people.models import Membership
from apps.people.roles import ROLE_LABELS
from apps.reorganisations.services.plans import KEEPS_LABEL, MOST_UNITS, Plan, Result, becomes_office, last_name

ActKind = Reorganisation.Kind
Kind = OrganisationUnit.Kind


class Refusals:
    """Collects what is wrong, field by field, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[ValidationError]] = defaultdict(list)

    def add(self, field: str, refusal: str, message: str, **words: str) -> None:
        """Told once, however many results it concerns."""
        told = message % words
        if told not in [error.message for error in self.found[field]]:
            self.found[field].append(ValidationError(told, code=refusal))

    def throw(self) -> None:
        if self.found:
            raise ValidationError(dict(self.found))


def check_plan(plan: Plan) -> None:
    """Raise with everything that speaks against the act."""
    refusals = Refusals()
    _check_numbers(plan, refusals)
    refusals.throw()  # the rest takes for granted that there are units and results
    for unit in (*plan.units, *plan.parts):
        _check_unit(plan, unit, refusals)
    if len({unit.kind for unit in plan.units}) > 1:
        refusals.add("units", "different_kinds", _("Chỉ hợp nhất được các đơn vị cùng loại."))
    _check_office(plan, refusals)
    _check_younger(plan, refusals)
    if "units" in refusals.found:  # of other units other things may be wrong
        refusals.throw()
    if plan.kind == ActKind.SPLIT:
        _check_shares(plan, refusals)
    if plan.kind == ActKind.TRANSFER:
        _check_transfer(plan, refusals)
    for number, result in enumerate(plan.results, start=1):
        _check_names(plan, result, number, refusals)
        if not plan.keeps_unit:
            _check_parent(plan, result, refusals)
            _check_code(plan, result, number, refusals)
    _check_twins(plan, refusals)
    refusals.throw()


def _check_numbers(plan: Plan, refusals: Refusals) -> None:
    several_before, several_after = plan.kind == ActKind.MERGER, plan.kind == ActKind.SPLIT
    if several_before and len(plan.units) < 2:
        refusals.add("units", "too_few_units", _("Chọn ít nhất hai đơn vị để hợp nhất."))
    if not several_before and len(plan.units) != 1:
        refusals.add("units", "one_unit", _("Chọn một đơn vị."))
    if len({unit.pk for unit in plan.units}) < len(plan.units):
        refusals.add("units", "same_unit_twice", _("Một đơn vị được chọn hai lần."))
    if several_after and len(plan.results) < 2:
        refusals.add("results", "too_few_results", _("Nhập ít nhất hai đơn vị sau chia tách."))
    if not several_after and len(plan.results) != 1:
        refusals.add("results", "one_result", _("Nhập một đơn vị sau sắp xếp."))
    for field, found in (("units", plan.units), ("results", plan.results)):
        if len(found) > MOST_UNITS:
            told = _("Một việc sắp xếp ghi nhận nhiều nhất %(most)s đơn vị.")
            refusals.add(field, "too_many", told, most=str(MOST_UNITS))


def _check_unit(plan: Plan, unit: OrganisationUnit, refusals: Refusals) -> None:
    name = last_name(unit)
    words = {"unit": name.short_name}
    if unit.valid_to is not None:
        told = _("%(unit)s đã có ngày kết thúc %(day)s, không ghi nhận thêm được việc sắp xếp.")
        refusals.add("units", "ended", told, day=f"{unit.valid_to:%d/%m/%Y}", **words)
    elif unit.valid_from is not None and unit.valid_from > plan.last_day:
        told = _("%(unit)s có hiệu lực từ %(day)s: ngày có hiệu lực phải sau ngày đó.")
        refusals.add("effective_on", "not_in_force", told, day=f"{unit.valid_from:%d/%m/%Y}", **words)
    elif name.valid_from is not None and name.valid_from > plan.last_day:
        told = _("Tên hiện tại “%(unit)s” bắt đầu từ %(day)s: ngày có hiệu lực phải sau ngày đó.")
        refusals.add("effective_on", "before_current_name", told, day=f"{name.valid_from:%d/%m/%Y}", **words)


def _check_transfer(plan: Plan, refusals: Refusals) -> None:
    unit, parent = plan.units[0], plan.results[0].parent
    if unit.kind != Kind.DEPARTMENT:
        refusals.add("units", "not_a_sub_unit", _("Chỉ chuyển được đơn vị trực thuộc."))
    if parent is None:
        refusals.add("parent", "required", _("Chọn đơn vị cấp trên mới."))
    elif parent.pk == unit.parent_id:
        refusals.add("parent", "unchanged", _("Đơn vị đang trực thuộc chính đơn vị này."))


def _check_shares(plan: Plan, refusals: Refusals) -> None:
    for number, result in enumerate(plan.results, start=1):
        if result.share <= 0:
            refusals.add(f"share_{number}", "share", _("Tỷ lệ kế thừa phải lớn hơn 0."))
    total = sum((result.share for result in plan.results), Decimal(0))
    if total != 1:
        told = _("Tổng tỷ lệ kế thừa phải đúng bằng 1 (100%%), hiện là %(total)s.")
        refusals.add("share_1", "shares_not_one", told, total=f"{total.normalize():f}".replace(".", ","))
    if sum(result.takes_members for result in plan.results) != 1:
        refusals.add("heir", "members", _("Chọn đúng một đơn vị tiếp nhận nhân sự."))


def _check_names(plan: Plan, result: Result, number: int, refusals: Refusals) -> None:
    kind, label = plan.units[0].kind, plan.label_of(result)
    for column, value in (("name", result.name), ("short_name", result.short_name)):
        if not value:
            refusals.add(f"{column}_{number}", "required", _("Ô này cần có giá trị."))
    if result.kind_label and plan.kind not in KEEPS_LABEL and label not in KIND_LABELS[plan.kind_after]:
        told = _("“%(label)s” không phải loại của %(kind)s.")
        refusals.add(f"kind_label_{number}", "kind_label", told, label=label, kind=Kind(kind).label.lower())
    elif kind == Kind.PROVINCE and result.name and not result.name.lower().startswith(f"{label} ".lower()):
        told = _("Tên đầy đủ phải bắt đầu bằng “%(label)s”.")
        refusals.add(f"name_{number}", "kind_not_in_name", told, label=label)
    _check_change(plan, result, refusals)
    clash = _namesakes(plan, result).select_related("unit").first()
    if clash:
        told = _("%(name)s (%(id)s) đang mang tên này.")
        column = "name" if fold(clash.name) == fold(result.name) else "short_name"
        refusals.add(f"{column}_{number}", "name_taken", told, name=clash.name, id=clash.unit_id)
    elif kind == Kind.PROVINCE and result.name and not _is_end_of(result.short_name, result.name):
        told = _("Tên ngắn “%(short)s” không có trong tên đầy đủ “%(name)s”: sửa một trong hai.")
        refusals.add(f"short_name_{number}", "short_not_in_name", told, short=result.short_name, name=result.name)


def _is_end_of(short: str, name: str) -> bool:
    """«Đồng Nai» of «Thành phố Đồng Nai», «TP. Hồ Chí Minh» too: who changes one of two filled in names means both."""
    return fold(name).endswith(fold(short).removeprefix("tp. "))


def _check_change(plan: Plan, result: Result, refusals: Refusals) -> None:
    before = last_name(plan.units[0])
    if plan.kind == ActKind.CHANGE_OF_KIND and plan.label_of(result) == before.kind_label:
        refusals.add("kind_label_1", "unchanged", _("Loại mới giống loại đang có."))
    if plan.kind == ActKind.RENAMING and (result.name, result.short_name) == (before.name, before.short_name):
        refusals.add("name_1", "unchanged", _("Tên mới giống tên đang có."))


def _namesakes(plan: Plan, result: Result) -> QuerySet[UnitName]:
    """Names of other units of the kind (of a sub-unit: under the same parent) that are borne on the day or later."""
    day = plan.effective_on
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    unit_lasting = Q(unit__valid_to__isnull=True) | Q(unit__valid_to__gte=day)
    names = UnitName.objects.filter(lasting, unit_lasting, unit__kind__in={plan.units[0].kind, plan.kind_after})
    names = names.exclude(unit__in=[unit.pk for unit in plan.units])
    if plan.units[0].kind == Kind.DEPARTMENT:
        names = names.filter(unit__parent=plan.parent_of(result))
    return names.alias(short_fold=VnFold("short_name")).filter(
        Q(name_fold=VnFold(Value(result.name))) | Q(short_fold=VnFold(Value(result.short_name)))
    )


def _check_office(plan: Plan, refusals: Refusals) -> None:
    """Members of the programme office have rights everywhere: nobody else comes by them through an act."""
    office = [unit for unit in plan.units if unit.is_programme_office]
    others = [unit for unit in plan.units if not unit.is_programme_office]
    if office and others:
        told = _(
            "%(unit)s là cơ quan điều phối Đề án, %(other)s thì không: nếu hợp nhất, mọi người ở đó có quyền với"
            " toàn quốc. Kết thúc %(other)s rồi cấp vai trò ở %(unit)s cho từng người cần chuyển."
        )
        unit, other = last_name(office[0]).short_name, last_name(others[0]).short_name
        refusals.add("units", "office_mixed", told, unit=unit, other=other)


def _check_younger(plan: Plan, refusals: Refusals) -> None:
    """Late paperwork: below a unit that ends nothing begins after its last day, and nobody takes up a role in it."""
    ending = [unit.pk for unit in plan.ending]
    parts = OrganisationUnit.objects.filter(parent__in=ending, valid_from__gt=plan.last_day)
    part = parts.exclude(pk__in=ending).select_related("parent").order_by("valid_from", "pk").first()
    if part and part.parent:
        told = _(
            "%(part)s bắt đầu từ %(day)s dưới %(unit)s, sau ngày cuối cùng của đơn vị này. Chọn ngày có hiệu lực sau"
            " %(day)s; nếu %(part)s còn là dự kiến thì rút việc sắp xếp đã lập ra nó trước."
        )
        words = {"part": last_name(part).short_name, "unit": last_name(part.parent).short_name}
        refusals.add("effective_on", "younger_part", told, day=f"{part.valid_from:%d/%m/%Y}", **words)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate())
    roles = Membership.objects.filter(lasting, unit__in=ending, valid_from__gt=plan.last_day)
    held = roles.select_related("user", "role", "unit").order_by("valid_from", "pk").first()
    if held:
        told = _(
            "%(person)s giữ vai trò %(role)s ở %(unit)s từ %(day)s, sau ngày cuối cùng của đơn vị này (số vai trò như"
            " vậy: %(count)s). Kết thúc vai trò rồi cấp lại ở đơn vị mới, hoặc chọn ngày có hiệu lực sau %(day)s."
        )
        words = {"person": held.user.full_name, "role": str(ROLE_LABELS.get(held.role.name, held.role.name))}
        words |= {"unit": last_name(held.unit).short_name, "count": str(roles.count())}
        refusals.add("effective_on", "younger_role", told, day=f"{held.valid_from:%d/%m/%Y}", **words)


def _check_parent(plan: Plan, result: Result, refusals: Refusals) -> None:
    if plan.units[0].kind != Kind.DEPARTMENT and result.parent:
        if plan.kind != ActKind.TRANSFER:  # which is refused for its unit
            told = _("Chỉ đơn vị trực thuộc (sở, cục, vụ …) mới có đơn vị cấp trên: để trống ô này.")
            refusals.add("parent", "parent_of_kind", told)
        return
    parent = plan.parent_of(result)
    if parent and {one.pk for one in _upwards(parent)} & {unit.pk for unit in (*plan.units, *plan.parts)}:
        told = _("%(parent)s thuộc chính việc sắp xếp này: chọn đơn vị cấp trên khác.")
        refusals.add("parent", "parent_within", told, parent=last_name(parent).short_name)
    elif parent and not parent.is_valid_on(plan.effective_on):
        told = _("%(parent)s không còn hiệu lực vào ngày này: chọn đơn vị cấp trên khác.")
        refusals.add("parent", "parent_ended", told, parent=last_name(parent).short_name)
    elif parent and _leaves_office(plan, result, parent):
        told = _(
            "%(unit)s là cơ quan điều phối Đề án: dưới %(parent)s, người ở đó vẫn có quyền với toàn quốc. Muốn chuyển"
            " một phần thì chia tách %(unit)s trước, rồi chuyển phần không tiếp nhận nhân sự."
        )
        words = {"unit": last_name(plan.units[0]).short_name, "parent": last_name(parent).short_name}
        refusals.add("parent", "office_leaves", told, **words)


def _leaves_office(plan: Plan, result: Result, parent: OrganisationUnit) -> bool:
    """A part of the office that would go on as office elsewhere; the office as a whole may well move."""
    above = [unit.parent for unit in plan.units]
    within = all(one is not None and one.is_programme_office for one in above)
    return within and becomes_office(plan.units, result) and not parent.is_programme_office


def _upwards(unit: OrganisationUnit) -> list[OrganisationUnit]:
    """The unit and all above it."""
    chain = [unit]
    while (above := chain[-1].parent) and above not in chain:
        chain.append(above)
    return chain


def _check_code(plan: Plan, result: Result, number: int, refusals: Refusals) -> None:
    if plan.units[0].kind != Kind.PROVINCE:
        return
    if not re.fullmatch(r"\d\d", result.code, re.ASCII):
        refusals.add(f"code_{number}", "code", _("Nhập mã số hai chữ số, ví dụ 24."))
        return
    others = OrganisationUnit.objects.filter(kind=Kind.PROVINCE, code=result.code).valid_on(plan.effective_on)
    other = others.exclude(pk__in=[unit.pk for unit in plan.units]).first()
    if other:
        told = _("Mã số %(code)s đang là của %(unit)s.")
        refusals.add(f"code_{number}", "code_taken", told, code=result.code, unit=last_name(other).short_name)


def _check_twins(plan: Plan, refusals: Refusals) -> None:
    """Two results of one split under one name or one code."""
    for column, told in (("name", _("Hai đơn vị cùng tên.")), ("short_name", _("Hai đơn vị cùng tên ngắn.")),
                         ("code", _("Hai đơn vị cùng mã số."))):  # fmt: skip
        times = Counter(getattr(result, column) for result in plan.results if getattr(result, column))
        for number, result in enumerate(plan.results, start=1):
            if times[getattr(result, column)] > 1:
                refusals.add(f"{column}_{number}", "twins", told)
