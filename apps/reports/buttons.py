"""What the verbs of a report are called on its buttons, and what is said before and after."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
PRIMARY, LINE, WARN = "btn-primary", "btn-line", "btn-warnline"


@dataclass(frozen=True)
class Button:
    """`style`: a class of the style sheet; `ask`: what the page asks before it is done, "" where nothing."""

    label: Words
    icon: str
    style: str
    title: Words
    done: Words
    ask: Words = ""


BUTTONS = {
    "start": Button(_("Bắt đầu báo cáo"), "player-play", PRIMARY, _("Bắt đầu báo cáo"),
                    _("Đã bắt đầu báo cáo. Số liệu đã có trên cổng được điền sẵn.")),
    "to_leader": Button(_("Trình lãnh đạo ký"), "send", PRIMARY, _("Trình lãnh đạo ký"),
                        _("Đã trình lãnh đạo. Muốn sửa tiếp, chờ lãnh đạo chuyển lại hoặc rút lại báo cáo."),
                        _("Sau khi trình, số liệu không sửa được cho đến khi lãnh đạo chuyển lại hoặc bạn rút lại.")),
    "recall": Button(_("Rút lại để sửa"), "arrow-back-up", LINE, _("Rút lại báo cáo đã trình"),
                     _("Đã rút lại báo cáo. Sửa xong, trình lãnh đạo lại."),
                     _("Báo cáo về lại đơn vị để sửa; lãnh đạo không ký được cho đến khi được trình lại.")),
    "sign": Button(_("Ghi nhận báo cáo đã ký"), "signature", PRIMARY, _("Ghi nhận báo cáo đã ký"),
                   _("Đã ghi nhận báo cáo đã ký."),
                   _("Sau khi ghi nhận, nội dung báo cáo được giữ nguyên như bản đã ký.")),
    "send_back": Button(_("Chuyển lại để hoàn thiện"), "arrow-back-up", WARN, _("Chuyển lại để hoàn thiện"),
                        _("Đã chuyển lại báo cáo.")),
    "submit": Button(_("Nộp báo cáo"), "send", PRIMARY, _("Nộp báo cáo"), _("Đã nộp báo cáo."),
                     _("Sau khi nộp, đơn vị không sửa được cho đến khi Ủy ban TĐC trả lại.")),
    "return_for_revision": Button(_("Trả lại để hoàn thiện"), "arrow-back-up", WARN, _("Trả lại để hoàn thiện"),
                                  _("Đã trả lại báo cáo."),
                                  _("Đơn vị chỉ sửa được các ô trong phiếu, kèm ô tổng và các ô thành phần.")),
    "accept": Button(_("Chấp nhận báo cáo"), "check", PRIMARY, _("Chấp nhận báo cáo"), _("Đã chấp nhận báo cáo."),
                     _("Số liệu được khóa và cộng vào kết quả toàn quốc.")),
    "lock": Button(_("Khóa sổ báo cáo"), "lock", LINE, _("Khóa sổ báo cáo"), _("Đã khóa sổ báo cáo.")),
    "reopen": Button(_("Mở lại báo cáo"), "arrow-back-up", WARN, _("Mở lại báo cáo"), _("Đã mở lại báo cáo."),
                     _("Số liệu của báo cáo được rút khỏi kết quả toàn quốc ngay.")),
    "correct": Button(_("Đính chính báo cáo"), "pencil", LINE, _("Đính chính báo cáo"),
                      _("Đã mở phiên bản đính chính."),
                      _("Số liệu đã chấp nhận vẫn được tính cho đến khi bản đính chính được chấp nhận.")),
}  # fmt: skip
