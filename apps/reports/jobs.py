"""Telling of moves is a job: it is asked for with the move, and done after it. Rounds open and lock by the clock."""

from typing import Any

from celery import shared_task
from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.reports.services import clock, telling


@job("reports.tell_moved", label=_("Thông báo về báo cáo"))
def tell_moved(step_id: int) -> dict[str, Any]:
    return {"told": len(telling.tell_moved(step_id))}


@shared_task(name="reports.turn_rounds")
def turn_rounds() -> None:
    clock.turn_rounds()
