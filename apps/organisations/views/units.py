"""The list of units on a day, its print form, and the page of one unit on a day."""

from datetime import date
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView, ListView

from apps.core.fields import parse_dated
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import vn_date
from apps.core.views import PAGE_SIZES, ScopedMixin, TableView
from apps.organisations.filters import UnitFilter
from apps.organisations.lineage import lineage_of
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.panels import panels_of
from apps.organisations.selectors import acts_of, focal_units_left, kin, unit_labels
from apps.organisations.tables import UnitTable


def asked_day(request: HttpRequest) -> date | None:
    """`?on=dd/mm/yyyy`; None where it is not said, or is no day."""
    try:
        return parse_dated(request.GET["on"]) if request.GET.get("on") else None
    except ValidationError:
        return None


def day_is_wrong(request: HttpRequest) -> bool:
    return bool(request.GET.get("on")) and asked_day(request) is None


class UnitListView(TableView):
    permission_required = "organisations.view_organisationunit"
    queryset = OrganisationUnit.objects.all()
    filterset_class = UnitFilter
    table_class = UnitTable
    template_name = "organisations/organisationunit_list.html"
    export_name = "don-vi"
    title = gettext_lazy("Cơ quan, đơn vị")
    noun = gettext_lazy("đơn vị")
    lead = gettext_lazy("Tên, loại và thời gian hoạt động của từng đơn vị, kèm căn cứ.")
    page_sizes = PAGE_SIZES

    @property
    def day(self) -> date:
        return asked_day(self.request) or timezone.localdate()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_names(self.day).in_order()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"labels": unit_labels(), "kin": kin()}

    def count_note(self) -> str:
        """Which day the list is of, where it is not today's."""
        asked = asked_day(self.request)
        if asked is None:
            return ""
        planned = Reorganisation.objects.planned_until(asked).exists()
        told = _("dự kiến tại ngày %(day)s") if planned else _("tại ngày %(day)s")
        return told % {"day": vn_date(asked)}


class UnitPrintView(PermissionRequiredMixin, ScopedMixin, ListView):
    """Who reports on a day, with full names as the law writes them, on paper."""

    permission_required = "organisations.view_organisationunit"
    template_name = "organisations/organisationunit_print.html"
    queryset = OrganisationUnit.objects.all()
    title = gettext_lazy("Danh sách đơn vị báo cáo")

    @cached_property
    def day(self) -> date:
        return asked_day(self.request) or timezone.localdate()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().reporting().valid_on(self.day).with_names(self.day).in_order()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        units = list(self.object_list)
        kinds = OrganisationUnit.Kind.choices
        groups = [(label, [unit for unit in units if unit.kind == kind]) for kind, label in kinds]
        return super().get_context_data(
            groups=[(label, found) for label, found in groups if found],
            total=len(units),
            day=self.day,
            day_is_wrong=day_is_wrong(self.request),
            planned=list(Reorganisation.objects.planned_until(self.day).select_related("document")),
            printed_at=timezone.now(),
            **kwargs,
        )


class UnitDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    request: SignedInRequest
    permission_required = "organisations.view_organisationunit"
    queryset = OrganisationUnit.objects.select_related("parent").prefetch_related("names")

    @cached_property
    def day(self) -> date:
        return asked_day(self.request) or timezone.localdate()

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_names(self.day)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, today, day = self.object, timezone.localdate(), self.day
        labels = unit_labels()
        user = self.request.user
        may_edit = unit.pk in user.units_with("organisations.change_organisationunit")
        return super().get_context_data(
            title=unit.short_name,
            day=day,
            is_another_day=day != today,
            day_is_wrong=day_is_wrong(self.request),
            in_force=unit.is_valid_on(day),
            is_planned=unit.valid_from is not None and unit.valid_from > day,
            parent=labels.get(unit.parent_id),
            lineage=lineage_of(unit, labels, day),
            parts=self._parts(),
            acts=list(acts_of(unit)),
            panels=panels_of(unit, day, user),
            may_edit=may_edit,
            focal_left=list(focal_units_left(unit, day)) if may_edit and not unit.valid_to else [],
            may_reorganise=unit.valid_to is None and user.has_perm("organisations.reorganise_organisationunit"),
            **kwargs,
        )

    def _parts(self) -> QuerySet:
        """The sub-units, the focal one first, those that have ended last."""
        parts = self.object.children.visible_to(self.request.user).with_names(self.day)
        return parts.order_by("valid_to", "-is_focal", "short_name_sort", "id")
