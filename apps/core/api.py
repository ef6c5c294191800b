"""The API's common ground: scoped viewsets, and one shape of every error.

An error is `{"detail": words for people, "code": a word for programs, "incident": as in the logs}` with the members of
problem details (problems.py); where fields are at fault also `"errors": {field: [{"message", "code"}]}`. Codes stay;
words may change.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, mixins, serializers, viewsets
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler

from apps.core import limits
from apps.core.bulk import ExportMixin
from apps.core.days import parse_moment
from apps.core.manners import MannersMixin
from apps.core.numbers import plain_decimal
from apps.core.old_fonts import refuse_old_font
from apps.core.outages import is_nested_too_deeply
from apps.core.parsers import TooLarge
from apps.core.problems import CONTENT_TYPE, details_of, language_of
from apps.core.text import clean_text
from apps.core.views import ScopedMixin

WHOLE = api_settings.NON_FIELD_ERRORS_KEY


class PlainTextField(serializers.DecimalField):
    """A decimal as text, without zeros behind."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=20, decimal_places=4, **kwargs)

    def to_representation(self, value: Any) -> str:
        return plain_decimal(value)


class TextField(serializers.CharField):
    """Text through the same gate as the forms'. What is no text is refused, not made one."""

    multiline = False

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            refuse_old_font(data)
            data = clean_text(data, multiline=self.multiline)
        elif data is not None and data is not serializers.empty:
            self.fail("invalid")
        return super().run_validation(data)


class MultilineTextField(TextField):
    multiline = True


class BoundedListField(serializers.ListField):
    """How many there are is asked before any of them is looked at: each may cost a statement."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(
                _("Không được quá %(n)s phần tử.") % {"n": self.max_length}, code="max_length"
            )
        return super().to_internal_value(data)


class MomentField(serializers.Field):
    """A moment, or a day, which means its end."""

    def to_internal_value(self, data: Any) -> datetime:
        return parse_moment(str(data))


class ExactField(serializers.Field):
    """The decimals beside it as text, by their names: `since:known_now` is read from `since`.

    Answers have had these as JSON numbers from the beginning, and not every reader keeps those to the digit.
    """

    def __init__(self, *names: str, **kwargs: Any) -> None:
        self.names = [(name.partition(":")[0], name.rpartition(":")[2]) for name in names]
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, row: Any) -> dict[str, str | None]:
        found = {name: getattr(row, source) for source, name in self.names}
        return {name: None if value is None else plain_decimal(value) for name, value in found.items()}


class ApiViewSet(ScopedMixin, MannersMixin, viewsets.GenericViewSet):
    """What every view of the API is: rows the caller may see, a row out of sight is 404, and the manners."""

    permission_required = ""  # where a model permission is not enough
    permission_to_write = ""  # where that is for reading, and the service asks for another: who is offered a scope


class ReadViewSet(ApiViewSet, mixins.RetrieveModelMixin, mixins.ListModelMixin):
    """List and detail."""


class ScopedReadViewSet(ExportMixin, ReadViewSet):
    """And the whole list as a file."""


def exception_handler(exc: Exception, context: dict) -> Response | None:
    """What goes wrong within a view. None: nobody's mistake but ours, answered as 500 by the error pages."""
    error = _as_api_error(exc)
    response = drf_exception_handler(error, context)
    if response is not None:
        request, told = context["request"], _words_of(error)
        named = {"method": request.method, "wait": getattr(error, "wait", 0), "is_ours": _is_ours(error)}
        details = details_of(request, response.status_code, told, **named)
        response.data = error_body(request, **told | getattr(error, "now", {}) | details)
        _tell_as_problem(request, response)
    return response


def refused(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """The same for whoever answers outside of a view."""
    told = {"detail": detail, "code": code}
    body = error_body(request, **told | details_of(request, status, told))
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    _tell_as_problem(request, response)
    return response


def error_body(request: Any, **told: Any) -> dict[str, Any]:
    return {**told, "incident": getattr(request, "incident", "")}


def _tell_as_problem(request: Any, response: Any) -> None:
    response.content_type = CONTENT_TYPE  # of an answer that is yet to be written
    response["Content-Type"] = CONTENT_TYPE
    response["Content-Language"] = language_of(request)


def _is_ours(error: Any) -> bool:
    """Whether the words are the API's own: of a validation those that only point to `errors`."""
    return not isinstance(error, exceptions.ValidationError) or not _of_whole(_errors_of(error))


def _as_api_error(exc: Exception) -> Exception:
    """Django's own errors, and those of the framework whose words name our models or its parsers."""
    if isinstance(exc, ValidationError):
        return exceptions.ValidationError(get_error_detail(exc))
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()  # the row it names is for the page's words, not for the answer
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, RequestDataTooBig):
        return TooLarge()
    if isinstance(exc, limits.TooMany):
        return exceptions.Throttled(exc.wait)
    if isinstance(exc, exceptions.ParseError) or is_nested_too_deeply(exc):
        return exceptions.ParseError(_("Không đọc được nội dung gửi lên: phải là JSON đúng cú pháp."))
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF Failed"):
        return exceptions.PermissionDenied(_("Thiếu mã bảo vệ biểu mẫu, hoặc mã đã hết hạn."), "csrf_failed")
    return exc


def _words_of(error: Any) -> dict[str, Any]:
    if not isinstance(error, exceptions.ValidationError):
        return {"detail": error.detail, "code": error.get_codes()}
    errors = _errors_of(error)
    of_whole = _of_whole(errors)
    return {
        "detail": " ".join(one["message"] for one in of_whole) or _("Dữ liệu gửi lên chưa hợp lệ."),
        "code": of_whole[0]["code"] if of_whole else "invalid",
        "errors": errors,
    }


def _errors_of(error: exceptions.ValidationError) -> dict[str, Any]:
    errors: Any = error.get_full_details()
    if isinstance(errors, list):
        errors = {WHOLE: errors}
    if NON_FIELD_ERRORS in errors:
        errors[WHOLE] = errors.pop(NON_FIELD_ERRORS)
    return dict(errors)


def _of_whole(errors: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in errors.get(WHOLE, ()) if "message" in one]
