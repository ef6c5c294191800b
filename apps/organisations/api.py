from rest_framework import serializers

from apps.core.api import ExactField, ScopedReadViewSet
from apps.organisations.feeds import UNITS
from apps.organisations.filters import UnitApiFilter
from apps.organisations.models import OrganisationUnit, Succession, UnitName


class UnitNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = UnitName
        fields = ["name", "short_name", "name_en", "kind_label", "valid_from", "valid_to", "decision"]


class PredecessorSerializer(serializers.ModelSerializer):
    """Tỷ lệ 0: chỉ nhận một phần nhiệm vụ, không kế thừa số liệu."""

    unit = serializers.CharField(source="predecessor_id", read_only=True)
    share = serializers.FloatField(read_only=True, min_value=0, max_value=1)
    exact = ExactField("share")

    class Meta:
        model = Succession
        fields = ["unit", "effective_on", "relation", "share", "exact", "legal_basis", "note"]


class SuccessorSerializer(PredecessorSerializer):
    unit = serializers.CharField(source="successor_id", read_only=True)


class OrganisationUnitSerializer(serializers.ModelSerializer):
    short_name = serializers.CharField(read_only=True, help_text="Tên ngắn hôm nay; đơn vị đã kết thúc: tên cuối cùng.")
    names = UnitNameSerializer(many=True, read_only=True)
    predecessors = PredecessorSerializer(source="origins", many=True, read_only=True)
    successors = SuccessorSerializer(source="successions", many=True, read_only=True)

    class Meta:
        model = OrganisationUnit
        fields = [
            "id",
            "slug",
            "code",
            "symbol",
            "kind",
            "short_name",
            "parent",
            "is_focal",
            "region",
            "valid_from",
            "valid_to",
            "names",
            "predecessors",
            "successors",
        ]


class OrganisationUnitViewSet(ScopedReadViewSet):
    """Đơn vị theo thời gian: tên theo ngày, đơn vị trước và đơn vị kế thừa."""

    queryset = OrganisationUnit.objects.prefetch_related("names")
    serializer_class = OrganisationUnitSerializer
    filterset_class = UnitApiFilter
    ordering_fields = {"id": "pk", "slug": "slug"}
    lean = {"names": "names", "predecessors": "origins", "successors": "successions"}
    made_of = UNITS.made_of
    feed = UNITS

    def get_queryset(self):
        return super().get_queryset().with_names().with_relatives().order_by("id")
