"""Telling of moves is a job: it is asked for with the move, and done after it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.publications.services import telling


@job("publications.tell_moved", label=_("Thông báo về báo cáo tổng hợp"))
def tell_moved(book_id: int, verb: str, event: str, by_id: int) -> dict[str, Any]:
    return {"told": len(telling.tell_moved(book_id, verb, event, by_id))}
