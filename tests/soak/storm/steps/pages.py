"""Pages opened by whoever has a link to them, buttons pressed that stand on them, and doors that are closed."""

import random
from typing import Any

from apps.enterprises.models import Enterprise
from apps.exchange.models import ImportBatch
from apps.reports.models import AnnualReport
from apps.tasks.models import PlanTask
from tests.soak.storm.actors import Actor
from tests.soak.storm.forms import Page, filled
from tests.soak.storm.holds.sight import places_of, reach
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

BEGIN = (
    "/", "/dashboard/", "/tasks/", "/plan/", "/task-lists/", "/reports/", "/reviews/", "/rounds/", "/submissions/",
    "/targets/", "/targets/closings/", "/targets/allocation/", "/registers/enterprises/", "/funding/", "/units/",
    "/users/", "/users/deputies/", "/jobs/", "/documents/", "/notifications/", "/publications/", "/audit/",
    "/webhooks/", "/registers/standards/", "/registers/courses/", "/registers/inspections/",
)  # fmt: skip
LEFT = (
    "/users/",
    "/units/",
    "/webhooks/",
    "/targets/closings/",
)  # whose buttons other steps press, each in its measure


KNOCKS = 6
FARTHEST = 4  # links from a list


@step(5)
def wander(storm: Storm, dice: random.Random) -> None:
    """From page to page."""
    actor, address = storm.anybody(dice), dice.choice(BEGIN)
    for _page in range(3):
        page = storm.doors.page(actor, address)
        if not page.links:
            return
        address = dice.choice(page.links)


@step(12)
def press_anything(storm: Storm, dice: random.Random) -> None:
    """Some form on some page, filled in as its fields ask for: from a list to a row of it, and on to what it offers."""
    actor = storm.anybody(dice)
    everywhere = {*storm.doors.page(actor, "/").links, *BEGIN}
    page = storm.doors.page(actor, dice.choice([one for one in BEGIN if not one.startswith(LEFT)]))
    for _link in range(FARTHEST):
        if [form for form in page.forms if not form.address.startswith(LEFT)] and dice.random() < 0.6:
            break
        onward = [link for link in page.links if not link.startswith(LEFT) and link not in everywhere]
        if onward:
            page = storm.doors.page(actor, dice.choice([link for link in onward if "?" not in link] or onward))
    press(storm, dice, actor, page)


def press(storm: Storm, dice: random.Random, actor: Actor, page: Page) -> None:
    forms = [form for form in page.forms if not form.address.startswith(LEFT)]
    if forms:
        form = dice.choice(forms)
        storm.doors.post(actor, form.address, filled(form, dice, storm.today))


@step(4)
def knock_where_nobody_may_come_in(storm: Storm, dice: random.Random) -> None:
    """A row of others, by its own address: it is not there."""
    kind, rows = dice.choice(_rows())
    for _knock in range(KNOCKS):
        actor = storm.anybody(dice)
        within = reach(storm.doors.user(actor), storm.today)
        foreign = [row for row in rows if within is not None and not places_of(kind, row) & within]
        if not foreign:
            continue
        address = _address(kind, dice.choice(foreign))
        answer = storm.doors.get(actor, address)
        if answer.status not in (302, 403, 404):
            storm.log.fault(f"{actor} reads {address}: {answer.status}")
        if answer.status != 403:  # who has no right to such pages at all is no proof
            return


def _rows() -> list[tuple[str, list[Any]]]:
    tasks = PlanTask.objects.order_by("-pk")[:60]
    reports = AnnualReport.objects.select_related("round", "unit").order_by("-pk")[:60]
    return [
        ("task", list(tasks)), ("report", list(reports)),
        ("enterprise", list(Enterprise.objects.order_by("-pk")[:60])),
        ("batch", list(ImportBatch.objects.order_by("-pk")[:60])),
        ("batch", list(ImportBatch.objects.order_by("-pk")[:60])),
    ]  # fmt: skip


def _address(kind: str, row: Any) -> str:
    if kind == "report":
        return f"/reports/{row.round.code}/{row.unit.slug}/"
    return {
        "task": lambda: f"/tasks/{row.code}/", "enterprise": lambda: f"/registers/enterprises/{row.pk}/",
        "batch": lambda: f"/registers/{row.register}/imports/{row.pk}/",
    }[kind]()  # fmt: skip
