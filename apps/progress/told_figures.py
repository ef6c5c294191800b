"""A figure as programs read it: its fields for the description of the API, and what stands in them.

The answer is put together without a field of its own for each number: a page has fifty figures of eighteen fields.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from apps.core.api import ExactField
from apps.core.numbers import plain_decimal
from apps.core.shown import told_moment
from apps.organisations.selectors import UnitLabel
from apps.progress.figures import Figure, Note
from apps.progress.rates import Denominator, Denominators

NATION = "Toàn quốc"
NO_RATE = {"rate": None, "rate_denominator": None, "rate_denominator_year": None}


class PlainNumberField(serializers.DecimalField):
    """A JSON number: 38450 where it is whole, 61.4 where it is not. Older than `exact`, and kept for who reads it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, coerce_to_string=False, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return plain_number(value)


class FigureSerializer(serializers.Serializer):
    """Một số liệu. `unit` rỗng (null) là toàn quốc; `status` là accepted khi kỳ số liệu đã chốt.

    Số đã chấp nhận là số như đã biết tại `as_of` của lần chốt mới nhất, mang số `closing_version`. `known_now` là số
    ấy như đã biết tại `known_on` (mặc định: bây giờ); `adjustment` là phần có thêm hoặc thay đổi sau khi chốt, chỉ
    vào số đã chấp nhận khi kỳ được chốt lại. Kỳ chưa chốt thì cả bốn là null.

    `value` null: cách xem này không có số, lý do ở `note`. `numerator`, `denominator` là tử số, mẫu số của tỷ lệ.
    `counted` là phần cộng vào số toàn quốc (với tỷ lệ: vào tử số); null là không cộng.
    `rate` là số trên 1.000 doanh nghiệp đang hoạt động, kèm số doanh nghiệp và năm; null khi chưa biết số đó.
    `exact` nhắc lại các số thập phân dưới dạng chuỗi, không mất chữ số nào.
    """

    period = serializers.CharField(help_text="Mã kỳ số liệu, ví dụ 2025.")
    unit = serializers.CharField(allow_null=True, help_text="Mã đơn vị; null là toàn quốc.")
    unit_name = serializers.CharField(read_only=True, help_text="Tên ngắn của đơn vị.")
    breakdown = serializers.CharField(help_text="Phân tổ, dạng ownership=state; rỗng là tổng số.")
    value = PlainNumberField(allow_null=True, help_text="Giá trị; null: không có số, lý do ở note.")
    numerator = PlainNumberField(allow_null=True, help_text="Tử số của tỷ lệ; mục tiêu không phải tỷ lệ: null.")
    denominator = PlainNumberField(allow_null=True, help_text="Mẫu số của tỷ lệ; mục tiêu không phải tỷ lệ: null.")
    counted = PlainNumberField(
        allow_null=True, help_text="Phần cộng vào số toàn quốc (với tỷ lệ: vào tử số); null: không cộng."
    )
    note = serializers.ChoiceField(
        Note.choices, allow_blank=True, help_text="Điều cần biết khi đọc số này, hoặc vì sao không có số."
    )
    rate = serializers.CharField(
        read_only=True, allow_null=True, help_text="Số trên 1.000 doanh nghiệp đang hoạt động, dạng văn bản."
    )
    rate_denominator = serializers.FloatField(
        read_only=True, allow_null=True, help_text="Số doanh nghiệp đang hoạt động, là mẫu số của rate."
    )
    rate_denominator_year = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Năm của số doanh nghiệp đó."
    )
    exact = ExactField("value", "numerator", "denominator", "counted", "since:known_now", "adjustment")
    status = serializers.CharField(
        read_only=True, help_text="accepted: đã chấp nhận, kỳ đã chốt; preliminary: tạm tính, kỳ chưa chốt."
    )
    known_from = serializers.DateTimeField(help_text="Cổng biết số này từ thời điểm nào.")
    is_accepted = serializers.BooleanField(help_text="Như status: đúng là đã chấp nhận.")
    closing_version = serializers.IntegerField(
        allow_null=True, help_text="Phiên bản chốt mới nhất của kỳ; null: kỳ chưa chốt."
    )
    as_of = serializers.DateTimeField(
        allow_null=True,
        help_text="Số đã chấp nhận là số như đã biết tại thời điểm này của lần chốt; null: kỳ chưa chốt.",
    )
    known_now = PlainNumberField(
        allow_null=True, help_text="Số ấy như đã biết tại known_on (mặc định: bây giờ); null: kỳ chưa chốt."
    )
    adjustment = PlainNumberField(
        allow_null=True, help_text="Phần có thêm hoặc thay đổi sau khi chốt: known_now trừ value; null: kỳ chưa chốt."
    )


def told_figures(
    found: Iterable[Figure], labels: Mapping[str, UnitLabel], denominators: Denominators | None
) -> list[dict[str, Any]]:
    """`denominators`: of an indicator that counts enterprises."""
    return [_told(one, labels, denominators) for one in found]


def _told(figure: Figure, labels: Mapping[str, UnitLabel], denominators: Denominators | None) -> dict[str, Any]:
    adjustment, is_accepted = figure.adjustment, figure.is_accepted
    return {
        "period": figure.period,
        "unit": figure.unit_id,
        "unit_name": labels[figure.unit_id].short_name if figure.unit_id else NATION,
        "breakdown": figure.breakdown,
        "value": plain_number(figure.value),
        "numerator": plain_number(figure.numerator),
        "denominator": plain_number(figure.denominator),
        "counted": plain_number(figure.counted),
        "note": figure.note,
        **(NO_RATE if denominators is None or figure.breakdown else _rate(figure, denominators)),
        "exact": {
            "value": _exact(figure.value),
            "numerator": _exact(figure.numerator),
            "denominator": _exact(figure.denominator),
            "counted": _exact(figure.counted),
            "known_now": _exact(figure.since),
            "adjustment": _exact(adjustment),
        },
        "status": "accepted" if is_accepted else "preliminary",
        "known_from": told_moment(figure.known_from),
        "is_accepted": is_accepted,
        "closing_version": figure.version,
        "as_of": told_moment(figure.as_of),
        "known_now": plain_number(figure.since),
        "adjustment": plain_number(adjustment),
    }


def _rate(figure: Figure, denominators: Denominators) -> dict[str, Any]:
    """Of all enterprises of the unit: a part of them is not set against all."""
    found: Denominator = denominators.of(figure.unit_id, figure.year)
    rate = found.rate(figure.value)
    return {
        "rate": None if rate is None else plain_decimal(round(rate, 6)),
        "rate_denominator": None if found.value is None else float(found.value),
        "rate_denominator_year": found.year,
    }


def plain_number(value: Decimal | int | None) -> int | float | None:
    if value is None:
        return None
    whole = int(value)
    return whole if value == whole else float(value)


def _exact(value: Decimal | int | None) -> str | None:
    return None if value is None else plain_decimal(value)
