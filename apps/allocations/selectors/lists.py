"""All allocations with what their list tells; what an open one would give a unit."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from apps.accounts.models import User
from apps.allocations.models import Allocation, AllocationLine


def all_allocations(user: User) -> Any:
    """Newest first within each target, each with `given` (of those that add up) and `units` (that have a number)."""
    adds = Q(portions__is_beside=False)
    rows = Allocation.objects.visible_to(user).select_related("indicator", "document", "drafted_by", "approved_by")
    told = rows.annotate(
        given=Sum("portions__lines__amount", filter=adds),
        units=Count("portions", filter=Q(portions__lines__amount__isnull=False), distinct=True),
    )
    return told.order_by("indicator__position", "indicator__code", "-version")


def drafted_goals(unit: str, user: User) -> dict[int, tuple[Decimal, Allocation]]:
    """By indicator what the open draft would give the unit over its span, for a page that says «dự thảo»."""
    rows = Allocation.objects.visible_to(user).open().filter(portions__unit=unit).select_related("indicator")
    sums = dict(
        AllocationLine.objects.filter(portion__unit=unit, portion__allocation__in=rows.order_by())
        .order_by()
        .values_list("portion__allocation")
        .annotate(whole=Sum("amount"))
    )
    return {one.indicator_id: (sums[one.pk], one) for one in rows if sums.get(one.pk) is not None}
