"""What stands below a RowField while somebody types: rows of the register that the person may write for."""

from collections.abc import Sequence
from typing import Any

from apps.core.picking import Option, PickView
from apps.registers.recorded import label_of
from apps.registers.views.common import RegisterMixin

SHOWN = 20


class RowChoicesView(RegisterMixin, PickView):
    verb = "change"

    def found(self, text: str) -> Sequence[Option]:
        rows: Any = self.register.model.objects.editable_by(self.request.user).live()
        found = rows.search(text) if text else rows
        return [Option(label_of(row)) for row in found[:SHOWN]]
