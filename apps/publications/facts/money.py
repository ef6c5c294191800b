"""Money by source and stage, and by unit: of the book's years together."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.numbers import plain_decimal
from apps.core.templatetags.ui import millions
from apps.funding.asked import FundingQuery
from apps.funding.selectors.sums import EMPTY, Amount, Sums, added, sums_by_source, sums_by_unit
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.publications.facts.told import (
    NOTHING,
    Asked,
    Cell,
    Facts,
    Grid,
    Head,
    Line,
    amount_percent,
    bound,
    provide,
    words,
)
from apps.tasks.models.money import Source, Stage

MILLION = Decimal(1_000_000)


@provide("40-money")
def tell_money(asked: Asked, facts: Facts) -> None:
    query = FundingQuery.of_year(asked.year, UnitView.CURRENT, asked_day=asked.day, unit=asked.unit)
    years = list(asked.years)
    found = sums_by_source(query, None, years=years)
    by_source = {source: _over(found, source) for source in ("", *Source.values)}
    source, at = f"{reverse('funding:overview')}?year={asked.year}", asked.as_of.isoformat()
    for name, sums in by_source.items():
        for stage in Stage.values:
            of = Source(name).label if name else _("Tổng kinh phí")
            label = f"{of}: {str(Stage(stage).label).lower()}"
            key = f"money.{name.replace('_', '-') + '.' if name else ''}{stage}"
            facts.add(*bound(key, label, _cell(sums.amounts[stage]), unit=_("triệu đồng"), source=source, as_of=at))
    lines = [_line(Source(name).label, by_source[name]) for name in Source.values if by_source[name] is not EMPTY]
    if lines:
        lines.append(_line(_("Tổng số"), by_source[""], is_total=True))
    title = _("Kinh phí theo nguồn và giai đoạn")
    facts.lay(Grid("money", title, _heads(_("Nguồn")), tuple(lines), unit_note=_("Đơn vị tính: triệu đồng"),
                   notes=_lacking(by_source[""]), source=source, as_of=at,
                   empty=_("Chưa có số liệu kinh phí.")))  # fmt: skip
    if asked.is_national:
        facts.lay(_by_unit(query, years, source, at))


def _over(found: dict[int, dict[str, Sums]], source: str) -> Sums:
    parts = [of_year[source] for of_year in found.values() if source in of_year]
    return added(parts) if parts else EMPTY


def _cell(one: Amount) -> Cell:
    """Whole millions as they are read; exact as programs read them."""
    return NOTHING if one.value is None else Cell(millions(one.value), plain_decimal(one.value / MILLION))


def _heads(first: str) -> tuple[Head, ...]:
    stages = (Head(str(label), "right", 2) for label in Stage.labels)
    return (Head(first, weight=5), *stages, Head(_("Giải ngân/kế hoạch"), "right", 2))


def _line(name: object, sums: Sums, *, is_total: bool = False) -> Line:
    cells = (_cell(sums.amounts[stage]) for stage in Stage.values)
    return Line((words(name), *cells, amount_percent(sums.rate)), is_total)


def _lacking(sums: Sums) -> tuple[str, ...]:
    said = []
    for stage in Stage.values:
        if n := sums.amounts[stage].lacking:
            told = _("%(stage)s: còn thiếu số của %(n)s đơn vị, tổng là số tối thiểu.")
            said.append(told % {"stage": Stage(stage).label, "n": n})
    return tuple(said)


def _by_unit(query: FundingQuery, years: list[int], source: str, at: str) -> Grid:
    units, _whole = sums_by_unit(query, None, years=years)
    parts: dict[str, list[Sums]] = {}
    for of_year in units.values():
        for unit, one in of_year.items():
            parts.setdefault(unit, []).append(one.sums)
    labels = unit_labels()
    lines = [
        _line(labels[unit].short_name, added(parts[unit]))
        for unit in sorted(parts, key=lambda one: (labels[one].sort, one))
    ]
    return Grid("money-by-unit", _("Kinh phí theo đơn vị"), _heads(_("Đơn vị")), tuple(lines),
                unit_note=_("Đơn vị tính: triệu đồng"), source=source, as_of=at)  # fmt: skip
