"""Which books wait for whom: to be signed."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.notifications.waiting import Shown, Source, register_source
from apps.people.rights import units_with
from apps.publications import moving
from apps.publications.models import ReportBook
from apps.reports.inbox import SIGN


def to_issue(user: User) -> Any:
    scope = units_with(user, moving.ISSUE)
    if not scope.everything and not scope.ids:
        return None
    return (
        ReportBook.objects.issuable_by(user)
        .filter(state=moving.State.WITH_LEADER)
        .exclude(handed_by=user.pk)
        .exclude(checked_by=user.pk)
    )


def show_to_issue(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = ReportBook.objects.filter(pk__in=pks).without_facts().select_related("handed_by")
    return {
        row.pk: Shown(
            title=_("Ký: %(book)s") % {"book": row.title}, url=row.get_absolute_url(), sub=row.slug, family="review",
            label=gettext_lazy("Chờ ký"), icon="hourglass",
            why=_("%(who)s trình; bạn là người ghi nhận ký") % {"who": row.handed_by}, act=gettext_lazy("Xem và ký"),
        )
        for row in rows
    }  # fmt: skip


register_source(Source("publications.sign", SIGN, to_issue, "handed_at", show_to_issue, position=84))
