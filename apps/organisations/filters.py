from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFilter, FilterSet

from apps.core.filters import ChoicesFilter, DayFilter, FlagFilter, TextFilter
from apps.organisations.models import OrganisationUnit
from apps.organisations.models.units import OrganisationUnitQuerySet
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels

Kind = OrganisationUnit.Kind


def regions() -> list[tuple[Any, list[tuple[str, str]]]]:
    """Those of today's provinces first; those that only ended ones lay in, apart."""
    named, day = [unit for unit in unit_labels().values() if unit.region], timezone.localdate()
    today = {unit.region for unit in named if unit.is_valid_on(day)}
    before = {unit.region for unit in named} - today
    return [
        (title, [(region, region) for region in sorted(found)])
        for title, found in ((_("Vùng hiện nay"), today), (_("Vùng trước sắp xếp"), before))
        if found
    ]


class UnitFilter(FilterSet):
    """Units of the day, today unless another is asked for; or all there ever were and are planned."""

    q = TextFilter(label=_("Tên cũ, tên mới, ký hiệu"), method="search")
    kind = ChoicesFilter(label=_("Loại"), choices=Kind.choices)
    on = DayFilter(label=_("Tại ngày"), method="keep")
    reporting = ChoiceFilter(
        label=_("Báo cáo"), choices=[("1", _("Phải báo cáo"))], empty_label=_("Mọi đơn vị"), method="that_report"
    )
    region = ChoicesFilter(label=_("Vùng"), choices=regions)
    status = ChoiceFilter(
        label=_("Trạng thái"), choices=[("all", _("Tất cả"))], empty_label=_("Đang hoạt động"), method="keep"
    )

    class Meta:
        model = OrganisationUnit
        fields = ["q", "on", "kind", "reporting", "region", "status"]

    def search(self, queryset: OrganisationUnitQuerySet, name: str, value: str) -> OrganisationUnitQuerySet:
        return queryset.filter(pk__in=find_units(value, self.day))

    def that_report(self, queryset: OrganisationUnitQuerySet, name: str, value: str) -> OrganisationUnitQuerySet:
        return queryset.reporting()

    @property
    def day(self) -> date:
        return self.form.cleaned_data.get("on") or timezone.localdate()

    def keep(self, queryset: OrganisationUnitQuerySet, name: str, value: str) -> OrganisationUnitQuerySet:
        return queryset

    def filter_queryset(self, queryset: OrganisationUnitQuerySet) -> OrganisationUnitQuerySet:
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("status") == "all":
            return queryset
        return queryset.valid_on(self.day)


class UnitApiFilter(FilterSet):
    kind = ChoiceFilter(choices=Kind.choices, help_text=_("Loại đơn vị."))
    valid_on = DateFilter(method="in_force", help_text=_("Chỉ các đơn vị có hiệu lực vào ngày này (yyyy-mm-dd)."))
    reporting = FlagFilter(method="that_report", help_text=_("Chỉ các đơn vị phải báo cáo."))
    search = TextFilter(
        method="find",
        help_text=_("Tên cũ hoặc mới, ký hiệu, có dấu hoặc không; gồm cả đơn vị hiện kế thừa đơn vị tìm thấy."),
    )

    class Meta:
        model = OrganisationUnit
        fields = ["kind", "valid_on", "reporting", "search"]

    def in_force(self, queryset: OrganisationUnitQuerySet, name: str, value) -> OrganisationUnitQuerySet:
        return queryset.valid_on(value)

    def that_report(self, queryset: OrganisationUnitQuerySet, name: str, value: bool) -> OrganisationUnitQuerySet:
        return queryset.reporting() if value else queryset

    def find(self, queryset: OrganisationUnitQuerySet, name: str, value: str) -> OrganisationUnitQuerySet:
        return queryset.filter(pk__in=find_units(value))
