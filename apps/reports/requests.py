"""Bodies of the API of reports: what programs may send. A value of another JSON type than described is refused."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.api import BoundedListField, MultilineTextField, TextField
from apps.core.fields import parse_dated, parse_past
from apps.registers.serializers import DayField
from apps.reports.services.entering import UNCHANGED, Edit
from apps.reports.services.moves import Signed
from apps.tasks.requests import WholeField

MOST_CELLS = 500
_EDIT = {
    "type": "object",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "description": "Mã ô."},
        "value": {
            "type": "string", "nullable": True,
            "description": "Số dạng chữ, nội dung, “not_applicable”; null: xóa; không có: để nguyên.",
        },
        "explanation": {"type": "string", "description": "Không có: để nguyên."},
        "version": {
            "type": "integer", "minimum": 0,
            "description": "Phiên bản mới nhất của ô, hoặc của báo cáo, mà người gọi đã xem.",
        },
    },
}  # fmt: skip
_LIST = {"type": "array", "items": _EDIT, "maxItems": MOST_CELLS}
_WHOLE = {
    "type": "object",
    "required": ["cells"],
    "properties": {"version": {"type": "integer", "minimum": 0}, "cells": _LIST},
}
EDITS_BODY = {"application/json": {"oneOf": [_LIST, _WHOLE]}}  # the library knows no body that is a list or an object


class AnyField(serializers.Field):
    """Taken as it is: the cell itself says, by its code, what it does not take."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class EditSerializer(serializers.Serializer):
    code = TextField(max_length=20)
    value = AnyField(required=False, allow_null=True)
    explanation = AnyField(required=False, allow_null=True)
    version = WholeField(min_value=0, required=False)


class EditsSerializer(serializers.Serializer):
    """Danh sách các ô, hoặc {"version", "cells"}: phiên bản chung cho những ô không ghi phiên bản riêng."""

    version = WholeField(min_value=0, required=False)
    cells = BoundedListField(child=EditSerializer(), max_length=MOST_CELLS)

    def edits(self) -> list[Edit]:
        told = self.validated_data
        whole = told.get("version")
        return [
            Edit(one["code"], one.get("value", UNCHANGED), one.get("explanation", UNCHANGED), one.get("version", whole))
            for one in told["cells"]
        ]


class ReportMoveSerializer(serializers.Serializer):
    version = WholeField(min_value=0, help_text=_("Phiên bản mà thao tác này dựa vào."))


class ReportReasonSerializer(ReportMoveSerializer):
    reason = MultilineTextField(max_length=2000, help_text=_("Ý kiến, lý do."))


class ReportRecordSerializer(serializers.Serializer):
    number = TextField(max_length=60, help_text=_("Số, ký hiệu báo cáo."))
    date = DayField(parse=parse_past, help_text=_("Ngày ký."))
    signatory = TextField(max_length=120, help_text=_("Họ tên người ký."))
    position = TextField(max_length=200, help_text=_("Chức vụ người ký."))


class ReportSignSerializer(ReportMoveSerializer):
    record = ReportRecordSerializer()

    def validate(self, attrs: Any) -> Any:
        told = attrs.pop("record")
        return attrs | {"signed": Signed(told["number"], told["date"], told["signatory"], told["position"])}


class ReportFlagSerializer(serializers.Serializer):
    code = TextField(max_length=20)
    text = TextField(max_length=500, required=False, allow_blank=True, default="")


class ReportReturnSerializer(ReportReasonSerializer):
    due_on = DayField(parse=parse_dated, required=False, allow_null=True, help_text=_("Hạn nộp lại."))
    cells = BoundedListField(
        child=ReportFlagSerializer(), max_length=MOST_CELLS, required=False,
        help_text=_("Những ô phải sửa; chỉ những ô này mở cho đơn vị. Không có: mọi ô."),
    )  # fmt: skip


class ReportAcceptSerializer(ReportMoveSerializer):
    reason = MultilineTextField(max_length=2000, required=False, allow_blank=True)
    differences = serializers.DictField(
        child=TextField(max_length=500), required=False,
        help_text=_("Lý do chấp nhận chênh lệch với sổ đăng ký, theo mã ô."),
    )  # fmt: skip


BODIES: dict[str, type[ReportMoveSerializer]] = {
    "send_back": ReportReasonSerializer,
    "sign": ReportSignSerializer,
    "return_for_revision": ReportReturnSerializer,
    "accept": ReportAcceptSerializer,
    "reopen": ReportReasonSerializer,
    "correct": ReportReasonSerializer,
}
