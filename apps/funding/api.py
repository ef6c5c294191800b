"""Money for REST clients: sums with what is missing, the cells they are made of, the amounts of one task. In đồng."""

from typing import Any

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import ApiViewSet, BoundedListField, TextField
from apps.core.conflicts import conflicts_are_409
from apps.core.filters import TextFilter
from apps.funding.asked import FIRST_YEAR, LAST_YEAR, FundingQuery, groups
from apps.funding.rows import VIEW, own_tasks
from apps.funding.selectors.cells import cells, of_unit
from apps.funding.selectors.sums import EMPTY, Sums, sums_by_source, sums_by_unit
from apps.funding.services import Entry, write_amounts
from apps.organisations.asked import UnitQuery, UnitView
from apps.organisations.selectors import unit_labels
from apps.targets.api import UNITS
from apps.tasks import moving
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage


class SumQuerySerializer(serializers.Serializer):
    """Tham số của tổng kinh phí; giá trị không hợp lệ trả về 400 kèm lý do."""

    year = serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    units = serializers.ChoiceField(UnitView.choices, default=UnitView.CURRENT)
    unit = TextField(required=False, max_length=40)
    group = TextField(required=False, max_length=5)
    source = serializers.ChoiceField(Source.choices, required=False)  # type: ignore[assignment]
    stage = serializers.ChoiceField(Stage.choices, required=False)

    def validate_unit(self, unit: str) -> str:
        if unit not in unit_labels():
            raise serializers.ValidationError("Không có đơn vị này.")
        return unit

    def validate_group(self, group: str) -> str:
        if group not in groups():
            raise serializers.ValidationError("Không có nhóm giải pháp này.")
        return group


class SumSerializer(serializers.Serializer):
    """Một tổng, tính bằng đồng. `source` hoặc `unit` null: mọi nguồn, mọi đơn vị trong phạm vi được xem.

    `amount` null là không có số. `missing_units` là số đơn vị còn thiếu số: khi lớn hơn 0, `amount` là số tối thiểu.
    `of_planned` là [tử số, mẫu số] so với kế hoạch cùng năm; null khi kế hoạch chưa đủ số.
    """

    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    unit = serializers.CharField(allow_null=True)
    stage = serializers.CharField()
    amount = serializers.IntegerField(allow_null=True)
    missing_units = serializers.IntegerField()
    of_planned = serializers.ListField(child=serializers.IntegerField(), allow_null=True)


class SumsSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    units = serializers.CharField()
    results = SumSerializer(many=True)


def _rows(sums: Sums, stages: list[str], source: str | None = None, unit: str | None = None) -> list[dict[str, Any]]:
    found = []
    for stage in stages:
        amount, planned = sums.amounts[stage], sums.planned
        known = amount.value is not None and planned.value is not None and not planned.lacking
        found.append(
            {
                "source": source, "unit": unit, "stage": stage, "amount": _whole(amount.value),
                "missing_units": amount.lacking,
                "of_planned": [_whole(amount.value), _whole(planned.value)] if known else None,
            }
        )  # fmt: skip
    return found


def _whole(amount: Any) -> int | None:
    """A share of a split unit's money may end in fractions of a đồng."""
    return None if amount is None else round(amount)


def _parameter(name: str, words: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, more.pop("type", OpenApiTypes.STR), description=words, **more)


PARAMETERS = [
    _parameter("year", "Năm ngân sách, mặc định năm nay", type=OpenApiTypes.INT),
    UNITS,
    _parameter("unit", "Mã đơn vị"),
    _parameter("group", "Mã nhóm giải pháp"),
    _parameter("source", "Nguồn", enum=Source.values),
    _parameter("stage", "Giai đoạn", enum=Stage.values),
]


class FundingViewSet(ApiViewSet):
    """Tổng kinh phí của một năm theo nguồn và theo đơn vị, trong phạm vi người gọi được xem."""

    queryset = BudgetLine.objects.all()
    permission_required = VIEW
    serializer_class = SumsSerializer
    pagination_class = None
    takes_fields = False
    extra_parameters = ("year", "units", "unit", "group", "source", "stage")

    @extend_schema(parameters=PARAMETERS, responses=forced_singular_serializer(SumsSerializer), filters=False)
    def list(self, request: Any) -> Response:
        asked = SumQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told, user = asked.validated_data, request.user
        year, source = told.get("year") or timezone.localdate().year, told.get("source")
        query = FundingQuery.of_year(year, UnitView(told["units"]), unit=told.get("unit"), group=told.get("group"))
        stages = [told["stage"]] if "stage" in told else list(Stage.values)
        by_source = sums_by_source(query, user, years=[year]).get(year, {})
        units, _whole_year = sums_by_unit(query, user, years=[year], source=source)
        results = [] if source else _rows(by_source.get("", EMPTY), stages)
        for one in [source] if source else Source.values:
            results += _rows(by_source.get(one, EMPTY), stages, source=one)
        for unit, found in sorted(units[year].items()):
            results += _rows(found.sums, stages, source=source, unit=unit)
        return Response(SumsSerializer({"year": year, "units": query.view.value, "results": results}).data)


