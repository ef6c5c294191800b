"""The list of lists of tasks."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.documents.models import LegalDocument
from apps.registers.tables import NOWRAP, NUMBERS, NameColumn, UnitColumn
from apps.tasks.chips import list_state_chip
from apps.tasks.models import TaskList


class TaskListTable(tables.Table):
    caption = _("Danh mục nhiệm vụ")

    title = NameColumn(verbose_name=_("Tên danh mục"))
    unit = UnitColumn(verbose_name=_("Cơ quan phê duyệt"), accessor="unit_id")
    term = tables.Column(verbose_name=_("Thời hạn"))
    first_year = tables.Column(verbose_name=_("Năm"), attrs=NUMBERS)
    state = tables.Column(verbose_name=_("Trạng thái"))
    decision = tables.Column(verbose_name=_("Quyết định"), attrs=NOWRAP, order_by=("decision__number", "pk"))

    class Meta:
        default = "–"

    def render_first_year(self, record: TaskList) -> str:
        years = {record.first_year, record.last_year}
        return "–".join(str(year) for year in sorted(years))

    def render_state(self, record: TaskList) -> str:
        return list_state_chip(record.state)

    def value_state(self, record: TaskList) -> str:
        return str(record.get_state_display())

    def render_decision(self, value: LegalDocument) -> str:
        return format_html('<a class="lk" href="{}">{}</a>', value.get_absolute_url(), value.number)

    def value_decision(self, record: TaskList) -> str:
        return record.decision.number if record.decision else ""
