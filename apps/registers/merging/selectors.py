"""What the page of a record says of merging."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.wall import wall_open
from apps.people.rights import units_with
from apps.registers.merging.subject import subject_of_record
from apps.registers.models import RegisterMerge

FEW = 5


@dataclass(frozen=True)
class Merged:
    """`url`: where the two are parted again, for whoever may and as long as it can be done."""

    merge: RegisterMerge
    url: str


def merges_of(record: Any, user: User) -> list[Merged]:
    """Of a record that stayed: what was merged into it."""
    subject = subject_of_record(record)
    if subject is None:
        return []
    merges = RegisterMerge.objects.filter(kind=subject.kind, kept_id=record.pk, undone_at__isnull=True)
    may = record.withdrawn_at is None and subject.home(record) in units_with(user, subject.permission)
    since = timezone.now() - datetime.timedelta(days=settings.REGISTER_PARTING_DAYS)
    return [
        Merged(
            one,
            reverse("registers:merge_part", args=[subject.slug, one.pk]) if may and one.merged_at > since else "",
        )
        for one in merges
    ]


@wall_open("which record speaks today for a merged one")
def stays_by(model: Any, condition: Q) -> list[int]:
    """Keys of the records that speak today for those merged ones which meet the condition."""
    merges = RegisterMerge.objects.filter(kind=model._meta.label_lower, undone_at__isnull=True).values("gone_id")
    gone = model._default_manager.filter(condition, pk__in=merges).select_related("merged_into")
    return [stays_of(record).pk for record in gone[:FEW]]


@wall_open("which record speaks today for a merged one")
def stays_of(record: Any) -> Any:
    """The record that speaks for this one today: itself, or what it was merged into, however often."""
    while record.merged_into_id is not None:
        record = record.merged_into
    return record
