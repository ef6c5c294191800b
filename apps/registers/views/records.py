from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.views.generic import DetailView

from apps.audit.selectors import address_of
from apps.core.views import ScopedMixin
from apps.documents.selectors import attachments_of
from apps.exchange.origins import origin_of
from apps.people.rights import units_with
from apps.registers import awaiting
from apps.registers.expiry import chip_of
from apps.registers.history import file_sight, history_of, went_with_its_file
from apps.registers.merging.selectors import merges_of, stays_of
from apps.registers.selectors import facts_of, parts_of
from apps.registers.views.common import RegisterMixin, to_what_stays


class RowDetailView(RegisterMixin, PermissionRequiredMixin, ScopedMixin, DetailView):
    verb = "view"
    template_name = "registers/row_detail.html"

    def get_queryset(self) -> Any:
        """With what its history says of the file it came by."""
        return super().get_queryset().select_related("batch__confirmed_by", "batch__undone_by", "withdrawn_by")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.object = self.get_object()
        stays = stays_of(row)
        if stays != row and self.get_queryset().filter(pk=stays.pk).exists():
            return to_what_stays(request, stays)
        return self.render_to_response(self.get_context_data(object=row))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, row = self.request.user, self.object
        sight, merges = file_sight(self.register, user), merges_of(row, user)
        is_own = row.home_id in units_with(user, self.register.permission("change"))
        return super().get_context_data(
            title=str(row),
            facts=facts_of(self.register, row, user),
            parts=parts_of(self.register, row, user),
            validity=chip_of(self.register, row),
            awaited=awaiting.chip_of(self.register, row),
            source=origin_of(row),
            tells_of_withdrawal=sight.tells_of_withdrawal(row),
            may_change=row.is_live and is_own,
            may_restore=not row.is_live and is_own and not went_with_its_file(row) and row.merged_into_id is None,
            merges=merges,
            may_open_import=row.batch is not None and row.batch.unit_id in sight.opened,
            files=attachments_of(row, user),
            history=history_of(self.register, row, user, sight, [one.merge.gone_id for one in merges]),
            audit_url=address_of(row, units_with(user, "audit.view_auditevent")),
            **kwargs,
        )
