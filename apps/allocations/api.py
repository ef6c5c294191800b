"""Allocations of targets to units, in all their versions."""

from typing import Any

import django_filters as filters
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.allocations.models import VIEW, Allocation, AllocationLine
from apps.core.api import PlainTextField, ScopedReadViewSet
from apps.core.filters import TextFilter


class AllocationSerializer(serializers.ModelSerializer):
    """Một phiên bản giao chỉ tiêu: mục tiêu nào, giai đoạn nào, đang ở trạng thái nào, theo quyết định nào."""

    indicator = serializers.CharField(source="indicator.code", read_only=True)
    document = serializers.CharField(source="document.number", allow_null=True, read_only=True)
    goal = PlainTextField(allow_null=True, help_text="Mục tiêu toàn quốc khi trình, dạng chuỗi; null khi chưa trình.")
    base = PlainTextField(allow_null=True, help_text="Kết quả toàn quốc khi trình, dạng chuỗi; null khi chưa trình.")

    class Meta:
        model = Allocation
        fields = [
            "id", "indicator", "version", "first_year", "last_year", "units_on", "state", "comments_until", "document",
            "goal", "base", "base_year", "drafted_at", "proposed_at", "approved_at", "superseded_at",
        ]  # fmt: skip


class AllocationLineSerializer(serializers.ModelSerializer):
    """Số giao tăng thêm của một đơn vị trong một năm. `adds` false là phần nằm trong số của địa phương, không cộng."""

    unit = serializers.CharField(source="portion.unit_id", read_only=True)
    adds = serializers.SerializerMethodField()
    amount = PlainTextField(allow_null=True, help_text='Dạng chuỗi; null là chưa giao, "0" là giao bằng không.')
    target = serializers.IntegerField(source="target_id", allow_null=True, help_text="Dòng của `targets/` đã ban hành.")

    class Meta:
        model = AllocationLine
        fields = ["unit", "adds", "year", "amount", "target"]

    def get_adds(self, line: AllocationLine) -> bool:
        return not line.portion.is_beside


class AllocationDetailSerializer(AllocationSerializer):
    """Một phiên bản, cùng mọi số giao theo đơn vị và năm."""

    lines = serializers.SerializerMethodField()

    class Meta(AllocationSerializer.Meta):
        fields = [*AllocationSerializer.Meta.fields, "lines"]

    @extend_schema_field(AllocationLineSerializer(many=True))
    def get_lines(self, allocation: Allocation) -> list[dict[str, Any]]:
        rows = [line for portion in allocation.portions.all() for line in portion.lines.all()]
        return list(AllocationLineSerializer(rows, many=True).data)


class AllocationApiFilter(filters.FilterSet):
    indicator = TextFilter(
        field_name="indicator__code", lookup_expr="iexact", max_length=20, help_text=_("Mã mục tiêu.")
    )
    state = filters.ChoiceFilter(choices=Allocation.State.choices, help_text=_("Trạng thái."))

    class Meta:
        model = Allocation
        fields: list[str] = []


class AllocationViewSet(ScopedReadViewSet):
    """Các phiên bản giao chỉ tiêu cho đơn vị."""

    queryset = Allocation.objects.select_related("indicator", "document").order_by("pk")
    serializer_class = AllocationSerializer
    filterset_class = AllocationApiFilter
    permission_required = VIEW
    ordering_fields = {"id": "pk", "indicator": "indicator__position", "version": "version"}

    def get_serializer_class(self) -> Any:
        return AllocationDetailSerializer if self.action == "retrieve" else AllocationSerializer

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.action != "retrieve":
            return rows
        lines = AllocationLine.objects.select_related("portion").order_by("year")
        return rows.prefetch_related("portions", Prefetch("portions__lines", lines))
