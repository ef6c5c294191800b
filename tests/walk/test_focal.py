"""Members of the focal sub-unit act for the unit above, and see nothing of its people."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, UnitName
from apps.people.roles import UNIT_ROLES
from tests.walk.actors import Actor, _signed_in
from tests.walk.cells import Planner
from tests.walk.judging import canaries, texts
from tests.walk.places import PROVINCE, PUBLIC
from tests.walk.world.people import hold, make_user, with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("walk-1")]
# All that work for the unit above needs. What is made later is kept from them until it is named here.
SHARED_WORK = {
    "enterprise",
    "programmeevent",
    *("measurementstandard", "standardpair", "registermerge"),
    "supportactivity",
    "managingministry",
    "programmeevaluation",
    "unitplan",
    "plantask",
    *("moneytask", "variance", "milestone", "taskstep", "extension", "comment"),
    "tasklist",
    "attachment",
    *("report", "reportedvalue", "reportfile", "submission"),
    *("reportbook", "section", "sectiontext"),
    "importbatch",
    "importrow",
    "importissue",
    "job",
    "document",
    "reorganisation",
}

# Shared work says who did it, whom it may be given to, and whom words at it may name.
SIGNED = {
    *("enterprises:enterprise_detail", "exchange:importbatch_list", "exchange:importbatch_detail"),
    *("publications:reportbook_detail", "publications:section_detail", "publications:section_edit"),
    *("reports:reportfile_detail", "reports:annualreport_detail", "reports:annualreport_submitted"),
    *("reports:annualreport_check", "reports:annualreport_to_leader"),
    "notifications:mention_choices",
    *("tasks:plantask_detail", "tasks:plantask_hand_to", "task-detail", "task-extension-list", "task-extension-detail"),
}


@pytest.fixture(scope="module")
def focal(walk) -> Iterator[Actor]:
    """Somebody who has every role in the province's focal department, beside that province's own people."""
    with transaction.atomic():
        yield _of_the_focal_department(walk)
        transaction.set_rollback(True)


def _of_the_focal_department(walk) -> Actor:
    part = OrganisationUnit.objects.create(
        id="SO-DAU-MOI", slug="so-dau-moi", kind=OrganisationUnit.Kind.DEPARTMENT, parent_id=PROVINCE, is_focal=True
    )
    UnitName.objects.create(unit=part, name="Sở đầu mối", short_name="Sở đầu mối")
    user: User = make_user(walk.world, PUBLIC)
    for role in sorted(UNIT_ROLES):
        hold(walk.world, user, role, part.pk)
    session = _signed_in(with_second_factor(user))
    twin = walk.actors["unit_administrator@province"]
    return Actor("everything@focal", twin.role, twin.at, user, session, "", "", twin.sees)


def read(walk, actor: Actor, key: str) -> tuple[int, set[tuple[str, str]]]:
    """The page for an object of the province: its status and the canaries of people in it."""
    planner = Planner(walk.world, walk.routes[key], walk.matrix.routes[key], thorough=True)
    twin = walk.actors[f"{actor.role}@province"]
    cell = next(cell for cell in planner.cells(twin) if cell.method == "GET" and cell.relation == "own")
    cell.actor = actor
    answer, _changes = walk.asked(cell)
    told = {(m.group(1).upper(), m.group(2)) for _where, text in texts(answer) for m in canaries(text)}
    return answer.status, {(place, kind) for place, kind in told if place == PROVINCE and kind not in SHARED_WORK}


def pages(walk) -> list[str]:
    rules = walk.matrix.routes
    return [key for key in sorted(walk.routes) if key in rules and "GET" in rules[key].methods]


def test_no_page_shows_them_the_people_of_the_unit_above(walk, focal):
    seen = {}
    for key in pages(walk):
        rule = walk.matrix.routes[key]
        if key in SIGNED or rule.opens or rule.public:
            continue
        status, leaks = read(walk, focal, key)
        if status != 403:  # names those who may grant
            seen |= {key: leaks} if leaks else {}
    assert not seen


def test_they_work_in_its_registers(walk, focal):
    for key in ("enterprises:enterprise_detail", "enterprises:programmeevent_add"):
        assert read(walk, focal, key)[0] == 200


def test_what_is_searched_for_is_there(walk):
    """Who belongs to the province sees its people on these pages, so an empty answer means something."""
    for key in ("people:person_list", "people:invitation_list", "audit:auditevent_list"):
        assert read(walk, walk.actors["unit_administrator@province"], key)[1]
