"""What both sides are told of a deputyship: who acts, and for whom. Neither needs a right to see what is their own."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.people.held import days_of
from apps.people.models import Membership


def _deputyships(user: User) -> Any:
    rows = Membership.objects.filter(Q(user=user.pk) | Q(acting_for__user=user.pk), acting_for__isnull=False)
    return rows.select_related("user", "acting_for__user")


def _called(row: Membership) -> str:
    told = {"deputy": row.user, "approver": row.acting_for.user if row.acting_for else "", "days": days_of(row)}
    return _now("%(deputy)s thay %(approver)s, %(days)s") % told


register_subject(
    Subject(
        kind="people.membership",
        view="",
        visible=_deputyships,
        code=_called,
        name=_called,
        unit=lambda row: row.unit_id,
        address=lambda row: reverse("people:deputy_list"),
        has_talk=False,
    )
)
_SEE = _("Xem vai trò và thời gian tại:")
name_kinds([
    Kind("people.deputy_named", _("Ủy quyền phê duyệt"), _("Ủy quyền phê duyệt: %(code)s."), _SEE, "users",
         at_once=True),
    Kind("people.deputy_ended", _("Đổi ngày kết thúc ủy quyền phê duyệt"),
         _("Ngày kết thúc ủy quyền phê duyệt đã đổi: %(code)s."), _SEE, "calendar-event", "warn", at_once=True),
])  # fmt: skip