class LineFilter(filters.FilterSet):
    year = filters.NumberFilter(min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0, help_text="Năm ngân sách.")
    unit = TextFilter(method="of_unit", max_length=40, help_text="Mã đơn vị, theo đơn vị hiện nay.")
    source = filters.ChoiceFilter(choices=Source.choices, help_text="Nguồn.")
    stage = filters.ChoiceFilter(choices=Stage.choices, method="with_stage", help_text="Có số của giai đoạn.")
    task = TextFilter(field_name="task__code", lookup_expr="iexact", max_length=40, help_text="Mã nhiệm vụ.")

    class Meta:
        model = BudgetLine
        fields: list[str] = []

    def of_unit(self, rows: Any, name: str, unit: str) -> Any:
        return of_unit(rows, [unit], UnitQuery(view=UnitView.CURRENT))

    def with_stage(self, rows: Any, name: str, stage: str) -> Any:
        return rows.filter(~Q(**{f"{Stage(stage).value}__isnull": True}))


class LineSerializer(serializers.Serializer):
    """Một nguồn trong một năm của một nhiệm vụ, bằng đồng; null là không có số, 0 là bằng không."""

    task = serializers.CharField(source="task.code")
    title = serializers.CharField(source="task.title")
    lead_unit = serializers.CharField(source="task.lead_unit_id")
    framework_item = serializers.CharField(source="task.framework_item_id")
    year = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a name that the field has too
    planned = serializers.IntegerField(allow_null=True)
    allocated = serializers.IntegerField(allow_null=True)
    disbursed = serializers.IntegerField(allow_null=True)
    settled = serializers.IntegerField(allow_null=True)


class FundingLineViewSet(ApiViewSet, mixins.ListModelMixin):
    """Các khoản của nhiệm vụ đã phê duyệt: từng nguồn, từng năm."""

    queryset = BudgetLine.objects.all()
    permission_required = VIEW
    serializer_class = LineSerializer
    filterset_class = LineFilter

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(task__in=own_tasks(self.request.user))
        return cells(rows).select_related("task").order_by("pk")


class AmountSerializer(serializers.Serializer):
    """Số tiền bằng đồng; null là xóa số đã có. `seen`: số đang biết, để không ghi đè số người khác vừa sửa."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]
    stage = serializers.ChoiceField(Stage.choices)
    amount = serializers.IntegerField(min_value=0, max_value=10**15, allow_null=True)
    seen = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class TaskAmountsSerializer(serializers.Serializer):
    amounts = BoundedListField(child=AmountSerializer(), max_length=500)

    def validate_amounts(self, amounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({(one["stage"], one["year"], one["source"]) for one in amounts}) < len(amounts):
            raise serializers.ValidationError("Mỗi ô (năm, nguồn, giai đoạn) chỉ gửi một lần.", code="unique")
        return amounts


class TaskFundingViewSet(ApiViewSet):
    """Kinh phí của một nhiệm vụ."""

    queryset = PlanTask.objects.live()
    permission_required = VIEW
    permission_to_write = moving.PREPARE
    serializer_class = TaskAmountsSerializer
    lookup_field = "code__iexact"
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[A-Za-z0-9][A-Za-z0-9._-]*"
    http_method_names = ["get", "head", "put"]
    takes_fields = False
    filter_backends: list[Any] = []

    @extend_schema(responses=TaskAmountsSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        return Response(self._amounts(self.get_object()))

    @extend_schema(request=TaskAmountsSerializer, responses=TaskAmountsSerializer)
    def update(self, request: Any, code: str) -> Response:
        """Ghi các số tiền được nêu; số không nêu giữ nguyên."""
        if not request.user.has_perm(self.permission_to_write):
            raise PermissionDenied
        task = self.get_object()
        sent = TaskAmountsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        entries = [Entry(looked="seen" in one, **one) for one in sent.validated_data["amounts"]]
        with conflicts_are_409():
            write_amounts(task, entries, by=request.user)
        return Response(self._amounts(task))

    def _amounts(self, task: PlanTask) -> dict[str, Any]:
        rows = task.budget.order_by("year", "source", "stage")
        return {"amounts": list(rows.values("year", "source", "stage", "amount"))}
