"""What stands above lists, in sentences: of the rows that the person sees."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import number
from apps.labs.models import CalibrationAndMeasurementCapability, CmcStatus, PlannedStandard


def fulfilled_positions(user: User) -> list[str]:
    """For each list of planned standards: how many of its positions have a standard today."""
    today = timezone.localdate()
    stands = Q(standard__recognised_on__lte=today) & (Q(standard__ended_on=None) | Q(standard__ended_on__gt=today))
    rows: Any = PlannedStandard.objects.visible_to(user).live()
    lists = rows.order_by("-act__issued_on", "act__number").values("act__number")
    words = _("Danh mục theo Quyết định %(act)s: %(have)s/%(all)s vị trí trong sổ đã có chuẩn được công nhận.")
    return [
        words % {"act": one["act__number"], "have": number(one["have"]), "all": number(one["all"])}
        for one in lists.annotate(all=Count("pk"), have=Count("pk", filter=stands))
    ]


def published_today(user: User) -> list[str]:
    """How many CMCs are published, and how many are not, and why."""
    latest = CmcStatus.objects.live().filter(cmc=OuterRef("pk")).order_by("-happened_on").values("status")[:1]
    rows: Any = CalibrationAndMeasurementCapability.objects.visible_to(user).live()
    counts = dict(rows.annotate(now=Subquery(latest)).order_by().values_list("now").annotate(Count("pk")))
    if not counts:
        return []
    words = _("Đang được công bố: %(published)s · tạm dừng: %(suspended)s · đã rút bỏ: %(withdrawn)s") % {
        "published": number(sum(counts.get(status, 0) for status in CmcStatus.COUNTED)),
        "suspended": number(counts.get(CmcStatus.Status.SUSPENDED, 0)),
        "withdrawn": number(counts.get(CmcStatus.Status.WITHDRAWN, 0)),
    }
    untold = counts.get(None, 0)
    return [words + (_(" · chưa ghi trạng thái: %(count)s") % {"count": number(untold)} if untold else "")]
