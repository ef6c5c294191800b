"""The list of tasks behind a figure of timeliness."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.core.cells import Cell, Told, day, or_else, text, whole, worded
from apps.core.templatetags.ui import NO_DATA
from apps.organisations.fields import unit_names
from apps.registers.tables import NOWRAP, NUMBERS, DayColumn, NameColumn, NumberColumn, UnitColumn
from apps.tasks.models import TaskProgress
from apps.tasks.tables import FULL
from apps.tasks.timeliness import Timeliness
from apps.tasks.whose import names_of_whose


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

    def cells(self) -> dict[str, Cell]:
        days = ("due_on", "first_due_on", "reported_on", "accepted_on")
        return {
            "code": text("code"),
            "title": text("title"),
            "lead_unit": worded("lead_unit_id", unit_names()),
            "timeliness": worded("timeliness", {one.value: str(one.label) for one in Timeliness}),
            **{name: or_else(day(name), NO_DATA) for name in days},
        }

    def in_file(self) -> Told:
        cells = self.cells()
        return Told(self.data.data, [(str(one.header), cells[one.name]) for one in self.columns.iterall()])


class OverdueTaskTable(CountedTaskTable):
    """Those that are overdue: by how much, with whom they are, and what is in the way. All of them are «Quá hạn»."""

    caption = _("Nhiệm vụ quá hạn")

    timeliness = accepted_on = None  # type: ignore[assignment]  # how the library leaves a column out
    days_overdue = NumberColumn(verbose_name=_("Số ngày quá hạn"), attrs=NUMBERS)
    whose = tables.Column(verbose_name=_("Đang chờ"), orderable=False)
    risk = tables.Column(verbose_name=_("Vướng mắc"), orderable=False, attrs=FULL)

    class Meta(CountedTaskTable.Meta):
        sequence = ("code", "title", "lead_unit", "due_on", "days_overdue", "whose", "risk", "...")

    def render_whose(self, value: str) -> str:
        return names_of_whose().get(value, NO_DATA)

    def render_risk(self, value: str, record: Any) -> str:
        if value == TaskProgress.Risk.NONE:
            return NO_DATA
        return f"{TaskProgress.Risk(value).label}: {record.obstacle or now('chưa ghi nội dung')}"

    def cells(self) -> dict[str, Cell]:
        risks = {one.value: str(one.label) for one in TaskProgress.Risk if one != TaskProgress.Risk.NONE}
        return super().cells() | {
            "days_overdue": whole("days_overdue"),
            "whose": worded("whose", names_of_whose()),
            "risk": Cell(
                ("risk", "obstacle"),
                lambda risk, told: f"{risks[risk]}: {told or ''}" if risk in risks else "",
                lambda writing, risk, told: (
                    f"coalesce({writing.words(risk, risks)} || ': ' || coalesce({told}, ''), '')"
                ),
            ),
        }
