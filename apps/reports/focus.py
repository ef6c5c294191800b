"""Focus mode: beside the page its report's sections and how far each is, below it when it was saved."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import vn_date
from apps.reports.checking import named
from apps.reports.chips import chip_of
from apps.reports.models import AnnualReport
from apps.reports.selectors.blank import Section
from apps.reports.selectors.sheet import Sheet, Standing


def section_url(report: AnnualReport, code: str, *, is_from_check: bool = False) -> str:
    url = reverse("reports:annualreport_edit", args=[report.round.code, report.unit.slug, code])
    return f"{url}?from=check" if is_from_check else url


@dataclass(frozen=True)
class Left:
    """A cell at which something is left to do: as the page names it, and the place at which that is done."""

    name: str
    url: str


def first_left(sheet: Sheet, *, is_from_check: bool = False) -> Left | None:
    cell = sheet.first_left
    if cell is None:
        return None
    code = sheet.blank.section_of(cell).section.code
    url = section_url(sheet.report, code, is_from_check=is_from_check)
    return Left(named(cell), f"{url}#{cell.anchor}")


def check_url(report: AnnualReport) -> str:
    return reverse("reports:annualreport_check", args=[report.round.code, report.unit.slug])


def saved_words(sheet: Sheet) -> str:
    """«Đã lưu lúc 09:42»; with the day, where it is not today's."""
    if sheet.saved_at is None:
        return _("Chưa có ô nào được lưu")
    at = timezone.localtime(sheet.saved_at)
    if at.date() == timezone.localdate():
        return _("Đã lưu lúc %(time)s") % {"time": f"{at:%H:%M}"}
    return _("Đã lưu lúc %(time)s ngày %(day)s") % {"time": f"{at:%H:%M}", "day": vn_date(at)}


def done_of(standings: list[Standing]) -> dict[str, int]:
    """How many of all sections are not done, which one that nobody need fill in never is; the bar is of the others."""
    counted = [one for one in standings if one.is_counted]
    left = sum(not one.is_done for one in counted)
    percent = (len(counted) - left) * 100 // len(counted) if counted else 0
    return {"left": left, "all": len(standings), "done_percent": percent}


def shell_context(sheet: Sheet, section: Section | None) -> dict[str, Any]:
    """The list of sections beside the page, and its bar."""
    report, standings = sheet.report, sheet.standings
    place = sheet.blank.place(section) if section else len(standings)
    return {
        "report": report,
        "state": chip_of(report),
        "standings": standings,
        **done_of(standings),
        "here": section.section.code if section else "",
        "previous": standings[place - 1] if place > 0 else None,
        "following": _following(sheet, standings, place) if section else None,
        "saved": saved_words(sheet),
        "blocking": sheet.blocking,
        "left_words": sheet.left_words,
    }


def _following(sheet: Sheet, standings: list[Standing], place: int) -> Standing | None:
    """Where to go on from the section that is open: the next at which something is left to do, begun over after the
    last one; none where only the check is left. Who only reads goes through them one by one.
    """
    after = standings[place + 1 :]
    if not sheet.open_keys:
        return after[0] if after else None
    return next((one for one in (*after, *standings[:place]) if one.is_counted and not one.is_done), None)
