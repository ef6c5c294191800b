"""The filters of the list of cells: what a sum on the page of money is made of, and what is still to be done."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.filters import ChoicesFilter, TextFilter
from apps.funding.asked import FIRST_YEAR, LAST_YEAR, groups
from apps.funding.models import VarianceState
from apps.funding.selectors.cells import lacking, of_unit, short, variant, with_explanations
from apps.organisations.asked import UnitQuery
from apps.organisations.chosen import unit_choices
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage

LACKING: dict[str, str] = {
    Stage.ALLOCATED: "no_allocated",
    Stage.DISBURSED: "no_disbursed",
    Stage.SETTLED: "no_settled",
}
WHAT = [
    ("gap", _("Được giao chưa đủ")),
    ("variance", _("Chênh lệch phải giải trình")),
    ("unexplained", _("Chưa giải trình")),
    ("no_allocated", _("Chưa có số được giao")),
    ("no_disbursed", _("Chưa có số giải ngân")),
    ("no_settled", _("Chưa có số quyết toán")),
]


class CellFilter(filters.FilterSet):
    q = TextFilter(label=_("Tìm nhiệm vụ"), method="search", max_length=100)
    year = ChoicesFilter(label=_("Năm"), choices=[(str(y), str(y)) for y in range(LAST_YEAR, FIRST_YEAR - 1, -1)])
    unit = ChoicesFilter(label=_("Đơn vị"), method="of_units")
    group = ChoicesFilter(label=_("Nhóm giải pháp"), field_name="task__framework_item__group")
    source = ChoicesFilter(label=_("Nguồn"), choices=Source.choices)
    stage = ChoicesFilter(label=_("Có số"), choices=Stage.choices, method="with_figures")
    what = filters.ChoiceFilter(label=_("Cần xử lý"), choices=WHAT, empty_label=_("Mọi khoản"), method="to_do")

    class Meta:
        model = BudgetLine
        fields = ["q", "year", "unit", "group", "source", "stage", "what"]

    def __init__(self, *args: Any, asked: UnitQuery, scope: UnitScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.filters["unit"].extra["choices"] = unit_choices(scope)
        self.filters["group"].extra["choices"] = list(groups().items())

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.filter(task__in=PlanTask.objects.search(text))

    def of_units(self, rows: Any, name: str, units: list[str]) -> Any:
        return of_unit(rows, units, self.asked) if units else rows

    def with_figures(self, rows: Any, name: str, stages: list[str]) -> Any:
        for stage in stages:
            rows = rows.filter(**{f"{Stage(stage).value}__isnull": False})
        return rows

    def to_do(self, rows: Any, name: str, what: str) -> Any:
        if what == "gap":
            return short(rows)
        if what == "variance":
            return variant(rows)
        if what == "unexplained":
            return with_explanations(variant(rows)).filter(variance_state=VarianceState.UNEXPLAINED)
        stage = next((stage for stage, name in LACKING.items() if name == what), None)
        return lacking(rows, stage) if stage else rows
