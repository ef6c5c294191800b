"""Reads over units: who followed whom, what they were called, and whose rows a person may touch."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.memo import once_per_request
from apps.core.models import VnFold
from apps.core.text import fold
from apps.organisations.models import Membership, OrganisationUnit, UnitName

NOT_LETTERS = "[^a-z0-9]+"


@dataclass(frozen=True)
class UnitLabel:
    """A unit's names as on a day (at the latest its last day), and its place."""

    id: str
    slug: str
    short_name: str
    full_name: str
    sort: str
    parent: str | None
    is_office_today: bool

    @property
    def url(self) -> str:
        return reverse("organisations:organisationunit_detail", args=[self.slug])


@once_per_request
def unit_labels() -> dict[str, UnitLabel]:
    """All units' labels of today by id, one query; about 140 rows."""
    columns = ["slug", "short_name", "full_name", "short_name_sort", "parent_id", "is_programme_office", "valid_to"]
    labels = {}
    for pk, slug, short, full, sort, parent, office, valid_to in (
        OrganisationUnit.objects.with_names().order_by("id").values_list("id", *columns)
    ):
        is_office = office and valid_to is None
        labels[pk] = UnitLabel(pk, slug, short or pk, full or pk, sort or "", parent, is_office)
    return labels


def programme_office() -> UnitLabel | None:
    """The unit that coordinates the programme today: the highest one of the office."""
    labels = unit_labels()
    offices = [label for label in labels.values() if label.is_office_today]
    return next((label for label in offices if label.parent not in {office.id for office in offices}), None)


def successor_shares(on: date) -> dict[str, list[tuple[str, Decimal]]]:
    """For every unit who carries its past on that day, with shares that sum to 1 (itself where none follows)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT origin_id, unit_id, share FROM unit_successors(%s) ORDER BY 1, 2", [on])
        rows = cursor.fetchall()
    shares: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for origin, unit, share in rows:
        shares[origin].append((unit, share))
    return dict(shares)


def current_units(of: OrganisationUnit | str, on: date | None = None) -> QuerySet[OrganisationUnit]:
    """The units that carry the past of `of` on that day."""
    origin = of if isinstance(of, str) else of.pk
    ids = [unit for unit, _share in successor_shares(on or timezone.localdate()).get(origin, [])]
    return OrganisationUnit.objects.filter(pk__in=ids)


def predecessors_of(unit_id: str) -> list[str]:
    """Ids of all units whose past `unit_id` carries, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE back(id, depth) AS (
                SELECT predecessor_id, 1 FROM organisations_succession WHERE successor_id = %s AND share > 0
                UNION
                SELECT s.predecessor_id, b.depth + 1 FROM organisations_succession s
                JOIN back b ON s.successor_id = b.id WHERE s.share > 0
            ) SELECT id FROM back GROUP BY id ORDER BY min(depth), id
            """,
            [unit_id],
        )
        return [row[0] for row in cursor.fetchall()]


def find_units(text: str, on: date | None = None) -> set[str]:
    """Ids of units that ever bore such a name or symbol, and of those that carry their past on that day."""
    words = re.sub(NOT_LETTERS, " ", fold(text)).strip()
    if not words:
        return set()
    named = UnitName.objects.annotate(
        full=_plain("name"), short=_plain("short_name"), symbol=_plain("unit__symbol"), label=_plain("unit__id")
    ).filter(
        Q(full__contains=words) | Q(short__contains=words) | Q(symbol__startswith=words) | Q(label__startswith=words)
    )
    found = set(named.order_by().values_list("unit_id", flat=True))
    shares = successor_shares(on or timezone.localdate())
    return found | {carrier for unit in found for carrier, _share in shares.get(unit, [])}


def _plain(column: str) -> Func:
    """Folded, and only letters and digits: «Bà Rịa - Vũng Tàu», «Bộ KH&CN» are found without their signs."""
    pattern = (Value(NOT_LETTERS), Value(" "), Value("g"))
    return Func(VnFold(column), *pattern, function="regexp_replace", output_field=TextField())


@dataclass(frozen=True)
class UnitScope:
    """The units in which a person holds one permission: all, or these ids (own, predecessors, sub-units)."""

    everything: bool = False
    ids: frozenset[str] = frozenset()

    def __contains__(self, unit_id: str | None) -> bool:
        return self.everything or unit_id in self.ids


@dataclass(frozen=True)
class Rights:
    """Today's permissions of one person: everywhere, and per unit."""

    everywhere: frozenset[str] = frozenset()
    by_permission: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def permissions(self) -> set[str]:
        return set(self.everywhere) | set(self.by_permission)


_RIGHTS = """
WITH RECURSIVE own AS (
    SELECT m.unit_id, u.is_programme_office AS central, ct.app_label || '.' || p.codename AS permission
    FROM organisations_membership m
    JOIN organisations_organisationunit u ON u.id = m.unit_id
    JOIN auth_group_permissions gp ON gp.group_id = m.role_id
    JOIN auth_permission p ON p.id = gp.permission_id
    JOIN django_content_type ct ON ct.id = p.content_type_id
    WHERE m.user_id = %(user)s AND m.valid_from <= %(day)s AND (m.valid_to IS NULL OR m.valid_to >= %(day)s)
), reach(root, id) AS (
    SELECT DISTINCT unit_id, unit_id FROM own WHERE NOT central
    UNION
    SELECT r.root, n.id FROM reach r JOIN (
        SELECT predecessor_id AS id, successor_id AS above FROM organisations_succession WHERE share > 0
        UNION ALL SELECT id, parent_id FROM organisations_organisationunit WHERE parent_id IS NOT NULL
    ) n ON n.above = r.id
)
SELECT own.permission, own.central, reach.id FROM own LEFT JOIN reach ON reach.root = own.unit_id
"""


def rights_of(user: User) -> Rights:
    """Today's rights of the person, read once per request (kept on the user object)."""
    kept = getattr(user, "_rights", None)
    if kept is None:
        kept = user._rights = _read_rights(user)
    return kept


def _read_rights(user: User) -> Rights:
    if not user.is_active or user.pk is None:
        return Rights()
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"user": user.pk, "day": timezone.localdate()})
        rows = cursor.fetchall()
    reach: dict[str, set[str]] = defaultdict(set)
    for permission, central, unit in rows:
        if not central:
            reach[permission].add(unit)
    everywhere = frozenset(permission for permission, central, _unit in rows if central)
    return Rights(everywhere, {permission: frozenset(ids) for permission, ids in reach.items()})


def units_with(user: User, permission: str) -> UnitScope:
    """Where the person holds the permission today."""
    if not user.is_authenticated or not user.is_active:
        return UnitScope()
    if user.is_superuser:
        return UnitScope(everything=True)
    rights = rights_of(user)
    return UnitScope(permission in rights.everywhere, rights.by_permission.get(permission, frozenset()))


def memberships_today(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(user=user).valid_on(timezone.localdate()).select_related("unit", "role")
