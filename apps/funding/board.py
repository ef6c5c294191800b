"""What page 14 shows, from a few grouped statements; the templates only lay it out."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import millions, percent
from apps.funding.asked import FundingQuery
from apps.funding.rows import scope_of
from apps.funding.selectors.cells import gap_of, lacking, of_unit, own_cells, short
from apps.funding.selectors.files import File, Refused, files_of, refused_of
from apps.funding.selectors.sums import EMPTY, Amount, Sums, UnitSums, added, sums_by_source, sums_by_unit
from apps.funding.selectors.variances import counts_by_state, variances
from apps.organisations.fields import unit_names
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.tasks.models.money import Source, Stage

SHOWN = 5  # units of a group, gaps and variances that stand on the page itself
HALF = 50  # per cent of the plan: less is pointed at, once the year nears its end
SHORT = {
    Source.CENTRAL_RECURRENT: gettext_lazy("NSTW – chi thường xuyên"),
    Source.CENTRAL_INVESTMENT: gettext_lazy("NSTW – chi đầu tư phát triển"),
}


@dataclass(frozen=True)
class SourceRow:
    source: str
    name: str
    sums: Sums
    before: Amount
    is_low: bool = False

    @property
    def widths(self) -> dict[str, Decimal]:
        """In per cent of what was planned, no longer than the track."""
        parts = {"allocated": self.sums.allocated_part, "disbursed": self.sums.rate}
        return {name: min(Decimal(100), part) for name, part in parts.items() if part is not None}


@dataclass(frozen=True)
class UnitRow:
    """A unit, or those of a group that are not shown one by one."""

    name: str
    sums: Sums
    before: Amount
    unit: UnitLabel | None = None
    is_low: bool = False
    year: int = 0

    @property
    def width(self) -> Decimal | None:
        return None if self.sums.rate is None else min(Decimal(100), self.sums.rate)

    @property
    def words(self) -> str:
        """What is missing, in words."""
        if self.unit is None:
            lacking = self.sums.disbursed.lacking
            return _("thiếu %(n)s đơn vị") % {"n": lacking} if lacking else ""
        if not self.sums.tasks:
            return _("không có kinh phí năm %(year)s") % {"year": self.year}
        if self.sums.disbursed.lacking:
            return _("còn thiếu số giải ngân") if self.sums.disbursed.is_least else _("chưa có số giải ngân")
        return _("quyết toán %(year)s chưa đủ số") % {"year": self.year - 1} if self.before.lacking else ""


@dataclass(frozen=True)
class UnitGroup:
    name: str
    count: int
    rows: list[UnitRow]


@dataclass(frozen=True)
class YearCell:
    year: int
    amount: Amount
    part: Decimal | None
    is_running: bool


@dataclass(frozen=True)
class YearRow:
    name: str
    source: str
    cells: list[YearCell]
    total: Amount


class FundingBoard:
    def __init__(self, query: FundingQuery, user: User) -> None:
        self.query, self.user = query, user
        self.year, self.before = query.year, query.year - 1

    @cached_property
    def is_national(self) -> bool:
        return scope_of(self.user).everything

    # --- the statements --------------------------------------------------------------------------------------------

    @cached_property
    def _by_source(self) -> dict[int, dict[str, Sums]]:
        return sums_by_source(self.query, self.user)

    @cached_property
    def _by_unit(self) -> tuple[dict[int, dict[str, UnitSums]], dict[int, Sums]]:
        return sums_by_unit(self.query, self.user, years=[self.before, self.year])

    @cached_property
    def _cells(self) -> Any:
        rows = own_cells(self.user).filter(year=self.year)
        if self.query.group:
            rows = rows.filter(task__framework_item__group=self.query.group)
        rows = of_unit(rows, [self.query.unit], self.query) if self.query.unit else rows
        return rows.select_related("task")

    # --- the year --------------------------------------------------------------------------------------------------

    @cached_property
    def whole(self) -> Sums:
        return self._by_source.get(self.year, {}).get("", EMPTY)

    @property
    def has_money(self) -> bool:
        return self.whole.tasks > 0

    @cached_property
    def whole_before(self) -> Sums:
        return self._by_source.get(self.before, {}).get("", EMPTY)

    @cached_property
    def tells_shortfall(self) -> bool:
        """Whether too little spent says anything yet."""
        today = timezone.localdate()
        return self.year < today.year or (
            self.year == today.year and today.month >= settings.FUNDING_SHORTFALL_FROM_MONTH
        )

    def _is_low(self, sums: Sums) -> bool:
        return self.tells_shortfall and sums.rate is not None and not sums.disbursed.lacking and sums.rate < HALF

    @cached_property
    def sources(self) -> list[SourceRow]:
        now, before = self._by_source.get(self.year, {}), self._by_source.get(self.before, {})
        return [
            SourceRow(
                source.value, name_of(source), now.get(source, EMPTY), before.get(source, EMPTY).settled,
                self._is_low(now.get(source, EMPTY)),
            )
            for source in Source
        ]  # fmt: skip

    @cached_property
    def lowest(self) -> SourceRow | None:
        """The source of which least was spent, of those whose figures are whole; no word where there is but one."""
        known = [row for row in self.sources if row.sums.rate is not None and not row.sums.disbursed.lacking]
        return min(known, key=lambda row: row.sums.rate or 0) if len(known) > 1 else None

    @property
    def heading(self) -> str:
        given, spent = self.whole.allocated_part, self.whole.rate
        if given is None or spent is None:
            return _("Năm %(year)s: theo nguồn kinh phí") % {"year": self.year}
        told = {"year": self.year, "given": percent(given), "spent": percent(spent)}
        return _("Năm %(year)s: giao %(given)s kế hoạch, giải ngân %(spent)s") % told

    # --- the years -------------------------------------------------------------------------------------------------

    @cached_property
    def years(self) -> list[int]:
        return sorted(year for year in self._by_source if year <= timezone.localdate().year)

    @cached_property
    def matrix(self) -> list[YearRow]:
        return [self._row(name_of(source), source.value) for source in Source]

    @cached_property
    def matrix_total(self) -> YearRow:
        return self._row(_("Cộng"), "")

    def _row(self, name: str, source: str) -> YearRow:
        stage, this_year = self.query.stage, timezone.localdate().year
        found = {year: self._by_source[year].get(source, EMPTY) for year in self.years}
        cells = [
            YearCell(year, sums.amounts[stage], sums.part(stage) if stage != Stage.PLANNED else None, year == this_year)
            for year, sums in found.items()
        ]
        return YearRow(name, source, cells, added(list(found.values())).amounts[stage])

    @property
    def span(self) -> str:
        return f"{self.years[0]}–{self.years[-1]}" if self.years else ""

    @property
    def matrix_heading(self) -> str:
        label, total = Stage(self.query.stage).label, self.matrix_total.total
        told = {"n": len(self.years), "stage": label.lower(), "amount": amount_words(total)}
        return _("%(n)s năm, năm nguồn: %(stage)s %(amount)s triệu đồng") % told

    # --- the units -------------------------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> list[UnitGroup]:
        now, before = self._by_unit[0][self.year], self._by_unit[0][self.before]
        rows: dict[str, list[UnitRow]] = {"central": [], "ministry": [], "province": []}
        labels = {unit: unit_labels()[unit] for unit in now.keys() | before.keys()}
        times = Counter(label.short_name for label in labels.values())
        for unit, label in labels.items():
            one = now.get(unit) or before[unit]
            sums = now[unit].sums if unit in now else EMPTY
            settled = before[unit].sums.settled if unit in before else Amount(None)
            is_plain = times[label.short_name] == 1 and label.ended_on is None
            row = UnitRow(
                label.short_name if is_plain else label.distinct_name,
                sums,
                settled,
                label,
                self._is_low(sums),
                self.year,
            )
            rows[one.route].append(row)
        names = {
            "central": _("TĐC, Bộ KH&CN và đơn vị trực thuộc"),
            "ministry": _("Bộ, ngành khác"),
            "province": _("Địa phương"),
        }
        return [UnitGroup(names[route], len(found), self._shown(found)) for route, found in rows.items() if found]

    def _shown(self, rows: list[UnitRow]) -> list[UnitRow]:
        """The largest plans first; of a long group the rest as one row."""
        rows.sort(key=lambda row: (-(row.sums.planned.value or 0), row.unit.sort if row.unit else ""))
        if self.query.is_whole or len(rows) <= SHOWN + 1:
            return rows
        rest = rows[SHOWN:]
        before = added([Sums({**EMPTY.amounts, Stage.SETTLED: one.before}) for one in rest]).settled
        name = _("%(n)s đơn vị khác") % {"n": len(rest)}
        return [*rows[:SHOWN], UnitRow(name, added([one.sums for one in rest]), before, year=self.year)]

    @property
    def unit_count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def is_cut(self) -> bool:
        return any(row.unit is None for group in self.groups for row in group.rows)

    # --- what is to be done ----------------------------------------------------------------------------------------

    @cached_property
    def gap(self) -> Any:
        return gap_of(self._cells)

    @cached_property
    def gaps(self) -> list[Any]:
        return _with_units(short(self._cells).order_by("-gap", "pk")[:SHOWN])

    @cached_property
    def not_told(self) -> int:
        """Cells of which nobody has said what was allocated: no gap, no figure."""
        return int(lacking(self._cells, Stage.ALLOCATED).count())

    @cached_property
    def variances(self) -> list[Any]:
        return _with_units(variances(self._cells)[:SHOWN])

    @cached_property
    def variance_counts(self) -> dict[str, int]:
        return counts_by_state(self._cells)

    @property
    def variance_count(self) -> int:
        return sum(self.variance_counts.values())

    @property
    def threshold(self) -> int:
        return int(settings.FUNDING_VARIANCE_PERCENT)

    # --- files -----------------------------------------------------------------------------------------------------

    @cached_property
    def files(self) -> list[File]:
        return files_of(self.user) if self.user.has_perm("exchange.view_importbatch") else []

    @cached_property
    def refused(self) -> Refused | None:
        """Of the last file whose rows were not all taken."""
        file = next((one for one in self.files if one.refused), None)
        return refused_of(file) if file else None


def _with_units(rows: Any) -> list[Any]:
    """The rows, each with the name of the unit that leads."""
    found, names = list(rows), unit_names()
    for one in found:
        one.lead_unit = names.get(one.task.lead_unit_id, one.task.lead_unit_id)
    return found


def name_of(source: Source) -> str:
    return str(SHORT.get(source, source.label))


def amount_words(amount: Amount) -> str:
    text = millions(amount.value)
    return f"≥ {text}" if amount.is_least else text
