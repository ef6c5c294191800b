"""The filters of the list of tasks."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from apps.core.filters import ChoicesFilter, TextFilter
from apps.tasks.models import PlanTask


class PlanTaskFilter(filters.FilterSet):
    q = TextFilter(label=_("Tìm nhiệm vụ"), method="search", max_length=100)
    state = ChoicesFilter(label=_("Trạng thái"), choices=PlanTask.State.choices)

    class Meta:
        model = PlanTask
        fields = ["q", "state"]

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)
