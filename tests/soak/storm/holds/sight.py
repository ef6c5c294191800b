"""Who sees what, worked out here anew from memberships, units and successions alone: nobody sees more."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, Succession
from apps.people.models import Membership
from apps.people.roles import OFFICE_ROLES
from apps.tasks.models import Participation
from tests.soak.storm.actors import Actor
from tests.soak.storm.holds import hold
from tests.soak.storm.storm import Storm

PEOPLE = 6  # of each look, besides those who should see nothing at all any more
LISTS: dict[str, tuple[str, ...]] = {  # of the API: where a row names the units it is of
    "tasks": ("code",),
    "reports": ("unit",),
    "registers/enterprises": ("unit", "id"),
    "registers/enterprise-events": ("unit", "enterprise", "reported_by"),
    "registers/standards": ("unit",),
    "registers/inspections": ("unit",),
    "registers/courses": ("unit",),
    "registers/unit-plans": ("unit",),
}


def reach(user: User, today: date) -> set[str] | None:
    """The units in which a person may see anything today; None: all of them. Rather too many than too few."""
    if not user.is_active:
        return set()
    held = Membership.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), user=user, valid_from__lte=today)
    units = {unit.pk: unit for unit in OrganisationUnit.objects.all()}
    follows = list(Succession.objects.values_list("predecessor", "successor", "effective_on", "takes_members"))
    found: set[str] = set()
    for one in held.select_related("role"):
        homes = _heirs({one.unit_id}, follows, today)
        if one.role.name in OFFICE_ROLES and any(units[pk].is_programme_office for pk in homes):
            return None
        found |= homes
    found |= {units[pk].parent_id for pk in found if units[pk].is_focal and units[pk].parent_id}
    return _closed(found, units, follows)


def _heirs(found: set[str], follows: list[Any], today: date) -> set[str]:
    """The unit in which a role was given, and whatever took its people over since."""
    while (
        more := {after for before, after, since, members in follows if before in found and members and since <= today}
        - found
    ):
        found = found | more
    return found


def _closed(found: set[str], units: dict[str, Any], follows: list[Any]) -> set[str]:
    """With all below, and all whose past they carry."""
    while (
        more := (
            {pk for pk, unit in units.items() if unit.parent_id in found}
            | {before for before, after, _since, _members in follows if after in found}
        )
        - found
    ):
        found = found | more
    return found


def places_of(kind: str, row: Any) -> set[str]:
    """The units for whose people a row is."""
    if kind == "task":
        taking_part = Participation.objects.filter(task=row.pk).values_list("unit", flat=True)
        return {row.lead_unit_id, row.approving_unit_id, *taking_part}
    if kind == "enterprise":
        return enterprise_places()[row.pk]
    return {row.unit_id}


def enterprise_places() -> dict[int, set[str]]:
    from apps.enterprises.models import Enterprise, ProgrammeEvent

    found = {pk: {unit} for pk, unit in Enterprise._base_manager.values_list("pk", "unit_id")}
    told = ProgrammeEvent._base_manager.values_list("programme__enterprise", "unit_id", "reported_by")
    for pk, *units in told:
        found[pk] |= set(units)
    return found


@hold
def nobody_sees_more_than_their_rights_of_today_give(storm: Storm) -> Iterator[str]:
    dice = random.Random(f"sight/{storm.seed}/{storm.number}")
    places = {"enterprises": enterprise_places(), "tasks": _task_places()}
    asked = set(dice.sample([one.pk for one in storm.people], PEOPLE))
    for actor in storm.people:
        within = reach(storm.doors.user(actor), storm.today)
        if within is None or (within and actor.pk not in asked):
            continue
        for name, fields in LISTS.items():
            yield from _beyond(storm, actor, name, fields, within, places)


def _task_places() -> dict[str, set[str]]:
    from apps.tasks.models import PlanTask

    rows = PlanTask._base_manager.prefetch_related("participations")
    return {
        row.code: {row.lead_unit_id, row.approving_unit_id, *(one.unit_id for one in row.participations.all())}
        for row in rows
    }


def _beyond(
    storm: Storm, actor: Actor, name: str, fields: tuple[str, ...], within: set[str], places: dict[str, Any]
) -> Iterator[str]:
    answer = storm.doors.api(actor, "GET", f"{name}/", page_size=200)
    if answer.status in (401, 403):
        return
    if answer.status != 200:
        yield f"{actor} at {name}: {answer.status} {answer.text[:200]}"
        return
    for row in answer.told["results"]:
        units = _units_of(name, row, fields, places)
        if not units & within:
            yield f"{actor} sees {name} {row.get('code') or row.get('id')} of {sorted(units)}"


def _units_of(name: str, row: dict[str, Any], fields: tuple[str, ...], places: dict[str, Any]) -> set[str]:
    if name == "tasks":
        return places["tasks"][row["code"]]
    if "enterprise" in name:
        return places["enterprises"][row["enterprise" if name.endswith("events") else "id"]]
    return {row[field] for field in fields if row.get(field)}


@hold
def a_closed_account_opens_nothing(storm: Storm) -> Iterator[str]:
    """Neither by the session it had nor by its token."""
    closed = set(User.objects.filter(is_active=False).values_list("pk", flat=True))
    for actor in storm.people:
        if actor.pk not in closed:
            continue
        answer = storm.doors.api(actor, "GET", "tasks/", page_size=1)
        if answer.status not in (401, 403):
            yield f"{actor} is closed and reads tasks: {answer.status}"
        page = storm.doors.get(actor, "/tasks/")
        if page.status != 302:
            yield f"{actor} is closed and opens a page: {page.status}"
