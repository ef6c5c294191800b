"""What people said of the portal and nobody has seen to yet, for the programme office."""

from collections.abc import Collection
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.feedback.models import CHANGE, Feedback
from apps.notifications.waiting import Shown, Source, Tab, register_source

TAB = Tab("feedback", gettext_lazy("Góp ý về cổng"), "message", gettext_lazy("Không có góp ý chưa xử lý"))
SHOWN = 120  # signs


def _waiting(user: User) -> Any:
    return Feedback.objects.editable_by(user).open() if user.has_perm(CHANGE) else None


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    return {row.pk: _shown(row) for row in Feedback.objects.filter(pk__in=pks)}


def _shown(row: Feedback) -> Shown:
    return Shown(
        title=Truncator(row.text).chars(SHOWN), sub=row.page, url=row.get_absolute_url(),
        family="neutral", label=row.get_kind_display(), icon="message",
        why=_("Cơ quan điều phối Đề án đọc và xử lý góp ý về cổng"), act=gettext_lazy("Xem góp ý"),
    )  # fmt: skip


register_source(Source("feedback", TAB, _waiting, "received_on", _show, position=97))
