from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import Unit, unit_label
from apps.core.moves import move_from
from apps.jobs.models import Job


class JobTable(tables.Table):
    kind = tables.Column(verbose_name=_("Tác vụ"))
    state = tables.Column(verbose_name=_("Trạng thái"))
    unit = tables.Column(verbose_name=_("Đơn vị"))
    requested_by = tables.Column(verbose_name=_("Người yêu cầu"), order_by=("requested_by__full_name", "id"))
    created_at = tables.DateTimeColumn(verbose_name=_("Thời điểm tạo"), format="d/m/Y H:i:s")
    attempts = tables.Column(verbose_name=_("Số lần thử"), attrs={"th": {"class": "num"}, "td": {"class": "num"}})
    error = tables.Column(verbose_name=_("Lỗi"), orderable=False)
    retry = tables.Column(verbose_name=_("Thao tác"), empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = Job
        fields = ["kind", "state", "unit", "requested_by", "created_at", "attempts", "error", "retry"]
        order_by = "-created_at"
        default = "–"

    caption = _("Các tác vụ nền, mới nhất trước")

    def __init__(self, *args: Any, units: Mapping[str, Unit], **kwargs: Any) -> None:
        self.units = units
        super().__init__(*args, **kwargs)

    def render_unit(self, value: str) -> str:
        return unit_label(value, self.units)

    def render_kind(self, record: Job) -> str:
        return record.label

    def render_state(self, record: Job) -> str:
        return render_to_string("jobs/job_state.html", {"job": record})

    def value_state(self, record: Job) -> str:
        return record.get_state_display()

    def render_retry(self, record: Job) -> str:
        if move_from(record, "retry") is None:
            return ""
        # Not a TemplateColumn: with a request that runs every context processor for every row.
        return render_to_string("jobs/job_retry.html", {"job": record, "csrf_token": get_token(self.request)})
