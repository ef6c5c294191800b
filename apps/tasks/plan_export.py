"""The plan as rows of a file: as the decision writes it, as it is read, and what is done for it."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.framework.models import FrameworkItem
from apps.tasks.plan_tree import Line
from apps.tasks.standing import Mark
from apps.tasks.years import OF_PLAN

EXPORT_NAME = "ke-hoach-trien-khai"


def plan_rows(lines: list[Line]) -> Iterator[list[Any]]:
    yield [
        _("Danh mục"), _("Mã"), _("Nội dung công việc"), _("Nhóm giải pháp"), _("Mục tiêu"), _("Thời gian"),
        _("Cách tính thời gian"), _("Từ năm"), _("Đến năm"), _("Đơn vị chủ trì (theo kế hoạch)"),
        _("Đơn vị chủ trì hiện nay"), _("Đơn vị phối hợp (theo kế hoạch)"), _("Số nhiệm vụ"), _("Đã hoàn thành"),
        _("Đang mở"), _("Quá hạn"), _("Tiến độ của giai đoạn (%)"), _("Trạng thái"), *OF_PLAN,
    ]  # fmt: skip
    for line in lines:
        item, work = line.item, line.told.work
        yield [
            item.list, item.number, item.title, item.group.title if item.group else "", line.targets,
            item.timing_text, item.get_timing_display(), item.first_year, item.last_year, item.lead_text,
            line.lead, item.coordinating_text, work.total, work.done,
            work.open, work.overdue, line.told.percent, line.told.standing.label,
            *(_told_of(line, year) for year in OF_PLAN),
        ]  # fmt: skip


def _told_of(line: Line, year: int) -> str:
    """A span has no sign of a year: its years are those of the plan."""
    item, mark = line.item, line.told.marks.get(year)
    if item.timing == FrameworkItem.Timing.SPAN:
        return str(Mark.PLANNED.label) if item.is_due_in(year) else ""
    return str(mark.label) if mark else ""
