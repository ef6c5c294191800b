from typing import Any

from django.conf import settings
from django.db.models import Max

from apps.core import clock
from apps.upkeep.models import Run, limits


def standing() -> dict[str, Any] | None:
    """For /readyz: how old the last good one of each kind is, in seconds. The portal works as well without: an old
    backup is a warning, no reason to take the portal away from people.
    """
    if not settings.BACKUPS_ON:
        return None
    rows = Run.objects.good().order_by().values("kind").annotate(at=Max("finished_at"))
    last, now = {row["kind"]: row["at"] for row in rows}, clock.machine_now()
    ages = {kind: round((now - last[kind]).total_seconds(), 1) if kind in last else None for kind in limits()}
    warnings = [kind for kind, limit in limits().items() if (age := ages[kind]) is None or age > limit.total_seconds()]
    named = {f"{kind}_age_seconds": age for kind, age in ages.items()}
    return {"ok": True, "warning": bool(warnings), "too_old": warnings, **named}
