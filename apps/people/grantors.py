"""Who can open a door: today's administrators of a unit, else of the unit above it, else of the programme."""

from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.people.roles import UNIT_ROLES


@dataclass(frozen=True)
class Grantor:
    name: str
    email: str
    unit_id: str  # where they work today


# A membership keeps the unit in which it was given: both the unit asked for and theirs are followed to today's.
_GRANTORS = """
WITH RECURSIVE heir AS MATERIALIZED (
    SELECT origin_id, unit_id FROM unit_heirs(%(day)s)
), place(unit_id, depth) AS (
    SELECT unit_id, 0 FROM heir WHERE origin_id = %(unit)s
    UNION ALL
    SELECT h.unit_id, p.depth + 1
    FROM place p JOIN organisations_organisationunit u ON u.id = p.unit_id JOIN heir h ON h.origin_id = u.parent_id
    WHERE p.depth < 9
), held AS (
    SELECT m.user_id, h.unit_id, g.name AS role
    FROM people_membership m JOIN auth_group g ON g.id = m.role_id JOIN heir h ON h.origin_id = m.unit_id
    JOIN organisations_organisationunit o ON o.id = h.unit_id AND (o.valid_to IS NULL OR o.valid_to >= %(day)s)
    WHERE m.valid_from <= %(day)s AND (m.valid_to IS NULL OR m.valid_to >= %(day)s)
      AND (g.name <> 'unit_administrator' OR NOT o.is_programme_office)
), able AS (
    SELECT p.depth, held.* FROM held JOIN place p USING (unit_id) WHERE role = 'unit_administrator'
    UNION ALL
    SELECT 10, held.* FROM held WHERE role = 'programme_administrator'
)
SELECT min(a.depth), coalesce(nullif(u.full_name, ''), u.email) AS name, u.email, min(a.unit_id)
FROM able a JOIN accounts_user u ON u.id = a.user_id
WHERE u.is_active AND u.id IS DISTINCT FROM %(but)s
GROUP BY u.id ORDER BY 1, 2, 3
"""


def grantors_of(unit_id: str | None, but: User | None = None) -> list[Grantor]:
    """Nearest first come, alone; without a unit the programme's. Nobody grants to themselves: `but` is left out."""
    with connection.cursor() as cursor:
        asked = {"unit": unit_id, "day": timezone.localdate(), "but": but.pk if but else None}
        cursor.execute(_GRANTORS, asked)
        rows = cursor.fetchall()
    return [Grantor(*told) for depth, *told in rows if depth == rows[0][0]]


def is_given_in_units(permission: str) -> bool:
    """Whether some role that a unit's administrator may give holds it; else the programme's administrators do."""
    app, _, codename = permission.partition(".")
    held = Permission.objects.filter(content_type__app_label=app, codename=codename, group__name__in=UNIT_ROLES)
    return held.exists()
