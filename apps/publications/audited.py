from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target
from apps.publications import moving
from apps.publications.models import ReportBook


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perm(moving.VIEW):
        return {}
    rows = ReportBook.objects.visible_to(user).filter(pk__in=ids).without_facts()
    return {str(row.pk): row.get_absolute_url() for row in rows}


name_actions(
    {
        "book.begun": _("Lập báo cáo tổng hợp"),
        "book.written": _("Soạn báo cáo tổng hợp"),
        "book.refreshed": _("Lấy lại số liệu báo cáo tổng hợp"),
        "book.checked": _("Kiểm tra xong báo cáo tổng hợp"),
        "book.reworked": _("Mở lại bản soạn báo cáo tổng hợp"),
        "book.handed": _("Trình ký báo cáo tổng hợp"),
        "book.sent_back": _("Trả lại báo cáo tổng hợp"),
        "book.issued": _("Ghi nhận ký báo cáo tổng hợp"),
        "book.revised": _("Lập phiên bản mới của báo cáo tổng hợp"),
    }
)
name_keys({"section": _("mục"), "number": _("số"), "holder": _("người phụ trách")})
name_target("publications.reportbook", urls_of=_pages)
