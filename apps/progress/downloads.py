"""An indicator's figures as a file. Its name and a column say in which unit view they are."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase

from apps.core.export import csv_response_of, workbook_response
from apps.organisations.selectors import unit_labels
from apps.progress.figures import Figure, UnitView, figures
from apps.progress.rates import Denominators, has_rate
from apps.targets.models import Indicator

FORMATS = {"csv": csv_response_of, "xlsx": workbook_response}
HEADER = ["Chỉ tiêu", "Kỳ", "Mã đơn vị", "Đơn vị", "Giá trị", "Đơn vị tính", "Tình trạng", "Cách xem đơn vị"]
PARTS = ["Tử số", "Mẫu số", "Phần cộng vào toàn quốc", "Ghi chú"]
RATE = ["Trên 1.000 DN đang hoạt động", "DN đang hoạt động", "Năm của số DN", "Vì sao thiếu số DN"]


def download(indicator: Indicator, view: UnitView, kind: str) -> HttpResponseBase:
    return FORMATS[kind](yearly_table(indicator, view), f"{indicator.code.lower()}-units-{view.value}")


def yearly_table(indicator: Indicator, view: UnitView) -> list[list[Any]]:
    """Header, then one row per year and unit (nation first). Numbers are exact: nothing is rounded in a file."""
    labels, found = unit_labels(), figures(indicator, view=view)
    rated = has_rate(indicator)
    denominators = Denominators(view) if rated else None
    rows = [
        [
            indicator.code,
            figure.period,
            figure.unit_id or "",
            labels[figure.unit_id].short_name if figure.unit_id else "Toàn quốc",
            plain(figure.value),
            indicator.unit_label,
            "đã chấp nhận" if figure.is_accepted else "tạm tính",
            str(view.label),
            plain(figure.numerator),
            plain(figure.denominator),
            plain(figure.counted) if figure.unit_id else "",
            figure.note_text,
            *(_rate(figure, denominators) if denominators else []),
        ]
        for figure in found
    ]
    return [[*HEADER, *PARTS, *(RATE if rated else [])], *rows]


def _rate(figure: Figure, denominators: Denominators) -> list[Any]:
    denominator = denominators.of(figure.unit_id, figure.year)
    rate = denominator.rate(figure.value)
    return [plain(rate), plain(denominator.value), denominator.year or "", denominator.reason]


def plain(value: Decimal | None) -> int | float | str:
    if value is None:
        return ""
    return int(value) if value == value.to_integral_value() else float(value)
