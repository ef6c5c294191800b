"""A task as a line of a file: every column, straight from the table. What an import asks for is named as there, so that
a list that was taken out can be loaded again.
"""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.cells import Cell, day, text, whole, worded
from apps.organisations.fields import unit_names
from apps.tasks.amounts import millions_cell
from apps.tasks.health import Health
from apps.tasks.models import PlanTask, TaskProgress


def _choice(path: str, choices: Any) -> Cell:
    return worded(path, {key: str(label) for key, label in choices}, or_key=False)


def exported_columns() -> list[tuple[str, Cell]]:
    units = unit_names()
    return [
        (_("Mã nhiệm vụ"), text("code")),
        (_("Tên nhiệm vụ"), text("title")),
        (_("Đơn vị chủ trì"), worded("lead_unit_id", units)),
        (_("Cơ quan phê duyệt"), worded("approving_unit_id", units)),
        (_("Cấp phê duyệt"), _choice("route", PlanTask.Route.choices)),
        (_("Hạng mục kế hoạch"), text("framework_item_id")),
        (_("Nội dung hạng mục"), text("framework_item__title")),
        (_("Nhóm giải pháp"), text("framework_item__group__title")),
        (_("Loại nhiệm vụ"), _choice("kind", PlanTask.Kind.choices)),
        (_("Thời hạn"), _choice("term", PlanTask.Term.choices)),
        (_("Năm kế hoạch"), whole("year")),
        (_("Trạng thái"), _choice("state", PlanTask.State.choices)),
        (_("Tiến độ"), _choice("health", Health.choices)),
        (_("Ngày bắt đầu"), day("starts_on")),
        (_("Hạn hoàn thành"), day("due_on")),
        (_("Hạn đặt ban đầu"), day("first_due_on")),
        (_("Ngày hoàn thành"), day("reported_on")),
        (_("Ngày nghiệm thu"), day("accepted_on")),
        (_("Kinh phí năm (triệu đồng)"), millions_cell("budget_sum")),
        (_("Tỷ lệ hoàn thành (%)"), whole("percent")),
        (_("Vướng mắc"), _choice("risk", TaskProgress.Risk.choices)),
        (_("Sản phẩm"), text("product")),
        (_("Người giữ việc"), text("holder__full_name")),
    ]
