"""What the portal does in the background for the caller: whether it is done, and where its file is."""

from typing import Any

import django_filters as filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import ReadViewSet
from apps.jobs.models import Job


class JobSerializer(serializers.ModelSerializer):
    """Một tác vụ nền mà người gọi đã yêu cầu. `url` là địa chỉ của tệp đã lập xong, null khi không có tệp."""

    label: Any = serializers.CharField(read_only=True, help_text=_("Tên tác vụ."))  # not the `label` of DRF's fields
    url = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ["id", "kind", "label", "state", "created_at", "started_at", "finished_at", "url"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_url(self, job: Job) -> str | None:
        return reverse("jobs:export_file", args=[job.pk]) if job.is_file else None


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
    is_ones_own = True  # who asked for a job sees it without any further right
    ordering_fields = {"created_at": "created_at"}

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(requested_by=self.request.user.pk)
