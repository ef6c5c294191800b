"""What the audit's codes of allocations mean on screen, and the pages they lead to."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.allocations.models import VIEW, Allocation
from apps.audit.registry import name_actions, name_keys, name_target


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    rows = Allocation.objects.visible_to(user).filter(pk__in=ids).select_related("indicator")
    return {str(row.pk): row.get_absolute_url() for row in rows}


name_actions(
    {
        "allocation.drafted": _("Lập dự thảo giao chỉ tiêu"),
        "allocation.filled": _("Ghi số giao chỉ tiêu"),
        "allocation.circulated": _("Gửi lấy ý kiến giao chỉ tiêu"),
        "allocation.commented": _("Góp ý chỉ tiêu"),
        "allocation.proposed": _("Trình giao chỉ tiêu"),
        "allocation.returned": _("Trả lại giao chỉ tiêu"),
        "allocation.approved": _("Phê duyệt giao chỉ tiêu"),
        "allocation.superseded": _("Thay phiên bản giao chỉ tiêu"),
    }
)
name_keys(
    {
        "years": _("giai đoạn"),
        "comments_until": _("hạn góp ý"),
        "base": _("kết quả toàn quốc"),
        "base_year": _("của năm"),
        "goal": _("mục tiêu toàn quốc"),
        "targets": _("số chỉ tiêu ban hành"),
        "wish": _("số đề nghị"),
    }
)
name_target("allocations.allocation", permission=VIEW, urls_of=_pages)
