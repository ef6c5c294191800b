"""The list of reports."""

from typing import Any

import django_tables2 as tables
from django.db.models import OuterRef, Subquery
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import vn_date
from apps.organisations.selectors import unit_labels
from apps.registers.tables import NOWRAP, UnitColumn
from apps.reports.chips import chip_of
from apps.reports.models import AnnualReport, Submission


def with_number(rows: Any) -> Any:
    """With the number of its newest signed paper, and when that was sent."""
    papers = Submission.objects.filter(report=OuterRef("pk"), dropped_at=None).order_by("-revision")
    return rows.annotate(number=Subquery(papers.values("number")[:1]), sent_at=Subquery(papers.values("sent_at")[:1]))


class AnnualReportTable(tables.Table):
    caption = _("Báo cáo")

    round = tables.Column(verbose_name=_("Kỳ báo cáo"), order_by=("round__year", "round__code"))
    unit = UnitColumn(verbose_name=_("Đơn vị báo cáo"), accessor="unit_id")
    state = tables.Column(verbose_name=_("Trạng thái"))
    due_on = tables.DateColumn(verbose_name=_("Hạn nộp"), attrs=NOWRAP)
    sent_at = tables.Column(verbose_name=_("Ngày nộp"), attrs=NOWRAP)
    number = tables.Column(verbose_name=_("Số, ký hiệu"), attrs=NOWRAP)

    class Meta:
        default = "–"

    def render_round(self, record: AnnualReport) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', record.get_absolute_url(), record.round.title)

    def value_round(self, record: AnnualReport) -> str:
        return record.round.title

    def value_unit(self, record: AnnualReport) -> str:
        return unit_labels()[record.unit_id].distinct_name

    def render_state(self, record: AnnualReport) -> str:
        return chip_of(record).drawn

    def value_state(self, record: AnnualReport) -> str:
        return str(chip_of(record).label)

    def render_due_on(self, value: Any) -> str:
        return vn_date(value)

    def value_due_on(self, value: Any) -> Any:
        return value

    def render_sent_at(self, value: Any) -> str:
        return vn_date(value)

    def value_sent_at(self, value: Any) -> Any:
        return value
