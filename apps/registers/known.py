"""Rows of a register as they were known at a moment, to be counted by the same conditions as those of today."""

from datetime import datetime
from typing import Any

from apps.registers.declaration import Register


def known_rows(register: Register, at: datetime | None = None) -> list[Any]:
    """Querysets without a row in common: those that nobody touched since, and what the history says of the others.

    Their columns are the same; texts to search and to sort by the history does not keep.
    """
    model: Any = register.model
    rows = model.objects.live()
    if at is None:
        return [rows]
    history = model.pgh_event_model
    since = history.objects.filter(pgh_created_at__gt=at)
    # The first state recorded after the moment is what the row was then.
    first = since.filter(created_at__lte=at).order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    return [
        rows.filter(created_at__lte=at).exclude(pk__in=since.order_by().values("pgh_obj_id")),
        history.objects.filter(pk__in=first.values("pk"), withdrawn_at__isnull=True),
    ]
