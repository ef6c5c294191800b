"""What the verbs of a book are called on its buttons, and what is said before and after."""

from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import badge
from apps.publications.models import ReportBook
from apps.publications.moving import State
from apps.reports.buttons import LINE, PRIMARY, WARN, Button

BUTTONS = {
    "refresh": Button(_("Lấy lại số liệu"), "refresh", LINE, _("Lấy lại số liệu"), _("Đã lấy lại số liệu."),
                      _("Số liệu của bản soạn được lấy lại theo lần chốt mới nhất và hiện trạng lúc này.")),
    "check": Button(_("Kiểm tra, hoàn tất"), "clipboard-check", PRIMARY, _("Kiểm tra, hoàn tất bản soạn"),
                    _("Đã kiểm tra. Nội dung không sửa được cho đến khi mở lại."),
                    _("Bản soạn phải hết lỗi. Trường hợp giữ nguyên cảnh báo, nêu rõ lý do.")),
    "rework": Button(_("Mở lại để sửa"), "pencil", LINE, _("Mở lại bản soạn"), _("Đã mở lại bản soạn.")),
    "hand": Button(_("Trình ký"), "send", PRIMARY, _("Trình ký"), _("Đã trình lãnh đạo ký.")),
    "send_back": Button(_("Trả lại"), "arrow-back-up", WARN, _("Trả lại để hoàn thiện"), _("Đã trả lại báo cáo.")),
    "issue": Button(_("Ghi nhận ký"), "signature", PRIMARY, _("Ghi nhận báo cáo đã ký"),
                    _("Đã ban hành. Các tệp được lưu kèm báo cáo."),
                    _("Các tệp được dựng với số, ngày, người ký và giữ nguyên từ lúc này.")),
    "revise": Button(_("Tạo phiên bản mới"), "plus", LINE, _("Tạo phiên bản mới"), _("Đã tạo phiên bản mới."),
                     _("Phiên bản đã ban hành giữ nguyên; phiên bản mới lấy lại số liệu và giữ lời văn.")),
}  # fmt: skip
FAMILIES = {
    State.DRAFT: ("neutral", "pencil"),
    State.CHECKED: ("info", "clipboard-check"),
    State.WITH_LEADER: ("review", "hourglass"),
    State.ISSUED: ("closed", "lock"),
}


def chip_of(book: ReportBook) -> str:
    family, icon = FAMILIES[State(book.state)]
    return badge(family, State(book.state).label, icon)
