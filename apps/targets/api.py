"""Periods, which of them are closed, as known when, by whom and by which document; targets in all their versions."""

from typing import Any

import django_filters as filters
from django.db.models import F, OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import PlainTextField, ScopedReadViewSet, TextField
from apps.core.filters import FlagFilter, TextFilter
from apps.core.lines import Fields, plain_text_of
from apps.core.manners import RowVersionsMixin
from apps.documents.models import LegalDocument
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.targets import feeds
from apps.targets.aims import Origin, UnitAims
from apps.targets.models import Indicator, IndicatorValue, Period, PeriodClosing, Target

VIEW = "targets.view_indicator"


class PeriodSerializer(serializers.ModelSerializer):
    """Một kỳ số liệu: từ ngày nào đến hết ngày nào. `closing_version`, `as_of` là của lần chốt mới nhất, null khi kỳ
    chưa chốt.
    """

    closing_version = serializers.IntegerField(allow_null=True, read_only=True)
    as_of = serializers.DateTimeField(allow_null=True, read_only=True)

    class Meta:
        model = Period
        fields = ["code", "year", "starts_on", "ends_on", "closing_version", "as_of"]


class PeriodViewSet(ScopedReadViewSet):
    """Các kỳ số liệu của Đề án."""

    queryset = Period.objects.all()
    serializer_class = PeriodSerializer
    permission_required = VIEW
    lookup_field = "code"
    lookup_value_regex = r"[0-9A-Za-z-]+"
    ordering_fields = ("code", "year")
    made_of = feeds.PERIODS.made_of
    feed = feeds.PERIODS

    def get_queryset(self) -> Any:
        newest = PeriodClosing.objects.filter(period=OuterRef("pk")).order_by("-version")
        told = {
            "closing_version": Subquery(newest.values("version")[:1]),
            "as_of": Subquery(newest.values("as_of")[:1]),
        }
        return super().get_queryset().annotate(**told).order_by("year")


class TargetVersionSerializer(serializers.ModelSerializer):
    """Một mức phải đạt, theo một văn bản. Phiên bản sau thay phiên bản trước mà không xóa; `is_current` là đang áp
    dụng. `unit` null là toàn quốc.
    """

    indicator = serializers.CharField(source="indicator.code")
    value = PlainTextField(read_only=True, help_text="Số thập phân dưới dạng chuỗi.")
    legal_basis = serializers.CharField(source="legal_basis.number")
    is_current = serializers.BooleanField(read_only=True)

    class Meta:
        model = Target
        fields = ["id", "indicator", "year", "unit", "value", "version", "is_current", "legal_basis", "note"]


class TargetApiFilter(filters.FilterSet):
    indicator = TextFilter(
        field_name="indicator__code", lookup_expr="iexact", max_length=20, help_text=_("Mã mục tiêu.")
    )
    year = filters.NumberFilter(min_value=2018, max_value=2100, decimal_places=0, help_text=_("Năm phải đạt."))
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=40, help_text=_("Mã đơn vị."))
    is_current = FlagFilter(help_text=_("Chỉ phiên bản đang áp dụng, hoặc chỉ phiên bản đã được thay."))

    class Meta:
        model = Target
        fields: list[str] = []


class AimPartSerializer(serializers.Serializer):
    """Phần của một đơn vị trước sắp xếp."""

    unit = serializers.CharField(read_only=True)
    value = PlainTextField()
    share = PlainTextField(help_text="Phần mà đơn vị này nhận, 1 là tất cả.")


class AimSerializer(serializers.Serializer):
    """Mức mà một đơn vị phải đạt trong một năm: của chính đơn vị, kế thừa, hoặc chưa giao (`value` null)."""

    indicator = serializers.CharField(read_only=True)
    year = serializers.IntegerField()
    value = PlainTextField(allow_null=True)
    origin = serializers.ChoiceField(Origin.choices)
    legal_basis = serializers.ListField(child=serializers.CharField())
    parts = AimPartSerializer(many=True)
    lacking = serializers.ListField(
        child=serializers.CharField(), help_text="Đơn vị trước sắp xếp chưa được giao, nên không cộng được."
    )


class AimQuerySerializer(serializers.Serializer):
    unit = TextField(max_length=40)
    units = serializers.ChoiceField(UnitView.choices, default=UnitView.CURRENT)


