"""Issued report books for programs: with their figures, and the files as they were kept."""

from typing import Any

import django_filters as filters
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action

from apps.core import limits
from apps.core.api import ScopedReadViewSet
from apps.core.bulk import InAnyForm
from apps.core.export import attachment
from apps.core.filters import TextFilter
from apps.publications import moving
from apps.publications.building import TYPES, file_name, name_kept
from apps.publications.keeping import kept_file
from apps.publications.models import ReportBook

ENDINGS = [
    ("docx", _("Tệp Word, sửa được")), ("pdf", _("Tệp PDF/A")), ("xlsx", _("Phụ lục số liệu, tệp Excel")),
]  # fmt: skip


class BookFileSerializer(serializers.Serializer):
    """Một tệp của báo cáo, lấy ở `url`."""

    ending = serializers.ChoiceField(choices=ENDINGS)
    name = serializers.CharField()
    sha256 = serializers.CharField()
    url = serializers.CharField()


class BookFigureSerializer(serializers.Serializer):
    """Một số liệu của báo cáo: `value` là số dưới dạng chuỗi, `text` như in; `is_used` là có trong lời văn."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    value = serializers.CharField()
    text = serializers.CharField()
    unit = serializers.CharField()
    as_of = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    is_used = serializers.BooleanField()


class ReportBookSerializer(serializers.ModelSerializer):
    """Một báo cáo tổng hợp đã ban hành. `unit` null là toàn quốc; `as_of` là lúc lấy số liệu; phiên bản sau không thay
    đổi phiên bản trước.
    """

    files = serializers.SerializerMethodField()

    class Meta:
        model = ReportBook
        fields = [
            "slug", "kind", "span", "year", "unit", "version", "reason", "as_of", "number", "issued_on", "signatory",
            "files",
        ]  # fmt: skip

    @extend_schema_field(BookFileSerializer(many=True))
    def get_files(self, book: ReportBook) -> list[dict[str, str]]:
        told = book.manifest.get("files", {})
        return [
            {"ending": ending, "name": name, "sha256": told[name],
             "url": reverse("publication-file", args=[book.slug, ending])}
            for ending in TYPES if (name := name_kept(book.manifest, ending))
        ]  # fmt: skip


class ReportBookDetailSerializer(ReportBookSerializer):
    """Báo cáo với mọi số liệu của nó."""

    figures = serializers.SerializerMethodField()

    class Meta(ReportBookSerializer.Meta):
        fields = [*ReportBookSerializer.Meta.fields, "figures"]

    @extend_schema_field(BookFigureSerializer(many=True))
    def get_figures(self, book: ReportBook) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = book.manifest.get("figures", [])
        return found


class ReportBookApiFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ReportBook.Kind.choices, help_text=_("Phạm vi."))
    span = filters.ChoiceFilter(choices=ReportBook.Span.choices, help_text=_("Loại báo cáo."))
    year = filters.NumberFilter(min_value=2018, max_value=2100, decimal_places=0, help_text=_("Năm của báo cáo."))
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=40, help_text=_("Mã đơn vị."))

    class Meta:
        model = ReportBook
        fields: list[str] = []


@extend_schema_view(retrieve=extend_schema(responses=ReportBookDetailSerializer))
class ReportBookViewSet(ScopedReadViewSet):
    """Báo cáo tổng hợp đã ban hành: báo cáo Thủ tướng Chính phủ và báo cáo của từng đơn vị."""

    queryset = ReportBook.objects.issued().defer("facts").order_by("-year", "slug")
    serializer_class = ReportBookSerializer
    filterset_class = ReportBookApiFilter
    permission_required = moving.VIEW
    lookup_field = "slug"
    lookup_value_regex = r"[a-z0-9-]+"
    ordering_fields = ("slug", "year", "issued_on")

    def get_serializer_class(self) -> Any:
        return ReportBookDetailSerializer if self.action == "retrieve" else ReportBookSerializer

    @extend_schema(
        parameters=[OpenApiParameter("ending", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(TYPES),
                                     description="Dạng tệp.")],
        responses={(status.HTTP_200_OK, kind): OpenApiTypes.BINARY for kind in TYPES.values()}, filters=False,
    )  # fmt: skip
    @action(detail=True, url_path=r"files/(?P<ending>[a-z]+)", content_negotiation_class=InAnyForm)
    def file(self, request: Any, slug: Any = None, ending: str = "") -> HttpResponse:
        """Tệp của báo cáo như đã ban hành."""
        limits.check("export", request._request)
        book = self.get_object()
        content = kept_file(book, ending) if ending in TYPES else None
        if content is None:
            raise Http404
        found: HttpResponse = attachment(HttpResponse(content, TYPES[ending]), file_name(book.slug, ending))
        return found
