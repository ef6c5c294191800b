"""Acts that change units: the list, the form, the preview before anything is written, and the withdrawal."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.moves import allowed
from apps.core.request import SignedInRequest
from apps.core.views import ScopedMixin
from apps.jobs.changing import ChangeFormView
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.models.reorganisations import REORGANISE
from apps.organisations.selectors import unit_labels
from apps.reorganisations.forms.reorganisations import COLUMNS, ReorganisationForm
from apps.reorganisations.forms.sub_units import WithdrawForm
from apps.reorganisations.services.plans import MOST_UNITS, last_name
from apps.reorganisations.services.reorganisations import withdraw_reorganisation
from apps.reorganisations.views.acts import ActFormView

Kind = Reorganisation.Kind
KINDS = [
    (
        Kind.MERGER,
        gettext_lazy(
            "Hợp nhất: hai đơn vị trở lên thành một đơn vị mới, tên mới. Sáp nhập: một hay nhiều đơn vị vào một đơn vị"
            " giữ nguyên tên."
        ),
    ),
    (Kind.SPLIT, gettext_lazy("Một đơn vị thành nhiều đơn vị mới, mỗi đơn vị kế thừa một phần số liệu.")),
    (Kind.RENAMING, gettext_lazy("Đơn vị giữ nguyên, tên thay đổi từ một ngày.")),
    (
        Kind.CHANGE_OF_KIND,
        gettext_lazy("Loại đơn vị thay đổi từ một ngày, ví dụ tỉnh thành thành phố, cơ quan ngang bộ thành bộ."),
    ),
]


class ReorganisationListView(PermissionRequiredMixin, ScopedMixin, ListView):
    permission_required = "organisations.view_organisationunit"
    queryset = Reorganisation.objects.select_related("document", "recorded_by")
    template_name = "reorganisations/reorganisation_list.html"
    title = gettext_lazy("Sắp xếp đơn vị")
    paginate_by = 50


class ReorganisationDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "organisations.view_organisationunit"
    queryset = Reorganisation.objects.select_related("document", "recorded_by", "withdrawn_by")
    template_name = "reorganisations/reorganisation_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A withdrawn act's new units are gone; their names stay in its plan."""
        act, labels = self.object, unit_labels()
        carried = act.plan.get("carried") if self.request.user.has_perm(REORGANISE) else None
        return super().get_context_data(
            title=str(act),
            units=[(said, labels.get(said["id"])) for said in act.plan["units"]],
            results=[(said, labels.get(said["id"])) for said in act.plan["results"]],
            parts=[(said, labels.get(said["id"]), labels.get(said["new_id"])) for said in act.plan.get("parts", [])],
            parents=[(said, labels.get(said["id"])) for said in act.plan.get("parents", [])],
            moves=allowed(act, self.request.user),
            carried=carried,
            left=[(said, labels.get(said["id"])) for said in (carried or {}).get("sub_units", [])],
            **kwargs,
        )


class ReorganisationNewView(RecentSignInMixin, ActFormView):
    """Choose a kind, fill in, look at the preview, confirm. Only the last step writes."""

    permission_required = REORGANISE
    form_class = ReorganisationForm
    template_name = "reorganisations/reorganisation_form.html"
    title = gettext_lazy("Ghi nhận sắp xếp đơn vị")

    @cached_property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in dict(KINDS) else ""

    @cached_property
    def units_asked(self) -> list[str]:
        """The units one came from; what cannot be the id of a unit is passed over."""
        return [pk for pk in self.request.GET.getlist("unit") if re.fullmatch(r"[\w-]{1,40}", pk)][:MOST_UNITS]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            context = {"view": self, "kinds": self._kinds(), "title": self.title}
            return self.response_class(request, "reorganisations/reorganisation_kind.html", context)
        return super().get(request, *args, **kwargs)

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            return HttpResponseRedirect(request.path)
        asked = request.POST
        if self.kind in COLUMNS and ("remove" in asked or asked.get("step") == "more"):
            more, without = asked.get("step") == "more", asked.get("remove", "")
            form = ReorganisationForm.with_rows(asked, kind=self.kind, more=more, without=without, by=request.user)
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = len(self.units_asked) if self.kind == Kind.MERGER else 0
        return super().get_form_kwargs() | {"kind": self.kind, "rows": rows}

    def get_initial(self) -> dict[str, Any]:
        """What goes on starts from the present name of the (first) unit, a merger from its code too."""
        asked = self.units_asked
        initial = {f"unit_{number}": pk for number, pk in enumerate(asked, start=1)}
        initial["parent"] = self.request.GET.get("parent", "")
        unit = OrganisationUnit.objects.filter(pk__in=asked[:1]).first()
        if unit and self.kind != Kind.SPLIT:
            name = last_name(unit)
            initial |= {"name_1": name.name, "short_name_1": name.short_name, "name_en_1": name.name_en}
            initial["code_1"] = unit.code if self.kind == Kind.MERGER else ""
        return initial

    def _kinds(self) -> list[tuple[str, Any, Any]]:
        units = self.units_asked
        address = reverse("reorganisations:reorganisation_new")
        return [
            (f"{address}?{urlencode({'kind': kind, 'unit': units}, doseq=True)}", kind.label, words)
            for kind, words in KINDS
        ] + self._transfer(units[:1])

    def _transfer(self, units: list[str]) -> list[tuple[str, Any, Any]]:
        """A sub-unit is moved from its own page."""
        unit = OrganisationUnit.objects.filter(pk__in=units, kind=OrganisationUnit.Kind.DEPARTMENT).first()
        if unit is None:
            return []
        address = reverse("reorganisations:subunit_move", args=[unit.slug])
        return [(address, str(Kind.TRANSFER.label), _("Đơn vị giữ nguyên, đơn vị cấp trên thay đổi từ một ngày."))]


class ReorganisationWithdrawView(RecentSignInMixin, ScopedMixin, SingleObjectMixin, ChangeFormView):
    permission_required = REORGANISE
    scope = "editable_by"
    queryset = Reorganisation.objects.select_related("document")
    form_class = WithdrawForm
    template_name = "reorganisations/change_form.html"
    title = gettext_lazy("Rút việc sắp xếp")
    submit = gettext_lazy("Rút việc sắp xếp")
    danger = True

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(act=self.object, back_url=self.object.get_absolute_url(), **kwargs)

    @cached_property
    def going_on(self) -> str:
        """What becomes of the units that were to end; empty where none was."""
        labels = unit_labels()
        names = ", ".join(labels[pk].short_name for pk in self.object.ended.order_by("pk").values_list("pk", flat=True))
        return _("%(units)s tiếp tục hoạt động.") % {"units": names} if names else ""

    @property
    def lead(self) -> str:
        told = _("Tên, đơn vị và quan hệ kế thừa dự kiến bị hủy; việc đã ghi nhận, văn bản và lý do rút vẫn được lưu.")
        return f"{told} {self.going_on}".strip()

    def act(self, form: WithdrawForm) -> Reorganisation:
        told = " ".join(filter(None, [_("Đã rút việc sắp xếp."), self.going_on]))
        done = withdraw_reorganisation(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, told)
        return done
