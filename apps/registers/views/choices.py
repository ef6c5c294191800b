"""What stands below a RowField while somebody types: rows of the register that the person may write for."""

from collections.abc import Sequence
from typing import Any

from apps.core.picking import Option, PickView
from apps.registers.declaration import Register, register_of
from apps.registers.models import Reach
from apps.registers.recorded import label_of
from apps.registers.views.common import RegisterMixin

SHOWN = 20


def _needed(register: Register) -> str:
    return register.permission("view" if register.model.REACH == Reach.SEEN else "change")


class RowChoicesView(RegisterMixin, PickView):
    """For whoever may write rows of the register; where everybody's rows name its rows, for whoever may see it."""

    @classmethod
    def permission_in(cls, register: str, **_more: Any) -> str:
        declared = register_of(register)
        return _needed(declared) if declared else ""

    def get_permission_required(self) -> tuple[str, ...]:
        return (_needed(self.register),)

    def found(self, text: str) -> Sequence[Option]:
        rows: Any = self.register.model.objects.offered_to(self.request.user)
        found = rows.search(text) if text else rows
        return [Option(label_of(row)) for row in found[:SHOWN]]
