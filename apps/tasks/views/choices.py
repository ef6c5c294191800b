"""What stands below the fields of a task while somebody types: items of the plan, tasks it may be part of."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core.picking import Option, PickView
from apps.tasks.fields import items_like, label_of_item, label_of_task, parents_like
from apps.tasks.moving import PREPARE

SHOWN = 20


class FrameworkItemChoicesView(PickView):
    permission_required = "framework.view_frameworkitem"

    def found(self, text: str) -> Sequence[Option]:
        rows = list(items_like(text).select_related("parent"))
        return [Option(label_of_item(row), _above(row), is_meant=len(rows) == 1) for row in rows]


def _above(row: object) -> str:
    parent = getattr(row, "parent", None)
    return _("thuộc %(code)s") % {"code": label_of_item(parent)} if parent else ""


class PlanTaskChoicesView(PickView):
    permission_required = PREPARE

    def found(self, text: str) -> Sequence[Option]:
        rows = parents_like(text, self.request.user)[:SHOWN]
        return [Option(label_of_task(row), row.get_state_display()) for row in rows]
