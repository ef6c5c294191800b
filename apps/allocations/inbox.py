"""What of an allocation waits: a unit's word on its part, a leader's decision."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.allocations.models import APPROVE, COMMENT, Allocation, Portion
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.notifications.workdays import working_day_after
from apps.organisations.selectors import unit_labels

ALLOCATIONS = Tab(
    "allocation", gettext_lazy("Giao chỉ tiêu"), "target-arrow", gettext_lazy("Không có chỉ tiêu chờ xử lý")
)


def _to_comment(user: User) -> Any:
    return Portion.objects.waiting_for(user, timezone.localdate()) if user.has_perm(COMMENT) else None


def _to_approve(user: User) -> Any:
    return Allocation.objects.waiting_for(user) if user.has_perm(APPROVE) else None


def _until(day: date) -> date:
    return working_day_after(day, settings.TASK_ACT_DAYS["close_period"])


def _show_portions(pks: Collection[int], user: User) -> dict[int, Shown]:
    labels = unit_labels()
    rows = Portion.objects.filter(pk__in=pks).select_related("allocation__indicator", "allocation__circulated_by")
    return {
        row.pk: Shown(
            title=_("Góp ý dự thảo: %(what)s") % {"what": row.allocation},
            url=reverse("allocations:portion_comment", args=[row.pk]),
            sub=labels[row.unit_id].short_name, family="review", label=gettext_lazy("Chờ góp ý"), icon="message",
            why=_("%(person)s lấy ý kiến đơn vị của bạn") % {"person": row.allocation.circulated_by},
            act=gettext_lazy("Xem và góp ý"),
        )
        for row in rows
    }  # fmt: skip


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = Allocation.objects.filter(pk__in=pks).select_related("indicator", "proposed_by")
    return {
        row.pk: Shown(
            title=str(row), url=row.get_absolute_url(), sub=row.indicator.told_name, family="review",
            label=gettext_lazy("Chờ phê duyệt"), icon="target-arrow",
            why=_("%(person)s trình, người khác phải phê duyệt: bạn là lãnh đạo") % {"person": row.proposed_by},
            act=gettext_lazy("Xem và phê duyệt"),
        )
        for row in rows
    }  # fmt: skip


register_source(
    Source(
        "allocations.comment", ALLOCATIONS, _to_comment, "allocation__circulated_at", _show_portions,
        due="allocation__comments_until", position=85,
    )
)  # fmt: skip
register_source(
    Source("allocations.approve", ALLOCATIONS, _to_approve, "proposed_at", _show, until=_until, position=82)
)
