"""The register of enterprises for REST clients: the same rows, rights and services as on its pages."""

from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.api import ApiViewSet
from apps.core.bulk import ExportMixin
from apps.core.conflicts import conflicts_are_409
from apps.core.filters import TextFilter
from apps.core.lines import Fields
from apps.core.manners import RowVersionsMixin
from apps.core.wall import wall_open
from apps.enterprises import feeds, services
from apps.enterprises import serializers as told
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.selectors import reporting_unit
from apps.registers.api import WITHDRAWN
from apps.registers.serializers import ChangeSerializer, WithdrawSerializer

NO_UNIT = "Tài khoản chưa thuộc đơn vị nào nên chưa nhập được giai đoạn."


class EnterpriseApiFilter(filters.FilterSet):
    search = TextFilter(method="find", max_length=100, help_text=_("Tên, có dấu hoặc không; hoặc đầu mã số thuế."))
    changed_since = filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", help_text=_("Hồ sơ thêm hoặc sửa từ thời điểm này.")
    )
    tax_code = TextFilter(field_name="tax_code", lookup_expr="exact", max_length=14, help_text=_("Mã số thuế."))
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=40, help_text=_("Mã tỉnh, thành phố."))
    ownership = filters.ChoiceFilter(choices=Enterprise.Ownership.choices, help_text=_("Loại hình."))

    class Meta:
        model = Enterprise
        fields: list[str] = []

    def find(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)


class EnterpriseViewSet(RowVersionsMixin, ExportMixin, ApiViewSet):
    """Doanh nghiệp trong sổ, trong phạm vi người gọi được xem."""

    queryset = Enterprise.objects.all()
    serializer_class = told.EnterpriseSerializer
    filterset_class = EnterpriseApiFilter
    http_method_names = ["get", "head", "post", "patch"]
    ordering_fields = {
        "id": "pk",
        "name": "name_sort",
    }  # by a code the order would tell what of a household's is hidden
    versioned_with = ("industry__version",)
    feed = feeds.ENTERPRISES

    @property
    def in_sql(self) -> Fields:
        return told.enterprise_in_sql(self.request.user)

    @property
    def actions_in_sql(self) -> Any:
        return told.enterprise_actions(self.request.user)

    def get_queryset(self) -> Any:
        return super().get_queryset().live().select_related("industry").order_by("pk")

    def _told(self, row: Enterprise, code: int = status.HTTP_200_OK) -> Response:
        self.scope = "visible_to"
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, code)

    @extend_schema(request=told.EnterpriseBodySerializer, responses={201: told.EnterpriseSerializer})
    def create(self, request: Any) -> Response:
        """Thêm doanh nghiệp vào sổ."""
        body = told.EnterpriseBodySerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        with conflicts_are_409():
            made = services.register_enterprise(Enterprise(**body.facts()), by=request.user)
        return self._told(made, status.HTTP_201_CREATED)

    @extend_schema(request=told.EnterpriseChangeSerializer)
    def partial_update(self, request: Any, pk: str) -> Response:
        """Sửa hồ sơ; trường không gửi giữ nguyên."""
        self.scope = "editable_by"
        row = self.get_object()
        context = self.get_serializer_context()
        body = told.EnterpriseBodySerializer(data=request.data, context=context, partial=True)
        body.is_valid(raise_exception=True)
        made_from = told.SeenSerializer(data=request.data)
        made_from.is_valid(raise_exception=True)
        seen = made_from.validated_data["updated_at"]
        with conflicts_are_409():
            changed = services.update_enterprise(row, body.facts(row), by=request.user, seen=seen)
        return self._told(changed)


