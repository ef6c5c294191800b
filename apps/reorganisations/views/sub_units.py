"""Adding, correcting, moving and ending sub-units, and saying which of them acts for the unit above."""

from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.templatetags.ui import vn_date
from apps.core.views import ActionView, ScopedMixin
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.selectors import unit_labels
from apps.reorganisations.forms.sub_units import SubUnitAddForm, SubUnitCorrectForm, SubUnitEndForm, SubUnitMoveForm
from apps.reorganisations.services import sub_units
from apps.reorganisations.services.plans import last_name
from apps.reorganisations.views.acts import ActFormView
from apps.reorganisations.views.changes import UnitChangeView


class SubUnitAddView(UnitChangeView):
    permission_required = "organisations.add_organisationunit"
    form_class = SubUnitAddForm
    title = gettext_lazy("Thêm đơn vị trực thuộc")
    submit = gettext_lazy("Thêm đơn vị")

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate()}

    def act(self, form: SubUnitAddForm) -> OrganisationUnit:
        data = form.cleaned_data
        self.once(
            form,
            lambda: sub_units.add_sub_unit(
                self.object, form.facts(), valid_from=data["valid_from"], is_focal=data["is_focal"],
                by=self.request.user,
            ),
        )  # fmt: skip
        messages.success(self.request, _("Đã thêm %(name)s.") % {"name": data["short_name"]})
        return self.object


class SubUnitChangeView(UnitChangeView):
    """Only sub-units have such pages: what becomes of the others is an act."""

    permission_required = "organisations.change_organisationunit"
    queryset = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.DEPARTMENT).select_related("parent")


class SubUnitCorrectView(SubUnitChangeView):
    form_class = SubUnitCorrectForm
    title = gettext_lazy("Sửa đơn vị trực thuộc")
    submit = gettext_lazy("Lưu thay đổi")
    lead = gettext_lazy("Dùng để sửa lỗi nhập. Nếu tên thay đổi từ một ngày thì ghi nhận việc đổi tên.")

    def get_initial(self) -> dict[str, Any]:
        name = last_name(self.object)
        names = {"name": name.name, "short_name": name.short_name, "kind_label": name.kind_label}
        return names | {"symbol": self.object.symbol, "basis": self.object.basis}

    def act(self, form: SubUnitCorrectForm) -> OrganisationUnit:
        changed = sub_units.correct_sub_unit(
            self.object, form.facts(), reason=form.cleaned_data["reason"], by=self.request.user
        )
        messages.success(self.request, _("Đã lưu thay đổi."))
        return changed


class SubUnitMoveView(RecentSignInMixin, ScopedMixin, SingleObjectMixin, ActFormView):
    """Under another unit from a day on: an act like the others, for whom may change both units."""

    permission_required = "organisations.change_organisationunit"
    scope = "editable_by"
    queryset = SubUnitChangeView.queryset
    context_object_name = "unit"
    form_class = SubUnitMoveForm
    template_name = "reorganisations/subunit_move.html"
    title = gettext_lazy("Chuyển đơn vị trực thuộc")
    kind = Reorganisation.Kind.TRANSFER

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().with_names()

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", "")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"unit": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            above=unit_labels().get(self.object.parent_id), back_url=self.object.get_absolute_url(), **kwargs
        )


class SubUnitEndView(SubUnitChangeView):
    form_class = SubUnitEndForm
    title = gettext_lazy("Kết thúc đơn vị trực thuộc")
    submit = gettext_lazy("Ghi ngày kết thúc")
    danger = True
    lead = gettext_lazy("Tên, số liệu và lịch sử của đơn vị được giữ nguyên.")

    def act(self, form: SubUnitEndForm) -> OrganisationUnit:
        data = form.cleaned_data
        ended = sub_units.end_sub_unit(self.object, data["last_day"], reason=data["reason"], by=self.request.user)
        told = _("Đã ghi: đơn vị hoạt động đến hết ngày %(day)s.")
        messages.success(self.request, told % {"day": vn_date(data["last_day"])})
        return ended


class FocalView(RecentSignInMixin, ActionView):
    model = OrganisationUnit
    permission_required = "organisations.change_organisationunit"

    def get_success_url(self, unit: OrganisationUnit) -> str:
        return (unit.parent or unit).get_absolute_url()


class FocalSetView(FocalView):
    def act(self, unit: OrganisationUnit) -> None:
        sub_units.set_focal_unit(unit, by=self.request.user)
        messages.success(self.request, _("Đã đặt đơn vị đầu mối."))


class FocalClearView(FocalView):
    def act(self, unit: OrganisationUnit) -> None:
        sub_units.clear_focal_unit(unit, by=self.request.user)
        messages.success(self.request, _("Đã bỏ đơn vị đầu mối."))
