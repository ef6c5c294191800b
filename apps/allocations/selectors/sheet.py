"""The page of one allocation: its units with what they have, what is suggested, asked and said; sums; warnings."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.allocations.dividing import NOTHING
from apps.allocations.models import Allocation, AllocationComment, Portion
from apps.allocations.selectors.ground import Ground, ground_of, suggestion
from apps.core.templatetags.ui import number
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.targets.aims import Aim, UnitAims

NAMED = 5  # units by name in one warning
STEEP = Decimal(2)  # so many times its recent pace is worth a second look


@dataclass(frozen=True)
class Row:
    """One unit of the table."""

    portion: Portion
    unit: UnitLabel
    amounts: dict[int, Decimal | None]
    suggested: dict[int, Decimal]
    base: Decimal
    preliminary: Decimal | None
    active: Decimal | None
    active_reason: str
    recent: Decimal | None
    inherited: Aim | None
    comment: AllocationComment | None

    @property
    def given(self) -> Decimal | None:
        known = [one for one in self.amounts.values() if one is not None]
        return sum(known, NOTHING) if known else None

    @property
    def suggestion(self) -> Decimal | None:
        return sum(self.suggested.values(), NOTHING) if self.suggested else None

    @property
    def change(self) -> Decimal:
        """What was given beyond what was suggested."""
        if self.given is None or self.suggestion is None:
            return NOTHING
        return self.given - self.suggestion

    @property
    def level(self) -> Decimal | None:
        return None if self.given is None else self.base + self.given

    @property
    def pace(self) -> Decimal | None:
        return None if self.given is None else self.given / len(self.amounts)

    @property
    def times(self) -> Decimal | None:
        """How many times its recent pace is asked; None where it does not grow, or nothing is asked."""
        return self.pace / self.recent if self.pace and self.recent and self.recent > 0 else None

    @property
    def is_steep(self) -> bool:
        return bool(self.times and self.times >= STEEP) or bool(self.pace and self.recent == 0)

    @property
    def inherited_share(self) -> Decimal | None:
        """Of what it inherited, in percent, how much is reached: what is missing does not move on."""
        aim = self.inherited
        return self.base / aim.value * 100 if aim and aim.value else None


@dataclass(frozen=True)
class YearBar:
    """What is given in a year beside what the nation needs; places in percent of the longest."""

    year: int
    given: Decimal
    need: Decimal
    longest: Decimal

    @property
    def open(self) -> Decimal:
        return self.need - self.given

    @property
    def over(self) -> Decimal:
        return max(self.given - self.need, NOTHING)

    def _place(self, value: Decimal) -> str:
        return f"{value / self.longest * 100 if self.longest else 0:.1f}"

    @property
    def width(self) -> str:
        return self._place(min(self.given, self.need))

    @property
    def over_width(self) -> str:
        return self._place(self.over)

    @property
    def mark(self) -> str:
        return self._place(self.need)


@dataclass(frozen=True)
class Group:
    """The units of a region, with their sums; those without one are ministries and agencies."""

    name: str
    rows: list[Row]

    def _sum(self, values: Iterable[Decimal | None]) -> Decimal:
        return sum((one for one in values if one is not None), NOTHING)

    @property
    def active(self) -> Decimal:
        return self._sum(row.active for row in self.rows)

    @property
    def base(self) -> Decimal:
        return self._sum(row.base for row in self.rows)

    @property
    def preliminary(self) -> Decimal:
        return self._sum(row.preliminary for row in self.rows)

    @property
    def suggestion(self) -> Decimal:
        return self._sum(row.suggestion for row in self.rows)

    @property
    def given(self) -> Decimal:
        return self._sum(row.given for row in self.rows)

    @property
    def by_year(self) -> list[Decimal]:
        return [self._sum(row.amounts[year] for row in self.rows) for year in self.rows[0].amounts]

    @property
    def level(self) -> Decimal:
        return self.base + self.given

    @property
    def times(self) -> Decimal | None:
        recent, pace = self._sum(row.recent for row in self.rows), self._sum(row.pace for row in self.rows)
        return pace / recent if pace and recent > 0 else None


@dataclass
class Sheet:
    allocation: Allocation
    ground: Ground
    rows: list[Row] = field(default_factory=list)  # whose parts add up
    beside: list[Row] = field(default_factory=list)

    @property
    def every(self) -> list[Row]:
        return self.rows + self.beside

    @cached_property
    def groups(self) -> list[Group]:
        """By region, the largest first; ministries and agencies last."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.unit.region, []).append(row)
        groups = [Group(name or _("Bộ, cơ quan trung ương"), rows) for name, rows in found.items()]
        return sorted(groups, key=lambda one: (not one.rows[0].unit.region, -one.base, one.name))

    @cached_property
    def given(self) -> Decimal:
        return sum((row.given or NOTHING for row in self.rows), NOTHING)

    @property
    def open(self) -> Decimal:
        return self.ground.need - self.given

    @property
    def over(self) -> Decimal:
        return max(-self.open, NOTHING)

    @property
    def share(self) -> Decimal | None:
        return self.given / self.ground.need * 100 if self.ground.need else None

    @property
    def width(self) -> str:
        """Of the bar: what is given of the need, or the need of what is given."""
        longest = max(self.given, self.ground.need)
        return f"{min(self.given, self.ground.need) / longest * 100 if longest else 0:.1f}"

    @property
    def rest_width(self) -> str:
        return f"{100 - Decimal(self.width):.1f}"

    @cached_property
    def bars(self) -> list[YearBar]:
        given = {
            year: sum((row.amounts.get(year) or NOTHING for row in self.rows), NOTHING)
            for year in self.allocation.years
        }
        longest = max([*given.values(), *self.ground.needs.values(), NOTHING])
        return [YearBar(year, given[year], self.ground.needs[year], longest) for year in self.allocation.years]

    @cached_property
    def rest(self) -> Decimal:
        """What the nation has reached and none of these units: its place is not known, or is none of theirs."""
        return self.ground.base - sum((row.base for row in self.rows), NOTHING)

    @property
    def rest_words(self) -> str:
        """Of enterprises their place is not known; of others a unit that is asked for nothing has it."""
        return _("Chưa xác định địa bàn") if self.ground.denominators else _("Ngoài các đơn vị trong bảng")

    @property
    def sums(self) -> dict[str, Decimal | None]:
        recent = self.ground.recent_of(None)
        pace = self.given / len(self.allocation.years)
        return {
            "base": self.ground.base,
            "preliminary": self.ground.running.value if self.ground.running else None,
            "active": sum((row.active or NOTHING for row in self.rows), NOTHING),
            "suggested": sum((row.suggestion or NOTHING for row in self.rows), NOTHING),
            "given": self.given,
            "level": self.ground.base + self.given,
            "times": pace / recent if recent and recent > 0 else None,
        }

    @property
    def silent(self) -> list[Row]:
        """Units with a number that have not said a word."""
        return [row for row in self.every if row.given is not None and row.comment is None]

    @property
    def answered(self) -> int:
        return sum(row.comment is not None for row in self.every)

    @property
    def wishes(self) -> list[Row]:
        return [row for row in self.every if row.comment and not row.comment.agrees]

    @cached_property
    def warnings(self) -> list[tuple[str, str]]:
        """What to look at once more before it is proposed: whose, and what."""
        decimals = self.allocation.indicator.decimals
        found = [(row.unit.short_name, steep_words(row)) for row in self.every if row.is_steep]
        over = _("giao vượt %(n)s so với nhu cầu toàn quốc.")
        for bar in self.bars:
            if bar.over:
                found.append((_("Năm %(year)s") % {"year": bar.year}, over % {"n": number(bar.over, decimals)}))
        if self.over:
            told = _("giao vượt nhu cầu %(n)s.") % {"n": number(self.over, decimals)}
            found.append((_("Cả giai đoạn"), told))
        found += self._of_ground(decimals)
        return found

    def _of_ground(self, decimals: int) -> Iterable[tuple[str, str]]:
        missing = [row.unit.short_name for row in self.rows if row.given is None]
        if missing:
            told = _("%(n)s đơn vị: %(names)s.") % {"n": len(missing), "names": ", ".join(missing[:NAMED])}
            yield _("Chưa giao"), f"{told[:-1]}…" if missing[NAMED:] else told
        unknown = [row.unit.short_name for row in self.rows if row.active_reason]
        if unknown:
            told = _("%(names)s chưa có số doanh nghiệp đang hoạt động: không có số đề xuất.")
            yield _("Thiếu số liệu"), told % {"names": ", ".join(unknown[:NAMED])}
        if not self.ground.base_is_accepted:
            told = _("số tạm tính; sau khi chốt kỳ, nhu cầu được tính lại.")
            yield _("Kết quả năm %(year)s") % {"year": self.ground.base_year}, told
        if self.rest:
            what = f"{number(self.rest, decimals)} {self.allocation.indicator.told_unit}"
            told = _("%(why)s: tính cho toàn quốc, không tính cho đơn vị nào trong bảng.")
            yield what, told % {"why": self.rest_words[:1].lower() + self.rest_words[1:]}


