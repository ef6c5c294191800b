"""What an act is to bring: the units before it, those after it, and the sub-units that go along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.organisations.kinds import CENTRAL_KINDS, KIND_LABELS
from apps.organisations.models import OrganisationUnit, Reorganisation, UnitName

ActKind = Reorganisation.Kind
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

    @property
    def ending(self) -> Sequence[OrganisationUnit]:
        """What is no more from the day on."""
        return () if self.keeps_unit else (*self.units, *self.parts)

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


def becomes_office(sources: Sequence[OrganisationUnit], result: Result) -> bool:
    """The programme office goes on where nothing but the office goes in, and where its people are: rights over the
    whole programme come from a decision of the programme, never from an act on units.
    """
    return result.takes_members and all(unit.is_programme_office for unit in sources)


def as_it_is(unit: OrganisationUnit) -> Result:
    name = last_name(unit)
    return Result(
        name.name, name.short_name, name.kind_label, name.name_en,
        code=unit.code, symbol=unit.symbol, region=unit.region, parent=unit.parent,
    )  # fmt: skip


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


def last_name(unit: OrganisationUnit) -> UnitName:
    """The latest name, begun or planned."""
    found = unit.names.order_by("valid_from").last()
    if found is None:
        raise ValidationError({"units": ValidationError(_("Đơn vị chưa có tên."), code="no_name")})
    return found
