"""Telling of moves is a job: it is asked for with the move, and done after it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.jobs.services import job
from apps.tasks.services import telling


@job("tasks.tell_moved", label=_("Thông báo về nhiệm vụ"))
def tell_moved(step_id: int) -> dict[str, Any]:
    return {"told": len(telling.tell_moved(step_id))}


@job("tasks.tell_extension", label=_("Thông báo về gia hạn"))
def tell_extension(extension_id: int, verb: str) -> dict[str, Any]:
    return {"told": len(telling.tell_extension(extension_id, verb))}


@job("tasks.tell_consultation", label=_("Thông báo về lấy ý kiến"))
def tell_consultation(consultation_id: int, verb: str) -> dict[str, Any]:
    return {"told": len(telling.tell_consultation(consultation_id, verb))}


@job("tasks.tell_risk", label=_("Thông báo về vướng mắc"))
def tell_risk(progress_id: int) -> dict[str, Any]:
    return {"told": len(telling.tell_risk(progress_id))}


@job("tasks.tell_list", label=_("Thông báo về danh mục nhiệm vụ"))
def tell_list(list_id: int, verb: str, event: str) -> dict[str, Any]:
    return {"told": len(telling.tell_list(list_id, verb, event))}
