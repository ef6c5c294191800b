from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target

name_actions(
    {
        "document.added": _("Thêm văn bản"),
        "document.changed": _("Sửa văn bản"),
        "document.replaced": _("Ghi văn bản thay thế"),
        "document.removed": _("Gỡ văn bản cùng lần nhập đã hoàn tác"),
        "file.attached": _("Đính kèm tệp"),
        "file.withdrawn": _("Gỡ tệp"),
        "file.removed": _("Gỡ tệp (không kèm lý do)"),  # what it was called before reasons were asked for
        "file.infected": _("Tìm thấy mã độc trong tệp"),
        "file.signatures_checked": _("Đổi kết quả kiểm tra chữ ký số của tệp"),
    }
)
name_keys(
    {
        "file": _("tệp"),
        "finding": _("mã độc tìm thấy"),
        "signatures": _("kết quả kiểm tra chữ ký số"),
        "signatures_before": _("kết quả lần kiểm tra trước"),
    }
)
name_target(
    "documents.legaldocument",
    permission="documents.view_legaldocument",
    url_of=lambda pk: reverse("documents:legaldocument_detail", args=[pk]),
)
