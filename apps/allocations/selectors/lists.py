"""All allocations with what their list tells; what an open one would give a unit."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from apps.accounts.models import User
from apps.allocations.models import Allocation


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
    own = Allocation.objects.visible_to(user).open().filter(portions__unit=unit).select_related("indicator")
    rows = own.annotate(whole=Sum("portions__lines__amount")).filter(whole__isnull=False)  # of that unit's part alone
    return {one.indicator_id: (one.whole, one) for one in rows.order_by("pk")}
