"""That the last good backup, archive or drill is too old, for whoever keeps the portal."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core import clock
from apps.core.templatetags.ui import vn_datetime
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.upkeep.models import VIEW, Run

TAB = Tab("upkeep", gettext_lazy("Sao lưu"), "database", gettext_lazy("Sao lưu và khôi phục thử còn mới"))


def _waiting(user: User) -> Any:
    if not settings.BACKUPS_ON or not user.has_perm(VIEW):
        return None
    return Run.objects.overdue(clock.machine_now())


def _show(pks: Collection[int], user: User) -> dict[int, Shown]:
    return {run.pk: _shown(run) for run in Run.objects.filter(pk__in=pks)}


def _shown(run: Run) -> Shown:
    return Shown(
        title=str(_TITLES[Run.Kind(run.kind)]), sub=_since(run), url=reverse("upkeep:run_list"), family="bad",
        label=gettext_lazy("Quá cũ"), icon="alert-triangle",
        why=str(_WHY[Run.Kind(run.kind)]), act=gettext_lazy("Xem sao lưu"),
    )  # fmt: skip


_TITLES = {
    Run.Kind.BACKUP: gettext_lazy("Bản sao lưu đạt gần nhất đã quá cũ"),
    Run.Kind.ARCHIVE: gettext_lazy("Nhật ký giao dịch của cơ sở dữ liệu không được lưu"),
    Run.Kind.DRILL: gettext_lazy("Lần khôi phục thử đạt gần nhất đã quá cũ"),
}
_LOST = gettext_lazy("Bạn quản trị cổng: mất máy chủ lúc này thì mất số liệu từ đó đến nay")
_UNTRIED = gettext_lazy("Bạn quản trị cổng: không ai biết các bản sao từ đó đến nay có khôi phục được không")
_WHY = {Run.Kind.BACKUP: _LOST, Run.Kind.ARCHIVE: _LOST, Run.Kind.DRILL: _UNTRIED}


def _since(run: Run) -> str:
    if run.outcome == Run.Outcome.GOOD:
        return _("Lần đạt gần nhất: %(moment)s") % {"moment": vn_datetime(run.finished_at)}
    return _("Chưa có lần nào đạt")


register_source(Source("upkeep", TAB, _waiting, "stood_at", _show, position=5))