UNITS = OpenApiParameter(
    "units",
    OpenApiTypes.STR,
    enum=UnitView.values,
    default=UnitView.CURRENT.value,
    description="Đơn vị hiện nay hoặc lúc báo cáo",
)
OF_UNIT = [
    OpenApiParameter("unit", OpenApiTypes.STR, required=True, description="Mã đơn vị"),
    UNITS,
]


class TargetViewSet(ScopedReadViewSet):
    """Mức phải đạt của từng mục tiêu, mọi phiên bản."""

    queryset = Target.objects.with_standing().select_related("indicator", "legal_basis").order_by("pk")
    serializer_class = TargetVersionSerializer
    filterset_class = TargetApiFilter
    permission_required = VIEW
    ordering_fields = {"id": "pk", "indicator": "indicator__position", "year": "year"}
    made_of = (Target, Indicator, LegalDocument)
    feed = feeds.TARGETS

    @extend_schema(parameters=OF_UNIT, responses=AimSerializer(many=True), filters=False)
    @action(
        detail=False,
        url_path="of-unit",
        permission_required=VIEW,
        extra_parameters=("unit", "units"),
        takes_fields=False,
        pagination_class=None,
        filterset_class=None,
    )
    def of_unit(self, request: Request) -> Response:
        """Chỉ tiêu mà một đơn vị được đánh giá theo: của chính đơn vị, kế thừa, hoặc chưa giao."""
        query = AimQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        unit = get_object_or_404(OrganisationUnit.objects.visible_to(request.user), pk=asked["unit"])
        given = UnitAims(UnitView(asked["units"]))
        rows = [
            {"indicator": one.code, "year": aim.year, "value": aim.value, "origin": aim.origin,
             "legal_basis": aim.basis, "parts": aim.parts, "lacking": aim.lacking}
            for one in Indicator.objects.order_by("position", "code")
            for aim in given.of(unit.pk, one).values()
        ]  # fmt: skip
        return Response(AimSerializer(rows, many=True).data)


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
    feed = feeds.CLOSINGS


class StoredFigureSerializer(serializers.ModelSerializer):
    """Một số liệu như đã tổng hợp cho một đơn vị tại một kỳ; hai cách xem theo đơn vị đều đọc từ các dòng này. `unit`
    null là toàn quốc, `breakdown` rỗng là tổng. Số đang dùng có `known_to` null; số cũ giữ nguyên, chỉ thêm `known_to`.
    """

    indicator = serializers.CharField(source="indicator.code")
    period = serializers.CharField(source="period.code")
    value = PlainTextField()
    numerator = PlainTextField(allow_null=True)
    denominator = PlainTextField(allow_null=True)

    class Meta:
        model = IndicatorValue
        fields = [
            "id", "indicator", "period", "unit", "breakdown", "basis", "value", "numerator", "denominator",
            "covers_predecessors", "known_from", "known_to",
        ]  # fmt: skip


class StoredFigureFilter(filters.FilterSet):
    indicator = TextFilter(
        field_name="indicator__code", lookup_expr="iexact", max_length=20, help_text=_("Mã mục tiêu.")
    )
    period = TextFilter(field_name="period__code", lookup_expr="exact", max_length=20, help_text=_("Mã kỳ số liệu."))
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=40, help_text=_("Mã đơn vị."))
    basis = filters.ChoiceFilter(choices=Indicator.Basis.choices, help_text=_("Nguồn."))
    is_current = FlagFilter(
        field_name="known_to", lookup_expr="isnull", help_text=_("Chỉ số đang dùng, hoặc chỉ số đã được thay.")
    )

    class Meta:
        model = IndicatorValue
        fields: list[str] = []


class StoredFigureViewSet(RowVersionsMixin, ScopedReadViewSet):
    """Mọi số liệu đã tổng hợp, kể cả số đã được thay, từng dòng như được lưu."""

    queryset = IndicatorValue.objects.select_related("indicator", "period").order_by("pk")
    serializer_class = StoredFigureSerializer
    filterset_class = StoredFigureFilter
    ordering_fields = {"id": "pk", "known_from": "known_from"}
    feed = feeds.FIGURES

    @property
    def in_sql(self) -> Fields:
        read = {"indicator": F("indicator__code"), "period": F("period__code"), "unit": F("unit_id")}
        numbers = {name: plain_text_of(name) for name in ("value", "numerator", "denominator")}
        return {name: (read | numbers).get(name, F(name)) for name in StoredFigureSerializer.Meta.fields}
