"""The rows that a figure counts, as programs read them: those of the page, in whose rows the person may look."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from apps.core.api import ExactField
from apps.core.numbers import plain_decimal
from apps.progress.provenance import ShownRow
from apps.targets.api import UNITS

KNOWN_ON = OpenApiParameter(
    "known_on",
    {"oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]},
    description="Số như đã biết và chốt tại thời điểm này; chỉ ghi ngày (yyyy-mm-dd) là hết ngày đó, giờ Việt Nam",
)
PARAMETERS = [
    OpenApiParameter("period", OpenApiTypes.INT, required=True, description="Năm của kỳ số liệu, ví dụ 2025"),
    OpenApiParameter("unit", OpenApiTypes.STR, description="Mã đơn vị; VN, hoặc không nêu, là toàn quốc"),
    UNITS,
    OpenApiParameter("on", OpenApiTypes.DATE, description="Chỉ với units=current: theo các đơn vị tại ngày này"),
    KNOWN_ON,
    OpenApiParameter("page", OpenApiTypes.INT, description="Số thứ tự của trang."),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="Số dòng mỗi trang, nhiều nhất 200."),
]


class CountedRowSerializer(serializers.Serializer):
    """Một dòng được tính: `record` là bản ghi có dòng đó, `share` là phần tính vào số của đơn vị (1, trừ khi đơn vị
    được chia). `batch` là lần nhập đã đưa dòng vào, nếu người gọi được xem.
    """

    id = serializers.IntegerField(source="row_id")
    record = serializers.IntegerField(source="record_id")
    unit = serializers.CharField(source="unit_id")
    day = serializers.DateField()
    share = serializers.SerializerMethodField()
    title = serializers.CharField(source="name.title")
    code = serializers.CharField(source="name.code", allow_blank=True)
    url = serializers.CharField(source="name.url")
    origin = serializers.CharField()
    batch = serializers.SerializerMethodField()

    def get_share(self, row: ShownRow) -> str:
        return plain_decimal(row.share)

    def get_batch(self, row: ShownRow) -> int | None:
        imports = self.context["imports"]
        return row.batch.pk if row.batch and (imports.everything or row.batch.unit_id in imports.ids) else None


class FigureStepSerializer(serializers.Serializer):
    """Kỳ trước + đạt trong kỳ − trùng = kỳ này, đều dưới dạng chuỗi. `rows` là số dòng được tính, dù ai được xem."""

    exact = ExactField("previous", "reached", "repeated", "total")
    rows = serializers.IntegerField()


class ProvenanceSerializer(serializers.Serializer):
    """`count` là số dòng mà người gọi được xem; `below` là mẫu số của tỷ lệ, null với mục tiêu khác."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    step = FigureStepSerializer()
    below = FigureStepSerializer(allow_null=True)
    results: Any = CountedRowSerializer(many=True)
