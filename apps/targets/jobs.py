"""Telling of closings is a job: it is asked for with the move, and done after it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.targets import telling


@job("targets.tell_moved", label=_("Thông báo về chốt số liệu"))
def tell_moved(proposal_id: int, verb: str) -> dict[str, Any]:
    return {"told": len(telling.tell_moved(proposal_id, verb))}
