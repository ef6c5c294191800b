"""A file that came back for each report being written, and what is sent as one. After reports.py: they are its."""

import io

from django.core.files import File

from apps.documents.services import store_file
from apps.reports.models import AnnualReport, ReportFile
from apps.reports.moving import State
from apps.reports.sheets import Answered
from apps.reports.workbook import workbook_of
from tests.walk.world.base import World, builder
from tests.walk.world.people import make_user


@builder
def report_files(world: World, place: str) -> None:
    report = world.get("report", place, State.DRAFT)
    world.values["report_workbook"] = lambda where: _workbook(world, where)
    if report is None:
        return
    who = make_user(world, place)
    content = Answered(report.version).kept()
    stored = store_file(_workbook(world, place), by=who)
    name = f"{world.canary(place, 'reportfile', 'name')}.xlsx"
    sent = world.make("reportfile", place, ReportFile, report=report, file=stored, name=name, content=content,
                      uploaded_by=who)  # fmt: skip
    world.own(stored, place)
    sent.round_code, sent.unit_slug = report.round_code, report.unit_slug


def _workbook(world: World, place: str) -> File:
    report: AnnualReport = world.get("report", place, State.DRAFT)
    return File(io.BytesIO(workbook_of(report)), "bao-cao.xlsx")
