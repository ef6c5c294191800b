"""Closings of periods that wait for a leader."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_datetime
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.notifications.workdays import working_day_after
from apps.targets.closings import CLOSE, ClosingProposal

CLOSINGS = Tab("close", gettext_lazy("Chốt số liệu"), "lock", gettext_lazy("Không có kỳ chờ chốt"))


def _waiting(user: User) -> Any:
    return ClosingProposal.objects.waiting_for(user) if user.has_perm(CLOSE) else None


def _until(day: date) -> date:
    return working_day_after(day, settings.TASK_ACT_DAYS["close_period"])


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = ClosingProposal.objects.filter(pk__in=pks).select_related("period", "prepared_by")
    return {
        row.pk: Shown(
            title=str(row), url=row.get_absolute_url(),
            sub=_("Số liệu tính đến %(moment)s") % {"moment": vn_datetime(row.as_of)}, family="review",
            label=gettext_lazy("Chờ chốt"), icon="lock",
            why=_("%(person)s lập, người khác phải chốt: bạn là người chốt") % {"person": row.prepared_by},
            act=gettext_lazy("Xem và chốt"),
        )
        for row in rows
    }  # fmt: skip


register_source(Source("targets.close", CLOSINGS, _waiting, "prepared_at", _show, until=_until, position=80))
