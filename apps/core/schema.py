"""What the description of the API says of every address: its manners. DRF's settings load it."""

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from apps.core.parameters import FIELDS, ORDERING, declared_of, ordering_of
from apps.core.problems import CONTENT_TYPE

PLACES_AS_NEEDED = r"^-?\d+(\.\d+)?$"  # a rate, or a third of what a unit had, has more than any column
DECIMAL = {"type": "string", "nullable": True, "pattern": PLACES_AS_NEEDED}
NEVER_EMPTY = ("page", "page_size", "output")
HEADER: Literal["header"] = "header"
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", OpenApiTypes.STR, HEADER,
    description="ETag đã nhận lần trước: trả lời 304, không có nội dung, nếu chưa có gì thay đổi.",
)  # fmt: skip
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, HEADER,
    description="ETag của bản ghi đã đọc: 412 nếu từ đó bản ghi đã thay đổi. Không bắt buộc.",
)  # fmt: skip
KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, HEADER,
    description="Từ 1 đến 100 ký tự. Gửi lại cùng khóa không thực hiện lần nữa mà nhận lại câu trả lời cũ.",
)  # fmt: skip
ETAG = OpenApiParameter(
    "ETag", OpenApiTypes.STR, HEADER, response=[200], description="Phiên bản của câu trả lời này, với người gọi này."
)
READ_REFUSALS = {400: "Tham số chưa hợp lệ.", 404: "Không có, hoặc ngoài phạm vi được xem."}
WRITE_REFUSALS = {
    400: "Nội dung chưa hợp lệ, hoặc chưa đến lúc.", 404: "Không có, hoặc ngoài phạm vi được xem.",
    409: "Dữ liệu đã thay đổi từ khi người gọi đọc.", 412: "Không còn như If-Match nêu.",
    413: "Nội dung gửi lên quá lớn.", 415: "Nội dung gửi lên không phải JSON.",
}  # fmt: skip
ALWAYS = {
    401: "Chưa đăng nhập, hoặc mã truy cập không còn dùng được.", 403: "Không có quyền, hoặc ngoài phạm vi của mã.",
    429: "Gọi quá nhiều; gọi lại sau số giây của Retry-After.",
}  # fmt: skip
OPEN_REFUSALS = {429: ALWAYS[429]}  # where nobody is asked who they are
OTHERWISE = "Lỗi khác, cùng một dạng."


FAULT = {
    "type": "object",
    "properties": {
        "message": {"type": "string", "description": "Lời giải thích."},
        "code": {"type": "string", "description": "Mã cố định."},
    },
    "required": ["message", "code"],
}
# Of a field that is itself made of fields, or of many: by their names, by their places from 0.
WITHIN = {"type": "object", "additionalProperties": {}, "description": "Lỗi bên trong, theo tên hoặc theo vị trí từ 0."}


@extend_schema_field({"type": "object", "additionalProperties": {"anyOf": [{"type": "array", "items": FAULT}, WITHIN]}})
class FaultsField(serializers.DictField):
    pass


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "unknown_parameter",
            {
                "detail": "Dữ liệu gửi lên chưa hợp lệ.", "code": "invalid",
                "errors": {"khong_co": [{
                    "message": "Tham số không có trong tài liệu API. Dùng được: cursor, page.",
                    "code": "unknown_parameter",
                }]},
                "allowed": ["cursor", "page"], "incident": "6319-A4D6",
                "type": "https://996.example.vn/api/docs/problems/#invalid",
                "title": "Dữ liệu hoặc tham số chưa hợp lệ", "status": 400,
                "instance": "tag:996.example.vn,2026:incident:6319-A4D6",
            },
        )
    ]
)  # fmt: skip
class ProblemSerializer(serializers.Serializer):
    """Mọi lỗi, theo RFC 9457. `title` bằng tiếng Anh khi Accept-Language yêu cầu; `code` không đổi, lời có thể đổi."""

    type = serializers.URLField(help_text="Trang giải thích mã lỗi.")
    title = serializers.CharField(help_text="Tên của loại lỗi.")
    status = serializers.IntegerField(help_text="Mã HTTP.")
    detail = serializers.CharField(help_text="Lời giải thích của lần gọi này.")
    instance = serializers.CharField(help_text="Định danh của lần lỗi này, có mã sự cố.")
    code = serializers.CharField(help_text="Mã cố định, cho chương trình.")
    incident = serializers.CharField(help_text="Mã sự cố, như trong X-Request-ID.")
    errors: Any = FaultsField(  # not the `errors` of DRF's serializers
        required=False, help_text="Lỗi theo từng trường hoặc tham số."
    )
    allowed = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Những tên dùng được thay cho tên bị từ chối."
    )


class PortalSchema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        found = [*super().get_override_parameters()]
        if self.method == "GET":
            return [*found, IF_NONE_MATCH, ETAG, *self._of_lists()]
        found += [KEY] if self.method == "POST" else []
        return found + ([IF_MATCH] if getattr(self.view, "detail", False) else [])

    def _get_parameters(self) -> list[dict[str, Any]]:
        """What is named without a value is not asked for; only a page has always a number."""
        found: list[dict[str, Any]] = super()._get_parameters()
        for one in found:
            if one["in"] == "query" and not one.get("required") and one["name"] not in NEVER_EMPTY:
                one["allowEmptyValue"] = True
        return found

    def _of_lists(self) -> list[OpenApiParameter]:
        declared, found = declared_of(self.view), []
        if ORDERING in declared:
            columns = ", ".join(ordering_of(self.view))
            words = f"Xếp theo {columns}; dấu trừ ở trước là giảm dần, nhiều trường cách nhau bằng dấu phẩy."
            found.append(OpenApiParameter(ORDERING, OpenApiTypes.STR, description=words))
        if FIELDS in declared:
            words = "Chỉ những trường này, cách nhau bằng dấu phẩy, không có trường nào khác; không nêu là tất cả."
            found.append(OpenApiParameter(FIELDS, OpenApiTypes.STR, description=words))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method == "GET":
            found["304"] = {"description": "Chưa có gì thay đổi so với If-None-Match."}
        elif "201" in found:  # as apps.core.once answers
            found.setdefault("200", found["201"] | {"description": "Gửi lại cùng Idempotency-Key: không tạo lần nữa."})
        always = OPEN_REFUSALS if getattr(self.view, "is_open", False) else ALWAYS
        refusals = (READ_REFUSALS if self.method == "GET" else WRITE_REFUSALS) | always
        for code, words in sorted(refusals.items()):
            found.setdefault(str(code), self._problem(str(code), words))
        return found | {"default": self._problem("default", OTHERWISE)}

    def _problem(self, code: str, words: str) -> dict[str, Any]:
        told = OpenApiResponse(ProblemSerializer, words)
        found: dict[str, Any] = self._get_response_for_code(told, code, [CONTENT_TYPE])
        return found

    def is_deprecated(self) -> bool:
        return bool(super().is_deprecated() or getattr(self.view, "deprecation", None))


class PlainTextFieldTold(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.PlainTextField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "format": "decimal", "pattern": PLACES_AS_NEEDED}


class ExactFieldTold(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.ExactField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        names = [name for _source, name in self.target.names]
        return {
            "type": "object",
            "properties": {name: DECIMAL | {"description": f"Như `{name}`, dưới dạng chuỗi."} for name in names},
            "required": names,
            "readOnly": True,
            "description": "Các số thập phân cùng tên, dưới dạng chuỗi.",
        }
