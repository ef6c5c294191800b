"""Pages and filters of API lists; apart, as DRF's settings load it."""

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination

PAGING = {"page", "page_size"}


class Pagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class StrictFilterBackend(DjangoFilterBackend):
    """A parameter nobody declared is refused: a misspelt filter must not answer with everything."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        unknown = sorted(set(request.query_params) - known - PAGING - set(view.extra_parameters))
        if unknown:
            raise exceptions.ValidationError({name: ["Tham số không có trong tài liệu API."] for name in unknown})
        return super().filter_queryset(request, queryset, view)
