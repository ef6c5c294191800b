"""Telling of allocations is a job: it is asked for with the move, and done after it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.allocations import telling
from apps.jobs.services import job


@job("allocations.tell_moved", label=_("Thông báo về giao chỉ tiêu"))
def tell_moved(allocation_id: int, verb: str, event: str, by_id: int) -> dict[str, Any]:
    return {"told": len(telling.tell_moved(allocation_id, verb, event, by_id))}


@job("allocations.tell_commented", label=_("Thông báo về góp ý chỉ tiêu"))
def tell_commented(portion_id: int) -> dict[str, Any]:
    telling.tell_commented(portion_id)
    return {}
