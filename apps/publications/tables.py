"""The list of books."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import vn_date, vn_datetime
from apps.organisations.selectors import unit_labels
from apps.publications.buttons import chip_of
from apps.publications.models import ReportBook
from apps.registers.tables import NOWRAP


class ReportBookTable(tables.Table):
    caption = _("Báo cáo tổng hợp")

    year = tables.Column(verbose_name=_("Báo cáo"))
    unit = tables.Column(verbose_name=_("Phạm vi"), accessor="unit_id", empty_values=(), orderable=False)
    version = tables.Column(verbose_name=_("Phiên bản"), attrs=NOWRAP)
    state = tables.Column(verbose_name=_("Trạng thái"))
    as_of = tables.Column(verbose_name=_("Số liệu tính đến"), attrs=NOWRAP)
    number = tables.Column(verbose_name=_("Số, ký hiệu"), attrs=NOWRAP)
    issued_on = tables.Column(verbose_name=_("Ngày ban hành"), attrs=NOWRAP)

    class Meta:
        default = "–"

    def render_year(self, record: ReportBook) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', record.get_absolute_url(), record.title)

    def value_year(self, record: ReportBook) -> str:
        return record.title

    def render_unit(self, value: Any) -> str:
        return unit_labels()[value].distinct_name if value else _now("Toàn quốc")

    def render_state(self, record: ReportBook) -> str:
        return chip_of(record)

    def value_state(self, record: ReportBook) -> str:
        return str(record.get_state_display())

    def render_as_of(self, value: Any) -> str:
        return vn_datetime(value)

    def value_as_of(self, value: Any) -> Any:
        return value

    def render_issued_on(self, value: Any) -> str:
        return vn_date(value)

    def value_issued_on(self, value: Any) -> Any:
        return value
