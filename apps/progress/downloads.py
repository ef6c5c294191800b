"""Figures, and what they are made of, as files. Name and a column of each say in which unit view it is."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.text import capfirst

from apps.accounts.scope import UnitScope
from apps.audit.selectors import marked
from apps.core.export import csv_response_of, noted_response
from apps.exchange.origins import origin_of
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.adjustments import RowChange
from apps.progress.comparison import FigureBetween
from apps.progress.explained import GRID, About, notes_of, years_by_indicator, years_by_unit
from apps.progress.figures import Figure, figures, figures_of_unit
from apps.progress.forms import FigureQuery
from apps.progress.parts import worded
from apps.progress.provenance import CountedRow
from apps.progress.rates import Denominators, has_rate
from apps.progress.selectors import Gain
from apps.progress.sources import COUNTS
from apps.progress.telling import ToldChange, records_of, rows_of, tell
from apps.targets.facts import Column, Telling
from apps.targets.models import Indicator, Period

FORMATS = ("csv", "xlsx")
HEADER = ["Mục tiêu", "Kỳ", "Mã đơn vị", "Đơn vị", "Giá trị", "Đơn vị tính", "Trạng thái", "Cách xem đơn vị"]
PARTS = ["Tử số", "Mẫu số", "Phần cộng vào toàn quốc", "Ghi chú"]
CLOSED = ["Phiên bản chốt", "Số liệu tính đến", "Điều chỉnh sau khi chốt"]
RATE = ["Trên 1.000 DN đang hoạt động", "DN đang hoạt động", "Năm của số DN", "Lý do thiếu số DN đang hoạt động"]
# Before and after what the register names a row by, and what it says of it.
ROWS = ["Mục tiêu", "Kỳ"], ["Nguồn", "Phần tính", "Cách xem đơn vị"]
CHANGES = (
    ["Mục tiêu", "Kỳ", "Thay đổi"],
    ["Mã đơn vị", "Địa bàn", "Địa bàn trước", "Ngày", "Ghi sau khi chốt", "Người ghi", "Lý do", "Nguồn"],
)
STATES = ["Trạng thái trước", "Trạng thái sau"]
AT_ONCE = 1000
DECIMALS = 6  # of what is no whole number: more digits are the machine's, not the count's
# Words of file names, as people without accents write them.
VIEW_NAMES = {UnitView.CURRENT: "theo-don-vi-hien-nay", UnitView.AS_REPORTED: "theo-don-vi-bao-cao"}


def send(
    rows: Iterable[list[Any]],
    kind: str,
    asked: FigureQuery,
    *name: str | int,
    about: About,
    count: int | None = None,
) -> HttpResponseBase:
    """The table as a file of that kind, named after what it is and the unit view. A workbook says first what it is;
    a .csv, which programs read, is the table alone. Both say in their names where data are invented.
    """
    day = [asked.day.isoformat()] if asked.day else []
    known = ["biet-den", asked.known_day.isoformat()] if asked.known_day else []
    title = marked("-".join(str(word).lower() for word in [*name, VIEW_NAMES[asked.view], *day, *known]))
    if kind == "csv":
        return csv_response_of(rows, title, count)
    beside = {GRID: about.grid} if about.grid else {}
    return noted_response(rows, title, notes_of(about, asked), beside=beside, count=count)


def download(indicator: Indicator, asked: FigureQuery, kind: str) -> HttpResponseBase:
    values = _values_of(indicator)
    every = figures(indicator, view=asked.view, on=asked.day, breakdown=None if values else "", known_on=asked.known_on)
    whole = [one for one in every if not one.breakdown]
    about = About(
        f"{indicator.code} – {indicator.short_name}: số liệu theo năm và đơn vị",
        indicator,
        {one.unit_id for one in whole if one.unit_id},
        years_by_unit(whole, plain),
    )
    return send(yearly_table(indicator, asked, every), kind, asked, indicator.code, about=about)


def _values_of(indicator: Indicator) -> list[str]:
    """The values of its breakdowns that have words, as its figures name them."""
    return [f"{name}={value}" for name, one in worded(indicator.code).items() for value in one.words]


def yearly_table(indicator: Indicator, asked: FigureQuery, every: Iterable[Figure]) -> list[list[Any]]:
    """Header, then one row per year and unit (nation first). Numbers are rounded for no page: see `plain`."""
    labels, words, rated, values = unit_labels(), asked.words, has_rate(indicator), _values_of(indicator)
    denominators = Denominators(asked.view, asked.day) if rated else None
    every = list(every)
    within = {(one.year, one.unit_id, one.breakdown): one for one in every if one.breakdown}
    rows = [
        _row(indicator, figure, labels, words)
        + (_rate(figure, denominators) if denominators else [])
        + [_within(within.get((figure.year, figure.unit_id, value))) for value in values]
        for figure in every
        if not figure.breakdown
    ]
    spoken = [f"Trong đó: {words}" for one in worded(indicator.code).values() for words in one.words.values()]
    return [[*HEADER, *PARTS, *CLOSED, *(RATE if rated else []), *spoken], *rows]


def _within(part: Figure | None) -> int | float | str:
    """What of the figure is of one value of a breakdown; of a ratio, of its numerator."""
    if part is None:
        return ""
    return plain(part.value if part.numerator is None else part.numerator)


def download_unit(unit: str, name: str, asked: FigureQuery, kind: str) -> HttpResponseBase:
    """Every figure of one unit: a row per indicator and year."""
    indicators, labels, denominators = list(Indicator.objects.all()), unit_labels(), Denominators(asked.view, asked.day)
    found = figures_of_unit(indicators, unit, view=asked.view, on=asked.day, known_on=asked.known_on)
    rows = [
        _row(indicator, figure, labels, asked.words)
        + (_rate(figure, denominators) if has_rate(indicator) else [""] * len(RATE))
        for indicator in indicators
        for figure in found[indicator.pk]
    ]
    grid = years_by_indicator([(one, found[one.pk]) for one in indicators], plain)
    about = About(f"{labels[unit].full_name}: số liệu các mục tiêu theo năm", grid=grid)
    return send([[*HEADER, *PARTS, *CLOSED, *RATE], *rows], kind, asked, name, about=about)


def _row(indicator: Indicator, figure: Figure, labels: dict[str, UnitLabel], words: str) -> list[Any]:
    return [
        indicator.code,
        _year(figure.period),
        figure.unit_id or "",
        labels[figure.unit_id].short_name if figure.unit_id else "Toàn quốc",
        plain(figure.value),
        indicator.unit_label,
        "đã chấp nhận" if figure.is_accepted else "tạm tính",
        words,
        plain(figure.numerator),
        plain(figure.denominator),
        plain(figure.counted) if figure.unit_id else "",
        figure.note_text,
        figure.version or "",
        figure.as_of or "",
        plain(figure.adjustment),
    ]


def _rate(figure: Figure, denominators: Denominators) -> list[Any]:
    denominator = denominators.of(figure.unit_id, figure.year)
    rate = denominator.rate(figure.value)
    return [plain(rate), plain(denominator.value), denominator.year or "", denominator.reason]


def gains_table(indicator: Indicator, period: Period, gains: Iterable[Gain], words: str) -> Iterator[list[Any]]:
    count = COUNTS[indicator.code]
    amounts = [str(count.gain), str(count.total)]
    yield ["Mục tiêu", "Kỳ", "Mã đơn vị", "Đơn vị", *amounts, "Đơn vị tính", "Cách xem đơn vị"]
    for gain in gains:
        place = [gain.unit.id, gain.unit.short_name]
        yield [
            indicator.code,
            _year(period.code),
            *place,
            plain(gain.new),
            plain(gain.total),
            indicator.unit_label,
            words,
        ]


def rows_table(
    indicator: Indicator, period: Period, rows: list[CountedRow], words: str, scope: UnitScope
) -> Iterator[list[Any]]:
    """The rows behind a figure, read some at a time: a nation's year has tens of thousands."""
    telling, labels, (before, after) = COUNTS[indicator.code].source.telling, unit_labels(), ROWS
    place = ["Mã đơn vị", str(telling.place), str(telling.day)]
    yield [*before, *_headings(telling.names), *place, *_headings(telling.says), *after]
    for start in range(0, len(rows), AT_ONCE):
        chunk = rows[start : start + AT_ONCE]
        facts = rows_of(telling, (row.row_id for row in chunk))
        records = records_of(telling, (row.record_id for row in chunk), scope)
        for row in chunk:
            fact = facts[row.row_id]
            yield [
                indicator.code,
                _year(period.code),
                *_values(telling.names, records[row.record_id]),
                row.unit_id,
                labels[row.unit_id].short_name,
                row.day,
                *_values(telling.says, fact),
                origin_of(fact),
                plain(row.share),
                words,
            ]


