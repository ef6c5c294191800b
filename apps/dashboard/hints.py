"""Hints for a first visit: one short card on a page, until the person closes it for good. All are said here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.people.models import ClosedHint


@dataclass(frozen=True)
class Hint:
    """`code` is kept of who has closed it: a hint that says something new has a new one."""

    code: str
    text: str | Promise


# By the names of routes: a page has one, so that nobody is told two things at once.
HINTS = {
    "dashboard:dashboard": Hint(
        "dashboard",
        _("Chọn tên một mục tiêu để xem số liệu theo năm, theo địa bàn; ở trang đó, chọn một số để xem được tính từ "
          "đâu."),
    ),
    "dashboard:inbox": Hint(
        "inbox", _("Ở đây chỉ có việc chờ chính bạn, việc quá hạn đứng trước. Xử lý xong, việc tự rời khỏi danh sách."),
    ),
    "tasks:plantask_list": Hint(
        "tasks",
        _("Lọc danh sách rồi lưu bộ lọc thành cách xem: lần sau chỉ cần chọn tên của nó. Tệp .xlsx theo đúng bộ lọc."),
    ),
    "reports:annualreport_edit": Hint(
        "report",
        _("Mỗi ô được lưu ngay sau khi nhập; có thể dừng rồi làm tiếp. Giải trình đủ các ô được yêu cầu trước khi "
          "trình ký."),
    ),
    "enterprises:enterprise_list": Hint(
        "enterprises", _("Tìm bằng tên hoặc mã số thuế, không cần dấu. Chọn tên doanh nghiệp để xem chương trình."),
    ),
    "exchange:importbatch_list": Hint(
        "imports",
        _("Tải tệp lên chưa ghi gì vào sổ: cổng kiểm tra từng dòng, chỉ ra chỗ cần sửa, và chỉ ghi các dòng hợp lệ "
          "sau khi bạn xác nhận."),
    ),
    "progress:closing_list": Hint(
        "closings", _("Chọn một kỳ để xem các điều chỉnh đang chờ, trước khi lập đề nghị hoặc chốt."),
    ),
}  # fmt: skip
CODES = frozenset(hint.code for hint in HINTS.values())


def hint_for(request: HttpRequest) -> Hint | None:
    """Of the page that is shown, where it has one that this person has not closed. Pages without one ask nothing."""
    match = request.resolver_match
    hint = HINTS.get(match.view_name) if match else None
    if hint is None or ClosedHint.objects.filter(user=request.user.pk, hint=hint.code).exists():
        return None
    return hint