def steep_words(row: Row) -> str:
    if row.times is None:
        return _("ba năm gần đây chưa tăng.")
    words = _("mỗi năm %(pace)s, gấp %(times)s lần mức tăng gần đây.")
    return words % {"pace": number(row.pace, 0), "times": number(row.times, 1)}


def sheet_of(allocation: Allocation) -> Sheet:
    """The same number of queries, however many units and years there are."""
    portions = list(allocation.portions.select_related("comment__said_by").prefetch_related("lines"))
    ground = ground_of(allocation, portions)
    suggested, labels = suggestion(ground), unit_labels()
    aims = UnitAims(UnitView.CURRENT, allocation.units_on)
    sheet = Sheet(allocation, ground)
    for portion in portions:
        portion.allocation = allocation
        unit, active = portion.unit_id, ground.active_of(portion.unit_id) if not portion.is_beside else None
        running = ground.running
        row = Row(
            portion=portion,
            unit=labels[unit],
            amounts={line.year: line.amount for line in sorted(portion.lines.all(), key=lambda line: line.year)},
            suggested=suggested.get(unit, {}),
            base=ground.base_of(unit),
            preliminary=ground.value_of(unit, running.year) if running else None,
            active=active.value if active else None,
            active_reason=active.reason if active else "",
            recent=ground.recent_of(unit),
            inherited=_inherited(aims.of(unit, allocation.indicator), allocation),
            comment=getattr(portion, "comment", None),
        )
        (sheet.beside if portion.is_beside else sheet.rows).append(row)
    for rows in (sheet.rows, sheet.beside):
        rows.sort(key=lambda row: row.unit.sort)
    return sheet


def _inherited(aims: dict[int, Aim], allocation: Allocation) -> Aim | None:
    """What it has from several predecessors up to the span."""
    before = [aim for year, aim in aims.items() if year < allocation.first_year and len(aim.parts) > 1]
    return before[-1] if before else None


@dataclass(frozen=True)
class Difference:
    unit: UnitLabel
    before: Decimal | None
    after: Decimal | None


def differences(earlier: Allocation, later: Allocation) -> list[Difference]:
    """Units whose whole differs between two versions, the largest change first."""
    wholes = [_wholes(one) for one in (earlier, later)]
    labels = unit_labels()
    units = {unit for known in wholes for unit in known if wholes[0].get(unit) != wholes[1].get(unit)}
    found = [Difference(labels[unit], wholes[0].get(unit), wholes[1].get(unit)) for unit in units]
    return sorted(found, key=lambda one: (-abs((one.after or NOTHING) - (one.before or NOTHING)), one.unit.sort))


def _wholes(allocation: Allocation) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for portion in allocation.portions.prefetch_related("lines"):
        known = [line.amount for line in portion.lines.all() if line.amount is not None]
        if known:
            sums[portion.unit_id] = sum(known, NOTHING)
    return sums
