"""The API's common ground: scoped viewsets, strict filters, errors as 400."""

from django.core.exceptions import ValidationError
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, serializers, viewsets
from rest_framework.fields import get_error_detail
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from apps.core.views import ScopedMixin

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


class CheckedSerializer(serializers.ModelSerializer):
    """Runs the model's own full_clean(): serializers by themselves skip check constraints."""

    def validate(self, attrs):
        instance = self.Meta.model(**attrs) if self.instance is None else self.instance
        for name, value in attrs.items():
            setattr(instance, name, value)
        instance.full_clean()
        return attrs


class ScopedReadViewSet(ScopedMixin, viewsets.ReadOnlyModelViewSet):
    """List and detail of rows the caller may see; a row out of sight is 404."""

    permission_required = ""  # where a model permission is not enough
    extra_parameters: tuple[str, ...] = ()  # query parameters that an action reads beside its filters


def exception_handler(exc: Exception, context: dict) -> Response | None:
    """A service's ValidationError is the caller's mistake: 400 with its words."""
    if isinstance(exc, ValidationError):
        exc = exceptions.ValidationError(get_error_detail(exc))
    return drf_exception_handler(exc, context)
