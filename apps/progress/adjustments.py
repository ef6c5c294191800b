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
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.as_of import as_known
from apps.progress.figures import Figure, UnitView, figures
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


class Kind(TextChoices):
    ADDED = "added", _("Thêm")
    REMOVED = "removed", _("Bớt")
    MOVED = "moved", _("Đổi địa bàn")


@dataclass(frozen=True)
class RowChange:
    """An enterprise that the figure counts at one moment and not at the other, or in another unit.

    `event_id`, `unit_id`, `occurred_on` say where it counts now (where it counted, of one that is gone).
    """

    kind: Kind
    enterprise_id: int
    event_id: int
    former_event_id: int | None
    unit_id: str
    former_unit_id: str | None
    occurred_on: date


@dataclass(frozen=True)
class RowChanges:
    """All of them in numbers; the rows themselves as far as the person sees them."""

    counts: dict[str, int]
    seen: list[RowChange]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def hidden(self) -> int:
        return self.total - len(self.seen)

    @property
    def difference(self) -> int:
        return self.counts[Kind.ADDED] - self.counts[Kind.REMOVED]


_CHANGES = """
    WITH old AS (SELECT * FROM ({old}) rows WHERE occurred_on <= %(ends)s),
    new AS (SELECT * FROM ({new}) rows WHERE occurred_on <= %(ends)s)
    SELECT CASE WHEN o.event_id IS NULL THEN 'added' WHEN n.event_id IS NULL THEN 'removed' ELSE 'moved' END,
           coalesce(n.enterprise_id, o.enterprise_id), coalesce(n.event_id, o.event_id), o.event_id,
           coalesce(n.unit_id, o.unit_id), o.unit_id, coalesce(n.occurred_on, o.occurred_on),
           %(everything)s OR (coalesce(n.unit_id, '') = ANY(%(scope)s) OR coalesce(o.unit_id, '') = ANY(%(scope)s))
               AND EXISTS (SELECT 1 FROM enterprises_enterpriseplace s WHERE s.unit_id = ANY(%(scope)s)
                           AND s.enterprise_id = coalesce(n.enterprise_id, o.enterprise_id))
    FROM old o FULL JOIN new n ON n.thing = o.thing
    WHERE n.unit_id IS DISTINCT FROM o.unit_id
    ORDER BY 7 DESC, 3 DESC
"""


def row_changes(code: str, period: Period, since: datetime, until: datetime | None, scope: UnitScope) -> RowChanges:
    """The rows behind the difference of a figure that counts up to the period's end; `until` None is now."""
    rows = COUNTS[code].rows
    statement = _CHANGES.format(old=as_known(rows, since, "since"), new=as_known(rows, until, "until"))
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "ends": period.ends_on,
        "everything": scope.everything,
        "scope": sorted(scope.ids),
    }
    counts: dict[str, int] = dict.fromkeys(Kind, 0)
    seen = []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for kind, *row, is_seen in cursor.fetchall():
            counts[kind] += 1
            if is_seen:
                seen.append(RowChange(Kind(kind), *row))
    return RowChanges(counts, seen)
