"""Everybody of the day, made and signed in at once: nobody's password is hashed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.accounts.models import User
from apps.reports.models import AnnualReport
from apps.reports.moving import AT_UNIT
from apps.tasks.models import PlanTask
from tests.accounts.clients import session_of
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.people.people import people_at_once
from tests.soak.deadline.log import Log, Person
from tests.soak.deadline.readers import OFFICE, UNIT, Officer, Reader
from tests.soak.deadline.units import Unit
from tests.soak.reports import Record
from tests.soak.visitor import Visitor
from tests.walk.world.people import with_second_factor

READERS = 40
ACCEPTED = 6  # by each of the two officers
TASKS = 30  # that a reader may open
KEEPERS = {BAC_NINH: "Bắc Ninh", LAM_DONG: "Lâm Đồng"}
Told = dict[str, tuple[str, str, str]]  # name, role, unit, by a key


@dataclass
class Crew:
    units: list[Unit]
    officers: list[Officer]
    readers: list[Reader]
    keepers: list[tuple[str, Visitor]]  # each with its unit

    def alone(self) -> list[Reader]:
        return [next(reader for reader in self.readers if reader.side == side) for side in (OFFICE, UNIT)]


def unsent() -> list[AnnualReport]:
    """Of the running round; whoever is excused has nothing to send."""
    rows = AnnualReport.objects.filter(round__state="open", state__in=AT_UNIT, excused_at=None)
    return list(rows.select_related("round__period", "unit", "form").order_by("pk"))


def crew_of(url: str, log: Log, seed: int) -> Crew:
    reports = unsent()
    people = people_at_once(**_told(reports))

    def signed_in(key: str) -> Person:
        user = with_second_factor(people[key])
        visitor = Visitor(url, timeout=120).hold(session_of(user))
        return Person(str(user), visitor, log, random.Random(f"{seed} {key}"))

    units = [_unit(report, signed_in, at) for at, report in enumerate(reports)]
    return Crew(
        units,
        [Officer(signed_in(f"officer{n}"), units[n::2], ACCEPTED) for n in (0, 1)],
        [_reader(people[f"reader{n}"], signed_in(f"reader{n}"), n) for n in range(READERS)],
        [(unit, signed_in(f"keeper{n}").visitor) for n, unit in enumerate(KEEPERS)],
    )


def _told(reports: Sequence[AnnualReport]) -> Told:
    told: Told = {f"officer{n}": (f"Chuyên viên {n}", "programme_officer", TDC) for n in (0, 1)}
    for report in reports:
        told[f"editor{report.pk}"] = (f"Soạn {report.unit_id}", "unit_editor", report.unit_id)
        told[f"leader{report.pk}"] = (f"Ký {report.unit_id}", "unit_approver", report.unit_id)
    for n in range(READERS):
        in_unit = ("unit_editor", reports[n % len(reports)].unit_id)
        told[f"reader{n}"] = (f"Người đọc {n}", *(in_unit if n % 2 else ("programme_officer", TDC)))
    for n, unit in enumerate(KEEPERS):
        told[f"keeper{n}"] = (f"Giữ sổ {n}", "register_keeper", unit)
    return told


def _unit(report: AnnualReport, signed_in: Callable[[str], Person], at: int) -> Unit:
    editor, leader = (signed_in(f"{role}{report.pk}") for role in ("editor", "leader"))
    return Unit(report, editor, leader, Record.of(report), f"{900 + at}/BC-UBND")


def _reader(user: User, person: Person, at: int) -> Reader:
    seen = PlanTask.objects.visible_to(user).order_by("-pk").values_list("code", flat=True)
    return Reader(person, UNIT if at % 2 else OFFICE, list(seen[:TASKS]))
