"""What everybody may read without signing in: which closings are published, what is counted, the published figures."""

from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import PlainTextField, TextField
from apps.core.bulk import OUTPUT, TYPES, InAnyForm, csv_of, ndjson_of
from apps.core.export import attachment
from apps.core.openly import OpenViewSet
from apps.core.parameters import FIELDS, PAGING, NotAllowedError, narrow
from apps.core.programme import programme
from apps.documents.models import LegalDocument
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession, UnitName
from apps.organisations.selectors import unit_labels
from apps.progress.figures import Note
from apps.progress.published import PublishedFigure, Reason, published_figures
from apps.progress.published_jsonstat import published_dataset
from apps.targets.api import UNITS
from apps.targets.models import Indicator, IndicatorDefinition, Period, PeriodClosing, Publication, Target

BYTE_ORDER_MARK = "\ufeff"


class WithdrawnError(exceptions.APIException):
    """The address stays, what stood there does not."""

    status_code = status.HTTP_410_GONE
    default_code = "withdrawn"

    def __init__(self) -> None:
        super().__init__(_("Số liệu này đã được rút khỏi công bố. Xem lý do ở địa chỉ của lần công bố."))


class PublicationSerializer(serializers.ModelSerializer):
    """Một lần công bố số liệu đã chốt của một kỳ. Số liệu của lần công bố cũ giữ nguyên tại địa chỉ cũ; lần công bố sau
    của cùng kỳ ở `superseded_by`. Lần công bố đã rút vẫn còn ở đây, kèm ngày và lý do; số liệu thì không.
    """

    period = serializers.CharField(source="closing.period.code", help_text="Mã kỳ số liệu.")
    version = serializers.IntegerField(source="closing.version", help_text="Phiên bản chốt của kỳ.")
    as_of = serializers.DateTimeField(source="closing.as_of", help_text="Số liệu như đã biết tại thời điểm này.")
    units_on = serializers.DateField(source="day", help_text="Với units=current: đơn vị có hiệu lực tại ngày này.")
    document = serializers.CharField(source="document.number", help_text="Số, ký hiệu văn bản công bố.")
    document_issuer = serializers.CharField(source="document.issuer", help_text="Cơ quan ban hành văn bản.")
    document_date = serializers.DateField(source="document.issued_on", allow_null=True, help_text="Ngày văn bản.")
    state = serializers.ChoiceField(Publication.State.choices, help_text="Trạng thái.")
    superseded_by = serializers.IntegerField(allow_null=True, help_text="Lần công bố tiếp theo của cùng kỳ.")
    illustrative = serializers.BooleanField(
        source="is_illustrative", help_text="Số liệu minh họa, không phải kết quả thực hiện."
    )

    class Meta:
        model = Publication
        fields = [
            "id", "period", "version", "as_of", "published_at", "units_on", "document", "document_issuer",
            "document_date", "note", "state", "superseded_by", "withdrawn_at", "withdrawn_reason", "illustrative",
        ]  # fmt: skip


class PublishedFigureSerializer(serializers.Serializer):
    """Một số liệu đã công bố; số thập phân dưới dạng chuỗi. `unit` null là toàn quốc.

    `value` null: không có số, lý do ở `reason`; `few` là ít hơn năm đối tượng được tính, hoặc từ đó tính ra được
    số liệu như vậy.
    `numerator`, `denominator` là tử số, mẫu số của tỷ lệ. `rate` là số trên 1.000 doanh nghiệp đang hoạt động, kèm số
    doanh nghiệp và năm, như đã biết khi công bố.
    """

    indicator = serializers.CharField(source="indicator.code", help_text="Mã mục tiêu.")
    period = serializers.CharField(help_text="Mã kỳ số liệu.")
    unit = serializers.CharField(source="unit_id", allow_null=True, help_text="Mã đơn vị; null là toàn quốc.")
    unit_name = serializers.SerializerMethodField(help_text="Tên ngắn của đơn vị.")
    value = PlainTextField(allow_null=True, help_text="Giá trị.")
    numerator = PlainTextField(allow_null=True, help_text="Tử số.")
    denominator = PlainTextField(allow_null=True, help_text="Mẫu số.")
    rate = PlainTextField(allow_null=True, help_text="Số trên 1.000 doanh nghiệp đang hoạt động.")
    rate_denominator = PlainTextField(
        source="set_against.value", allow_null=True, help_text="Số doanh nghiệp đang hoạt động."
    )
    rate_denominator_year = serializers.IntegerField(
        source="set_against.year", allow_null=True, help_text="Năm của số doanh nghiệp đó."
    )
    reason = serializers.ChoiceField(
        [*Reason.choices, *Note.choices], allow_blank=True, help_text="Vì sao không có số."
    )
    note = serializers.ChoiceField(Note.choices, allow_blank=True, help_text="Điều cần biết khi đọc số này.")

    def get_unit_name(self, figure: PublishedFigure) -> str:
        return unit_labels()[figure.unit_id].short_name if figure.unit_id else _("Toàn quốc")


class PublishedQuerySerializer(serializers.Serializer):
    """Tham số của số liệu đã công bố."""

    units = serializers.ChoiceField(UnitView.choices, default=UnitView.CURRENT)
    indicator = TextField(required=False, max_length=20, allow_blank=True)
    unit = TextField(required=False, max_length=40, allow_blank=True)


