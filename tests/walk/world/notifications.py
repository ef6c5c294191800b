"""What a colleague of every unit was told, said and follows; days off, which are nobody's."""

from datetime import date

from apps.accounts.models import User
from apps.notifications.models import CalendarLink, Comment, Holiday, Notification
from apps.notifications.services.choosing import make_calendar_link
from tests.walk.places import EVERYWHERE, HEIRS, PROVINCE, PUBLIC
from tests.walk.world.base import World, once

KIND = "tasks.plantask"


@once
def told(world: World) -> None:
    """After the tasks, of which it is told."""
    for place in EVERYWHERE:
        _told(world, place)
    # Made beforehand, as only its hash is kept; its owner walks nowhere and has nothing due: tests/notifications.
    owner = User.objects.get(pk=world.get("person", PROVINCE, "active").pk)
    link = make_calendar_link(by=owner)
    world.own(CalendarLink.objects.get(user=owner), PROVINCE)
    world.values["calendar_link"] = lambda _place: link


def _told(world: World, place: str) -> None:
    """Of a task of the unit: its reader was told, its editor said something."""
    task, home = world.get("plantask", place), HEIRS.get(place, place)
    reader, writer = (world.get("staff", home, role) for role in ("reader", "unit_editor"))
    row = Notification.objects.create(
        user=reader, kind="tasks.approve", event=f"walk:{task.pk}", target_kind=KIND, target_id=str(task.pk)
    )
    world.put("notification", place, row)
    text = world.canary(place, "comment", "text")
    said = Comment.objects.create(owner_kind=KIND, owner_id=str(task.pk), text=text, by=writer)
    world.put("comment", place, said)


@once
def days_off(world: World) -> None:
    world.put("holiday", PUBLIC, Holiday.objects.create(day=date(2026, 9, 2), name="Ngày nghỉ thử"))
    world.values["new_day_off"] = lambda _place: f"{date(2027, 1, 1 + world.number() % 28):%d/%m/%Y}"
