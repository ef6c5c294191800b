"""The filters of the plan's items in the API."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from apps.core.filters import TextFilter
from apps.core.text import fold
from apps.framework.models import FrameworkItem


class FrameworkItemApiFilter(FilterSet):
    """Items; headings only where they are asked for."""

    list = ChoiceFilter(choices=FrameworkItem.PlanList.choices, help_text=_("Danh mục: A hoặc B."))
    kind = ChoiceFilter(choices=FrameworkItem.Kind.choices, help_text=_("group: các đề mục; mặc định là các hạng mục."))
    group = TextFilter(field_name="group", help_text=_("Mã nhóm giải pháp, 1 đến 6."))
    indicator = TextFilter(field_name="indicators__code", lookup_expr="iexact", help_text=_("Mã mục tiêu, ví dụ MT5."))
    search = TextFilter(method="find", max_length=100, help_text=_("Mã hoặc nội dung, có dấu hoặc không."))

    class Meta:
        model = FrameworkItem
        fields = ["list", "kind", "group", "indicator", "search"]

    def find(self, rows: Any, name: str, text: str) -> Any:
        """Among fifty rows: by the same folding as on the page, in no statement of its own."""
        words = fold(text).split()
        told = {code: fold(f"{code} {title}") for code, title in FrameworkItem.objects.values_list("code", "title")}
        return rows.filter(pk__in=[code for code, said in told.items() if all(word in said for word in words)])
