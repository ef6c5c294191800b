from collections.abc import Mapping
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import vn_datetime
from apps.organisations.selectors import UnitLabel
from apps.reports.chips import chip_of
from apps.reports.models import AnnualReport

NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}
NOWRAP = {"td": {"class": "nowrap"}}


class QueueTable(tables.Table):
    unit = tables.Column(verbose_name=_("Đơn vị"), order_by="unit")
    round = tables.Column(verbose_name=_("Kỳ"), accessor="round__code", order_by=("round__year", "round__code"))
    submitted_at = tables.Column(verbose_name=_("Nộp lúc"), attrs=NOWRAP)
    revision = tables.Column(verbose_name=_("Lần nộp"), attrs=NUMBER)
    waits = tables.Column(
        verbose_name=_("Số ngày chờ"), accessor="submitted_at", order_by="-submitted_at", attrs=NUMBER
    )
    state = tables.Column(verbose_name=_("Trạng thái"))
    reviewer = tables.Column(verbose_name=_("Người thẩm tra"), order_by=("reviewer__full_name", "pk"))

    class Meta:
        model = AnnualReport
        fields = ["unit", "round", "revision", "submitted_at", "waits", "state", "reviewer"]
        order_by = "submitted_at"
        default = "–"

    caption = _("Báo cáo đã nộp, cũ nhất trước")

    def __init__(self, *args: Any, labels: Mapping[str, UnitLabel], **kwargs: Any) -> None:
        self.labels = labels
        super().__init__(*args, **kwargs)

    def render_unit(self, record: AnnualReport) -> str:
        url = reverse("reports:review_detail", args=[record.round.code, record.unit.slug])
        return render_to_string("reports/queue_unit.html", {"unit": self.value_unit(record), "url": url})

    def value_unit(self, record: AnnualReport) -> str:
        return self.labels[record.unit_id].distinct_name

    def render_submitted_at(self, value: Any) -> str:
        return vn_datetime(value)

    def value_submitted_at(self, value: Any) -> Any:
        return value

    def render_waits(self, record: AnnualReport) -> Any:
        if record.submitted_at is None or record.state != AnnualReport.State.SUBMITTED:
            return self.default
        return (timezone.localdate() - timezone.localdate(record.submitted_at)).days

    def value_waits(self, record: AnnualReport) -> Any:
        return self.render_waits(record)

    def render_state(self, record: AnnualReport) -> str:
        chip = chip_of(record)
        return chip.drawn

    def value_state(self, record: AnnualReport) -> str:
        return str(chip_of(record).label)
