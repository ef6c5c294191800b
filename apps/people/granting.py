"""Who may give which role where. What is not theirs to give is refused as a right (403), not as a mistake."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.organisations.models import OrganisationUnit
from apps.organisations.models.units import OrganisationUnitQuerySet
from apps.organisations.selectors import heir_of
from apps.people.models import Membership, Person
from apps.people.rights import rights_on
from apps.people.roles import CENTRAL_ROLES, GRANTABLE, OFFICE_ROLES, PROGRAMME_ADMINISTRATOR

UNIT_ADMINISTRATOR = "unit_administrator"


@dataclass(frozen=True)
class Granting:
    """The roles one person may give: anywhere, or in these units, but none in the office of the programme."""

    is_central: bool = False
    units: frozenset[str] = frozenset()

    def roles_in(self, unit: OrganisationUnit) -> frozenset[str]:
        if self.is_central:
            roles = GRANTABLE[PROGRAMME_ADMINISTRATOR]
            return roles & OFFICE_ROLES if unit.is_programme_office else roles - CENTRAL_ROLES
        if unit.pk in self.units and not unit.is_programme_office:
            return GRANTABLE[UNIT_ADMINISTRATOR]
        return frozenset()

    def may_end(self, unit: OrganisationUnit, role: Group) -> bool:
        """What could be given; the programme's administrators also what nobody could give there any more."""
        return self.is_central or role.name in self.roles_in(unit)

    def require(self, unit: OrganisationUnit, role: Group) -> None:
        if role.name not in self.roles_in(unit):
            raise PermissionDenied(unit)

    def require_end(self, unit: OrganisationUnit, role: Group) -> None:
        if not self.may_end(unit, role):
            raise PermissionDenied(unit)


def is_programme_administrator(user: User, day: date | None = None) -> bool:
    held = Membership.objects.of_programme_administrators(day)
    return user.is_active and (user.is_superuser or held.filter(user=user.pk).exists())


def granting_of(user: User, day: date | None = None) -> Granting:
    """Through the memberships of that day, today's: the permission alone does not say which roles may be given."""
    if is_programme_administrator(user, day):
        return Granting(is_central=True)
    held = Membership.objects.filter(user=user.pk, role__name=UNIT_ADMINISTRATOR)
    if not held.valid_on(day or timezone.localdate()).exists():
        return Granting()
    permission = "people.add_membership"
    if day is None:
        return Granting(units=user.units_with(permission).ids)
    return Granting(units=rights_on(user, day).by_permission.get(permission, frozenset()))


def units_to_grant_in(user: User) -> OrganisationUnitQuerySet:
    """The units of today in which the person may give roles."""
    granting = granting_of(user)
    units = OrganisationUnit.objects.valid_on(timezone.localdate())
    return units if granting.is_central else units.filter(pk__in=granting.units, is_programme_office=False)


def backwards_of(first: date | None, last: date | None) -> ValidationError | None:
    if first is None or last is None or last >= first:
        return None
    return ValidationError(_("Ngày kết thúc phải sau ngày bắt đầu."), code="order")


def require_dates(unit: OrganisationUnit, valid_from: date, valid_to: date | None) -> None:
    """A role begins today or later, ends after it began, and its unit is in force from then on."""
    errors = {}
    if valid_from < timezone.localdate():
        errors["valid_from"] = ValidationError(_("Ngày bắt đầu không được trước hôm nay."), code="past")
    if backwards := backwards_of(valid_from, valid_to):
        errors["valid_to"] = backwards
    if not unit.is_valid_on(valid_from):
        errors["unit"] = ValidationError(_("Đơn vị không hoạt động vào ngày bắt đầu."), code="not_in_force")
    if not errors and (outlived := _outlived(unit, valid_to)):
        errors["valid_to"] = outlived
    if errors:
        raise ValidationError(errors)


def require_within_unit(unit: OrganisationUnit, valid_to: date | None) -> None:
    if outlived := _outlived(unit, valid_to):
        raise ValidationError({"valid_to": outlived})


