"""Timeliness of tasks: computed from days, never typed in. One rule, as SQL, for lists, statistics and the API.

A task is done from the day of its acceptance on; whether in time says the day of the completion report that was
accepted. An open one whose report came in time waits in time. Drafts, rejected and terminated tasks have no class.
"""

import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.tasks.moving import LEFT_OUT

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class Timeliness(models.TextChoices):
    DONE_IN_TIME = "done_in_time", _("Hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("Hoàn thành quá hạn")
    OPEN_IN_TIME = "open_in_time", _("Đúng tiến độ")
    DUE_SOON = "due_soon", _("Sắp đến hạn")
    OPEN_OVERDUE = "open_overdue", _("Quá hạn")


def with_timeliness(rows: Rows, on: datetime.date | None = None, *, first: bool = False) -> Rows:
    """Annotate `timeliness` as on that day; `first`: by the due date first set. Empty where there is no class."""
    return rows.annotate(timeliness=timeliness_on(on or timezone.localdate(), first=first))


def timeliness_on(on: datetime.date, *, first: bool = False, all_told: bool = False) -> Case:
    """`all_told`: none of the rows is of those that have no class."""
    due = "first_due_on" if first else "due_on"
    done = Q(accepted_on__lte=on)  # no day is not before any
    reported_in_time = Q(reported_on__lte=on) & Q(reported_on__lte=F(due))
    soon = on + datetime.timedelta(days=settings.TASK_DUE_SOON_DAYS)
    return Case(
        *([] if all_told else [When(state__in=sorted(LEFT_OUT), then=Value(""))]),
        When(done & Q(reported_on__lte=F(due)), then=Value(Timeliness.DONE_IN_TIME)),
        When(done, then=Value(Timeliness.DONE_LATE)),
        When(reported_in_time, then=Value(Timeliness.OPEN_IN_TIME)),
        When(**{f"{due}__lt": on}, then=Value(Timeliness.OPEN_OVERDUE)),
        When(**{f"{due}__lte": soon}, then=Value(Timeliness.DUE_SOON)),
        default=Value(Timeliness.OPEN_IN_TIME),
        output_field=CharField(),
    )
