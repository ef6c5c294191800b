"""Who works, will work and worked in a unit: the panel of its page."""

from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.people.models import Membership, Person
from apps.people.roles import ROLE_LABELS


@dataclass(frozen=True)
class Post:
    """A role somebody holds, held or will hold in a unit; `given_in` names another unit in which it was given."""

    person: Person
    role: str
    valid_from: date
    valid_to: date | None
    given_in: str
    is_acting: bool


@dataclass
class Staff:
    now: list[Post] = field(default_factory=list)
    later: list[Post] = field(default_factory=list)
    before: list[Post] = field(default_factory=list)
    invite_to: str = ""  # the unit, for whoever may invite people into it


def staff_of(unit: OrganisationUnit, on: date) -> Staff:
    """Who works in the unit on that day, whoever came with a unit it took over, and who worked there before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT origin_id FROM unit_heirs(%s) WHERE unit_id = %s", [on, unit.pk])
        origins = {row[0] for row in cursor.fetchall()}
    labels, found = unit_labels(), Staff()
    held = Membership.objects.filter(unit__in=origins | {unit.pk}).select_related("role")
    held = held.order_by("user__full_name", "user", "valid_from", "pk")
    people = Person.objects.in_bulk(held.values_list("user", flat=True))
    for one in held:
        given_in = "" if one.unit_id == unit.pk else labels[one.unit_id].short_name
        role = str(ROLE_LABELS.get(one.role.name, one.role.name))
        post = Post(
            people[one.user_id], role, one.valid_from, one.valid_to, given_in, is_acting=one.acting_for_id is not None
        )
        if one.valid_from > on:
            found.later.append(post)
        elif (one.valid_to is None or one.valid_to >= on) and one.unit_id in origins:
            found.now.append(post)
        elif one.unit_id == unit.pk:
            found.before.append(post)
    return found


def staff_seen_by(unit: OrganisationUnit, on: date, user: User) -> Staff | None:
    """For those who look after the unit's people; nobody else learns that somebody works there."""
    if unit.pk not in user.units_with("people.view_membership"):
        return None
    found = staff_of(unit, on)
    if unit.pk in user.units_with("people.add_invitation"):
        found.invite_to = unit.pk
    return found
