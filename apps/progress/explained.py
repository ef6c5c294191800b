"""What a workbook of figures says of itself on its first sheet: what is counted, in which units, as known when."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.audit.selectors import is_illustrative
from apps.core.templatetags.ui import vn_datetime
from apps.organisations.selectors import unit_labels
from apps.progress.figures import Figure
from apps.progress.forms import FigureQuery
from apps.progress.jsonstat import portal
from apps.targets.models import Indicator

Plain = Callable[[Decimal | None], Any]  # a value as a file has it
GRID = "Theo năm"
Aggregation = Indicator.Aggregation
# Years stand side by side: without these words a reader adds up what is a running total already.
OF_A_YEAR = {
    Aggregation.LATEST: _lazy("Số hiện có vào cuối năm; không cộng các năm."),
    Aggregation.SUM: _lazy("Số của riêng năm đó."),
    Aggregation.CUMULATIVE: _lazy("Lũy kế từ đầu Đề án đến hết năm; số của riêng một năm là hiệu với năm trước."),
    Aggregation.DISTINCT: _lazy("Lũy kế từ đầu Đề án đến hết năm, tính không trùng; không cộng các năm."),
    Aggregation.RATIO: _lazy("Tỷ lệ vào cuối năm; không cộng các năm."),
}


@dataclass(frozen=True)
class About:
    """What a file holds. `units`: of which units; `grid`: a sheet with a column for each year, where it has one."""

    title: str
    indicator: Indicator | None = None
    units: Collection[str] = ()
    grid: Sequence[Sequence[Any]] = ()


def notes_of(about: About, asked: FigureQuery) -> Iterator[tuple[str, str]]:
    """Line by line: of what it is said, and the words."""
    yield _("Nội dung"), about.title
    if about.indicator:
        told = Indicator.objects.with_definition(asked.known_on).get(pk=about.indicator.pk)
        yield _("Định nghĩa"), told.definition
        yield _("Đơn vị tính"), told.unit_label
        yield _("Số của mỗi năm"), str(OF_A_YEAR[Aggregation(told.aggregation)])
    yield _("Cách xem đơn vị"), asked.words
    yield _("Đơn vị trong tệp"), _units_in_words(about.units, asked)
    yield _("Số liệu đã biết đến"), vn_datetime(asked.known_on or timezone.now())
    yield _("Trạng thái"), _("“đã chấp nhận”: số của lần chốt kỳ gần nhất; “tạm tính”: kỳ chưa chốt, số còn thay đổi.")
    yield _("Nguồn"), portal()
    if is_illustrative():
        yield _("Lưu ý"), _("Số liệu minh họa, không phải kết quả thực hiện.")


def _units_in_words(units: Collection[str], asked: FigureQuery) -> str:
    """Why there are more units than today has: each has what it reported while it was."""
    labels = unit_labels()
    ended = sum(labels[unit].ended_on is not None for unit in units)
    told = {"all": len(units), "ended": ended, "today": len(units) - ended}
    if asked.is_current:
        words = _("Số của đơn vị đã sắp xếp (sáp nhập, chia tách, đổi tên) được tính vào đơn vị kế thừa.")
        return (_("%(all)s đơn vị có số liệu. ") % told if units else "") + words
    words = _("Mỗi đơn vị mang số của chính mình trong thời gian tồn tại, nên có cả đơn vị trước và sau sắp xếp.")
    if not units:
        return words
    return _("%(all)s đơn vị có số liệu: %(today)s đơn vị hiện nay, %(ended)s đơn vị đã kết thúc. ") % told + words


def years_by_unit(found: Iterable[Figure], plain: Plain) -> list[list[Any]]:
    """The nation, then each unit that has a figure, a column for each year; a year that is not closed says so."""
    labels = unit_labels()
    rows: dict[str | None, dict[int, Figure]] = {}
    for one in found:
        rows.setdefault(one.unit_id, {})[one.year] = one
    order = sorted(rows, key=lambda unit: (unit is not None, labels[unit].sort if unit else "", unit or ""))
    named = [([unit or "", labels[unit].distinct_name if unit else "Toàn quốc"], rows[unit]) for unit in order]
    return _grid(["Mã đơn vị", "Đơn vị"], named, plain)


def years_by_indicator(found: Iterable[tuple[Indicator, Iterable[Figure]]], plain: Plain) -> list[list[Any]]:
    named = [
        ([one.code, one.label, one.unit_label, one.get_aggregation_display()], {of.year: of for of in series})
        for one, series in found
    ]
    return _grid(["Mục tiêu", "Tên", "Đơn vị tính", "Cách tính"], [row for row in named if row[1]], plain)


def _grid(heads: list[Any], rows: Sequence[tuple[list[Any], dict[int, Figure]]], plain: Plain) -> list[list[Any]]:
    years = sorted({year for _names, figures in rows for year in figures})
    open_years = {year for _names, figures in rows for year, one in figures.items() if not one.is_accepted}
    columns = [f"{year} (tạm tính)" if year in open_years else year for year in years]
    body = [
        [*names, *(plain(figures[year].value) if year in figures else "" for year in years)] for names, figures in rows
    ]
    return [[*heads, *columns], *body]