def _outlived(unit: OrganisationUnit, valid_to: date | None) -> ValidationError | None:
    last = last_day_of_members(unit)
    if last is None or (valid_to and valid_to <= last):
        return None
    told = _("Đơn vị hoạt động đến hết ngày %(day)s: chọn ngày kết thúc không sau ngày đó.")
    return ValidationError(told % {"day": vn_date(last)}, code="unit_ends")


def last_day_of_members(unit: OrganisationUnit) -> date | None:
    """The last day of the unit, or of the last one to take its members over as far as is known; None: no end."""
    while unit.valid_to is not None:
        link = unit.successions.filter(takes_members=True).select_related("successor").first()
        if link is None:
            return unit.valid_to
        unit = link.successor
    return None


def require_right_on(unit: OrganisationUnit, role: Group, valid_from: date, *, by: User) -> None:
    """Nobody gives what begins only after their own right to give it has ended."""
    if valid_from > timezone.localdate() and role.name not in granting_of(by, valid_from).roles_in(unit):
        told = _("Đến ngày này bạn không còn quyền cấp vai trò ở đơn vị: chọn ngày bắt đầu sớm hơn.")
        raise ValidationError({"valid_from": ValidationError(told, code="beyond_own_right")})


def lock_unit(unit_id: str) -> OrganisationUnit:
    """As it stands now, until our commit: its end waits for the role given in it, or the other way round.

    Everywhere first the unit, then the person, then memberships: so nobody waits for whoever waits for them.
    """
    return OrganisationUnit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)


def unit_of_today(unit: OrganisationUnit) -> OrganisationUnit:
    """Where the members of that unit work today."""
    heir = heir_of(unit.pk, timezone.localdate())
    return unit if heir == unit.pk else OrganisationUnit.objects.get(pk=heir)


_OWN_ROLES = """
    WITH RECURSIVE part(id) AS (
        SELECT unit_id FROM unit_heirs(%(day)s) WHERE origin_id = %(unit)s
        UNION
        SELECT u.id::text FROM organisations_organisationunit u JOIN part ON u.parent_id = part.id
    ), own AS (
        SELECT m.user_id, m.role_id, m.valid_from,
            least(coalesce(m.valid_to, %(never)s), coalesce(o.valid_to, %(never)s)) AS last
        FROM people_membership m
        JOIN unit_heirs(%(day)s) h ON h.origin_id = m.unit_id JOIN part ON part.id = h.unit_id
        JOIN organisations_organisationunit o ON o.id = h.unit_id
        WHERE m.acting_for_id IS NULL
    )
"""
_COLLEAGUES = (
    _OWN_ROLES
    + """
    SELECT DISTINCT own.user_id, g.name FROM own JOIN auth_group g ON g.id = own.role_id
    WHERE own.valid_from <= %(day)s AND own.last >= %(day)s
"""
)
_LAST_OWN_DAY = _OWN_ROLES + "SELECT max(last) FROM own WHERE user_id = %(user)s"


def deputies_for(membership: Membership) -> QuerySet[Person]:
    """Who works today in that approver's unit or below it, but the approver."""
    ids = set(colleagues_on(membership, timezone.localdate()))
    return Person.objects.filter(pk__in=ids, is_active=True).exclude(pk=membership.user_id).by_name()


def colleagues_on(membership: Membership, day: date) -> dict[int, set[str]]:
    """Who holds roles of their own that day in the unit of the membership or below it, and which."""
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLLEAGUES, {"unit": membership.unit_id, "day": day, "never": date.max})
        for person, role in cursor.fetchall():
            found.setdefault(person, set()).add(role)
    return found


def last_day_in_unit(acting: Membership) -> date | None:
    """Until when whoever acts there holds a role of their own in that unit or below it."""
    asked: dict[str, Any] = {
        "unit": acting.unit_id,
        "user": acting.user_id,
        "day": timezone.localdate(),
        "never": date.max,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAST_OWN_DAY, asked)
        return cursor.fetchone()[0]
