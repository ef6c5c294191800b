"""A task as a line of a file: every column, straight from the record. What an import asks for is named as there, so
that a list that was taken out can be loaded again.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.organisations.fields import unit_names
from apps.tasks.amounts import in_millions
from apps.tasks.health import Health
from apps.tasks.models import PlanTask, TaskProgress

Value = Callable[[PlanTask, Callable[[str], str]], Any]


def _field(name: str) -> Value:
    return lambda task, unit: getattr(task, name)


def _choice(name: str, choices: Any) -> Value:
    labels = dict(choices)
    return lambda task, unit: str(labels.get(getattr(task, name), ""))


def _budget(task: Any, _unit: Callable[[str], str]) -> Any:
    """Triệu đồng, with what lies below a million: a file is reckoned with."""
    return in_millions(task.budget_sum)


COLUMNS: tuple[tuple[str | Promise, Value], ...] = (
    (_("Mã nhiệm vụ"), _field("code")),
    (_("Tên nhiệm vụ"), _field("title")),
    (_("Đơn vị chủ trì"), lambda task, unit: unit(task.lead_unit_id)),
    (_("Cơ quan phê duyệt"), lambda task, unit: unit(task.approving_unit_id)),
    (_("Cấp phê duyệt"), _choice("route", PlanTask.Route.choices)),
    (_("Hạng mục kế hoạch"), _field("framework_item_id")),
    (_("Nội dung hạng mục"), lambda task, unit: task.framework_item.title),
    (_("Nhóm giải pháp"), lambda task, unit: str(task.framework_item.group or "")),
    (_("Loại nhiệm vụ"), _choice("kind", PlanTask.Kind.choices)),
    (_("Thời hạn"), _choice("term", PlanTask.Term.choices)),
    (_("Năm kế hoạch"), _field("year")),
    (_("Trạng thái"), _choice("state", PlanTask.State.choices)),
    (_("Tiến độ"), _choice("health", Health.choices)),
    (_("Ngày bắt đầu"), _field("starts_on")),
    (_("Hạn hoàn thành"), _field("due_on")),
    (_("Hạn đặt ban đầu"), _field("first_due_on")),
    (_("Ngày hoàn thành"), _field("reported_on")),
    (_("Ngày nghiệm thu"), _field("accepted_on")),
    (_("Kinh phí năm (triệu đồng)"), _budget),
    (_("Tỷ lệ hoàn thành (%)"), _field("percent")),
    (_("Vướng mắc"), _choice("risk", TaskProgress.Risk.choices)),
    (_("Sản phẩm"), _field("product")),
    (_("Người giữ việc"), lambda task, unit: task.holder.full_name if task.holder else ""),
)


def exported_rows(tasks: Iterable[PlanTask]) -> Iterator[list[Any]]:
    """Names of units once for all lines."""
    names = unit_names()
    yield [str(head) for head, _value in COLUMNS]
    for task in tasks:
        yield [value(task, lambda pk: names.get(pk, pk)) for _head, value in COLUMNS]
