"""Where a row came from, in one wording everywhere: a file, somebody's hand, or the demonstration."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import FilterSet

from apps.core.cells import Cell, Writing
from apps.core.filters import ChoicesFilter
from apps.core.templatetags.ui import vn_date
from apps.exchange.models import ImportBatch, Overwritten

SOURCES = {
    "excel": (gettext_lazy("Nhập Excel"), Q(batch__isnull=False)),
    "hand": (gettext_lazy("Nhập tay"), Q(batch__isnull=True, entered_by__isnull=False)),
    "demo": (gettext_lazy("Minh họa"), Q(batch__isnull=True, entered_by__isnull=True)),
}
LONGEST_ID = 18  # digits
SOURCE_CHOICES = [(key, label) for key, (label, _rows) in SOURCES.items()]


def came_from(sources: list[str]) -> Q:
    """Rows that came from any of these."""
    wanted = Q()
    for source in sources:
        wanted |= SOURCES[source][1]
    return wanted


class ImportFilter(ChoicesFilter):
    """Rows that an import wrote. It stands among the filters only where the address asks for one: the import's page
    leads there.
    """

    def __init__(self, **told: Any) -> None:
        super().__init__(label=gettext_lazy("Lần nhập"), **told)

    def filter(self, queryset: QuerySet, values: list[str]) -> QuerySet:
        if not values:
            return queryset
        return queryset.filter(Q(batch__in=values) | Q(pk__in=overwritten_in(queryset.model, values)))


def overwritten_in(model: Any, imports: list[str]) -> QuerySet:
    """The rows of which these imports wrote over a value."""
    kept = Overwritten.objects.of(model).filter(batch__in=imports)
    return kept.annotate(row=Cast("row_id", BigIntegerField())).values("row")


def offer_import(filterset: FilterSet, register: str) -> None:
    """The one that is asked for, as far as the person sees it."""
    asked = filterset.data.getlist("batch") if hasattr(filterset.data, "getlist") else []
    if not any(asked) or filterset.request is None:
        del filterset.filters["batch"]
        return
    numbers = [one for one in asked if one.isascii() and one.isdecimal() and len(one) < LONGEST_ID]
    seen = ImportBatch.objects.visible_to(filterset.request.user).filter(register=register, pk__in=numbers)
    filterset.filters["batch"].extra["choices"] = [(str(one.pk), one.filename) for one in seen]


def _words() -> tuple[str, str, str]:
    return _("Nhập Excel %(day)s"), _("Nhập tay"), _("Minh họa")


def origin(batch: object, entered_by: object, at: datetime | None) -> str:
    """«Nhập Excel 30/11/2026»: `at` is when the row was written."""
    return _said(_words(), batch, entered_by, at)


def _said(words: tuple[str, str, str], batch: object, entered_by: object, at: datetime | None) -> str:
    excel, hand, demo = words
    if batch is not None:
        return excel % {"day": vn_date(at)}
    return hand if entered_by is not None else demo


def origin_written(writing: Writing, batch: str, entered_by: str, at: str) -> str:
    """The same as an expression."""
    excel, hand, demo = _words()
    from_file, by_hand = writing.filled(excel, "day", writing.day(writing.local(at))), writing.literal(hand)
    return (
        f"CASE WHEN {batch} IS NOT NULL THEN {from_file} WHEN {entered_by} IS NOT NULL THEN {by_hand} "
        f"ELSE {writing.literal(demo)} END"
    )


def origin_cell() -> Cell:
    """Of rows that say it themselves."""
    return Cell(("batch_id", "entered_by_id", "created_at"), partial(_said, _words()), origin_written)


def origin_of(row: Any) -> str:
    """Of a row of any model; one that no person enters has no `entered_by`."""
    return origin(getattr(row, "batch_id", None), getattr(row, "entered_by_id", None), row.created_at)