PARAMETERS = [
    UNITS,
    OpenApiParameter("indicator", OpenApiTypes.STR, description="Mã mục tiêu."),
    OpenApiParameter("unit", OpenApiTypes.STR, description="Mã đơn vị; VN là toàn quốc"),
]
NARROWING = ("units", "indicator", "unit")
GROUND = (
    Publication, PeriodClosing, Period, Indicator, LegalDocument, OrganisationUnit, UnitName, Succession,
)  # fmt: skip


class PublicationViewSet(OpenViewSet):
    """Các lần công bố số liệu, mở cho mọi người: không cần đăng nhập, không cần mã truy cập."""

    queryset = Publication.objects.with_standing().select_related("closing__period", "document").order_by("-pk")
    serializer_class = PublicationSerializer
    ordering_fields = {"id": "pk", "period": "closing__period__year", "published_at": "published_at"}
    lookup_value_regex = r"\d{1,9}"
    made_of = GROUND

    @extend_schema(parameters=PARAMETERS, responses=PublishedFigureSerializer(many=True), filters=False)
    @action(detail=True, extra_parameters=(*NARROWING, *PAGING, FIELDS))
    def values(self, request: Request, pk: str) -> Response:
        """Số liệu của một lần công bố: toàn quốc và từng đơn vị."""
        page = self.paginate_queryset(self._figures(request))
        told = narrow(PublishedFigureSerializer(page, many=True), self.fields)
        return self.get_paginated_response(told.data)

    @extend_schema(
        parameters=[OUTPUT, *PARAMETERS],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.STR for kind in TYPES.values()},
        filters=False,
    )
    @action(
        detail=True,
        url_path="values/export",
        content_negotiation_class=InAnyForm,
        extra_parameters=("output", *NARROWING),
        pagination_class=None,
    )
    def export(self, request: Request, pk: str) -> HttpResponse:
        """Mọi số liệu của một lần công bố thành một tệp."""
        form = request.query_params.get("output", "csv")
        if form not in TYPES:
            raise NotAllowedError(["output"], _("Không có dạng tệp này."), "invalid_choice", TYPES)
        told = narrow(PublishedFigureSerializer(self._figures(request), many=True), self.fields)
        head = ",".join(told.child.fields)
        rows = list(told.data)
        body = f"{BYTE_ORDER_MARK}{head}\n{csv_of(rows)}" if form == "csv" else ndjson_of(rows)
        mark = "-so-lieu-minh-hoa" if self._publication.is_illustrative else ""
        name = f"{programme().slug}-{self._publication.closing.period.code}-{self._publication.pk}{mark}.{form}"
        return attachment(HttpResponse(body, content_type=TYPES[form]), name)

    @extend_schema(parameters=PARAMETERS, responses=OpenApiTypes.OBJECT, filters=False)
    @action(detail=True, url_path="json-stat", extra_parameters=NARROWING, takes_fields=False)
    def json_stat(self, request: Request, pk: str) -> Response:
        """Mọi số liệu của một lần công bố thành một bảng JSON-stat 2.0 (R, Python, Excel đọc được)."""
        found = self._figures(request)
        words = {unit: label.short_name for unit, label in unit_labels().items()}
        return Response(published_dataset(self._publication, found, words))

    @cached_property
    def _publication(self) -> Publication:
        found: Publication = self.get_object()
        return found

    def _figures(self, request: Request) -> list[PublishedFigure]:
        if not self._publication.is_in_force:
            raise WithdrawnError
        query = PublishedQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        code = asked.get("indicator")
        indicator = get_object_or_404(Indicator, code__iexact=code) if code else None
        view = UnitView(asked["units"])
        return published_figures(self._publication, view, indicator=indicator, unit=asked.get("unit") or None)

    def cursor_key(self, figure: PublishedFigure) -> list[Any]:
        return [figure.indicator.position, figure.indicator.code, figure.unit_id or ""]


class PublicTargetSerializer(serializers.ModelSerializer):
    """Một mức phải đạt của cả nước, theo một văn bản."""

    value = PlainTextField()
    legal_basis = serializers.CharField(source="legal_basis.number")

    class Meta:
        model = Target
        fields = ["year", "value", "legal_basis", "version", "note"]


class PublicIndicatorSerializer(serializers.ModelSerializer):
    """Một mục tiêu hoặc chỉ tiêu thành phần, cách tính hiện hành và các mức phải đạt của cả nước."""

    parent: Any = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    definition = serializers.CharField(help_text="Cách tính, phiên bản mới nhất.")
    baseline = PlainTextField(allow_null=True)
    targets = PublicTargetSerializer(many=True, source="national_targets")

    class Meta:
        model = Indicator
        fields = [
            "code", "parent", "name", "name_en", "unit_label", "aggregation", "definition", "baseline_year", "baseline",
            "targets",
        ]  # fmt: skip


class PublicIndicatorViewSet(OpenViewSet):
    """Mục tiêu và các mức phải đạt của cả nước, mở cho mọi người từ lần công bố đầu tiên."""

    queryset = (
        Indicator.objects.with_definition()
        .select_related("parent")
        .prefetch_related(
            Prefetch(
                "targets",
                Target.objects.filter(unit__isnull=True).current().select_related("legal_basis"),
                to_attr="national_targets",
            )
        )
        .order_by("position", "code")
    )
    serializer_class = PublicIndicatorSerializer
    lookup_field = "code__iexact"
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[A-Za-z0-9]+"
    ordering_fields = {"code": "code", "position": "position"}
    made_of = (Publication, Indicator, IndicatorDefinition, Target, LegalDocument)
