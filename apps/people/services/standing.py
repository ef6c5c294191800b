"""Who must stay, and what falls with another: the last administrator of the programme; those who act for an approver.

Locks are taken in one order everywhere: the administrators' turn, the unit, the people, their memberships.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.people.models import Membership, Person


def lock_people(people: Iterable[int] | QuerySet) -> None:
    """Whatever changes the roles of one person waits for the last change. Others may refer to the person meanwhile."""
    rows = Person.objects.filter(pk__in=people).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def wait_for_administrators() -> None:
    """Who takes programme administrators away does so alone: two must not take away each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.programme_administrators'))")


def require_another_administrator(person: User, day: date) -> None:
    """Without this one, somebody with an open account runs the programme's accounts on that day."""
    held = Membership.objects.of_programme_administrators(day).filter(user=OuterRef("pk"))
    others = User.objects.filter(Q(is_superuser=True) | Q(Exists(held)), is_active=True).exclude(pk=person.pk)
    if not others.exists():
        told = _("Đây là quản trị viên Đề án cuối cùng. Cấp vai trò đó cho người khác trước.")
        raise ValidationError(told, code="last_administrator")


def administers_programme(person: User) -> bool:
    return Membership.objects.of_programme_administrators().filter(user=person.pk).exists()


def unit_of_record(person: User) -> str:
    """The unit under which the audit keeps what happens to an account: where the person worked last."""
    held = Membership.objects.filter(user=person.pk).order_by("-valid_from", "-pk")
    return held.values_list("unit", flat=True).first() or ""


def acting_for(person: User) -> QuerySet[Membership]:
    """Who acts for the person from today on."""
    rows = Membership.objects.filter(acting_for__user=person.pk).exclude(valid_to__lt=timezone.localdate())
    return _held(rows)


def acting_touched_by(membership: Membership, last_day: date) -> list[Membership]:
    """Those who act for its holder in this role beyond that day, and what its holder does for others."""
    own = Q() if membership.acting_for_id else Q(user=membership.user_id, acting_for__isnull=False)
    rows = Membership.objects.filter(Q(acting_for=membership) | own, valid_to__gt=last_day)
    return list(_held(rows.exclude(pk=membership.pk)))


def _held(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Locked in one order."""
    related = ("user", "role", "unit", "acting_for__user")
    return rows.select_for_update(of=("self",)).select_related(*related).order_by("pk")
