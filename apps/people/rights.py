"""What a person may do today, and in which units: read from memberships, once per request.

A membership keeps for ever the unit in which it was given. Where that unit was reorganised the person follows the
succession that takes the members, and from the unit that carries it now sees its predecessors and sub-units.
A sub-unit that went on as another is seen by who is above that other, no longer by who was above the first.
Of a unit that was split every part sees the past, but only the part that took its members looks after them.
A member of the focal sub-unit (Sở KH&CN, vụ) also acts for the unit above, except in what only direct members do.
A unit that ended and has no heir keeps no right alive. In the programme office only its own roles count for the whole
country; another that came along with a unit that was merged into it stays with that office's own rows, people excepted.
Who acts for an approver does so from the moment on in which they have a second factor: until then the deputyship waits,
and everything else goes on as before.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.factors import FACTORS
from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core import wall
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import heir_of
from apps.people.models import Membership
from apps.people.roles import DIRECT_MEMBERS_ONLY, OFFICE_ROLES, ROLE_LABELS, SECOND_FACTOR_ROLES, SERVICE_ROLE


@dataclass(frozen=True)
class Rights:
    """Today's permissions of one person: everywhere, and per unit; and the units in which they work."""

    everywhere: frozenset[str] = frozenset()
    by_permission: dict[str, frozenset[str]] = field(default_factory=dict)
    units: tuple[str, ...] = ()  # the longest held first
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)  # per unit in which they work
    given_in: dict[str, tuple[str, ...]] = field(default_factory=dict)  # permission: the units whose role carries it
    needs_second_factor: bool = False
    acting_waits_until: date | None = None  # the last day of a deputyship that waits for a second factor

    @property
    def is_program(self) -> bool:
        """Nothing but a program: nobody sits there who could show a second factor."""
        return {role for roles in self.roles.values() for role in roles} == {SERVICE_ROLE}

    @cached_property
    def sight(self) -> str:
        """All that any of it reaches, as the second wall is told it."""
        return wall.EVERYTHING if self.everywhere else ",".join(sorted(frozenset().union(*self.by_permission.values())))

    @cached_property
    def permissions(self) -> set[str]:
        return set(self.everywhere) | set(self.by_permission)


# Of apps/people/migrations/0003_rights_of_people.py, where the statement is planned once for each connection.
_RIGHTS = """
SELECT * FROM rights_of_people(
    %(users)s::bigint[], %(day)s, %(permission)s, %(direct)s, %(strict)s, %(office)s, %(factors)s
)
"""


HOME, ROLES = 2, 5  # of a row: the unit whose roles give the permission, and which roles these are
_KEPT = "_rights"  # on the user object, which knows nothing of rights


def rights_of(user: User) -> Rights:
    """Today's rights of the person, read once per request (kept on the user object)."""
    kept = getattr(user, _KEPT, None)
    if kept is None:
        kept = _keep(user, _read_rights(user))
    return kept


def _keep(user: User, rights: Rights) -> Rights:
    setattr(user, _KEPT, rights)
    setattr(user, wall.SIGHT, rights.sight)
    return rights


def hold_to(user: User, unit: str | None, role: str = "") -> Rights:
    """From here on this user object may only what its roles in that unit give, or in the one that went on for it; of
    all its roles that one. For a caller whom somebody let in for no more than this.
    """
    if (unit is None and not role) or not user.is_active:
        return rights_of(user)
    home = heir_of(unit, timezone.localdate()) if unit else None
    rows = [row for row in _ask([user.pk]) if home in (None, row[HOME]) and (not role or role in row[ROLES])]
    return _keep(
        user, _rights_from([(*row[:ROLES], [role] if role else row[ROLES], *row[ROLES + 1 :]) for row in rows])
    )


def rights_on(user: User, day: date) -> Rights:
    """As they will be on another day if no role is given or ended before it."""
    return _read_rights(user, day)


def _read_rights(user: User, day: date | None = None) -> Rights:
    if not user.is_active or user.pk is None:
        return Rights()
    return _rights_from(_ask([user.pk], day))


def _ask(users: Sequence[int], day: date | None = None, permission: str | None = None) -> list[tuple]:
    """A row for each permission, the unit whose role gives it, and the unit that it reaches; or of one permission."""
    asked: dict[str, Any] = {
        "users": list(users),
        "day": day or timezone.localdate(),
        "permission": permission,
        "direct": sorted(DIRECT_MEMBERS_ONLY),
        "strict": sorted(SECOND_FACTOR_ROLES),
        "office": sorted(OFFICE_ROLES),
        "factors": [str(kind) for kind in FACTORS],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, asked)
        return cursor.fetchall()


