"""Roles that end soon: one's own, and those of people one looks after."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.organisations.selectors import unit_labels
from apps.people.models import Membership
from apps.people.rights import rights_of
from apps.people.roles import ROLE_LABELS

AHEAD = timedelta(days=14)
ROLES = Tab("role", gettext_lazy("Vai trò sắp hết hạn"), "users", gettext_lazy("Không có vai trò sắp hết hạn"))


def _waiting(user: User) -> Any:
    """Not who acts for another: that was to end, and its day is told in a band."""
    if not rights_of(user).units:
        return None
    today = timezone.localdate()
    mine = Q(user=user.pk)
    if user.has_perm("people.change_membership"):
        mine |= Q(pk__in=Membership.objects.editable_by(user).order_by().values("pk"))
    ending = Membership.objects.valid_on(today).filter(mine, acting_for__isnull=True, valid_to__lte=today + AHEAD)
    goes_on = Membership.objects.filter(
        user=OuterRef("user"), unit=OuterRef("unit"), role=OuterRef("role"), valid_from__gt=today
    )
    return ending.exclude(Exists(goes_on))


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = Membership.objects.filter(pk__in=pks).select_related("user", "role")
    return {row.pk: _shown(row, user) for row in rows}


def _shown(row: Membership, user: User) -> Shown:
    own = row.user_id == user.pk
    role, unit = str(ROLE_LABELS.get(row.role.name, row.role.name)), unit_labels()[row.unit_id].short_name
    return Shown(
        title=_("Vai trò sắp hết hạn: %(role)s") % {"role": role}, sub=f"{row.user} · {unit}",
        url=reverse("dashboard:account") if own else reverse("people:person_detail", args=[row.user_id]),
        family="warn", label=gettext_lazy("Sắp hết hạn"), icon="clock",
        why=_("Vai trò của bạn: liên hệ quản trị viên đơn vị nếu còn cần") if own
        else _("Bạn quản trị người dùng của đơn vị: gia hạn hoặc để kết thúc"),
        act=gettext_lazy("Xem vai trò"),
    )  # fmt: skip


register_source(Source("people.role", ROLES, _waiting, "created_at", _show, due="valid_to", position=95))
