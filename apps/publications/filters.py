"""The filters of the list of books."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.filters import ChoicesFilter
from apps.publications.models import ReportBook


class ReportBookFilter(filters.FilterSet):
    kind = ChoicesFilter(label=_("Phạm vi"), choices=ReportBook.Kind.choices)
    span = ChoicesFilter(label=_("Loại báo cáo"), choices=ReportBook.Span.choices)
    year = ChoicesFilter(label=_("Năm"))
    state = ChoicesFilter(label=_("Trạng thái"), choices=ReportBook.State.choices)

    class Meta:
        model = ReportBook
        fields = ["kind", "span", "year", "state"]

    def __init__(self, *args: Any, books: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = books.order_by("-year").values_list("year", flat=True).distinct()
        self.filters["year"].extra["choices"] = [(str(year), str(year)) for year in years]
