from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from apps.core.views import PAGE_SIZES, ScopedMixin, TableView
from apps.organisations.filters import UnitFilter
from apps.organisations.lineage import lineage_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.organisations.tables import UnitTable


class UnitListView(TableView):
    permission_required = "organisations.view_organisationunit"
    queryset = OrganisationUnit.objects.all()
    filterset_class = UnitFilter
    table_class = UnitTable
    export_name = "don-vi"
    title = _("Đơn vị")
    noun = _("đơn vị")
    lead = _("Tên, loại và sự tồn tại của một đơn vị có ngày bắt đầu, ngày kết thúc và căn cứ.")
    page_sizes = PAGE_SIZES

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_names().with_relatives().in_order()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"labels": unit_labels()}


class UnitDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "organisations.view_organisationunit"
    raise_exception = True
    queryset = OrganisationUnit.objects.select_related("parent").prefetch_related("names")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, today = self.object, timezone.localdate()
        labels = unit_labels()
        return super().get_context_data(
            title=unit.short_name,
            in_force=unit.is_valid_on(today),
            parent=labels.get(unit.parent_id),
            lineage=lineage_of(unit, labels),
            parts=unit.children.visible_to(self.request.user).with_names().order_by("short_name_sort", "id"),
            # An ended unit's figures stand in the years it lived. As text: a year has no thousands mark.
            figures_year=str(min(unit.valid_to or today, today).year),
            **kwargs,
        )
