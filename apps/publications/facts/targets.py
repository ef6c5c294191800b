"""Figures of the targets: accepted ones only, as known at their year's closing. What came since is named, not used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number, signed, vn_datetime
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.figures import Figure, figures_as_of
from apps.publications.facts.told import (
    NOTHING,
    Asked,
    Bound,
    Cell,
    Facts,
    Grid,
    Head,
    Line,
    amount,
    amount_percent,
    bound,
    moment_in_words,
    provide,
    share_of,
    words,
)
from apps.targets.models import Indicator, PeriodClosing, Target

RATIO = Indicator.Aggregation.RATIO
RUNNING = (Indicator.Aggregation.CUMULATIVE, Indicator.Aggregation.DISTINCT)
Key = tuple[int, str | None]  # indicator, unit


@dataclass(frozen=True)
class Reading:
    """One year: which closing it is read by, its figures, and those of the year before as known at that moment."""

    year: int
    version: int
    at: datetime
    figures: dict[Key, Figure]
    before: dict[Key, Figure]
    since: dict[Key, Figure]

    def of(self, indicator: Indicator, unit: str | None) -> Figure | None:
        found = self.figures.get((indicator.pk, unit))
        return found if found is not None and found.value is not None else None

    def gain(self, indicator: Indicator, unit: str | None) -> Decimal | None:
        """What came within the year, both years as known at one moment."""
        now = self.of(indicator, unit)
        if now is None or now.value is None or indicator.aggregation not in RUNNING:
            return None
        earlier = self.before.get((indicator.pk, unit))
        return now.value - ((earlier.value if earlier else None) or Decimal(0))


@provide("10-targets")
def tell_targets(asked: Asked, facts: Facts) -> None:
    indicators = list(Indicator.objects.filter(created_at__lte=asked.as_of).order_by("position", "code"))
    aims = _aims(asked)
    readings = _readings(indicators, asked)
    facts.about["closings"] = [[one.year, one.version, moment_in_words(one.at)] for one in readings.values()]
    facts.about["unclosed"] = [year for year in asked.years if year not in readings]
    for reading in readings.values():
        for indicator in indicators:
            facts.add(*_bound(indicator, reading, asked, aims))
    for (indicator, year), aim in sorted(aims.items(), key=lambda one: (one[0][0].position, one[0][1])):
        label = _("%(name)s: mục tiêu đến năm %(year)s") % {"name": indicator.label, "year": year}
        facts.add(*bound(f"{_code(indicator)}.aim.{year}", label, _shown(indicator, aim), unit=indicator.unit_label,
                         source=indicator.get_absolute_url(), as_of=moment_in_words(asked.as_of)))  # fmt: skip
    main = [one for one in indicators if one.parent_id is None]
    last = readings.get(asked.year)
    facts.lay(_targets(main, last, asked, aims))
    facts.lay(_corrections(main, last, asked))
    facts.about["amended"] = _amended(indicators, last, asked)
    if asked.is_national:
        _by_unit(main, last, asked, facts)


def _code(indicator: Indicator) -> str:
    return indicator.code.lower()


def _aims(asked: Asked) -> dict[tuple[Indicator, int], Decimal]:
    """Of the latest version that was there at the moment."""
    rows = Target.objects.filter(unit=asked.unit, created_at__lte=asked.as_of).select_related("indicator")
    return {(one.indicator, one.year): one.value for one in rows.order_by("indicator", "year", "version")}


def _readings(indicators: Sequence[Indicator], asked: Asked) -> dict[int, Reading]:
    """Of the years that are closed: one statement for a year, one for what stood before it, one for what came since."""
    made = PeriodClosing.objects.filter(closed_at__lte=asked.as_of, period__year__in=asked.years)
    closings = {one.period.year: one for one in made.select_related("period").order_by("version")}
    found = {}
    for year, closing in sorted(closings.items()):
        read = [
            figures_as_of(indicators, of, at, view=UnitView.CURRENT, on=asked.day)
            for of, at in ((year, closing.as_of), (year - 1, closing.as_of), (year, asked.as_of))
        ]
        own, before, since = ({(pk, one.unit_id): one for pk, all_ in some.items() for one in all_} for some in read)
        found[year] = Reading(year, closing.version, closing.as_of, own, before, since)
    return found


def _shown(indicator: Indicator, value: Decimal | None) -> Cell:
    if value is None:
        return NOTHING
    decimals = indicator.decimals
    return amount_percent(value, max(decimals, 1)) if indicator.aggregation == RATIO else amount(value, decimals)


def provenance(indicator: Indicator, year: int, unit: UnitLabel | None = None) -> str:
    args = [_code(indicator), year, *([unit.slug] if unit else [])]
    return reverse("progress:provenance", args=args)


def _bound(
    indicator: Indicator, reading: Reading, asked: Asked, aims: dict[tuple[Indicator, int], Decimal]
) -> Iterable[Bound]:
    figure = reading.of(indicator, asked.unit)
    if figure is None:
        return []
    key, year = f"{_code(indicator)}.{reading.year}", reading.year
    label = unit_labels()[asked.unit] if asked.unit else None
    source = provenance(indicator, year, label)
    told = {"source": source, "as_of": moment_in_words(reading.at), "note": _closed_words(reading)}
    named = {"name": indicator.label, "year": year}
    of_things = told | {"unit": indicator.unit_label}
    found = bound(key, _("%(name)s, năm %(year)s") % named, _shown(indicator, figure.value), **of_things)
    gain = _shown(indicator, reading.gain(indicator, asked.unit))
    found += bound(f"{key}.gain", _("%(name)s, tăng trong năm %(year)s") % named, gain, **of_things)
    if figure.numerator is not None:
        found += bound(f"{key}.part", _("%(name)s, năm %(year)s: tử số") % named, amount(figure.numerator), **told)
        found += bound(f"{key}.whole", _("%(name)s, năm %(year)s: mẫu số") % named, amount(figure.denominator), **told)
    for (of, aim_year), aim in aims.items():
        if of.pk == indicator.pk and aim_year >= year and figure.value is not None and indicator.aggregation != RATIO:
            about = _("%(name)s, năm %(year)s: so với mục tiêu đến năm %(aim)s") % (named | {"aim": aim_year})
            found += bound(f"{key}.of-{aim_year}", about, amount_percent(share_of(figure.value, aim)), unit="%", **told)
    return found


def _closed_words(reading: Reading) -> str:
    return _("Số đã chốt, phiên bản %(version)s, tính đến %(at)s") % {
        "version": reading.version, "at": vn_datetime(reading.at),
    }  # fmt: skip


# --- tables -----------------------------------------------------------------------------------------------------------


def _targets(
    main: Sequence[Indicator], last: Reading | None, asked: Asked, aims: dict[tuple[Indicator, int], Decimal]
) -> Grid:
    years = sorted({year for _indicator, year in aims})
    heads = (
        Head(_("Mục tiêu"), weight=5), Head(_("Đơn vị tính"), weight=2),
        Head(_("Kết quả năm %(year)s") % {"year": asked.year}, "right", 2), Head(_("Tăng trong năm"), "right", 2),
        *(Head(_("Mục tiêu đến %(year)s") % {"year": year}, "right", 2) for year in years),
        Head(_("Đánh giá"), weight=2),
    )  # fmt: skip
    lines = []
    for one in main:
        figure = last.of(one, asked.unit) if last else None
        given = {year: aims.get((one, year)) for year in years}
        if figure is None and asked.unit and not any(given.values()):
            continue  # the nation's alone
        value = figure.value if figure else None
        result = _of_unit(one, figure) if asked.unit else _shown(one, value)
        lines.append(Line((
            words(f"{one.code} – {one.label}"), words(one.unit_label), result,
            _shown(one, last.gain(one, asked.unit) if last else None),
            *(_shown(one, aim) for aim in given.values()), words(_verdict(value, given, asked.year)),
        )))  # fmt: skip
    return Grid(
        "targets", _("Kết quả thực hiện các mục tiêu"), heads, tuple(lines), notes=_notes(main, last, asked),
        source=reverse("progress:indicator_list"), as_of=moment_in_words(last.at if last else None),
    )  # fmt: skip


def _verdict(value: Decimal | None, aims: dict[int, Decimal | None], year: int) -> str:
    """Of the aim of that year itself; of a later one how much of it is there."""
    if value is None:
        return _("chưa có số đã chốt")
    due = next(((of, aim) for of, aim in sorted(aims.items()) if of >= year and aim), None)
    if due is None:
        return ""
    of, aim = due
    if of == year:
        return _("đạt") if value >= aim else _("chưa đạt")
    share = share_of(value, aim)
    return _("bằng %(share)s mục tiêu %(year)s") % {"share": amount_percent(share).text, "year": of}


def _notes(main: Sequence[Indicator], last: Reading | None, asked: Asked) -> tuple[str, ...]:
    said = [_closed_words(last)] if last else [_("Năm %(year)s chưa chốt số liệu.") % {"year": asked.year}]
    aims = Target.objects.filter(unit=asked.unit, created_at__lte=asked.as_of).exclude(note="")
    codes = {one.pk: one.code for one in main}
    for aim in aims.order_by("indicator__position", "year", "version"):
        if aim.indicator_id in codes:
            said.append(f"{codes[aim.indicator_id]}: {aim.note}")
    return tuple(dict.fromkeys(said))


def _corrections(main: Sequence[Indicator], last: Reading | None, asked: Asked) -> Grid:
    """What came between the closing and the moment at which the book was built."""
    lines = []
    for one in main:
        if last is None:
            continue
        was, now = last.of(one, asked.unit), last.since.get((one.pk, asked.unit))
        old, new = (was.value if was else None), (now.value if now else None)
        if new is not None and new != old:
            lines.append(Line((words(f"{one.code} – {one.label}"), _shown(one, old), _shown(one, new),
                               Cell(signed(new - (old or 0), one.decimals)))))  # fmt: skip
    heads = (Head(_("Mục tiêu"), weight=5), Head(_("Số đã chốt, dùng trong báo cáo"), "right", 3),
             Head(_("Số đang biết"), "right", 2), Head(_("Chênh lệch"), "right", 2))  # fmt: skip
    return Grid("corrections", _("Điều chỉnh sau khi chốt, không dùng trong báo cáo"), heads, tuple(lines),
                as_of=moment_in_words(asked.as_of))  # fmt: skip


def _amended(indicators: Sequence[Indicator], last: Reading | None, asked: Asked) -> dict[str, str]:
    """By key the figure as it is known at the moment, where that is another than the accepted one."""
    if last is None:
        return {}
    pairs = ((one, last.of(one, asked.unit), last.since.get((one.pk, asked.unit))) for one in indicators)
    return {
        f"{_code(one)}.{last.year}": _shown(one, now.value).text
        for one, was, now in pairs
        if was is not None and now is not None and now.value != was.value
    }


def _by_unit(main: Sequence[Indicator], last: Reading | None, asked: Asked, facts: Facts) -> None:
    shown = [one for one in main if one.adds_up or one.aggregation == RATIO]
    labels = unit_labels()
    own = last.figures if last else {}
    kinds = {
        "provinces": (_("Kết quả theo tỉnh, thành phố"), True),
        "ministries": (_("Kết quả theo bộ, cơ quan"), False),
    }
    for name, (title, is_province) in kinds.items():
        units = _units(own, labels, is_province=is_province)
        facts.lay(_unit_grid(name, title, shown, own, units, last))
    facts.lay(_as_reported(shown, last, asked, labels))


def _units(own: dict[Key, Figure], labels: dict[str, UnitLabel], *, is_province: bool | None) -> list[UnitLabel]:
    ids = {unit for (_pk, unit), figure in own.items() if unit and figure.value is not None}
    found = [labels[unit] for unit in ids if unit in labels]
    if is_province is not None:
        found = [one for one in found if (one.kind == OrganisationUnit.Kind.PROVINCE) == is_province]
    return sorted(found, key=lambda one: (one.sort, one.id))


def _unit_grid(
    name: str, title: str, shown: Sequence[Indicator], own: dict[Key, Figure], units: Sequence[UnitLabel],
    last: Reading | None,
) -> Grid:  # fmt: skip
    shown = [one for one in shown if any((one.pk, unit.id) in own for unit in units)]
    lines = []
    for place, unit in enumerate(units, 1):
        cells = [own.get((one.pk, unit.id)) for one in shown]
        told = (_of_unit(one, cell) for one, cell in zip(shown, cells, strict=True))
        lines.append(Line((Cell(number(place)), words(unit.distinct_name), *told)))
    heads = (Head(_("TT"), "center", 0.6), Head(_("Đơn vị"), weight=4),
             *(Head(one.code, "right", 1.5) for one in shown))  # fmt: skip
    notes = tuple(f"{one.code}: {one.label} ({one.unit_label})" for one in shown) if lines else ()
    return Grid(name, title, heads, tuple(lines), notes=notes, source=reverse("progress:indicator_list"),
                as_of=moment_in_words(last.at if last else None))  # fmt: skip


def _of_unit(indicator: Indicator, figure: Figure | None) -> Cell:
    """A unit has a plan or has none: a hundred per cent of one would be no rate."""
    if figure is None or figure.value is None or figure.denominator != 1:
        return _shown(indicator, figure.value if figure else None)
    return words(_("có") if figure.numerator else _("chưa có"))


def _as_reported(shown: Sequence[Indicator], last: Reading | None, asked: Asked, labels: dict[str, UnitLabel]) -> Grid:
    """Units as they reported, where that is another figure than today's units show."""
    title = _("Kết quả theo đơn vị tại thời điểm báo cáo (chỉ đơn vị có số khác)")
    if last is None:
        return _unit_grid("as-reported", title, shown, {}, [], last)
    read = figures_as_of(shown, asked.year, last.at, view=UnitView.AS_REPORTED, on=asked.day)
    then: dict[Key, Figure] = {(pk, one.unit_id): one for pk, all_ in read.items() for one in all_ if one.unit_id}
    today = {key: one.value for key, one in last.figures.items()}
    units = {key[1] for key, one in then.items() if today.get(key) != one.value}
    kept = {key: one for key, one in then.items() if key[1] in units}
    return _unit_grid("as-reported", title, shown, kept, _units(kept, labels, is_province=None), last)
