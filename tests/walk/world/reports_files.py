"""A file that came back for each report being written, and what is sent as one. After reports.py: they are its."""

import io
from collections.abc import Callable
from functools import cache

from django.core.files import File

from apps.documents.services import store_file
from apps.reports.models import ReportFile
from apps.reports.moving import State
from apps.reports.sheets import Answered
from apps.reports.workbook import workbook_of
from tests.walk.world.base import World, builder
from tests.walk.world.people import make_user


@builder
def report_files(world: World, place: str) -> None:
    report = world.get("report", place, State.DRAFT)
    workbook = world.values.setdefault("report_workbook", _workbooks(world))
    if report is None:
        return
    who = make_user(world, place)
    content = Answered(report.version).kept()
    stored = store_file(workbook(place), by=who)
    name = f"{world.canary(place, 'reportfile', 'name')}.xlsx"
    sent = world.make("reportfile", place, ReportFile, report=report, file=stored, name=name, content=content,
                      uploaded_by=who)  # fmt: skip
    world.own(stored, place)
    sent.round_code, sent.unit_slug = report.round_code, report.unit_slug


def _workbooks(world: World) -> Callable[[str], File]:
    """Each made once: it is planned for every request that may send it."""
    made = cache(lambda place: workbook_of(world.get("report", place, State.DRAFT)))
    return lambda place: File(io.BytesIO(made(place)), "bao-cao.xlsx")
