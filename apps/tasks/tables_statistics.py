"""The list of tasks behind a figure of timeliness."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from apps.core.cells import Told, day, or_else, text, worded
from apps.core.templatetags.ui import NO_DATA
from apps.organisations.fields import unit_names
from apps.registers.tables import NOWRAP, DayColumn, NameColumn, UnitColumn
from apps.tasks.timeliness import Timeliness


class CountedTaskTable(tables.Table):
    caption = _("Nhiệm vụ được tính")

    code = tables.Column(verbose_name=_("Mã"), attrs=NOWRAP)
    title = NameColumn(verbose_name=_("Tên nhiệm vụ"), order_by=("title_sort", "pk"))
    lead_unit = UnitColumn(verbose_name=_("Chủ trì"), accessor="lead_unit_id")
    timeliness = tables.Column(verbose_name=_("Tiến độ"))
    due_on = DayColumn(verbose_name=_("Hạn"), attrs=NOWRAP)
    first_due_on = DayColumn(verbose_name=_("Hạn đặt ban đầu"), attrs=NOWRAP)
    reported_on = DayColumn(verbose_name=_("Báo cáo hoàn thành"), attrs=NOWRAP)
    accepted_on = DayColumn(verbose_name=_("Nghiệm thu"), attrs=NOWRAP)

    class Meta:
        default = "–"

    def render_timeliness(self, value: Any) -> str:
        return str(Timeliness(value).label)

    def in_file(self) -> Told:
        days = ("due_on", "first_due_on", "reported_on", "accepted_on")
        cells = [
            text("code"),
            text("title"),
            worded("lead_unit_id", unit_names()),
            worded("timeliness", {one.value: str(one.label) for one in Timeliness}),
            *(or_else(day(name), NO_DATA) for name in days),
        ]
        heads = [str(column.header) for column in self.columns.iterall()]
        return Told(self.data.data, list(zip(heads, cells, strict=True)))
