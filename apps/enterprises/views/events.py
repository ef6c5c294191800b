"""Adding, correcting and withdrawing the dated facts of an enterprise's programmes."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.wall import wall_open
from apps.enterprises import services
from apps.enterprises.forms import EventAddForm, EventCorrectForm, EventWithdrawForm
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import reporting_unit
from apps.enterprises.views.changes import EnterpriseChangeView
from apps.people.working_unit import working_unit


class EventAddView(EnterpriseChangeView):
    """Whoever sees the enterprise may add what happened in an own province; the service asks which province."""

    permission_required = "enterprises.add_programmeevent"
    scope = "visible_to"
    form_class = EventAddForm
    title = gettext_lazy("Thêm giai đoạn")
    submit = gettext_lazy("Thêm giai đoạn")

    def get_initial(self) -> dict[str, Any]:
        """Where its seat is today, under today's name."""
        return {"unit": self.provinces[self.enterprise.unit_id].today[0]}

    def act(self, form: EventAddForm) -> Enterprise:
        by = self.request.user
        unit = reporting_unit(by, self.permission_required, working_unit(self.request))
        if unit is None:
            raise ValidationError(_("Tài khoản chưa thuộc đơn vị nào nên chưa nhập được giai đoạn."), code="no_unit")
        event, kind = ProgrammeEvent(**form.facts()), form.cleaned_data["form"]
        self.once(form, lambda: services.add_event(self.enterprise, kind, event, reported_by=unit, by=by))
        self.say_recounted(_("Đã thêm giai đoạn."), event.occurred_on)
        return self.enterprise


@dataclass(frozen=True)
class Next:
    url: str

    def get_absolute_url(self) -> str:
        return self.url


class EventChangeView(EnterpriseChangeView):
    """A change of one event in the person's scope that still counts."""

    permission_required = "enterprises.change_programmeevent"
    scope = "editable_by"
    queryset = ProgrammeEvent.objects.select_related("programme", "unit")

    context_object_name = "event"

    @property
    @wall_open("the record of an own event may be out of sight")
    def enterprise(self) -> Enterprise:
        return self.object.programme.enterprise

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.object.is_live:
            messages.error(request, _("Giai đoạn đã được thu hồi."))
            return HttpResponseRedirect(self.back_url)
        return super().get(request, *args, **kwargs)

    def done(self) -> Any:
        """A fact that was withdrawn may have been all that opened the record."""
        return Next(self.back_url)


class EventCorrectView(EventChangeView):
    form_class = EventCorrectForm
    title = gettext_lazy("Sửa giai đoạn")
    submit = gettext_lazy("Lưu giai đoạn")

    def get_initial(self) -> dict[str, Any]:
        event = self.object
        facts = {name: getattr(event, name) for name in ("stage", "occurred_on", "activity", "note")}
        return facts | {"unit": event.unit_id, "seen": event.updated_at}

    def act(self, form: EventCorrectForm) -> Any:
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"]
        before = self.object.occurred_on
        services.correct_event(self.object, form.facts(), reason, by=self.request.user, seen=seen)
        self.say_recounted(_("Đã sửa giai đoạn."), before, form.facts()["occurred_on"])
        return self.done()


class EventWithdrawView(EventChangeView):
    form_class = EventWithdrawForm
    title = gettext_lazy("Thu hồi giai đoạn")
    submit = gettext_lazy("Thu hồi giai đoạn")
    lead = gettext_lazy(
        "Giai đoạn bị thu hồi không còn được tính vào số liệu nào; người thu hồi, thời điểm và lý do vẫn được lưu."
    )

    def act(self, form: EventWithdrawForm) -> Any:
        services.withdraw_event(self.object, form.cleaned_data["reason"], by=self.request.user)
        self.say_recounted(_("Đã thu hồi giai đoạn."), self.object.occurred_on)
        return self.done()
