"""Which periods are closed, as known when, by whom and by which document."""

from rest_framework import serializers

from apps.core.api import ScopedReadViewSet
from apps.targets.models import PeriodClosing


class PeriodClosingSerializer(serializers.ModelSerializer):
    """Một lần chốt kỳ. Số đã chấp nhận là số đã biết tại `as_of` của phiên bản mới nhất; phiên bản trước đọc bằng
    `known_on` tại một thời điểm trước lần chốt sau.
    """

    period = serializers.IntegerField(source="period.year", help_text="Năm của kỳ số liệu")
    document = serializers.CharField(source="document.number", default=None, allow_null=True)
    prepared_by = serializers.CharField(source="prepared_by.full_name", default=None, allow_null=True)
    closed_by = serializers.CharField(source="closed_by.full_name")

    class Meta:
        model = PeriodClosing
        fields = ["id", "period", "version", "as_of", "document", "reason", "prepared_by", "closed_by", "closed_at"]


class PeriodClosingViewSet(ScopedReadViewSet):
    """Các lần chốt kỳ số liệu, mới nhất trước trong mỗi kỳ."""

    queryset = PeriodClosing.objects.select_related("period", "document", "prepared_by", "closed_by").order_by(
        "-period__year", "-version"
    )
    serializer_class = PeriodClosingSerializer
    ordering_fields = {"id": "pk", "period": "period__year", "closed_at": "closed_at"}