def _rights_from(rows: list[tuple]) -> Rights:
    reach: dict[str, set[str]] = defaultdict(set)
    roles: dict[str, set[str]] = defaultdict(set)
    given: dict[str, dict[str, None]] = defaultdict(dict)
    for permission, central, home, unit, _strict, names, _waits, _user in rows:
        roles[home].update(names)
        if permission and (central or unit):  # a permission that reaches no unit is none
            given[permission][home] = None
            if not central:
                reach[permission].add(unit)
    return Rights(
        everywhere=frozenset(permission for permission, central, *_units in rows if permission and central),
        by_permission={permission: frozenset(ids) for permission, ids in reach.items()},
        units=tuple(roles),
        roles={unit: tuple(name for name in ROLE_LABELS if name in held) for unit, held in roles.items()},
        given_in={permission: tuple(units) for permission, units in given.items()},
        needs_second_factor=settings.SECOND_FACTOR_FOR_ALL or any(row[4] for row in rows),
        acting_waits_until=rows[0][6] if rows else None,
    )


def rights_in_words(user: User) -> str:
    """Another text where anything of them is another."""
    rights = rights_of(user)
    reach = sorted((permission, sorted(ids)) for permission, ids in rights.by_permission.items())
    return repr([user.is_superuser, sorted(rights.everywhere), reach])


def units_with(user: User, permission: str) -> UnitScope:
    """Where the person holds the permission today."""
    if not user.is_authenticated or not user.is_active:
        return UnitScope()
    if user.is_superuser:
        return UnitScope(everything=True)
    rights = rights_of(user)
    return UnitScope(permission in rights.everywhere, rights.by_permission.get(permission, frozenset()))


def scope_once(context: Any, permission: str) -> UnitScope:
    """The same for the caller whose answer is being made; kept in its serializers' context for all its rows."""
    kept: dict[str, UnitScope] = context.setdefault("scopes", {})
    if permission not in kept:
        kept[permission] = units_with(context["request"].user, permission)
    return kept[permission]


@dataclass(frozen=True)
class Holders:
    """Who holds one permission today, by id: for the whole programme, and for each unit."""

    everywhere: frozenset[int] = frozenset()
    by_unit: Mapping[str, frozenset[int]] = field(default_factory=dict)
    at_home: Mapping[str, frozenset[int]] = field(default_factory=dict)  # whose role counts in the unit itself

    def in_(self, unit: str | None) -> frozenset[int]:
        return self.at_home.get(unit or "", frozenset())

    def of(self, unit: str | None) -> frozenset[int]:
        return self.by_unit.get(unit or "", frozenset())


def holders_of(permission: str, day: date | None = None) -> Holders:
    """The other way about: who may do this, and for which units. Deputies too, once they may act; two queries."""
    app, _dot, codename = permission.partition(".")
    given = Group.objects.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    held = Membership.objects.filter(role__in=given, user__is_active=True).valid_on(day or timezone.localdate())
    users = list(held.order_by("user").values_list("user", flat=True).distinct())
    everywhere: set[int] = set()
    reach: dict[str, set[int]] = defaultdict(set)
    homes: dict[str, set[int]] = defaultdict(set)
    for _permission, central, home, unit, _strict, _names, _waits, user in _ask(users, day, permission):
        if central:
            everywhere.add(user)
        elif unit:
            reach[unit].add(user)
            homes[home].add(user)
    return Holders(frozenset(everywhere), _frozen(reach), _frozen(homes))


Ask = Callable[[str], Holders]


def asked_once() -> Ask:
    """For many records: each permission is asked for once."""
    return cache(holders_of)


def _frozen(sets: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {unit: frozenset(ids) for unit, ids in sets.items()}


def memberships_today(user: User) -> QuerySet[Membership]:
    """In force today, with the unit in which they were given; `rights_of(user).units` says where they count today."""
    return Membership.objects.filter(user=user).valid_on(timezone.localdate()).select_related("unit", "role")


def roles_with(permission: str) -> list[str]:
    """Labels of the roles that carry the permission, so that whoever lacks it learns whom to ask."""
    app, codename = permission.split(".")
    held = Group.objects.filter(permissions__content_type__app_label=app, permissions__codename=codename)
    names = set(held.values_list("name", flat=True))
    return [str(label) for role, label in ROLE_LABELS.items() if role in names]


def roles_that_ask_for_a_factor(user: User) -> list[str]:
    """Labels of today's roles for which a second factor is asked, so that its owner learns why."""
    held = rights_of(user).roles
    office = OrganisationUnit.objects.filter(pk__in=held, is_programme_office=True).values_list("pk", flat=True)
    return [
        str(ROLE_LABELS[role])
        for unit, roles in held.items()
        for role in roles
        if role in SECOND_FACTOR_ROLES or unit in office
    ]


def needs_second_factor(user: User) -> bool:
    """Whoever decides, administers or works for the whole programme shows a second factor, programs too.

    Asked anew, whatever this request has read before: a role may just have been given.
    """
    return user.is_superuser or _read_rights(user).needs_second_factor
