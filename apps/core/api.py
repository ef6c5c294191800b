"""The API's common ground: scoped viewsets, errors as 400."""

from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework import exceptions, serializers, viewsets
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from apps.core.views import ScopedMixin


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
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()  # the row it names is for the page's words, not for the answer
    return drf_exception_handler(exc, context)
