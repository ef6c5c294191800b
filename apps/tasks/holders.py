"""Who may hold a task: people who work in the unit that leads it today, or in the sub-unit that prepares for it."""

from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.people.staff import staff_of
from apps.tasks.models import PlanTask


def holders_of(task: PlanTask) -> list[User]:
    """By name; of people whose account is closed none."""
    today = timezone.localdate()
    focal = OrganisationUnit.objects.filter(parent=task.lead_unit_id, is_focal=True, valid_to__isnull=True)
    people = {post.person.pk for unit in (task.lead_unit, *focal) for post in staff_of(unit, today).now}
    return list(User.objects.filter(pk__in=people, is_active=True).order_by("full_name", "pk"))
