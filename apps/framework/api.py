"""The plan's items for REST clients: as the decision writes them, and as they are read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import ScopedReadViewSet
from apps.core.feeds import Feed, whole_list
from apps.core.parameters import LISTS
from apps.framework.filters import FrameworkItemApiFilter
from apps.framework.models import FrameworkItem, GeneralAim, ItemUnit, SolutionGroup
from apps.framework.selectors import carriers_of, units_of, with_parts
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.targets.models import Indicator


class ItemUnitSerializer(serializers.ModelSerializer):
    """Một phần của ô “chủ trì” hoặc “phối hợp”. `unit` là đơn vị tại ngày ban hành kế hoạch, `units_today` là đơn vị
    đang thực hiện phần việc đó; `rule` khác `unit`: kế hoạch không nêu đơn vị cụ thể.
    """

    unit = serializers.CharField(source="unit_id", allow_null=True)
    units_today = serializers.SerializerMethodField()

    class Meta:
        model = ItemUnit
        fields = ["text", "rule", "unit", "units_today"]

    def get_units_today(self, one: ItemUnit) -> list[str]:
        return [label.id for label in carriers_of(one.unit_id)] if one.unit_id else []


class FrameworkItemSerializer(serializers.ModelSerializer):
    """Một hạng mục hoặc đề mục. `timing`: once một lần, span theo giai đoạn, annual hằng năm, every5 05 năm một lần;
    `timing_text`, `lead`, `coordinating` ghi đúng như kế hoạch. `group` là mã nhóm giải pháp.
    """

    parent: Any = serializers.CharField(source="parent_id", allow_null=True)  # not the `parent` of DRF's fields
    lead = serializers.CharField(source="lead_text")
    coordinating = serializers.CharField(source="coordinating_text")
    group = serializers.CharField(source="group_id", allow_null=True)
    indicators = serializers.SerializerMethodField()
    lead_units = serializers.SerializerMethodField()
    coordinating_units = serializers.SerializerMethodField()

    class Meta:
        model = FrameworkItem
        fields = [
            "code", "list", "kind", "parent", "title", "timing", "timing_text", "first_year", "last_year", "quarter",
            "lead", "coordinating", "lead_units", "coordinating_units", "group", "indicators",
        ]  # fmt: skip

    def get_indicators(self, item: FrameworkItem) -> list[str]:
        return sorted(one.code for one in item.indicators.all())

    @extend_schema_field(ItemUnitSerializer(many=True))
    def get_lead_units(self, item: FrameworkItem) -> Any:
        return ItemUnitSerializer(units_of(item, ItemUnit.Role.LEAD), many=True).data

    @extend_schema_field(ItemUnitSerializer(many=True))
    def get_coordinating_units(self, item: FrameworkItem) -> Any:
        return ItemUnitSerializer(units_of(item, ItemUnit.Role.COORDINATING), many=True).data


class FrameworkItemViewSet(ScopedReadViewSet):
    """Hạng mục của Kế hoạch triển khai Đề án (Quyết định 82/QĐ-BKHCN), theo thứ tự của kế hoạch."""

    queryset = with_parts(FrameworkItem.objects.order_by("position"))
    serializer_class = FrameworkItemSerializer
    filterset_class = FrameworkItemApiFilter
    ordering_fields = {"code": "code", "position": "position"}
    made_of = (
        FrameworkItem, ItemUnit, SolutionGroup, GeneralAim, FrameworkItem.indicators.through, Indicator,
        OrganisationUnit, UnitName, Succession,
    )  # fmt: skip
    feed = Feed(whole_list("code"), key="code", made_of=made_of)
    lookup_field = "code"
    lookup_value_regex = r"[A-Z][0-9a-z.]+"

    def filter_queryset(self, queryset: Any) -> Any:
        rows: Any = super().filter_queryset(queryset)
        return rows.items() if self.action in LISTS and not self.request.GET.get("kind") else rows
