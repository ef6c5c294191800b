"""What stands above lists, in sentences: of the rows that the person sees."""

from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

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


class Now(models.TextChoices):
    """What a CMC is today: one that was reinstated is published."""

    PUBLISHED = "published", _lazy("Đang công bố")
    SUSPENDED = "suspended", _lazy("Đang tạm dừng")
    WITHDRAWN = "withdrawn", _lazy("Đã rút bỏ")
    UNTOLD = "untold", _lazy("Chưa ghi trạng thái")


FAMILIES: dict[str, str] = {
    Now.PUBLISHED: "good",
    Now.SUSPENDED: "warn",
    Now.WITHDRAWN: "neutral",
    Now.UNTOLD: "neutral",
}


def status_today() -> Any:
    """One of `Now`, over CMCs: by the latest status that has begun."""
    told: Any = CmcStatus.objects.live().filter(cmc=OuterRef("pk"), happened_on__lte=timezone.localdate())
    now = Case(
        When(status__in=CmcStatus.COUNTED, then=Value(Now.PUBLISHED)), default=F("status"), output_field=CharField()
    )
    return Coalesce(Subquery(told.order_by("-happened_on").values(now=now)[:1]), Value(Now.UNTOLD))


def published_today(user: User) -> list[str]:
    """How many CMCs are published, and how many are not, and why."""
    rows: Any = CalibrationAndMeasurementCapability.objects.visible_to(user).live()
    counts = dict(rows.annotate(now=status_today()).order_by().values_list("now").annotate(Count("pk")))
    if not counts:
        return []
    words = _("Đang được công bố: %(published)s · tạm dừng: %(suspended)s · đã rút bỏ: %(withdrawn)s")
    told = words % {one: number(counts.get(one, 0)) for one in (Now.PUBLISHED, Now.SUSPENDED, Now.WITHDRAWN)}
    untold = counts.get(Now.UNTOLD, 0)
    return [told + (_(" · chưa ghi trạng thái: %(count)s") % {"count": number(untold)} if untold else "")]
