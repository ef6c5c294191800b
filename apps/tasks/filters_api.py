"""The filters of the API's list of tasks."""

from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.filters import TextFilter
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness
from apps.tasks.told_under import standing_under
from apps.tasks.years import FIRST_YEAR, LAST_YEAR


class PlanTaskApiFilter(filters.FilterSet):
    """`unit` as in statistics: what the unit leads, with its past and its sub-units."""

    search = TextFilter(method="find", max_length=100, help_text=_("Mã, tên nhiệm vụ, có dấu hoặc không."))
    state = filters.MultipleChoiceFilter(
        choices=PlanTask.State.choices, distinct=False, help_text=_("Trạng thái, một hoặc nhiều.")
    )
    timeliness = filters.MultipleChoiceFilter(
        choices=Timeliness.choices, distinct=False, help_text=_("Tiến độ đến hôm nay, một hoặc nhiều.")
    )
    unit = TextFilter(
        method="of_unit", max_length=80, help_text=_("Đơn vị chủ trì, kể cả đơn vị trước đó và đơn vị trực thuộc.")
    )
    lead_unit = TextFilter(field_name="lead_unit_id", lookup_expr="exact", help_text=_("Đơn vị chủ trì."))
    approving_unit = TextFilter(field_name="approving_unit_id", lookup_expr="exact", help_text=_("Cơ quan phê duyệt."))
    framework_item = TextFilter(
        method="of_item", max_length=20, help_text=_("Mã hạng mục kế hoạch, hoặc đề mục với mọi hạng mục của nó.")
    )
    kind = filters.ChoiceFilter(choices=PlanTask.Kind.choices, help_text=_("Loại nhiệm vụ."))
    term = filters.ChoiceFilter(choices=PlanTask.Term.choices, help_text=_("Thời hạn."))
    route = filters.ChoiceFilter(choices=PlanTask.Route.choices, help_text=_("Cấp phê duyệt."))
    year = filters.NumberFilter(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0, help_text=_("Năm kế hoạch.")
    )
    due_from = filters.DateFilter(field_name="due_on", lookup_expr="gte", help_text=_("Hạn từ ngày này."))
    due_to = filters.DateFilter(field_name="due_on", lookup_expr="lte", help_text=_("Hạn đến hết ngày này."))
    changed_since = filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", help_text=_("Nhiệm vụ thêm hoặc thay đổi từ thời điểm này.")
    )

    class Meta:
        model = PlanTask
        fields: list[str] = []

    def find(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)

    def of_unit(self, rows: Any, name: str, unit: str) -> Any:
        return rows.filter(lead_unit__in=sorted(standing_under(unit)))

    def of_item(self, rows: Any, name: str, code: str) -> Any:
        return rows.filter(Q(framework_item=code) | Q(framework_item__code__startswith=f"{code}."))
