"""Acts that change units: the list, the form, the preview before anything is written, and the withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.organisations.forms.reorganisations import ReorganisationForm
from apps.organisations.forms.units import WithdrawForm
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.selectors import unit_labels
from apps.organisations.services.plans import last_name
from apps.organisations.services.preview import preview_of
from apps.organisations.services.reorganisations import record_reorganisation, withdraw_reorganisation
from apps.organisations.views.changes import ChangeFormView, OnceMixin

Kind = Reorganisation.Kind
KINDS = [
    (Kind.MERGER, gettext_lazy("Hai đơn vị trở lên thành một đơn vị mới.")),
    (Kind.SPLIT, gettext_lazy("Một đơn vị thành nhiều đơn vị mới, mỗi đơn vị nhận một phần quá khứ.")),
    (Kind.RENAMING, gettext_lazy("Cùng đơn vị, tên khác từ một ngày.")),
    (Kind.CHANGE_OF_KIND, gettext_lazy("Cùng đơn vị, loại khác từ một ngày: tỉnh thành thành phố.")),
]


class ReorganisationListView(PermissionRequiredMixin, ScopedMixin, ListView):
    permission_required = "organisations.view_organisationunit"
    raise_exception = True
    queryset = Reorganisation.objects.select_related("document", "recorded_by")
    template_name = "organisations/reorganisation_list.html"
    title = gettext_lazy("Sắp xếp đơn vị")
    paginate_by = 50


class ReorganisationDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "organisations.view_organisationunit"
    raise_exception = True
    queryset = Reorganisation.objects.select_related("document", "recorded_by", "withdrawn_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A withdrawn act's new units are gone; their names stay in its plan."""
        act, labels = self.object, unit_labels()
        may_withdraw = act.is_withdrawable and Reorganisation.objects.editable_by(self.request.user).exists()
        return super().get_context_data(
            title=str(act),
            units=[(said, labels.get(said["id"])) for said in act.plan["units"]],
            results=[(said, labels.get(said["id"])) for said in act.plan["results"]],
            may_withdraw=may_withdraw,
            **kwargs,
        )


class ReorganisationNewView(OnceMixin, PermissionRequiredMixin, FormView):
    """Choose a kind, fill in, look at the preview, confirm. Only the last step writes."""

    permission_required = "organisations.reorganise_organisationunit"
    raise_exception = True
    form_class = ReorganisationForm
    template_name = "organisations/reorganisation_form.html"
    title = gettext_lazy("Ghi nhận sắp xếp đơn vị")

    @cached_property
    def kind(self) -> str:
        asked = self.request.GET.get("kind", "")
        return asked if asked in Kind.values else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            context = {"view": self, "kinds": self._kinds(), "title": self.title}
            return self.response_class(request, "organisations/reorganisation_kind.html", context)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kind:
            return HttpResponseRedirect(request.path)
        if request.POST.get("step") == "confirm" and (made := self.made_before()):
            return HttpResponseRedirect(Reorganisation.objects.get(pk=made).get_absolute_url())
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kind": self.kind}

    def get_initial(self) -> dict[str, Any]:
        """The units one came from; a renamed unit starts from its present name."""
        asked = self.request.GET.getlist("unit")
        initial = {f"unit_{number}": pk for number, pk in enumerate(asked, start=1)}
        unit = OrganisationUnit.objects.filter(pk__in=asked[:1]).first()
        if unit and self.kind in (Kind.RENAMING, Kind.CHANGE_OF_KIND):
            name = last_name(unit)
            initial |= {"name_1": name.name, "short_name_1": name.short_name, "name_en_1": name.name_en}
        return initial

    def form_valid(self, form: ReorganisationForm) -> HttpResponse:
        step = self.request.POST.get("step")
        if step == "edit":
            return self.render_to_response(self.get_context_data(form=form))
        try:
            if step == "confirm":
                return self._confirm(form)
            found = preview_of(form.to_plan())
        except ValidationError as refusal:
            form.refused(refusal)
            return self.render_to_response(self.get_context_data(form=form))
        context = self.get_context_data(form=form, preview=found, document=form.to_document())
        return self.response_class(self.request, "organisations/reorganisation_preview.html", context)

    def _confirm(self, form: ReorganisationForm) -> HttpResponse:
        with transaction.atomic():
            made = self.once(
                form,
                lambda: record_reorganisation(form.to_plan(), document=form.to_document(), by=self.request.user),
            )
        act = Reorganisation.objects.get(pk=made)
        words = _("Đã ghi nhận, dự kiến có hiệu lực từ %(day)s.") if act.is_withdrawable else _("Đã ghi nhận.")
        messages.success(self.request, words % {"day": f"{act.effective_on:%d/%m/%Y}"})
        return HttpResponseRedirect(act.get_absolute_url())

    def _kinds(self) -> list[tuple[str, str, Any]]:
        units = self.request.GET.getlist("unit")
        address = reverse("organisations:reorganisation_new")
        return [
            (f"{address}?{urlencode({'kind': kind, 'unit': units}, doseq=True)}", kind.label, words)
            for kind, words in KINDS
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kind_label=Kind(self.kind).label, kinds=self._kinds(), **kwargs)


class ReorganisationWithdrawView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    permission_required = "organisations.reorganise_organisationunit"
    scope = "editable_by"
    queryset = Reorganisation.objects.select_related("document")
    form_class = WithdrawForm
    title = gettext_lazy("Rút việc sắp xếp")
    submit = gettext_lazy("Rút việc sắp xếp")
    lead = gettext_lazy("Tên, đơn vị và quan hệ kế thừa dự kiến được bỏ đi; việc đã ghi nhận và lý do rút còn lại.")

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(act=self.object, back_url=self.object.get_absolute_url(), **kwargs)

    def act(self, form: WithdrawForm) -> Reorganisation:
        done = withdraw_reorganisation(self.object, form.cleaned_data["reason"], by=self.request.user)
        messages.success(self.request, _("Đã rút việc sắp xếp."))
        return done
