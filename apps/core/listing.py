"""Pages and filters of API lists; apart, as DRF's settings load it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from apps.core.cursors import Columns, Page, Position, page_of_list, page_of_rows, read_cursor, write_cursor
from apps.core.ordering import uniquely_ordered
from apps.core.parameters import asked_order

TOTALS = {"true": True, "1": True, "false": False, "0": False, "": False}


class Pagination(PageNumberPagination):
    """By number, or by cursor where `cursor` is asked for, empty at first: then sorted by the key, or as `ordering`
    says, and counted only on request.
    """

    request: Any
    page: Any
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    beside: Page | None = None  # by cursor
    total: int | None = None

    def paginate_queryset(
        self, queryset: Any, request: Any, view: Any = None, columns: Columns = ()
    ) -> list[Any] | None:
        """Figures come as a list, in the order they were made in. `columns`: what is read of each row instead of the
        row itself; those that it is sorted by first.
        """
        if "cursor" in request.query_params:
            return self._beside(queryset, request, view, columns)
        rows: Any = uniquely_ordered(queryset) if isinstance(queryset, QuerySet) else queryset
        rows = _ReadAs(rows, columns) if columns else rows
        try:
            found: list[Any] | None = super().paginate_queryset(rows, request, view)
        except exceptions.NotFound:
            raise exceptions.NotFound(_("Không có trang này."), code="no_such_page") from None
        return found

    def get_page_size(self, request: Any) -> int:
        """What is no number of rows is refused: who misspells it would take the page for all there is."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdecimal() and asked.strip("0")):
            raise exceptions.ValidationError(
                {"page_size": [exceptions.ErrorDetail(_("Chỉ nhận số nguyên lớn hơn 0."), "invalid")]}
            )
        return min(int(asked.lstrip("0")[:9]), self.max_page_size)

    def _beside(self, queryset: Any, request: Any, view: Any, columns: Columns) -> list[Any]:
        self.request, size = request, self.get_page_size(request)
        is_table = isinstance(queryset, QuerySet)
        order = asked_order(view, request) or ("pk" if is_table else "key",)
        position = read_cursor(request.query_params["cursor"], request.path, order)
        if is_table:
            self.beside = page_of_rows(queryset, order, position, size, columns)
        else:
            self.beside = page_of_list(queryset, view.cursor_key, position, size)
        if self._wants_total(request):
            self.total = queryset.order_by().count() if is_table else len(queryset)
        return self.beside.rows

    def _wants_total(self, request: Any) -> bool:
        told = request.query_params.get("total", "").lower()
        if told not in TOTALS:
            words = _("Chỉ nhận true hoặc false.")
            raise exceptions.ValidationError({"total": [exceptions.ErrorDetail(words, "invalid_choice")]})
        return TOTALS[told]

    @property
    def state(self) -> tuple[Any, ...]:
        """What the answer says beside the rows of the page."""
        if self.beside is None:
            return (self.page.paginator.count,)
        return (self.beside.has_before, self.beside.has_after, self.total)

    def get_paginated_response(self, data: Any) -> Response:
        if self.beside is None:
            return super().get_paginated_response(data)
        counted = {} if self.total is None else {"count": self.total}
        links = {"next": self._link(self.beside.after), "previous": self._link(self.beside.before)}
        return Response(counted | links | {"results": data})

    def _link(self, position: Position | None) -> str | None:
        if position is None:
            return None
        url = remove_query_param(self.request.build_absolute_uri(), "cursor")
        return replace_query_param(url, "cursor", write_cursor(position, self.request.path))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        told = super().get_paginated_response_schema(schema)
        told["required"] = ["next", "previous", "results"]
        told["properties"]["count"]["description"] = "Có khi phân trang bằng page, hoặc bằng cursor kèm total=true."
        return told

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for one in found:
            one["schema"] |= {"minimum": 1}  # number and size of a page
        more = {
            "cursor": (
                "string",
                "Phân trang bằng con trỏ: để trống ở lần gọi đầu, sau đó theo next và previous. Dòng thêm vào giữa "
                "chừng không làm lệch trang. Không dùng cùng page.",
            ),
            "total": ("boolean", "Với cursor: đếm cả danh sách, trả về ở count."),
        }
        return found + [
            {"name": name, "required": False, "in": "query", "description": words, "schema": {"type": kind}}
            for name, (kind, words) in more.items()
        ]


class _ReadAs:
    """Counted as rows and read as columns: what a column is looked up in needs no looking up to be counted."""

    ordered = True

    def __init__(self, rows: QuerySet, columns: Columns) -> None:
        self.rows, self.columns = rows, columns

    def count(self) -> int:
        return self.rows.count()

    def __getitem__(self, some: slice) -> QuerySet:
        return self.rows[some].values_list(*self.columns)


class StrictFilterBackend(DjangoFilterBackend):
    """Filters, then the order that was asked for. What nobody declared has been refused before (parameters.py)."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """Where no filter is named no form of them is made: none of the API does anything unasked."""
        filterset = self.get_filterset_class(view, queryset)
        is_narrowed = filterset is not None and not filterset.base_filters.keys().isdisjoint(request.query_params)
        rows = super().filter_queryset(request, queryset, view) if is_narrowed else queryset
        order = asked_order(view, request)
        return rows.order_by(*order) if order else rows
