"""Seals of the audit that do not agree, for who administers the programme. It waits until a check is good again."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.models import AuditCheck
from apps.notifications.waiting import Shown, Source, Tab, register_source

TAB = Tab("seals", gettext_lazy("Dấu niêm của nhật ký"), "shield-lock", gettext_lazy("Dấu niêm của nhật ký đều khớp"))


def _waiting(user: User) -> Any:
    if not (user.has_perm("audit.view_auditcheck") and user.units_with("audit.view_auditcheck").everything):
        return None
    return AuditCheck.objects.failing()


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    """The first that failed waits; what is wrong now, the last one tells."""
    last = AuditCheck.objects.first()
    return {pk: _shown(last) for pk in pks} if last else {}


def _shown(check: AuditCheck) -> Shown:
    return Shown(
        title=_("Nhật ký không khớp dấu niêm: %(count)s điểm sai") % {"count": check.wrong},
        sub=f"{check.findings[0]['day']}: {check.findings[0]['words']}" if check.findings else "",
        url=reverse("audit:auditevent_list"), family="bad", label=gettext_lazy("Không khớp"), icon="alert-circle",
        why=_("Bạn quản trị Đề án: báo người vận hành máy chủ, giữ nguyên bản sao lưu"),
        act=gettext_lazy("Xem nhật ký"),
    )  # fmt: skip


register_source(Source("audit.seals", TAB, _waiting, "checked_at", _show, position=5))
