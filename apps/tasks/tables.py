"""The list of tasks."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.registers.tables import NOWRAP, DayColumn, NameColumn, UnitColumn
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness


class PlanTaskTable(tables.Table):
    caption = _("Nhiệm vụ")

    code = tables.Column(verbose_name=_("Mã"), attrs=NOWRAP)
    title = NameColumn(verbose_name=_("Tên nhiệm vụ"), order_by=("title_sort", "pk"))
    lead_unit = UnitColumn(verbose_name=_("Chủ trì"), accessor="lead_unit_id")
    framework_item = tables.Column(verbose_name=_("Hạng mục"), accessor="framework_item_id", attrs=NOWRAP)
    state = tables.Column(verbose_name=_("Trạng thái"))
    timeliness = tables.Column(verbose_name=_("Tiến độ"), empty_values=())
    due_on = DayColumn(verbose_name=_("Hạn"), attrs=NOWRAP)

    class Meta:
        default = "–"

    def render_framework_item(self, record: PlanTask, value: str) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', record.framework_item.get_absolute_url(), value)

    def render_timeliness(self, value: Any) -> str:
        return str(Timeliness(value).label) if value else "–"
