"""Who may give which role where. What is not theirs to give is refused as a right (403), not as a mistake."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.organisations.models import Membership, OrganisationUnit, Person
from apps.organisations.rights import memberships_today
from apps.organisations.roles import CENTRAL_ROLES, GRANTABLE, PROGRAMME_ADMINISTRATOR

UNIT_ADMINISTRATOR = "unit_administrator"


@dataclass(frozen=True)
class Granting:
    """The roles one person may give: anywhere, or in these units, but none in the office of the programme."""

    is_central: bool = False
    units: frozenset[str] = frozenset()

    def roles_in(self, unit: OrganisationUnit) -> frozenset[str]:
        if self.is_central:
            roles = GRANTABLE[PROGRAMME_ADMINISTRATOR]
            return roles if unit.is_programme_office else roles - CENTRAL_ROLES
        if unit.pk in self.units and not unit.is_programme_office:
            return GRANTABLE[UNIT_ADMINISTRATOR]
        return frozenset()

    def require(self, unit: OrganisationUnit, role: Group) -> None:
        if role.name not in self.roles_in(unit):
            raise PermissionDenied(unit)


def is_programme_administrator(user: User) -> bool:
    held = Membership.objects.of_programme_administrators()
    return user.is_active and (user.is_superuser or held.filter(user=user.pk).exists())


def granting_of(user: User) -> Granting:
    """Through today's memberships only: the permission alone does not say which roles may be given."""
    if is_programme_administrator(user):
        return Granting(is_central=True)
    if not memberships_today(user).filter(role__name=UNIT_ADMINISTRATOR).exists():
        return Granting()
    return Granting(units=user.units_with("organisations.add_membership").ids)


def units_to_grant_in(user: User) -> QuerySet[OrganisationUnit]:
    """The units of today in which the person may give roles."""
    granting = granting_of(user)
    units = OrganisationUnit.objects.valid_on(timezone.localdate())
    return units if granting.is_central else units.filter(pk__in=granting.units, is_programme_office=False)


def require_dates(unit: OrganisationUnit, valid_from: date, valid_to: date | None) -> None:
    """A role begins today or later, ends after it began, and its unit is in force when it begins."""
    errors = {}
    if valid_from < timezone.localdate():
        errors["valid_from"] = ValidationError(_("Ngày bắt đầu không được trước hôm nay."), code="past")
    if valid_to and valid_to < valid_from:
        errors["valid_to"] = ValidationError(_("Ngày kết thúc phải sau ngày bắt đầu."), code="order")
    if not unit.is_valid_on(valid_from):
        errors["unit"] = ValidationError(_("Đơn vị không hoạt động vào ngày bắt đầu."), code="not_in_force")
    if errors:
        raise ValidationError(errors)


def unit_of_today(unit: OrganisationUnit) -> OrganisationUnit:
    """Where the members of that unit work today."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_id FROM unit_heirs(%s) WHERE origin_id = %s", [timezone.localdate(), unit.pk])
        [heir] = cursor.fetchone()
    return unit if heir == unit.pk else OrganisationUnit.objects.get(pk=heir)


_COLLEAGUES = """
    WITH RECURSIVE part(id) AS (
        SELECT %(unit)s::text
        UNION
        SELECT u.id::text FROM organisations_organisationunit u JOIN part ON u.parent_id = part.id
    )
    SELECT DISTINCT m.user_id FROM organisations_membership m
    JOIN unit_heirs(%(day)s) h ON h.origin_id = m.unit_id JOIN part ON part.id = h.unit_id
    WHERE m.valid_from <= %(day)s AND (m.valid_to IS NULL OR m.valid_to >= %(day)s)
"""


def deputies_for(membership: Membership) -> QuerySet[Person]:
    """Who works today in that approver's unit or below it, but the approver."""
    with connection.cursor() as cursor:
        asked = {"unit": unit_of_today(membership.unit).pk, "day": timezone.localdate()}
        cursor.execute(_COLLEAGUES, asked)
        ids = [row[0] for row in cursor.fetchall()]
    return Person.objects.filter(pk__in=ids, is_active=True).exclude(pk=membership.user_id).by_name()
