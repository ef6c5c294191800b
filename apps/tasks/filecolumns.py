"""The columns of a file of tasks that no column of the table is: how a task stands when the file brings it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.core.days import WRITTEN_AS
from apps.core.fields import parse_dated, parse_past
from apps.core.numbers import parse_decimal
from apps.documents.numbers import day_said, split_number
from apps.exchange.resource import Field
from apps.registers.readings import Choices, limited_to
from apps.tasks.moving import State

DAYS: dict[str, Any] = {"accepts": "snd", "required": False, "format": "dd/mm/yyyy", "example": WRITTEN_AS}
TEXTS: dict[str, Any] = {"accepts": "sn", "required": False, "is_prose": True}
# What lists call a state, and most probably mean by it.
MEANT = {
    "dự thảo": State.DRAFT, "chưa trình": State.DRAFT, "đã trình": State.PROPOSED, "mới đề xuất": State.PROPOSED,
    "được phê duyệt": State.APPROVED, "chưa thực hiện": State.APPROVED, "đang triển khai": State.IN_PROGRESS,
    "hoàn thành": State.ACCEPTED, "đã hoàn thành": State.ACCEPTED, "đã báo cáo": State.COMPLETION_REPORTED,
    "kết thúc": State.CLOSED, "không được phê duyệt": State.REJECTED, "dừng": State.TERMINATED,
}  # fmt: skip
_states = Choices(State.choices, meant={word: str(state) for word, state in MEANT.items()})


def _day(text: str, row: dict[str, Any]) -> str:
    return parse_past(text).isoformat()


def _day_ahead(text: str, row: dict[str, Any]) -> str:
    return parse_dated(text).isoformat()


def _number_of(act: str) -> Callable[[str, dict[str, Any]], str]:
    def clean(text: str, row: dict[str, Any]) -> str:
        kind, number = split_number(text)
        row[f"{act}_kind"] = kind or "Quyết định"
        row[f"{act}_day_said"] = day_said(text)
        return limited_to(80)(number, row)

    return clean


def percent(text: str, row: dict[str, Any]) -> str:
    """70, 70 %, or 0,7 as a cell in per cent holds it; what could be two things is told by `check_row`."""
    plain = text.removesuffix("%").strip()
    found = parse_decimal(plain)
    if 0 < found < 1 and plain == text:
        found = round(found * 100, 4)
        row["percent_read"] = text
    elif text == "1":
        row["percent_read"] = text
    if found != int(found) or not 0 <= found <= 100:
        raise ValidationError(_("Tỷ lệ hoàn thành là số nguyên từ 0 đến 100"), code="out_of_range")
    return str(int(found))


_ONLY_AFTER = _lazy("Chỉ ghi với nhiệm vụ mới đưa vào cổng ở trạng thái đã phê duyệt trở đi.")
MORE = [
    Field(
        "first_due_on", "Hạn đặt ban đầu", _day_ahead, **DAYS,
        hint=_lazy("Hạn khi phê duyệt, nếu đã gia hạn. Để trống: như hạn hoàn thành."),
    ),
    Field(
        "state", "Trạng thái", lambda text, row: _states.value_of(text), required=False,
        hint=_lazy(
            "Chọn trong danh sách; để trống là bản nháp. Nhiệm vụ đã có trên cổng chỉ đổi trạng thái theo quy trình."
        ),
    ),
    Field(
        "reported_on", "Ngày hoàn thành", _day, **DAYS,
        hint=_lazy("Bắt buộc với trạng thái Chờ nghiệm thu, Đã nghiệm thu, Đã kết thúc."),
    ),
    Field(
        "accepted_on", "Ngày nghiệm thu", _day, **DAYS,
        hint=_lazy("Bắt buộc với trạng thái Đã nghiệm thu, Đã kết thúc."),
    ),
    Field("percent", "Tỷ lệ hoàn thành (%)", percent, required=False, accepts="sn", hint=_lazy("Từ 0 đến 100.")),
    Field("decision_number", "Số quyết định", _number_of("decision"), required=False, accepts="sn",
          hint=_lazy("Quyết định phê duyệt. Văn bản chưa có trong cổng được thêm cùng lần nhập.")),
    Field("decision_on", "Ngày quyết định", _day, **DAYS, hint=_lazy("Bắt buộc khi có số quyết định.")),
    Field("decision_issuer", "Cơ quan ban hành", limited_to(150), **TEXTS,
          hint=_lazy("Bắt buộc khi có số quyết định.")),
    Field("decision_signatory", "Người ký", limited_to(200), **TEXTS, hint=_ONLY_AFTER),
    Field("acceptance_number", "Số quyết định nghiệm thu", _number_of("acceptance"), required=False, accepts="sn",
          hint=_lazy("Nếu có, với trạng thái Đã nghiệm thu, Đã kết thúc.")),
    Field("acceptance_on", "Ngày quyết định nghiệm thu", _day, **DAYS,
          hint=_lazy("Bắt buộc khi có số quyết định nghiệm thu.")),
    Field("acceptance_issuer", "Cơ quan ban hành quyết định nghiệm thu", limited_to(150), **TEXTS,
          hint=_lazy("Bắt buộc khi có số quyết định nghiệm thu.")),
    Field("acceptance_signatory", "Người ký quyết định nghiệm thu", limited_to(200), **TEXTS, hint=_ONLY_AFTER),
    Field("coordinating", "Đơn vị phối hợp", limited_to(2000), **TEXTS,
          hint=_lazy("Tên các đơn vị như trong mục Cơ quan, đơn vị, cách nhau bằng dấu chấm phẩy.")),
    Field("note", "Ghi chú", limited_to(2000), **TEXTS,
          hint=_lazy("Bắt buộc là lý do khi trả lại, không phê duyệt, tạm dừng hoặc chấm dứt.")),
]  # fmt: skip
