"""One dated stage for many enterprises that were chosen in the list: the form of one, sent for all."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.enterprises import services
from apps.enterprises.forms import EventAddForm
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import PLACE_PERMISSION, Provinces, read_provinces, reporting_unit
from apps.enterprises.source import counted_by
from apps.enterprises.views.lists import EnterpriseListView
from apps.jobs.several import ChosenRowsView
from apps.people.rights import units_with
from apps.people.working_unit import working_unit
from apps.registers.closed_periods import closed_note


class EventAddToEachView(ChosenRowsView):
    """Of every enterprise that the person sees; the service asks in which province it happened."""

    permission_required = "enterprises.add_programmeevent"
    form_class = EventAddForm
    title = gettext_lazy("Thêm giai đoạn cho nhiều doanh nghiệp")
    submit = gettext_lazy("Thêm giai đoạn")
    done_words = gettext_lazy("Đã thêm giai đoạn")

    def list_view(self) -> EnterpriseListView:
        view = EnterpriseListView()
        view.setup(self.request)
        return view

    def in_sight(self) -> Any:
        return Enterprise.objects.visible_to(self.request.user).order_by("name_sort", "id")

    @cached_property
    def provinces(self) -> Provinces:
        return read_provinces()

    @property
    def back_url(self) -> str:
        return reverse("enterprises:enterprise_list")

    def get_form_kwargs(self) -> dict[str, Any]:
        scope = units_with(self.request.user, PLACE_PERMISSION)
        return super().get_form_kwargs() | {"places": self.provinces.within(scope)}

    def get_initial(self) -> dict[str, Any]:
        """Where they have their seat today, if it is one place."""
        seats = {self.provinces[one.unit_id].today[0] for one in self.rows}
        return {"unit": seats.pop()} if len(seats) == 1 else {}

    def told(self) -> dict[str, Any]:
        names = {"list_title": EnterpriseListView.title, "noun": EnterpriseListView.noun, "feeds": counted_by()}
        return super().told() | names

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            able=self.rows, shown=[(one, _note(one)) for one in self.rows], refused=[], **kwargs
        )

    def act(self, form: EventAddForm) -> dict[str, Any]:
        by, facts = self.request.user, form.facts()
        unit = reporting_unit(by, "enterprises.add_programmeevent", working_unit(self.request))
        if unit is None:
            raise ValidationError(_("Tài khoản chưa thuộc đơn vị nào nên chưa nhập được giai đoạn."), code="no_unit")
        found = services.add_event_to_each(self.rows, form.cleaned_data["form"], facts, reported_by=unit, by=by)
        return {
            "done": [_named(one) for one in found.done],
            "refused": [{**_named(one), "why": why} for one, why in found.refused],
            "note": closed_note([facts["occurred_on"]]) if found.done else "",
        }


def _named(enterprise: Enterprise) -> dict[str, str]:
    return {"title": enterprise.name, "url": enterprise.get_absolute_url(), "note": _note(enterprise)}


def _note(enterprise: Enterprise) -> str:
    return f"MST {enterprise.shown_tax_code}"
