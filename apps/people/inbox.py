"""Roles and tokens that end soon: one's own, and those of people and programs one looks after."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.organisations.selectors import unit_labels
from apps.people.models import ApiToken, Membership
from apps.people.rights import rights_of
from apps.people.roles import ROLE_LABELS

TOKENS = Tab("token", gettext_lazy("Mã truy cập sắp hết hạn"), "key", gettext_lazy("Không có mã sắp hết hạn"))
AHEAD = timedelta(days=14)
ROLES = Tab("role", gettext_lazy("Vai trò sắp hết hạn"), "users", gettext_lazy("Không có vai trò sắp hết hạn"))


def _waiting(user: User) -> Any:
    """Not who acts for another: that was to end, and its day is told in a band. Nor what somebody ended on purpose."""
    if not rights_of(user).units:
        return None
    today = timezone.localdate()
    mine = Q(user=user.pk)
    if user.has_perm("people.change_membership"):
        mine |= Q(pk__in=Membership.objects.editable_by(user).order_by().values("pk"))
    unasked = Membership.objects.valid_on(today).filter(acting_for__isnull=True, end_decided_at__isnull=True)
    ending = unasked.filter(mine, valid_to__lte=today + AHEAD)
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


def _ending(user: User) -> Any:
    """Of others only what an administrator gave a program: a person sees to their own."""
    if not rights_of(user).units:
        return None
    mine = Q(owner=user.pk)
    if user.has_perm("people.change_apitoken"):
        given = Q(issued_by__isnull=True) | ~Q(issued_by=F("owner"))
        mine |= given & Q(pk__in=ApiToken.objects.editable_by(user).order_by().values("pk"))
    return ApiToken.objects.ending_soon(timezone.localdate()).filter(mine)


def _show_tokens(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = ApiToken.objects.filter(pk__in=pks).select_related("owner")
    return {row.pk: _shown_token(row, own=row.owner_id == user.pk) for row in rows}


def _shown_token(row: ApiToken, *, own: bool) -> Shown:
    return Shown(
        title=_("Mã truy cập sắp hết hạn: %(name)s") % {"name": row.label}, sub=row.owner.email,
        url=reverse("people:owntoken_list" if own else "people:apitoken_list"),
        family="warn", label=gettext_lazy("Sắp hết hạn"), icon="clock",
        why=_("Mã của bạn: cấp mã mới cho chương trình trước ngày này nếu còn cần") if own
        else _("Bạn cấp mã cho hệ thống của đơn vị: cấp mã mới trước ngày này nếu còn cần"),
        act=gettext_lazy("Xem mã"),
    )  # fmt: skip


register_source(Source("people.token", TOKENS, _ending, "created_at", _show_tokens, due="expires_on", position=96))
register_source(Source("people.role", ROLES, _waiting, "created_at", _show, due="valid_to", position=95))