def _headings(columns: Iterable[Column]) -> list[str]:
    return [str(column.heading) for column in columns]


def _values(columns: Iterable[Column], of: Any) -> list[Any]:
    return [column.value(of) for column in columns]


def adjustments_table(
    indicator: Indicator,
    period: Period,
    changes: list[RowChange],
    since: datetime,
    scope: UnitScope,
    until: datetime | None = None,
) -> Iterator[list[Any]]:
    """The rows that moved a figure, read some at a time: a large import moves thousands."""
    source, (before, after) = COUNTS[indicator.code].source, CHANGES
    yield [*before, *_headings(source.telling.names), *after]
    for start in range(0, len(changes), AT_ONCE):
        for one in tell(source, changes[start : start + AT_ONCE], since, scope, until):
            yield [indicator.code, _year(period.code), *_adjustment(source.telling, one)]


def between_table(changes: Iterable[FigureBetween], words: str, moments: Iterable[str]) -> Iterator[list[Any]]:
    """Every figure that differs between two moments, each with what it was and became."""
    values = [capfirst(moment) for moment in moments]
    yield ["Mục tiêu", "Kỳ", "Mã đơn vị", "Đơn vị", *values, "Chênh lệch", *STATES, "Đơn vị tính", "Cách xem đơn vị"]
    for one in changes:
        yield [
            one.indicator.code,
            one.year,
            one.unit.id if one.unit else "",
            one.unit.short_name if one.unit else "Toàn quốc",
            *(plain(figure.value if figure else None) for figure in (one.before, one.after)),
            plain(one.difference),
            *(_state(figure) for figure in (one.before, one.after)),
            one.indicator.unit_label,
            words,
        ]


def _state(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return ""
    return "đã chấp nhận" if figure.is_accepted else "tạm tính"


def _adjustment(telling: Telling, one: ToldChange) -> list[Any]:
    change, account = one.change, one.account
    return [
        str(change.kind.label),
        *_values(telling.names, one.record),
        change.unit_id,
        one.unit.short_name,
        one.former_unit.short_name if one.former_unit else "",
        change.day,
        account.at or "",
        account.who,
        account.why,
        f"Nhập Excel, lần {account.batch.pk}" if account.batch else "",
    ]


def _year(code: str) -> int | str:
    """A period named after its year is a number, as its other columns are."""
    return int(code) if code.isdecimal() else code


def plain(value: Decimal | None) -> int | float | str:
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else round(float(value), DECIMALS)
