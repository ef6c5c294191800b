"""Adding, changing and withdrawing a row: one form each, whichever register it is."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.jobs.changing import ChangeFormView
from apps.people.working_unit import working_unit
from apps.registers import services
from apps.registers.closed_periods import closed_note_of
from apps.registers.columns import Column, Kind
from apps.registers.declaration import register_of_model
from apps.registers.forms import RowAddForm, RowChangeForm, RowWithdrawForm, initial_of
from apps.registers.models import RegisterRow
from apps.registers.recorded import label_of
from apps.registers.selectors import rows_to_name
from apps.registers.views.common import RegisterMixin


class RegisterFormView(RegisterMixin, ChangeFormView):
    template_name = "registers/change_form.html"
    conflicts = frozenset({"stale", "withdrawn", "unique"})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"register": self.register, "by": self.request.user}

    def say(self, done: str, *rows: RegisterRow) -> None:
        """Where figures hang on the rows: that they are being counted, and what that means in a closed period."""
        if not self.register.source:
            messages.success(self.request, done)
            return
        if note := closed_note_of(self.register, *rows):
            messages.warning(self.request, note)
        words = _("Số liệu %(code)s đang được tính lại.") % {"code": self.register.feeds}
        messages.success(self.request, format_html("{} {}", done, words))


class RowAddView(RegisterFormView):
    verb = "add"
    form_class = RowAddForm
    submit = gettext_lazy("Lưu vào sổ")

    @property
    def title(self) -> Any:
        return self.register.add_words

    def get_initial(self) -> dict[str, Any]:
        """The unit that the person works for; the texts and the row above that the address names, and what that one
        hangs on.
        """
        unit = self.register.unit_column
        columns = self.register.of_kind(Kind.ROW)
        named = {column.name: self._named(column) for column in columns}
        for column in columns:
            if named[column.name] is None:
                keys = [getattr(row, column.stored) for row in named.values() if hasattr(row, column.stored)]
                named[column.name] = rows_to_name(column, self.request.user).filter(pk__in=keys).first()
        found: dict[str, Any] = {unit.name: working_unit(self.request)} if unit else {}
        for column in (*self.register.of_kind(Kind.TEXT), *self.register.of_kind(Kind.CODE)):
            if said := self.request.GET.get(column.name, ""):
                found[column.name] = said[: column.length] if said.isprintable() else ""
        return found | {name: label_of(row) if row else "" for name, row in named.items()}

    def _named(self, column: Column) -> RegisterRow | None:
        asked = self.request.GET.get(column.name, "")
        if not asked or not asked.isprintable():
            return None
        key = register_of_model(column.field.related_model).key[0]
        found: RegisterRow | None = rows_to_name(column, self.request.user).filter(**{key: asked}).first()
        return found

    def act(self, form: RowAddForm) -> RegisterRow:
        by = self.request.user
        model = self.register.model
        made = self.once(form, lambda: services.add_row(model(**form.facts(by)), by=by))
        row: RegisterRow = model.objects.get(pk=made)
        self.say(_("Đã thêm vào sổ."), row)
        return row

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=self.register.list_url, **kwargs)


class RowFormView(ScopedMixin, SingleObjectMixin, RegisterFormView):
    """A change of one row that still stands."""

    verb = "change"
    scope = "editable_by"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.is_live:
            messages.error(request, _("Dòng này đã được rút khỏi sổ."))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(row=self.object, back_url=self.object.get_absolute_url(), **kwargs)


class RowChangeView(RowFormView):
    form_class = RowChangeForm
    title = gettext_lazy("Sửa trong sổ")
    submit = gettext_lazy("Lưu thay đổi")

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.register, self.object)

    def act(self, form: RowChangeForm) -> RegisterRow:
        by, data = self.request.user, form.cleaned_data
        changed = services.change_row(self.object, form.facts(by), data["reason"], by=by, seen=data["seen"])
        self.say(_("Đã lưu thay đổi."), self.object, changed)
        return changed


class RowWithdrawView(RowFormView):
    form_class = RowWithdrawForm
    title = gettext_lazy("Rút khỏi sổ")
    submit = gettext_lazy("Rút khỏi sổ")
    lead = gettext_lazy("Dòng đã rút không còn được tính vào số liệu nào; người rút, thời điểm và lý do vẫn được lưu.")

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        return {name: value for name, value in given.items() if name not in ("register", "by")}

    def act(self, form: RowWithdrawForm) -> RegisterRow:
        withdrawn = services.withdraw_row(self.object, form.cleaned_data["reason"], by=self.request.user)
        self.say(_("Đã rút khỏi sổ."), withdrawn)
        return withdrawn
