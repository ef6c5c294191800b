"""By which target a unit is judged: its own, the sum of its predecessors', or none. The one place that knows.

- Its own: the highest version of (indicator, year, unit).
- Inherited, where it has none of its own: the sum of what its predecessors had, by the shares of their successions, as
  their figures are carried. What they missed does not move on. Only where figures of units add up.
- None: nobody gave one, or one of the predecessors had none: a sum with a hole would flatter the unit.

A unit that was there before it took in another keeps its own target of then, and the other's is added to it; one that
was decided after that day is of the whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.reading import connection
from apps.core.templatetags.ui import at_most
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.targets.models import Indicator


class Origin(TextChoices):
    OWN = "own", gettext_lazy("Chỉ tiêu được giao")
    INHERITED = "inherited", gettext_lazy("Kế thừa từ các đơn vị trước sắp xếp")
    NONE = "none", gettext_lazy("Chưa giao chỉ tiêu")


@dataclass(frozen=True)
class Inherited:
    """What a predecessor brings: its target, by its share of the succession."""

    unit: str
    value: Decimal
    share: Decimal
    decimals: int

    @property
    def words(self) -> str:
        name = unit_labels()[self.unit].short_name
        return f"{name} {at_most(self.value * self.share, self.decimals)}"


@dataclass(frozen=True)
class Aim:
    """What a unit is to reach in a year. Without a value, `lacking` names the predecessors that had no target."""

    year: int
    value: Decimal | None
    origin: Origin
    note: str = ""
    basis: tuple[str, ...] = ()  # numbers of the acts
    parts: tuple[Inherited, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def told_note(self) -> str:
        """Written by people, in their language."""
        return self.note

    @property
    def is_inherited(self) -> bool:
        return self.origin == Origin.INHERITED

    @property
    def words(self) -> str:
        """«Kế thừa: Lâm Đồng 520 + Bình Thuận 410 + Đắk Nông 230»; nothing of an own one."""
        if self.parts:
            return _("Kế thừa: %(parts)s") % {"parts": " + ".join(one.words for one in self.parts)}
        if self.lacking:
            names = sorted((unit_labels()[unit] for unit in self.lacking), key=lambda label: label.sort)
            listed = ", ".join(label.short_name for label in names)
            return _("Chưa cộng được chỉ tiêu kế thừa: %(names)s chưa được giao.") % {"names": listed}
        return ""


class _Own(NamedTuple):
    value: Decimal
    note: str
    basis: str
    decided_on: date


class _Link(NamedTuple):
    predecessor: str
    effective_on: date
    share: Decimal


# What units were given, each by its latest version, and who carries whose past on the day.
_GROUND = """
    SELECT 'given', t.unit_id, NULL, t.indicator_id, t.year, t.value, t.note, d.number,
           coalesce(d.issued_on, t.created_at::date)
    FROM (
        SELECT DISTINCT ON (indicator_id, year, unit_id) * FROM targets_target
        WHERE unit_id IS NOT NULL AND (%(known_on)s::timestamptz IS NULL OR created_at <= %(known_on)s::timestamptz)
        ORDER BY indicator_id, year, unit_id, version DESC
    ) t JOIN documents_legaldocument d ON d.id = t.legal_basis_id
    UNION ALL
    SELECT 'link', successor_id, predecessor_id, NULL, NULL, share, '', '', effective_on
    FROM organisations_succession WHERE %(current)s AND share > 0 AND effective_on <= %(on)s
    ORDER BY 1, 2, 3, 5
"""


@dataclass
class UnitAims:
    """The targets of all units in one unit view, read once (one query) and asked by unit and indicator."""

    view: UnitView = UnitView.CURRENT
    on: date | None = None
    known_on: datetime | None = None  # of the versions that were there at that moment
    _given: dict[tuple[str, int], dict[int, _Own]] = field(default_factory=lambda: defaultdict(dict), init=False)
    _links: dict[str, list[_Link]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        asked: dict[str, Any] = {
            "on": self.on or timezone.localdate(), "current": UnitView(self.view) == UnitView.CURRENT,
            "known_on": self.known_on,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_GROUND, asked)
            for kind, unit, other, indicator, year, number_, note, basis, day in cursor.fetchall():
                if kind == "given":
                    self._given[unit, indicator][year] = _Own(number_, note, basis, day)
                else:
                    self._links[unit].append(_Link(other, day, number_))

    @property
    def has_any(self) -> bool:
        return bool(self._given)

    def of(self, unit: str, indicator: Indicator) -> dict[int, Aim]:
        """By year, in order; of years for which nobody of its past was given anything there is none."""
        years = sorted(self._years(unit, indicator.pk))
        return {year: self._aim(unit, indicator, year) for year in years}

    def _years(self, unit: str, indicator: int) -> set[int]:
        own = set(self._given.get((unit, indicator), {}))
        return own.union(*(self._years(link.predecessor, indicator) for link in self._links.get(unit, [])))

    def _aim(self, unit: str, indicator: Indicator, year: int) -> Aim:
        own = self._given.get((unit, indicator.pk), {}).get(year)
        links = self._links.get(unit, [])
        is_made_of_them = self._began_with(unit, links)
        if own is not None:
            links = [] if is_made_of_them else [link for link in links if link.effective_on > own.decided_on]
            if not links:
                return Aim(year, own.value, Origin.OWN, own.note, (own.basis,))
        inherits = indicator.adds_up and indicator.aggregation != Indicator.Aggregation.RATIO
        if not links or not inherits:
            return Aim(year, None, Origin.NONE)
        return self._sum(unit, indicator, year, own, links, needs_own=not is_made_of_them)

    def _sum(
        self, unit: str, indicator: Indicator, year: int, own: _Own | None, links: Iterable[_Link], *, needs_own: bool
    ) -> Aim:
        parts, basis, lacking = [], [], []
        if own is not None:
            parts.append(Inherited(unit, own.value, Decimal(1), indicator.decimals))
            basis.append(own.basis)
        elif needs_own:
            lacking.append(unit)
        for link in links:
            aim = self._aim(link.predecessor, indicator, year)
            if aim.value is None:
                lacking += aim.lacking or (link.predecessor,)
            else:
                parts.append(Inherited(link.predecessor, aim.value, link.share, indicator.decimals))
                basis += aim.basis
        if lacking:
            return Aim(year, None, Origin.NONE, lacking=tuple(dict.fromkeys(lacking)) if parts else ())
        total = sum((one.value * one.share for one in parts), Decimal(0))
        return Aim(year, total, Origin.INHERITED, basis=tuple(dict.fromkeys(basis)), parts=tuple(parts))

    def _began_with(self, unit: str, links: list[_Link]) -> bool:
        """Whether the unit is made of its predecessors; one that was there before has a part of its own."""
        start = unit_labels()[unit].valid_from
        return bool(links) and start is not None and start >= min(link.effective_on for link in links)
