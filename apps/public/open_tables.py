"""The tables of one edition of open data: what stands in them, column by column, and their rows.

An edition is a publication: its figures, and the years before it as they were published by then. Its files stay at
their addresses and say the same for good; only what is taken back is gone from them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.progress.jsonstat import NATION
from apps.progress.published import PublishedFigure
from apps.progress.published_kept import all_figures
from apps.progress.published_series import in_force_by_year, nation_in
from apps.progress.selectors import IndicatorProgress
from apps.targets.models import Indicator, Publication

DECIMALS = 6
Text = Any  # a text or one that is yet to be translated


@dataclass(frozen=True)
class Column:
    """`kind`: of Frictionless Data: string, integer, number, date or boolean."""

    name: str
    kind: str
    title: Text
    words: Text


@dataclass(frozen=True)
class Edition:
    """What its tables are read from, once for all of them."""

    publication: Publication

    @cached_property
    def nation(self) -> list[IndicatorProgress]:
        return sorted(nation_in(in_force_by_year(self.publication)), key=lambda one: one.indicator.position)

    def figures(self, view: UnitView) -> Sequence[PublishedFigure]:
        return all_figures(self.publication, view)


@dataclass(frozen=True)
class Table:
    """`key`: the columns that tell its rows apart."""

    name: str
    title: Text
    words: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[Edition], Iterator[tuple[Any, ...]]]
    view: UnitView | None = None  # of the units in it

    @property
    def has_dataset(self) -> bool:
        """Whether it is a cube of figures: those are told as JSON-stat too."""
        return self.view is not None


CODE = Column("indicator", "string", _("Mã mục tiêu"), _("Mã của mục tiêu hoặc chỉ tiêu thành phần."))
FIGURE_COLUMNS = (
    CODE,
    Column("period", "string", pgettext_lazy("column", "Kỳ số liệu"), _("Mã kỳ số liệu, thường là năm.")),
    Column("unit", "string", _("Mã đơn vị"), _("Mã của đơn vị; VN là toàn quốc.")),
    Column("unit_name", "string", _("Tên đơn vị"), _("Tên ngắn của đơn vị.")),
    Column("value", "number", _("Giá trị"), _("Để trống: không có số, lý do ở cột reason.")),
    Column("numerator", "number", _("Tử số"), _("Của mục tiêu là tỷ lệ.")),
    Column("denominator", "number", _("Mẫu số"), _("Của mục tiêu là tỷ lệ.")),
    Column("rate", "number", _("Trên 1.000 doanh nghiệp"), _("Giá trị trên 1.000 doanh nghiệp đang hoạt động.")),
    Column("rate_denominator", "number", _("Số doanh nghiệp"), _("Doanh nghiệp đang hoạt động, biết khi công bố.")),
    Column("rate_denominator_year", "integer", _("Năm của số doanh nghiệp"), _("Năm của số ấy.")),
    Column("reason", "string", _("Lý do không có số"), _("few: dưới năm đối tượng, hoặc tính ra được số như vậy.")),
    Column("note", "string", _("Lưu ý"), _("Điều cần biết khi đọc số này.")),
)  # fmt: skip
TARGET_COLUMNS = (
    CODE,
    Column("year", "integer", _("Năm"), _("Năm của số liệu.")),
    Column("value", "number", _("Giá trị"), _("Số của toàn quốc đã công bố, hoặc số đầu kỳ của Đề án.")),
    Column("is_baseline", "boolean", _("Số đầu kỳ"), _("Đúng với số có từ trước Đề án, không do đơn vị nào báo cáo.")),
    Column("publication", "integer", _("Lần công bố"), _("Số của lần công bố đã nêu giá trị này.")),
)
INDICATOR_COLUMNS = (
    CODE,
    Column("name", "string", _("Tên"), _("Tên của mục tiêu.")),
    Column("name_en", "string", _("Tên tiếng Anh"), _("Tên của mục tiêu bằng tiếng Anh.")),
    Column("unit_label", "string", _("Đơn vị tính"), _("Giá trị tính bằng gì.")),
    Column("aggregation", "string", _("Cách cộng"), _("latest, sum, cumulative, distinct hoặc ratio.")),
    Column("target_2025", "number", _("Mục tiêu 2025"), _("Mức phải đạt của cả nước hết năm 2025.")),
    Column(
        "target_2030", "number", pgettext_lazy("column", "Mục tiêu 2030"), _("Mức phải đạt của cả nước hết năm 2030.")
    ),
    Column("verdict", "string", _("Kết luận"), _("Theo mức tăng ba năm gần nhất; để trống: không kết luận.")),
    Column("forecast_2030", "number", _("Dự báo 2030"), _("Số gần nhất cộng mức tăng ấy cho đến năm 2030.")),
    Column("part_of", "string", _("Thuộc mục tiêu"), _("Mã của mục tiêu; chỉ chỉ tiêu thành phần mới có.")),
)  # fmt: skip
UNIT_COLUMNS = (
    Column("unit", "string", _("Mã đơn vị"), _("Mã của đơn vị, không đổi theo tên.")),
    Column("name", "string", _("Tên"), _("Tên ngắn hiện nay, hoặc tên cuối cùng.")),
    Column("kind", "string", _("Loại"), _("Loại đơn vị.")),
    Column("valid_from", "date", _("Từ ngày"), _("Ngày đầu có hiệu lực; để trống: trước khi có Đề án.")),
    Column("valid_to", "date", _("Đến ngày"), _("Ngày cuối có hiệu lực; để trống: còn hiệu lực.")),
)


def _told(value: Decimal | None) -> Decimal | None:
    """Six decimals of a ratio tell all that there is to tell."""
    return None if value is None else round(value, DECIMALS)


def _figure_rows(view: UnitView) -> Callable[[Edition], Iterator[tuple[Any, ...]]]:
    def rows(edition: Edition) -> Iterator[tuple[Any, ...]]:
        labels = unit_labels()
        for one in edition.figures(view):
            yield (
                one.indicator.code, one.period, one.unit_id or NATION,
                labels[one.unit_id].short_name if one.unit_id else _now("Toàn quốc"),
                _told(one.value), _told(one.numerator), _told(one.denominator), one.rate, one.set_against.value,
                one.set_against.year,
                one.reason, one.note,
            )  # fmt: skip

    return rows


def _target_rows(edition: Edition) -> Iterator[tuple[Any, ...]]:
    years = in_force_by_year(edition.publication)
    for item in edition.nation:
        for year, value in item.accepted.items():
            is_told = year in item.figures and item.figures[year].value is not None
            yield item.indicator.code, year, _told(value), not is_told, years[year].pk if is_told else None


def _indicator_rows(edition: Edition) -> Iterator[tuple[Any, ...]]:
    """Each target with its parts: those have figures, and nobody has set them a level to reach."""
    parts: dict[int | None, list[Indicator]] = {}
    for part in Indicator.objects.filter(parent__isnull=False).order_by("position", "code"):
        parts.setdefault(part.parent_id, []).append(part)
    for item in edition.nation:
        one = item.indicator
        yield (
            one.code, one.name, one.name_en, one.unit_label, one.aggregation, item.milestone, item.goal,
            str(item.outlook.verdict), _told(item.outlook.forecast), "",
        )  # fmt: skip
        for part in parts.get(one.pk, ()):
            yield (
                part.code, part.name, part.name_en, part.unit_label, part.aggregation, None, None, "", None, one.code,
            )  # fmt: skip


def _unit_rows(edition: Edition) -> Iterator[tuple[Any, ...]]:
    """Of all that its figures name, in either view."""
    labels = unit_labels()
    named = {one.unit_id for view in UnitView for one in edition.figures(view) if one.unit_id}
    for unit in sorted(named):
        one = labels[unit]
        yield unit, one.short_name, one.kind, one.valid_from, one.valid_to


TABLES: Mapping[str, Table] = {
    one.name: one
    for one in (
        Table(
            "targets", _("Tiến độ các mục tiêu qua các năm"),
            _("Số của toàn quốc, mỗi năm theo lần công bố của năm ấy."),
            TARGET_COLUMNS, ("indicator", "year"), _target_rows,
        ),
        Table(
            "figures", _("Kết quả theo đơn vị hiện nay"),
            _("Toàn quốc và từng đơn vị có hiệu lực tại ngày công bố."),
            FIGURE_COLUMNS, ("indicator", "unit"), _figure_rows(UnitView.CURRENT), UnitView.CURRENT,
        ),
        Table(
            "figures-as-reported", _("Kết quả theo đơn vị lúc báo cáo"),
            _("Toàn quốc và từng đơn vị đã báo cáo, gồm đơn vị trước sắp xếp."),
            FIGURE_COLUMNS, ("indicator", "unit"), _figure_rows(UnitView.AS_REPORTED), UnitView.AS_REPORTED,
        ),
        Table(
            "indicators", _("Mục tiêu và kết luận"),
            _("Mục tiêu với mức phải đạt và kết luận; chỉ tiêu thành phần không có hai cột ấy."),
            INDICATOR_COLUMNS, ("indicator",), _indicator_rows,
        ),
        Table(
            "units", _("Danh mục đơn vị"), _("Các đơn vị có trong số liệu."),
            UNIT_COLUMNS, ("unit",), _unit_rows,
        ),
    )
}  # fmt: skip
