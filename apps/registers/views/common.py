"""What all pages of a register share: the register that the path names, and one row of it within sight."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from apps.core.request import SignedInRequest
from apps.registers.declaration import Register, register_of
from apps.registers.selectors import may_enter


def to_what_stays(request: HttpRequest, record: Any) -> HttpResponse:
    """From the address of a record that was merged: it may be parted again, so nobody is sent on for good."""
    messages.info(request, _("Bản ghi này đã được gộp. Đây là bản ghi giữ lại."))
    return HttpResponseRedirect(record.get_absolute_url())


class RegisterMixin:
    """`self.register` is the declaration; one that nobody made is 404. `verb`: what the page needs the right to."""

    register: Register
    verb: str
    request: SignedInRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        register = register_of(kwargs["register"])
        if register is None:
            raise Http404
        self.register = register
        self.queryset: Any = register.model.objects.all()

    @classmethod
    def permission_in(cls, register: str, **_more: Any) -> str:
        """What the page at such an address asks for; nothing where there is no such register."""
        declared = register_of(register)
        return declared.permission(cls.verb) if declared else ""

    def get_permission_required(self) -> tuple[str, ...]:
        return (self.register.permission(self.verb),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        kwargs.setdefault("may_add", may_enter(self.register, user))
        return super().get_context_data(register=self.register, **kwargs)  # type: ignore[misc]
