"""For which unit a person of several works now: a choice of convenience. It is never a right."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import User
from apps.core.request import SignedInRequest
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.rights import rights_of, units_with

CHOSEN = "working_unit"


def units_to_work_for(request: HttpRequest) -> tuple[str, ...]:
    """Where the person's roles count today, the longest held first. A merged unit's members see the one after it."""
    return rights_of(request.user).units if request.user.is_authenticated else ()


def body_of(user: User) -> str:
    """The full name of where the person works; of a part of the programme's office that of the office itself."""
    labels = unit_labels()
    label = labels.get(next(iter(rights_of(user).units), ""))
    while label and label.is_office_today and (above := labels.get(label.parent or "")) and above.is_office_today:
        label = above
    return label.full_name if label else ""


def working_unit(request: HttpRequest) -> str | None:
    """The unit chosen in this session, as long as the person works there; else the first."""
    units = units_to_work_for(request)
    chosen = request.session.get(CHOSEN)
    return chosen if chosen in units else next(iter(units), None)


def usual_unit(request: SignedInRequest, permission: str) -> str | None:
    """Where a form may stand filled in: of who may do this for all units none, as it would be sent unread."""
    return None if units_with(request.user, permission).everything else working_unit(request)


def choose_unit(request: HttpRequest, unit_id: str) -> None:
    if unit_id not in units_to_work_for(request):
        raise PermissionDenied
    request.session[CHOSEN] = unit_id


def units_to_report_for(user: User, permission: str) -> QuerySet[OrganisationUnit]:
    """The units in whose name the person may write what the permission lets write, with their names of today.

    Where the role counts now: after a merger that is the unit that goes on, whichever unit the role was given in.
    """
    units = OrganisationUnit.objects.valid_on(timezone.localdate()).with_names().order_by("short_name_sort", "id")
    if user.is_superuser:
        return units.filter(Q(kind=OrganisationUnit.Kind.PROVINCE) | Q(is_programme_office=True))
    return units.filter(pk__in=rights_of(user).given_in.get(permission, ()))
