"""Pages that change the register: a form, one service call, back to the record."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.enterprises import services
from apps.enterprises.forms import EnterpriseRegisterForm, EnterpriseUpdateForm
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import PLACE_PERMISSION, Provinces, read_provinces, reporting_unit
from apps.enterprises.source import counted_by
from apps.jobs.changing import ChangeFormView
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.people.working_unit import working_unit
from apps.registers.closed_periods import closed_note


class ServiceFormView(ChangeFormView):
    """A change of the register, in the provinces that its person may name."""

    template_name = "enterprises/change_form.html"
    conflicts = frozenset({"stale", "withdrawn", "unique"})

    @cached_property
    def provinces(self) -> Provinces:
        return read_provinces()

    def get_form_kwargs(self) -> dict[str, Any]:
        scope = units_with(self.request.user, PLACE_PERMISSION)
        return super().get_form_kwargs() | {"places": self.provinces.within(scope)}

    def say_recounted(self, done: str, *days: date) -> None:
        """`days` of the facts that changed: what that means where their period is closed is said too."""
        if note := closed_note(days):
            messages.warning(self.request, note)
        if not counted_by():
            messages.success(self.request, done)
            return
        figures = reverse("progress:indicator_detail", args=[counted_by().lower()])
        words = _("Số liệu MT5 đang được tính lại.")
        messages.success(self.request, format_html('{} {} <a href="{}">{}</a>', done, words, figures, _("Xem MT5")))


class EnterpriseRegisterView(ServiceFormView):
    permission_required = "enterprises.add_enterprise"
    form_class = EnterpriseRegisterForm
    title = gettext_lazy("Thêm doanh nghiệp")
    submit = gettext_lazy("Lưu doanh nghiệp")
    lead = gettext_lazy("Doanh nghiệp được tính vào MT5 khi có giai đoạn “Đang áp dụng” hoặc “Duy trì”.")

    def act(self, form: EnterpriseRegisterForm) -> Enterprise:
        by = self.request.user
        made = self.once(form, lambda: services.register_enterprise(Enterprise(**form.facts()), by=by))
        messages.success(self.request, _("Đã thêm vào sổ. Thêm giai đoạn thực hiện để doanh nghiệp được tính."))
        return Enterprise.objects.get(pk=made)

    def get_initial(self) -> dict[str, Any]:
        own = reporting_unit(self.request.user, PLACE_PERMISSION, working_unit(self.request))
        return {"unit": own.pk} if own and own.kind == OrganisationUnit.Kind.PROVINCE else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("enterprises:enterprise_list"), **kwargs)


class EnterpriseChangeView(ScopedMixin, SingleObjectMixin, ServiceFormView):
    """A change of one row in the person's scope."""

    queryset: QuerySet = Enterprise.objects.select_related("unit")

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @property
    def enterprise(self) -> Enterprise:
        return self.object

    @property
    def is_seen(self) -> bool:
        """A fact in an own province may be of a record that only another unit sees. Asked anew: a change may end it."""
        return Enterprise.objects.visible_to(self.request.user).filter(pk=self.enterprise.pk).exists()

    @property
    def back_url(self) -> str:
        return self.enterprise.get_absolute_url() if self.is_seen else reverse("enterprises:enterprise_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        told = {"enterprise": self.enterprise, "is_seen": self.is_seen, "back_url": self.back_url}
        return super().get_context_data(**told, **kwargs)


class EnterpriseUpdateView(EnterpriseChangeView):
    permission_required = "enterprises.change_enterprise"
    scope = "editable_by"
    form_class = EnterpriseUpdateForm
    title = gettext_lazy("Sửa hồ sơ doanh nghiệp")
    submit = gettext_lazy("Lưu thay đổi")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"enterprise": self.enterprise}

    def get_initial(self) -> dict[str, Any]:
        kept = self.enterprise
        names = ["tax_code", "tax_code_reason", "name", "ownership", "industry_code", "located_on", "address", "note"]
        return {name: getattr(kept, name) for name in names} | {"unit": kept.unit_id, "seen": kept.updated_at}

    def act(self, form: EnterpriseUpdateForm) -> Enterprise:
        seen = form.cleaned_data["seen"]
        changed = services.update_enterprise(self.enterprise, form.facts(), by=self.request.user, seen=seen)
        if {"ownership", "industry_code"} & set(form.changed_data):
            self.say_recounted(_("Đã lưu hồ sơ."))
        else:
            messages.success(self.request, _("Đã lưu hồ sơ."))
        return changed
