from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import DetailView

from apps.audit.selectors import address_of
from apps.core.views import ScopedMixin
from apps.documents.selectors import attachments_of
from apps.enterprises.beside import ministries_of, supports_of
from apps.enterprises.history import history_of
from apps.enterprises.models import AssuranceProgramme, Enterprise
from apps.enterprises.selectors import counted_event, dependents_of, events_of, read_provinces
from apps.enterprises.source import counted_by
from apps.enterprises.stages import stage_chip
from apps.people.rights import units_with
from apps.registers.merging.selectors import merges_of, stays_of
from apps.registers.views.common import to_what_stays


class EnterpriseDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "enterprises.view_enterprise"
    queryset = Enterprise.objects.select_related("industry", "batch__confirmed_by", "batch__undone_by")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nobody sees a record that was merged: who sees the one that stays is led there."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            gone = get_object_or_404(Enterprise, pk=kwargs["pk"], merged_into__isnull=False)
            return to_what_stays(request, get_object_or_404(self.get_queryset(), pk=stays_of(gone).pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, enterprise = self.request.user, self.object
        provinces, merges = read_provinces(), merges_of(enterprise, user)
        readable = units_with(user, self.permission_required)
        audited = units_with(user, "audit.view_auditevent")
        imports = units_with(user, "exchange.view_importbatch")
        shown = events_of(enterprise, provinces, user=user)
        events = [one.event for one in shown]
        parent, dependents = dependents_of(enterprise, user=user)
        live = [event for event in events if event.is_live]
        return super().get_context_data(
            title=enterprise.name,
            chip=stage_chip(live[-1].stage) if live else "",
            place=provinces.told(enterprise.unit_id),
            counted=counted_event(enterprise, provinces, user=user),
            counted_by=counted_by().lower(),
            parent=parent,
            dependents=dependents,
            programmes=[
                (label, [one for one in reversed(shown) if one.event.programme.form == form])
                for form, label in AssuranceProgramme.Form.choices
            ],
            is_own=enterprise.unit_id in readable,
            may_edit=enterprise.unit_id in units_with(user, "enterprises.change_enterprise"),
            merges=merges,
            may_add=user.has_perm("enterprises.add_programmeevent"),
            ministries=ministries_of(enterprise, user),
            supports=supports_of(enterprise, user),
            files=attachments_of(enterprise, user),
            history=history_of(
                enterprise, events, provinces, readable, audited, imports, [one.merge.gone_id for one in merges]
            ),
            audit_url=address_of(enterprise, audited),
            **kwargs,
        )
