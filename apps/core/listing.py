"""Pages and filters of API lists; apart, as DRF's settings load it."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination

from apps.core.ordering import uniquely_ordered

PAGING = {"page", "page_size"}


class Pagination(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset, request, view=None):
        """Figures come as a list, in the order they were made in."""
        rows = uniquely_ordered(queryset) if isinstance(queryset, QuerySet) else queryset
        try:
            return super().paginate_queryset(rows, request, view)
        except exceptions.NotFound:
            raise exceptions.NotFound(_("Không có trang này."), code="no_such_page") from None


class StrictFilterBackend(DjangoFilterBackend):
    """A parameter nobody declared is refused: a misspelt filter must not answer with everything."""

    def filter_queryset(self, request, queryset, view):
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        unknown = sorted(set(request.query_params) - known - PAGING - set(view.extra_parameters))
        if unknown:
            told = exceptions.ErrorDetail(_("Tham số không có trong tài liệu API."), "unknown_parameter")
            raise exceptions.ValidationError({name: [told] for name in unknown})
        return super().filter_queryset(request, queryset, view)
