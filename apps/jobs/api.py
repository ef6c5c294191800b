"""What the portal does in the background for the caller: whether it is done, and where its file is; and whole lists
with the kinds of their columns, which it writes for the caller.
"""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django.db.models import F
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from apps.core.api import BoundedListField, ReadViewSet
from apps.core.bulk import FILES, ExportMixin, InAnyForm
from apps.core.export import attachment
from apps.jobs import lists
from apps.jobs.exports import path_of
from apps.jobs.models import Job

Resources = Iterable[tuple[str, Any, str]]
MOST_VALUES = 100


class JobSerializer(serializers.ModelSerializer):
    """Một tác vụ nền mà người gọi đã yêu cầu. `url` là địa chỉ của tệp đã lập xong, null khi không có tệp mà người gọi
    tải được; `error` cho biết vì sao tác vụ không thực hiện được.
    """

    label: Any = serializers.CharField(read_only=True, help_text=_("Tên tác vụ."))  # not the `label` of DRF's fields
    url = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ["id", "kind", "label", "state", "created_at", "started_at", "finished_at", "url", "error"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_url(self, job: Any) -> str | None:
        token = self.context["request"].auth
        is_theirs = token is None or job.asked_by_token == token.pk
        return reverse("job-file", args=[job.pk]) if job.is_file and is_theirs and lists.is_kept(job) else None


ONE = [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]


@extend_schema_field({"anyOf": [*ONE, {"type": "array", "items": {"anyOf": ONE}}]})
class ValuesField(serializers.Field):
    """One value of a filter, or several: as they would stand in the list's address."""

    def to_internal_value(self, data: Any) -> list[str]:
        values = data if isinstance(data, list) else [data]
        if len(values) > MOST_VALUES or not all(isinstance(one, str | int | float | bool) for one in values):
            raise serializers.ValidationError(now("Phải là một giá trị, hoặc một danh sách giá trị."), "invalid")
        told = [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
        return told or [""]  # without a value it is named all the same, and refused where there is no such filter


class FileAskSerializer(serializers.Serializer):
    """Danh sách nào, dạng tệp nào; `filters` là bộ lọc của chính danh sách ấy, `fields` là những trường cần lấy."""

    output = serializers.ChoiceField(choices=[(form, f"tệp .{form}") for form in FILES], help_text="Dạng tệp.")
    filters = serializers.DictField(child=ValuesField(), required=False, help_text="Bộ lọc, như ở địa chỉ danh sách.")
    fields: Any = BoundedListField(  # not the `fields` of DRF's serializers
        child=serializers.CharField(max_length=100),
        max_length=MOST_VALUES,
        required=False,
        help_text="Các trường cần lấy.",
    )


class JobApiFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(
        choices=Job.State.choices, distinct=False, help_text=_("Trạng thái, một hoặc nhiều.")
    )

    class Meta:
        model = Job
        fields: list[str] = []


class JobViewSet(ReadViewSet):
    """Tác vụ nền của người gọi, mới nhất trước."""

    queryset = Job.objects.defer("payload", "result").order_by("-created_at", "id")
    serializer_class = JobSerializer
    filterset_class = JobApiFilter
    http_method_names = ["get", "head", "post"]
    is_ones_own = True  # who asked for a job sees it without any further right
    own_methods = ("get", "head", "post")  # what the list itself asks for is asked of it
    ordering_fields = {"created_at": "created_at"}
    asked_by: type[serializers.Serializer]

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(requested_by=self.request.user.pk)
        return rows.annotate(asked_by_token=F("payload__token"))

    def create(self, request: Any) -> Response:
        """Lập tệp của cả danh sách theo bộ lọc, dạng Excel hoặc Parquet."""
        body = self.asked_by(data=request.data)
        body.is_valid(raise_exception=True)
        told = {"filters": {}, "fields": (), **body.validated_data}
        address = lists.list_address(told["resource"], told["output"], told["filters"], told["fields"])
        row = lists.request_list(address, request._request, by=request.user, token=request.auth)
        shown = self.get_serializer(self.get_queryset().get(pk=row.pk)).data
        where = reverse("job-detail", args=[row.pk])
        return Response(shown, status.HTTP_202_ACCEPTED, headers={"Location": where})

    @extend_schema(
        responses={(status.HTTP_200_OK, kind): OpenApiTypes.BINARY for kind in FILES.values()}, filters=False
    )
    @action(detail=True, content_negotiation_class=InAnyForm)
    def file(self, request: Any, pk: Any = None) -> FileResponse:
        """Tệp mà tác vụ đã lập, trong ba ngày; chỉ cho người hoặc mã truy cập đã yêu cầu."""
        row = get_object_or_404(lists.files_for(request.user, request.auth), pk=self.get_object().pk)
        lists.require_right(row, request._request, token=request.auth)
        try:
            kept = path_of(row).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        told: Any = row.result
        return attachment(FileResponse(kept, content_type=told["type"]), told["name"])


def jobs_of(registry: Resources) -> type[JobViewSet]:
    """For the lists of a router that can be had whole."""
    names = sorted(prefix for prefix, viewset, _name in registry if issubclass(viewset, ExportMixin))
    told_names = [(name, f"danh sách {name}/") for name in names]
    resource = serializers.ChoiceField(choices=told_names, help_text="Danh sách nào.")
    asked_by = _like(FileAskSerializer, resource=resource)
    told = extend_schema(request=asked_by, responses={status.HTTP_202_ACCEPTED: JobSerializer})
    made: type[JobViewSet] = extend_schema_view(create=told)(_like(JobViewSet, asked_by=asked_by))
    return made


def _like(kind: type, **more: Any) -> Any:
    return type(kind.__name__, (kind,), {"__doc__": kind.__doc__, **more})
