"""What stands below a RowField while somebody types: rows of the register that the person may write for."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest

from apps.core.picking import Option, PickView
from apps.registers.declaration import Register, register_of
from apps.registers.fields import label_of

SHOWN = 20


class RowChoicesView(PickView):
    register: Register

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        register = register_of(request.GET.get("register", ""))
        if register is None:
            raise Http404
        self.register = register

    def get_permission_required(self) -> tuple[str, ...]:
        return (self.register.permission("change"),)

    def found(self, text: str) -> Sequence[Option]:
        rows: Any = self.register.model.objects.editable_by(self.request.user).live()
        found = rows.search(text) if text else rows
        return [Option(label_of(self.register, row)) for row in found[:SHOWN]]
