"""The API's common ground: scoped viewsets, and one shape of every error.

An error is `{"detail": words in Vietnamese, "code": a word for programs, "incident": as in the logs}`; where fields
are at fault also `"errors": {field: [{"message", "code"}]}`. Codes stay; words may change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status, viewsets
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as drf_exception_handler

from apps.core import limits
from apps.core.days import parse_moment
from apps.core.moves import WRONG_STATE
from apps.core.old_fonts import refuse_old_font
from apps.core.outages import is_nested_too_deeply
from apps.core.text import clean_text
from apps.core.views import ScopedMixin

CONFLICTS = frozenset({"stale", "withdrawn", "unique"})
Now = dict[str, Any]  # how the row stands, for the body of a refusal


class Conflict(exceptions.APIException):
    """What the caller looked at is no longer so: the body says how it is now."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: str, code: str, now: Now | None = None) -> None:
        super().__init__(detail, code)
        self.now = now or {}


class WrongState(exceptions.ValidationError):
    """Not the moment, though the caller knew how the row stands: 400, and the body says it again."""

    def __init__(self, refusal: ValidationError, now: Now) -> None:
        super().__init__(get_error_detail(refusal))
        self.now = now


@contextmanager
def conflicts_are_409(now: Callable[[], Now] | None = None) -> Iterator[None]:
    """A refusal that says «what you looked at is no longer so» is no fault of the data. `now` reads how the row stands,
    after the transaction that refused.
    """
    try:
        yield
    except ValidationError as error:
        found = getattr(error, "error_dict", None)
        every = [one for errors in found.values() for one in errors] if found else error.error_list
        codes = {str(one.code) for one in every}
        if conflicts := codes & CONFLICTS:
            raise Conflict(" ".join(error.messages), min(conflicts), now() if now else None) from error
        if now and WRONG_STATE in codes:
            raise WrongState(error, now()) from error
        raise


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


class CheckedSerializer(serializers.ModelSerializer):
    """Texts through the gate, then the model's own full_clean(): serializers by themselves skip check constraints."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.CharField: TextField,
        models.TextField: MultilineTextField,
    }

    def validate(self, attrs):
        instance = self.Meta.model(**attrs) if self.instance is None else self.instance
        for name, value in attrs.items():
            setattr(instance, name, value)
        instance.full_clean()
        return attrs


class MomentField(serializers.Field):
    """A moment, or a day, which means its end."""

    def to_internal_value(self, data: Any) -> datetime:
        return parse_moment(str(data))


class ScopedReadViewSet(ScopedMixin, viewsets.ReadOnlyModelViewSet):
    """List and detail of rows the caller may see; a row out of sight is 404."""

    permission_required = ""  # where a model permission is not enough
    extra_parameters: tuple[str, ...] = ()  # query parameters that an action reads beside its filters


def exception_handler(exc: Exception, context: dict) -> Response | None:
    """What goes wrong within a view. None: nobody's mistake but ours, answered as 500 by the error pages."""
    error = _as_api_error(exc)
    response = drf_exception_handler(error, context)
    if response is not None:
        response.data = error_body(context["request"], **_told(error))
    return response


def refused(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse:
    """The same for whoever answers outside of a view."""
    body = error_body(request, detail=detail, code=code)
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def error_body(request: Any, **told: Any) -> dict[str, Any]:
    return {**told, "incident": getattr(request, "incident", "")}


def _as_api_error(exc: Exception) -> Exception:
    """Django's own errors, and those of the framework whose words name our models or its parsers."""
    if isinstance(exc, ValidationError):
        return exceptions.ValidationError(get_error_detail(exc))
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied()  # the row it names is for the page's words, not for the answer
    if isinstance(exc, Http404):
        return exceptions.NotFound()
    if isinstance(exc, limits.TooMany):
        return exceptions.Throttled(exc.wait)
    if isinstance(exc, exceptions.ParseError) or is_nested_too_deeply(exc):
        return exceptions.ParseError(_("Không đọc được nội dung gửi lên: phải là JSON đúng cú pháp."))
    if isinstance(exc, exceptions.PermissionDenied) and str(exc.detail).startswith("CSRF Failed"):
        return exceptions.PermissionDenied(_("Thiếu mã bảo vệ biểu mẫu, hoặc mã đã hết hạn."), "csrf_failed")
    return exc


def _told(error: Any) -> dict[str, Any]:
    return _words_of(error) | getattr(error, "now", {})


def _words_of(error: Any) -> dict[str, Any]:
    if not isinstance(error, exceptions.ValidationError):
        return {"detail": error.detail, "code": error.get_codes()}
    whole = api_settings.NON_FIELD_ERRORS_KEY
    errors: Any = error.get_full_details()
    if isinstance(errors, list):
        errors = {whole: errors}
    if NON_FIELD_ERRORS in errors:
        errors[whole] = errors.pop(NON_FIELD_ERRORS)
    of_whole = [one for one in errors.get(whole, ()) if "message" in one]
    return {
        "detail": " ".join(one["message"] for one in of_whole) or _("Dữ liệu gửi lên chưa hợp lệ."),
        "code": of_whole[0]["code"] if of_whole else "invalid",
        "errors": errors,
    }
