"""The filters of lists of tasks."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.filters import ChoicesFilter, TextFilter
from apps.core.models import VnFold
from apps.core.text import fold
from apps.tasks.models import TaskList


class TaskListFilter(filters.FilterSet):
    q = TextFilter(label=_("Tìm danh mục"), method="search", max_length=100)
    state = ChoicesFilter(label=_("Trạng thái"), choices=TaskList.State.choices)
    term = ChoicesFilter(label=_("Thời hạn"), choices=TaskList.Term.choices)

    class Meta:
        model = TaskList
        fields = ["q", "state", "term"]

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.alias(words=VnFold("title")).filter(words__contains=fold(text))
