"""Indicators and their figures for REST clients. The same switch of unit views as on the pages."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import http_date
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.scope import UnitScope
from apps.core.api import ExactField, MomentField, ScopedReadViewSet, TextField
from apps.core.fields import parse_dated
from apps.core.numbers import asked_whole
from apps.core.parameters import FIELDS, PAGING, narrowed
from apps.documents.models import LegalDocument
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.people.scopes import may_be_told
from apps.progress import told_rows
from apps.progress.figures import Figure, figures
from apps.progress.jsonstat import dataset
from apps.progress.parts import words_of_parts
from apps.progress.provenance import behind_figure
from apps.progress.rates import Denominators, has_rate
from apps.progress.sources import COUNTS
from apps.progress.told_figures import FigureSerializer, PlainNumberField, told_figures
from apps.progress.versions import FiguresVersion, version_of_figures
from apps.targets.api import UNITS
from apps.targets.facts import Source
from apps.targets.models import Indicator, Target
from apps.targets.selectors import period_of

NATIONAL = "VN"
BREAKDOWNS = ", ".join(dict.fromkeys(name for count in COUNTS.values() for name in count.breakdowns))


class TargetSerializer(serializers.ModelSerializer):
    value = PlainNumberField()
    exact = ExactField("value")
    legal_basis = serializers.CharField(source="legal_basis.number")

    class Meta:
        model = Target
        fields = ["year", "unit", "value", "exact", "legal_basis", "version", "note"]


class IndicatorSerializer(serializers.ModelSerializer):
    parent: Any = serializers.SlugRelatedField(
        slug_field="code", read_only=True, allow_null=True
    )  # not the `parent` of DRF's fields
    baseline = PlainNumberField(allow_null=True)
    exact = ExactField("baseline")
    targets = TargetSerializer(many=True, source="current_targets")

    class Meta:
        model = Indicator
        fields = [
            "code",
            "parent",
            "name",
            "name_en",
            "unit_label",
            "aggregation",
            "basis",
            "baseline_year",
            "baseline",
            "exact",
            "targets",
        ]


class FigureQuerySerializer(serializers.Serializer):
    """Tham số của số liệu; giá trị không hợp lệ trả về 400 kèm lý do."""

    period = serializers.IntegerField(required=False, min_value=2018, max_value=2100)
    units = serializers.ChoiceField(UnitView.choices, default=UnitView.CURRENT)
    unit = TextField(required=False, max_length=40)
    breakdown = serializers.RegexField(r"^[a-z]+(=[\w:]+)?$", required=False, max_length=60)
    known_on = MomentField(required=False)
    on = serializers.DateField(
        required=False,
        error_messages={"invalid": _("Ngày không hợp lệ. Nhập theo dạng yyyy-mm-dd, ví dụ 2025-06-30.")},
    )

    def validate_on(self, day: date) -> date:
        return parse_dated(f"{day.day}/{day.month}/{day.year:04}")  # a year as on the pages

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "on" in attrs and attrs["units"] == UnitView.AS_REPORTED:
            raise serializers.ValidationError({"on": _("Chỉ dùng với units=current.")})
        return attrs


class ProvenanceQuerySerializer(FigureQuerySerializer):
    """Một số liệu: kỳ nào, của đơn vị nào."""

    period = serializers.IntegerField(min_value=2018, max_value=2100)
    breakdown: Any = None  # as DRF takes an inherited field away


PARAMETERS = [
    OpenApiParameter("period", OpenApiTypes.INT, description="Năm của kỳ số liệu, ví dụ 2025"),
    UNITS,
    OpenApiParameter("unit", OpenApiTypes.STR, description="Mã đơn vị; VN là toàn quốc"),
    OpenApiParameter("breakdown", OpenApiTypes.STR, description=f"{BREAKDOWNS}; một giá trị: ownership=state"),
    OpenApiParameter(
        "on",
        OpenApiTypes.DATE,
        description="Chỉ với units=current: theo các đơn vị có hiệu lực tại ngày này (yyyy-mm-dd), mặc định hôm nay",
    ),
    told_rows.KNOWN_ON,
]


OF_DATASET = [one for one in PARAMETERS if one.name not in ("unit", "breakdown")]


class IndicatorViewSet(ScopedReadViewSet):
    """Danh mục mục tiêu, mức phải đạt kèm căn cứ và ghi chú, và mọi số liệu."""

    queryset = Indicator.objects.select_related("parent").prefetch_related(
        Prefetch("targets", Target.objects.current().select_related("legal_basis"), to_attr="current_targets")
    )
    serializer_class = IndicatorSerializer
    lookup_field = "code__iexact"
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[A-Za-z0-9]+"
    ordering_fields = {"code": "code", "position": "position"}
    lean = {"targets": "current_targets"}
    made_of = (Indicator, Target, LegalDocument)

    def version(self) -> Any:
        return self.figures_version if self.action in ("values", "json_stat") else super().version()

    @cached_property
    def indicator(self) -> Indicator | None:
        """Of the address, without the targets that only its own answer tells."""
        rows = self.get_queryset().select_related(None).prefetch_related(None)
        found: Indicator | None = rows.filter(code__iexact=self.kwargs["code"]).first()
        return found

    @cached_property
    def figures_version(self) -> FiguresVersion | None:
        return None if self.indicator is None else version_of_figures(self.indicator.pk)

    @extend_schema(parameters=PARAMETERS, responses=FigureSerializer(many=True), filters=False)
    @action(
        detail=True,
        permission_required="targets.view_indicatorvalue",
        extra_parameters=("period", "units", "unit", "breakdown", "on", "known_on", *PAGING, FIELDS),
    )
    def values(self, request: Request, code: str) -> Response:
        """Số liệu của một mục tiêu, theo kỳ, đơn vị, phân tổ."""
        query = FigureQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        indicator, asked = self._indicator_or_404(), query.validated_data
        page: Any = self.paginate_queryset(self._figures(indicator, asked))
        denominators = Denominators(UnitView(asked["units"]), asked.get("on")) if has_rate(indicator) else None
        told = told_figures(page, unit_labels(), denominators)
        if self.fields:
            kept = narrowed(FigureSerializer().fields, self.fields)
            told = [{name: one[name] for name in kept} for one in told]
        response = self.get_paginated_response(told)
        if self.figures_version and self.figures_version.changed_at:
            response["Last-Modified"] = http_date(self.figures_version.changed_at.timestamp())
        return response

    @extend_schema(parameters=OF_DATASET, responses=OpenApiTypes.OBJECT, filters=False)
    @action(
        detail=True,
        url_path="json-stat",
        permission_required="targets.view_indicatorvalue",
        extra_parameters=("period", "units", "on", "known_on"),
        takes_fields=False,
    )
    def json_stat(self, request: Request, code: str) -> Response:
        """Mọi số liệu của mục tiêu, gồm các phân tổ, thành một bảng JSON-stat 2.0 (R, Python, Excel đọc được)."""
        query = FigureQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        indicator, labels = self._indicator_or_404(), unit_labels()
        found = self._figures(indicator, query.validated_data | {"breakdown": None})
        changed = self.figures_version.changed_at if self.figures_version else None
        updated = (changed or timezone.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Response(
            dataset(
                indicator, found, unit_words=lambda unit: labels[unit].short_name,
                part_words=words_of_parts(indicator.code), updated=updated,
            )
        )  # fmt: skip

    @extend_schema(parameters=told_rows.PARAMETERS, responses=told_rows.ProvenanceSerializer, filters=False)
    @action(
        detail=True,
        permission_required="targets.view_indicatorvalue",
        extra_parameters=("period", "units", "unit", "on", "known_on", "page", "page_size"),
        takes_fields=False,
    )
    def provenance(self, request: Any, code: str) -> Response:
        """Những dòng mà một số liệu đã tính, trong phạm vi người gọi được xem; của kỳ đã chốt là như khi chốt. Với
        known_on: như đã biết và chốt tại thời điểm đó.
        """
        query = ProvenanceQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked, indicator = query.validated_data, self._indicator_or_404()
        known_on: datetime | None = asked.get("known_on")
        count, period = COUNTS.get(indicator.code), period_of(asked["period"], known_on)
        if count is None or period is None or not period.has_begun:
            raise Http404
        pages: Any = self.paginator
        size = pages.get_page_size(request)
        behind = behind_figure(
            indicator.code, period, self._rows_scope(request, count.source),
            unit=self._place(asked), view=UnitView(asked["units"]), on=asked.get("on"),
            known_on=period.closing.as_of if period.closing else known_on,
            limit=size, offset=size * ((asked_whole(request.query_params.get("page")) or 1) - 1),
        )  # fmt: skip
        self.paginate_queryset(range(behind.seen))  # refuses a page that there is not
        context = {"imports": units_with(request.user, "exchange.view_importbatch")}
        told = self.get_paginated_response(behind.rows).data
        told |= {"step": behind.step, "below": behind.below}
        return Response(told_rows.ProvenanceSerializer(told, context=context).data)

    def _indicator_or_404(self) -> Indicator:
        if self.indicator is None:
            raise Http404
        return self.indicator

    def _rows_scope(self, request: Any, source: Source) -> UnitScope:
        """In whose rows the caller may look; a token in none whose own address it does not open."""
        told = source.telling
        may = may_be_told(request.auth, told.model, told.record)
        return units_with(request.user, source.permission) if may else UnitScope()

    def _place(self, asked: dict[str, Any]) -> str | None:
        unit: str = asked.get("unit") or NATIONAL
        if unit == NATIONAL:
            return None
        found: str = get_object_or_404(OrganisationUnit.objects.visible_to(self.request.user), pk=unit).pk
        return found

    def cursor_key(self, figure: Figure) -> list[Any]:
        return [figure.year, figure.unit_id or "", figure.breakdown]

    def _figures(self, indicator: Indicator, asked: dict[str, Any]) -> list[Figure]:
        unit = asked.get("unit")
        known_on: datetime | None = asked.get("known_on")
        return figures(
            indicator,
            view=UnitView(asked["units"]),
            year=asked.get("period"),
            unit=None if unit == NATIONAL else unit,
            national=unit == NATIONAL,
            breakdown=asked.get("breakdown", ""),
            known_on=known_on,
            on=asked.get("on"),
        )
