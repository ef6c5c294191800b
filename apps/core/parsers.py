"""What comes in as JSON is text that can be kept and said again."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("Nội dung gửi lên quá lớn. Chia thành nhiều lần gửi.")
    default_code = "too_large"


class TextJSONParser(JSONParser):
    """Refuses `null`, which is nothing, and half of a surrogate pair: JSON can spell it, neither the database nor an
    answer can. Nor more than a form may bring: the framework reads a body past the library's own limit.
    """

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        if _length_of((parser_context or {}).get("request")) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        data = super().parse(stream, media_type, parser_context)
        if data is None:
            raise ParseError
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as wrong:
            raise ParseError from wrong
        return data


def _length_of(request: Any) -> int:
    """As the server reads it: what is no number brings nothing."""
    told = str(request.META.get("CONTENT_LENGTH") or "") if request is not None else ""
    return int(told[:18]) if told.isdecimal() else 0
