"""What an act is to bring, and everything that speaks against it, before anything is written."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from apps.core.models import VnFold
from apps.organisations.kinds import CENTRAL_KINDS, KIND_LABELS
from apps.organisations.models import OrganisationUnit, Reorganisation, UnitName

ActKind = Reorganisation.Kind
Kind = OrganisationUnit.Kind
KEEPS_LABEL = (ActKind.RENAMING, ActKind.TRANSFER)
MOST_UNITS = 20  # of one act; ministries and provinces have been merged by five and six


@dataclass(frozen=True)
class Result:
    """One unit as the act leaves it. `parent`, `region`, `symbol`: None carries those of the first unit before."""

    name: str
    short_name: str
    kind_label: str = ""
    name_en: str = ""
    code: str = ""
    symbol: str | None = None
    region: str | None = None
    parent: OrganisationUnit | None = None
    share: Decimal = Decimal(1)
    takes_members: bool = True


@dataclass(frozen=True)
class Plan:
    """An act as asked for. Refusals stand at `units`, `effective_on`, or a field of the n-th result: `name_1`.

    `parts`: sub-units that begin anew along with the one unit, the higher first; `with_parts` finds them.
    """

    kind: str
    units: Sequence[OrganisationUnit]
    results: Sequence[Result]
    effective_on: date
    parts: Sequence[OrganisationUnit] = ()

    @property
    def last_day(self) -> date:
        """The last day of what was before."""
        return self.effective_on - timedelta(days=1)

    @property
    def kind_after(self) -> str:
        """A change of kind makes a province a city, which is the same kind; and a ministry an agency, which is not."""
        kind = self.units[0].kind
        if self.kind != ActKind.CHANGE_OF_KIND or kind not in CENTRAL_KINDS or not self.results:
            return kind
        label = self.results[0].kind_label
        return next((one for one in CENTRAL_KINDS if label in KIND_LABELS[one]), kind)

    @property
    def keeps_unit(self) -> bool:
        """The kind of a unit has no dates: with another one it begins anew, so that lists of past days stay right."""
        if self.kind == ActKind.CHANGE_OF_KIND:
            return self.kind_after == self.units[0].kind
        return self.kind == ActKind.RENAMING

    @property
    def takes_parts_along(self) -> bool:
        """One unit goes on as one: what is below it goes on below it."""
        return not self.keeps_unit and self.kind in (ActKind.TRANSFER, ActKind.CHANGE_OF_KIND)

    def parent_of(self, result: Result) -> OrganisationUnit | None:
        return result.parent or self.units[0].parent

    def label_of(self, result: Result) -> str:
        """A renamed or moved unit keeps its kind; a new one is what its first predecessor was unless it is said."""
        kept = last_name(self.units[0]).kind_label
        return kept if self.kind in KEEPS_LABEL else result.kind_label or kept

    def part_results(self) -> Iterator[tuple[OrganisationUnit, Result]]:
        """The sub-units that go along as they will be: as they are, and in the region of a new unit above."""
        for part in self.parts:
            result = as_it_is(part)
            yield part, replace(result, region=self.results[0].region) if self.kind == ActKind.TRANSFER else result


def as_it_is(unit: OrganisationUnit) -> Result:
    name = last_name(unit)
    same = {"code": unit.code, "symbol": unit.symbol, "region": unit.region, "parent": unit.parent}
    return Result(name.name, name.short_name, name.kind_label, name.name_en, **same)


def transfer_plan(
    unit: OrganisationUnit, parent: OrganisationUnit, effective_on: date, *, name: str = "", short_name: str = ""
) -> Plan:
    """The sub-unit under another unit from a day on; under a new name only where one is said."""
    same = as_it_is(unit)
    named = replace(same, name=name or same.name, short_name=short_name or same.short_name)
    return Plan(ActKind.TRANSFER, [unit], [replace(named, parent=parent, region=parent.region)], effective_on)


def with_parts(plan: Plan, *, locked: bool = False) -> Plan:
    """The plan with every sub-unit below its unit that lives on its day or later, where they go along."""
    if len(plan.units) != 1 or not plan.takes_parts_along:
        return plan
    found: list[OrganisationUnit] = []
    above = {plan.units[0].pk}
    while above:
        living = Q(valid_to__isnull=True) | Q(valid_to__gte=plan.effective_on)
        rows = OrganisationUnit.objects.filter(living, parent__in=above).exclude(pk__in=[one.pk for one in found])
        if locked:
            rows = rows.select_for_update(of=("self",), no_key=True)
        level = list(rows.select_related("parent").order_by("pk"))
        found += level
        above = {one.pk for one in level}
    return replace(plan, parts=found)


class Refusals:
    """Collects what is wrong, field by field, so that all of it is told at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[ValidationError]] = defaultdict(list)

    def add(self, field: str, refusal: str, message: str, **words: str) -> None:
        self.found[field].append(ValidationError(message % words, code=refusal))

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
    refusals.throw()
    if plan.kind == ActKind.SPLIT:
        _check_shares(plan, refusals)
    if plan.kind == ActKind.TRANSFER:
        _check_transfer(plan, refusals)
    for number, result in enumerate(plan.results, start=1):
        _check_names(plan, result, number, refusals)
        if not plan.keeps_unit:
            _check_place(plan, result, number, refusals)
    _check_twins(plan, refusals)
    refusals.throw()


def last_name(unit: OrganisationUnit) -> UnitName:
    """The latest name, begun or planned."""
    found = unit.names.order_by("valid_from").last()
    if found is None:
        raise ValidationError({"units": ValidationError(_("Đơn vị chưa có tên."), code="no_name")})
    return found


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
            refusals.add(f"share_{number}", "share", _("Phần nhận phải lớn hơn 0."))
    total = sum((result.share for result in plan.results), Decimal(0))
    if total != 1:
        told = _("Tổng các phần nhận phải đúng bằng 1 (100%%), hiện là %(total)s.")
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
        refusals.add(f"name_{number}", "name_taken", told, name=clash.name, id=clash.unit_id)


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


def _check_place(plan: Plan, result: Result, number: int, refusals: Refusals) -> None:
    parent = plan.parent_of(result)
    if parent and parent.pk in {unit.pk for unit in (*plan.units, *plan.parts)}:
        told = _("%(parent)s thuộc chính việc sắp xếp này: chọn đơn vị cấp trên khác.")
        refusals.add("parent", "parent_within", told, parent=last_name(parent).short_name)
    elif parent and not parent.is_valid_on(plan.effective_on):
        told = _("%(parent)s không còn hiệu lực vào ngày này: chọn đơn vị cấp trên khác.")
        refusals.add("parent", "parent_ended", told, parent=last_name(parent).short_name)
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
