"""Where a row came from, in one wording everywhere: a file, somebody's hand, or the demonstration."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.ui import vn_date

SOURCES = {
    "excel": (gettext_lazy("Nhập Excel"), Q(batch__isnull=False)),
    "hand": (gettext_lazy("Nhập tay"), Q(batch__isnull=True, entered_by__isnull=False)),
    "demo": (gettext_lazy("Minh họa"), Q(batch__isnull=True, entered_by__isnull=True)),
}
SOURCE_CHOICES = [(key, label) for key, (label, _rows) in SOURCES.items()]


def came_from(sources: list[str]) -> Q:
    """Rows that came from any of these."""
    wanted = Q()
    for source in sources:
        wanted |= SOURCES[source][1]
    return wanted


def origin(batch: object, entered_by: object, at: datetime | None) -> str:
    """«Nhập Excel 30/11/2026»: `at` is when the row was written."""
    if batch is not None:
        return _("Nhập Excel %(day)s") % {"day": vn_date(at)}
    return _("Nhập tay") if entered_by is not None else _("Minh họa")


def origin_of(row: Any) -> str:
    """Of a row of any model; one that no person enters has no `entered_by`."""
    return origin(getattr(row, "batch_id", None), getattr(row, "entered_by_id", None), row.created_at)
