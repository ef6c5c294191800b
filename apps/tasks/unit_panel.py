"""What the page of a unit says of its tasks, each figure leading to the list of them."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.tasks import moving
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness
from apps.tasks.told_under import under


@dataclass(frozen=True)
class UnitTasks:
    overdue: int
    soon: int
    under_way: int
    unit: str

    def _url(self, *asked: tuple[str, str]) -> str:
        query = urlencode([("unit", self.unit), ("role", "lead"), *asked])
        return f"{reverse('tasks:plantask_list')}?{query}"

    @property
    def overdue_url(self) -> str:
        return self._url(("timeliness", Timeliness.OPEN_OVERDUE.value))

    @property
    def soon_url(self) -> str:
        return self._url(("timeliness", Timeliness.DUE_SOON.value))

    @property
    def under_way_url(self) -> str:
        return self._url(*(("state", state) for state in sorted(moving.UNDER_WAY)))


def tasks_of_unit(unit: OrganisationUnit, on: date, user: User) -> UnitTasks | None:
    """Led by the unit, by those whose past it carries and by their sub-units, of what the person sees; as of today.
    None for a unit that is no more: whoever carries its past on tells of them.
    """
    if (unit.valid_to and unit.valid_to < timezone.localdate()) or not user.has_perm("tasks.view_plantask"):
        return None
    rows = PlanTask.objects.visible_to(user).live().filter(lead_unit__in=under([unit.pk]))
    counts = rows.with_timeliness().aggregate(
        overdue=Count("pk", filter=Q(timeliness=Timeliness.OPEN_OVERDUE)),
        soon=Count("pk", filter=Q(timeliness=Timeliness.DUE_SOON)),
        under_way=Count("pk", filter=Q(state__in=moving.UNDER_WAY)),
    )
    return UnitTasks(**counts, unit=unit.pk) if any(counts.values()) else None
