"""What came or changed between two moments in a closed period: figures, and the rows that moved them.

Between a closing and now it is what the next closing would take in; between two closings, what the later one took in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.wall import wall_open
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.as_of import as_known
from apps.progress.figures import Figure, figures, figures_as_of
from apps.progress.provenance import seen
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorValue, Period


@dataclass(frozen=True)
class FigureChange:
    """One figure at both moments; `unit` None is the nation. None: no figure then."""

    indicator: Indicator
    unit: UnitLabel | None
    before: Figure | None
    after: Figure | None

    @property
    def difference(self) -> Decimal:
        return _value(self.after) - _value(self.before)


def _value(figure: Figure | None) -> Decimal:
    return (figure.value if figure else None) or Decimal(0)


def changed_indicators(period: Period, since: datetime, until: datetime) -> list[Indicator]:
    """Those with any figure of the period, breakdowns too, that came, changed or went between the moments."""
    between = Q(known_from__gt=since, known_from__lte=until) | Q(known_to__gt=since, known_to__lte=until)
    changed = IndicatorValue.objects.filter(between, period=period).order_by().values("indicator").distinct()
    return list(Indicator.objects.filter(pk__in=changed))


def figure_changes(
    indicators: Sequence[Indicator], period: Period, since: datetime, until: datetime, view: UnitView
) -> list[FigureChange]:
    """The figures that differ, each indicator's nation first, then its units in the order of their names."""
    labels, found = unit_labels(), []
    for indicator in indicators:
        old, new = (
            {one.unit_id: one for one in figures(indicator, view=view, year=period.year, known_on=at, accepted=False)}
            for at in (since, until)
        )
        units = [unit for unit in old.keys() | new.keys() if unit is not None]
        for unit in [None, *sorted(units, key=lambda unit: labels[unit].sort)]:
            change = FigureChange(indicator, labels[unit] if unit else None, old.get(unit), new.get(unit))
            if change.difference:
                found.append(change)
    return found


def nation_changes(period: Period, since: datetime | None, until: datetime) -> list[FigureChange]:
    """Every figure of the nation at both moments, changed or not; `since` None: nothing was accepted yet."""
    indicators, today = list(Indicator.objects.all()), timezone.localdate()

    def at(moment: datetime | None) -> dict[int, Figure]:
        if moment is None:
            return {}
        found = figures_as_of(indicators, period.year, moment, view=UnitView.CURRENT, on=today)
        return {one.pk: figure for one in indicators for figure in found[one.pk] if figure.unit_id is None}

    old, new = at(since), at(until)
    known = [one for one in indicators if one.pk in old or one.pk in new]
    return [FigureChange(one, None, old.get(one.pk), new.get(one.pk)) for one in known]


class Kind(TextChoices):
    ADDED = "added", _("Thêm")
    REMOVED = "removed", _("Bớt")
    MOVED = "moved", _("Đổi địa bàn")
    CHANGED = "changed", _("Đổi số lượng")


@dataclass(frozen=True)
class RowChange:
    """What the figure counts at one moment and not at the other, or in another unit, or as another amount.

    `amount` is what it adds; `row_id`, `unit_id` and `day` say where it counts now (where it did, of one that went).
    """

    kind: Kind
    amount: Decimal
    record_id: int
    row_id: int
    former_row_id: int | None
    unit_id: str
    former_unit_id: str | None
    day: date


@dataclass(frozen=True)
class RowChanges:
    """All of them in numbers; the rows themselves as far as the person sees them."""

    counts: dict[str, int]
    added: Decimal
    taken: Decimal
    seen: list[RowChange]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def hidden(self) -> int:
        return self.total - len(self.seen)

    @property
    def difference(self) -> Decimal:
        return self.added - self.taken


_CHANGES = """
    WITH old AS (SELECT * FROM ({old}) rows WHERE {counts}),
    new AS (SELECT * FROM ({new}) rows WHERE {counts})
    SELECT CASE WHEN o.row_id IS NULL THEN 'added' WHEN n.row_id IS NULL THEN 'removed'
                WHEN n.unit_id <> o.unit_id THEN 'moved' ELSE 'changed' END,
           CASE WHEN n.row_id IS NULL THEN 0 ELSE {new_weight} END
               - CASE WHEN o.row_id IS NULL THEN 0 ELSE {old_weight} END,
           coalesce(n.record_id, o.record_id), coalesce(n.row_id, o.row_id), o.row_id,
           coalesce(n.unit_id, o.unit_id), o.unit_id, coalesce(n.day, o.day), {seen}
    FROM old o FULL JOIN new n ON n.{known_by} = o.{known_by}
    WHERE n.unit_id IS DISTINCT FROM o.unit_id OR {new_weight} <> {old_weight}
    ORDER BY 8 DESC, 4 DESC
"""


@wall_open("a figure is made of every unit's rows; whose are named is in the statement")
def row_changes(code: str, period: Period, since: datetime, until: datetime | None, scope: UnitScope) -> RowChanges:
    """The rows behind the difference of the period's figure (of a ratio: of its numerator); `until` None is now."""
    count = COUNTS[code].parts[0]
    source, is_weighed = count.source, count.weight != "1"
    statement = _CHANGES.format(
        old=as_known(source, count.rows, since, "since"),
        new=as_known(source, count.rows, until, "until"),
        counts=count.counts,
        known_by=count.known_by,
        new_weight=f"n.{count.weight}" if is_weighed else "1",
        old_weight=f"o.{count.weight}" if is_weighed else "1",
        seen=seen(source, "coalesce(n.record_id, o.record_id)", "n.unit_id", "o.unit_id"),
    )
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "starts": period.starts_on,
        "ends": period.ends_on,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
    }
    counts: dict[str, int] = dict.fromkeys(Kind, 0)
    amounts, found = [], []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for kind, amount, *row, is_seen in cursor.fetchall():
            counts[kind] += 1
            amounts.append(Decimal(amount))
            if is_seen:
                found.append(RowChange(Kind(kind), amounts[-1], *row))
    added = sum((one for one in amounts if one > 0), Decimal(0))
    return RowChanges(counts, added, added - sum(amounts, Decimal(0)), found)