class EventApiFilter(filters.FilterSet):
    enterprise = filters.NumberFilter(
        field_name="enterprise_key", min_value=1, decimal_places=0, help_text=_("Mã của doanh nghiệp trong sổ.")
    )
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=40, help_text=_("Mã tỉnh, thành phố."))
    form = filters.ChoiceFilter(
        field_name="form_code", choices=AssuranceProgramme.Form.choices, help_text=_("Hình thức tham gia.")
    )
    stage = filters.ChoiceFilter(choices=ProgrammeEvent.Stage.choices, help_text=_("Giai đoạn."))
    occurred_on_from = filters.DateFilter(field_name="occurred_on", lookup_expr="gte", help_text=_("Từ ngày này."))
    occurred_on_to = filters.DateFilter(field_name="occurred_on", lookup_expr="lte", help_text=_("Đến hết ngày này."))
    changed_since = filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", help_text=_("Giai đoạn thêm hoặc sửa từ thời điểm này.")
    )

    class Meta:
        model = ProgrammeEvent
        fields: list[str] = []


class EventViewSet(RowVersionsMixin, ExportMixin, ApiViewSet):
    """Giai đoạn thực hiện của các doanh nghiệp, tại những địa bàn của người gọi."""

    queryset = ProgrammeEvent.objects.all()
    serializer_class = told.EventSerializer
    filterset_class = EventApiFilter
    http_method_names = ["get", "head", "post", "patch"]
    ordering_fields = {"id": "pk"}
    versioned_with = ("enterprise_key", "form_code")  # two records may become one, and be parted again
    feed = feeds.EVENTS

    @property
    def in_sql(self) -> Fields:
        return told.event_in_sql(self.request.user)

    @property
    def actions_in_sql(self) -> Any:
        return told.event_actions(self.request.user)

    def get_queryset(self) -> Any:
        of = {"enterprise_key": F("programme__enterprise_id"), "form_code": F("programme__form")}
        return super().get_queryset().live().annotate(**of).order_by("pk")

    def _told(self, row: ProgrammeEvent, code: int = status.HTTP_200_OK) -> Response:
        self.scope = "visible_to"
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, code)

    def hold(self, row: ProgrammeEvent) -> None:
        """The enterprise before its events."""
        with wall_open("the record of an own event may be out of sight"):
            Enterprise.objects.select_for_update(of=("self",), no_key=True).get(programmes=row.programme_id)
        super().hold(row)

    @extend_schema(request=told.EventBodySerializer, responses={201: told.EventSerializer})
    def create(self, request: Any) -> Response:
        """Thêm một giai đoạn; số liệu được tính lại."""
        body = told.EventBodySerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        facts, by = dict(body.validated_data), request.user
        enterprise, form = facts.pop("enterprise"), facts.pop("form")
        unit = reporting_unit(by, "enterprises.add_programmeevent")
        if unit is None:
            raise ValidationError(_now(NO_UNIT), code="no_unit")
        with conflicts_are_409():
            made = services.add_event(enterprise, form, ProgrammeEvent(**facts), reported_by=unit, by=by)
        return self._told(made, status.HTTP_201_CREATED)

    @extend_schema(request=told.EventChangeSerializer)
    def partial_update(self, request: Any, pk: str) -> Response:
        """Sửa một giai đoạn, kèm lý do; số liệu được tính lại."""
        self.scope = "editable_by"
        row = self.get_object()
        facts = told.EventFactsSerializer(data=request.data, context=self.get_serializer_context(), partial=True)
        facts.is_valid(raise_exception=True)
        why = ChangeSerializer(data=request.data)
        why.is_valid(raise_exception=True)
        with conflicts_are_409():
            changed = services.correct_event(
                row, dict(facts.validated_data), why.validated_data["reason"],
                by=request.user, seen=why.validated_data["updated_at"],
            )  # fmt: skip
        return self._told(changed)

    @extend_schema(request=WithdrawSerializer, responses={204: WITHDRAWN}, filters=False)
    @action(detail=True, methods=["post"], permission_required="enterprises.change_programmeevent")
    def withdraw(self, request: Any, pk: str) -> Response:
        """Thu hồi một giai đoạn, kèm lý do; dòng vẫn được lưu."""
        self.scope = "editable_by"
        row = self.get_object()
        body = WithdrawSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        with conflicts_are_409():
            services.withdraw_event(row, body.validated_data["reason"], by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def add_to(router: DefaultRouter) -> None:
    router.register("registers/enterprises", EnterpriseViewSet, basename="enterprise")
    router.register("registers/enterprise-events", EventViewSet, basename="programmeevent")
