"""What is done with rows that were chosen in the list: withdrawn, brought back, handed over to another unit."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.views import ScopedMixin
from apps.jobs.several import ChosenRowsView
from apps.organisations.models import OrganisationUnit
from apps.registers import refusing, services
from apps.registers.changing import Outcome
from apps.registers.closed_periods import closed_note_of_many
from apps.registers.columns import Kind
from apps.registers.declaration import Register
from apps.registers.forms import RowsForm, RowsHandOverForm
from apps.registers.models import RegisterRow
from apps.registers.recorded import words
from apps.registers.views.acts import HAND_OVER, RESTORE, WITHDRAW
from apps.registers.views.common import RegisterMixin
from apps.registers.views.lists import RowListView

TOLD = 4  # columns that tell a row from others of its name


class RowsView(RegisterMixin, ScopedMixin, ChosenRowsView):
    verb = "change"
    form_class: Any = RowsForm
    is_live = True
    done_words: str | Promise
    undo = ""  # the page that takes it back

    def list_view(self) -> RowListView:
        view = RowListView()
        view.setup(self.request, **self.kwargs)
        return view

    def get_queryset(self) -> Any:
        return self.register.model.objects.visible_to(self.request.user)

    def in_sight(self) -> Any:
        above = [self.register.above.name] if self.register.above else []
        return self.get_queryset().select_related("batch", *above).order_by(f"{self.register.named_by}_sort", "pk")

    @property
    def back_url(self) -> str:
        return self.register.list_url

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"register": self.register, "by": self.request.user}

    def refused(self) -> refusing.Refused:
        raise NotImplementedError

    def told(self) -> dict[str, Any]:
        register = self.register
        names = {
            "list_title": register.title,
            "noun": register.noun,
            "feeds": register.feeds,
        }
        return super().told() | names

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refused, wrong = self.refused(), _("Dòng này đang có trong sổ.")
        if self.is_live:
            wrong = _("Dòng này đã được rút khỏi sổ.")
        refused |= {row.pk: wrong for row in self.rows if row.is_live != self.is_live}
        able = [row for row in self.rows if row.pk not in refused]
        return super().get_context_data(
            able=able,
            shown=[(row, _note(self.register, row)) for row in able],
            refused=[(row, refused[row.pk]) for row in self.rows if row.pk in refused],
            note=closed_note_of_many(self.register, able) if self.register.source else "",
            **kwargs,
        )

    def named(self, row: RegisterRow) -> dict[str, str]:
        return {"title": str(row), "url": row.get_absolute_url(), "note": _note(self.register, row)}

    def outcome(self, found: Outcome) -> dict[str, Any]:
        keys = urlencode([("row", row.pk) for row in found.done])
        back = reverse(f"registers:{self.undo}", args=[self.register.slug]) if self.undo else ""
        return {
            "done": [self.named(row) for row in found.done],
            "refused": [{**self.named(row), "why": why} for row, why in found.refused],
            "undo": f"{back}?{keys}" if back else "",
            "note": closed_note_of_many(self.register, found.done) if self.register.source else "",
        }


def _note(register: Register, row: RegisterRow) -> str:
    """What tells the row from others of its name: columns of the list that join nothing but the row above."""
    told = [one for one in register.columns if one.listed and one.kind != Kind.ACT and one.name != register.named_by]
    return " · ".join(said for column in told[:TOLD] if (said := words(row, column)))


class RowsWithdrawView(RowsView):
    title = submit = WITHDRAW
    lead = gettext_lazy("Dòng đã rút không còn được tính vào số liệu nào; có thể đưa lại vào sổ.")
    done_words = gettext_lazy("Đã rút khỏi sổ")
    undo = "rows_restore"

    def refused(self) -> refusing.Refused:
        return refusing.not_withdrawn(self.register, self.rows, self.request.user)

    def act(self, form: RowsForm) -> dict[str, Any]:
        return self.outcome(services.withdraw_rows(self.rows, form.cleaned_data["reason"], by=self.request.user))


class RowsRestoreView(RowsView):
    title = submit = RESTORE
    lead = gettext_lazy("Dòng đưa lại được tính như trước khi rút.")
    done_words = gettext_lazy("Đã đưa lại vào sổ")
    is_live = False

    def refused(self) -> refusing.Refused:
        return refusing.not_restored(self.register, self.rows, self.request.user)

    def act(self, form: RowsForm) -> dict[str, Any]:
        return self.outcome(services.restore_rows(self.rows, form.cleaned_data["reason"], by=self.request.user))


class RowsHandOverView(RowsView):
    """For whoever may write for both units; a register whose rows have no unit of their own has no such page."""

    title = submit = HAND_OVER
    lead = gettext_lazy("Đơn vị nhận quản lý các dòng này từ nay; lịch sử và tệp minh chứng đi cùng dòng.")
    done_words = gettext_lazy("Đã bàn giao")
    form_class = RowsHandOverForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if self.register.unit_column is None:
            raise Http404

    def refused(self) -> refusing.Refused:
        return refusing.not_handed_over(self.register, self.rows, self.request.user, self.unit)

    unit: OrganisationUnit | None = None

    def form_invalid(self, form: Any) -> Any:
        self.unit = form.cleaned_data.get("unit")
        return super().form_invalid(form)

    def act(self, form: RowsHandOverForm) -> dict[str, Any]:
        data = form.cleaned_data
        return self.outcome(services.hand_over_rows(self.rows, data["unit"], data["reason"], by=self.request.user))
