"""What went to the national reporting system: for the programme's administrators, and who looks over their shoulder."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Count
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from apps.core.moves import allowed
from apps.core.views import ActionView, ScopedMixin, TableView
from apps.handover import services
from apps.handover.filters import HandoverFilter
from apps.handover.mapping import mapping
from apps.handover.models import CHANGE, VIEW, Handover, is_set_up
from apps.handover.tables import BADGES, HandoverTable

HANDOVERS = Handover.objects.select_related("publication__closing__period", "publication__document").annotate(
    tries_count=Count("tries")
)


class HandoverListView(TableView):
    permission_required = VIEW
    queryset = HANDOVERS
    filterset_class = HandoverFilter
    table_class = HandoverTable
    template_name = "handover/handover_list.html"
    export_name = "chuyen-so-lieu"
    title = _("Hệ thống báo cáo quốc gia")
    lead = _(
        "Số liệu công bố được tự động chuyển lên hệ thống báo cáo quốc gia; rút công bố thì hệ thống ấy cũng được báo."
    )
    noun = _("lần chuyển số liệu")
    empty_title = _("Chưa chuyển số liệu lần nào")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_set_up=is_set_up(), mapping=mapping(), **kwargs)


class HandoverDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = VIEW
    queryset = HANDOVERS.prefetch_related("tries")
    template_name = "handover/handover_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row: Handover = self.object
        message = json.loads(row.body)
        return super().get_context_data(
            badge=BADGES[Handover.State(row.state)],
            moves=allowed(row, self.request.user),
            observations=len(message["data"]["dataSets"][0]["observations"]),
            is_test=message["meta"]["test"],
            written=json.dumps(message, ensure_ascii=False, indent=1),
            **kwargs,
        )


class HandoverResendView(ActionView):
    model = Handover
    permission_required = CHANGE

    def act(self, row: Handover) -> None:
        services.resend(row, by=self.request.user)
        messages.success(self.request, _now("Đã đưa vào hàng đợi để gửi lại."))
