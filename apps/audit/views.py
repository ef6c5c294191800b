from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from django_tables2.rows import BoundRows

from apps.audit import sealed
from apps.audit.filters import AuditEventFilter
from apps.audit.models import AuditEvent
from apps.audit.partitions import end_of_this_year
from apps.audit.registry import action_label, rows_query, target_label, target_url, unit_names, words_of
from apps.audit.selectors import changes_of, details_of, target_of, unit_of, who_did
from apps.audit.tables import AuditEventTable
from apps.core.views import PAGE_SIZES, ScopedMixin, TableView

COUNTED = 10_000  # rows a list counts and pages through: counting a million costs more than showing them
MASK = "••••"  # stands before the end of a number that is a person's
IN_A_WORKBOOK = 10_000  # a workbook is built whole before it is sent; a .csv is sent as it is read


class CappedPaginator(Paginator):
    object_list: BoundRows

    @cached_property
    def count(self) -> int:
        return min(self.found, COUNTED)

    @cached_property
    def found(self) -> int:
        """At most one more than are shown."""
        return self.object_list.data.data.order_by().values("pk")[: COUNTED + 1].count()


class AuditEventListView(TableView):
    permission_required = "audit.view_auditevent"
    template_name = "audit/auditevent_list.html"
    filterset_class = AuditEventFilter
    table_class = AuditEventTable
    export_name = "nhat-ky"
    title = gettext_lazy("Nhật ký hệ thống")
    lead = gettext_lazy(
        "Ghi người thực hiện, thời điểm, địa chỉ truy cập, nội dung trước và sau thay đổi; không sửa, xóa được."
    )
    noun = gettext_lazy("dòng")
    page_sizes = PAGE_SIZES
    empty_title = gettext_lazy("Chưa có dòng nào trong phạm vi bạn được xem")
    count_note = ""

    @property
    def no_match_title(self) -> str:
        """Where days alone narrow, nothing happened in them; else the layout says that nothing matches."""
        is_range = {"since", "until"}.issuperset(self.filterset.form.changed_data)
        return _("Không có thay đổi trong khoảng này") if is_range else ""

    @property
    def queryset(self) -> Any:
        return AuditEvent.objects.filter(at__lt=end_of_this_year()).with_people().defer("data")

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"units": unit_names()}

    def get_table_pagination(self, table: Any) -> dict[str, Any]:
        return {**super().get_table_pagination(table), "paginator_class": CappedPaginator}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(seals=sealed.proof(), **kwargs)
        if context["table"].paginator.found > COUNTED:
            self.count_note = self.how_to_go_on(context["table"])
        elif {"target_type", "target_id"}.issubset(self.filterset.form.changed_data):
            self.count_note = _(
                "gồm cả các phần, bản ghi được gộp vào và các lần ghi, hoàn tác tệp nhập của đối tượng; ô sửa tay và "
                "cảnh báo đã chấp nhận trước khi ghi: mở lần nhập"
            )
        return context

    def how_to_go_on(self, table: AuditEventTable) -> str:
        """The list ends before its rows do. On its last page the day is known at which to go on."""
        if str(table.order_by) == "at":
            told = _("cũ nhất của kết quả lọc. Chọn “Từ ngày”%(day)s, người hoặc đối tượng để xem dòng mới hơn")
        else:
            told = _("mới nhất của kết quả lọc. Chọn “Đến ngày”%(day)s, người hoặc đối tượng để xem dòng cũ hơn")
        last = None if table.page.has_next() else list(table.page.object_list)[-1].record.at
        at = {"day": f" {timezone.localtime(last):%d/%m/%Y}" if last else ""}
        whole = _("tệp .csv có đủ mọi dòng.")
        return f"{told % at}; {whole}"

    def written(self, table: AuditEventTable, form: str) -> HttpResponseBase:
        if form == "xlsx" and self._is_more_than_a_workbook(table.data.data):
            messages.error(self.request, _("Có hơn 10.000 dòng: thu hẹp bộ lọc, hoặc tải .csv."))
            asked = self.request.GET.copy()
            del asked["export"]
            return redirect(f"{self.request.path}?{asked.urlencode()}")
        return super().written(table, form)

    def _is_more_than_a_workbook(self, rows: Any) -> bool:
        return bool(rows.order_by().values("pk")[: IN_A_WORKBOOK + 1].count() > IN_A_WORKBOOK)


class AuditEventDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "audit.view_auditevent"
    template_name = "audit/auditevent_detail.html"

    @property
    def queryset(self) -> Any:
        return AuditEvent.objects.with_people()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        event, units = self.object, unit_names()
        changes = changes_of(event)
        target = target_url(event.target_type, event.target_id, self.request.user)
        rows = rows_query(event.action)
        return super().get_context_data(
            title=action_label(event.action),
            who=who_did(event),
            unit=units.get(event.unit),
            unit_label=unit_of(event, units),
            target_label=target_of(event, units),
            kind=target_label(event.target_type),
            target_url=target,
            rows_url=target + rows if target and rows else "",
            of_request=self.get_queryset().filter(request_id=event.request_id).count() if event.request_id else 0,
            changes=changes,
            details=details_of(event),
            said=words_of(event.action, event.data, self.request.user),
            is_masked=any(MASK in shown for change in changes for shown in (change.before, change.after)),
            **kwargs,
        )
