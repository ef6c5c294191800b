from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import DetailView, View
from django.views.generic.detail import SingleObjectMixin
from django_htmx.http import trigger_client_event
from rest_framework.exceptions import APIException

from apps.audit.registry import unit_names
from apps.core import measuring
from apps.core.clients import comes_from
from apps.core.export import attachment
from apps.core.request import SignedInRequest
from apps.core.views import PAGE_SIZES, ActionView, ScopedMixin, TableView
from apps.jobs import exports, lists, selectors, services
from apps.jobs.filters import JobFilter
from apps.jobs.models import Job
from apps.jobs.tables import JobTable


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers, and of which release it is: after an upgrade each process is asked. Touches nothing else."""
    return JsonResponse({"ok": True, "version": settings.VERSION})


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Everything the portal needs answers too: 200, or 503 with what does not."""
    checks = selectors.readiness()
    ready = all(check["ok"] for check in checks.values())
    return JsonResponse({"ok": ready, "checks": checks}, status=200 if ready else 503)


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """For the program that watches the portal, from inside. Elsewhere there is no such page."""
    if not comes_from(request, settings.METRICS_NETWORKS):
        raise Http404
    return HttpResponse(measuring.exposition(), content_type=measuring.CONTENT_TYPE)


class JobListView(TableView):
    permission_required = "jobs.view_job"
    queryset = Job.objects.select_related("requested_by").defer("payload", "result")
    filterset_class = JobFilter
    table_class = JobTable
    export_name = "tac-vu-nen"
    title = _("Tác vụ nền")
    lead = _("Các tác vụ hệ thống tự thực hiện sau mỗi thao tác: kiểm tra tệp, ghi sổ, tính lại mục tiêu, gửi thư.")
    noun = _("tác vụ")
    page_sizes = PAGE_SIZES
    empty_title = _("Chưa có tác vụ nào")

    def get_table_kwargs(self) -> dict[str, Any]:
        may_retry = self.request.user.has_perm("jobs.change_job")
        return {"units": unit_names(), **({} if may_retry else {"exclude": ("retry",)})}


class JobProgressView(ScopedMixin, DetailView):
    """Polled every two seconds while the job goes on. Who asked for a job may see it without any further right."""

    model = Job
    title = _("Tiến độ tác vụ")

    def get_template_names(self) -> list[str]:
        return ["jobs/job_progress.html#progress" if self.request.htmx else "jobs/job_progress.html"]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["Vary"] = "HX-Request, Cookie"
        if self.object.is_finished:
            # Bubbles from the fragment, so that what stands around it can load its own result.
            trigger_client_event(response, "job-finished", {"state": self.object.state})
        return response


class JobRetryView(ActionView):
    model = Job
    permission_required = "jobs.change_job"

    def act(self, row: Job) -> None:
        services.retry_job(row, by=self.request.user)
        messages.success(self.request, _("Đã đưa tác vụ trở lại hàng đợi."))

    def get_success_url(self, row: Job) -> str:
        return reverse("jobs:job_list")


class ExportCreateView(View):
    """Have a file of many rows written. Whether the person may open the list is asked now, and again by the job."""

    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        address = request.POST.get("address", "")
        exports.require_page(address, request.user)
        return redirect(exports.request_export(address, by=request.user))


class ExportFileView(ScopedMixin, SingleObjectMixin, View):
    """The file, for whoever asked for it alone and may still open its list; of a job that is another's or has no file
    nothing is said.
    """

    http_method_names = ["get", "head"]
    model = Job
    scope = "files_of"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.get_object(self.get_queryset())
        try:
            lists.require_right(row, request)
        except APIException:
            raise PermissionDenied from None
        try:
            file = exports.path_of(row).open("rb")
        except FileNotFoundError:
            told = _(
                "Tệp đã được xóa: mỗi tệp giữ %(days)d ngày, mỗi người %(most)d tệp mới nhất. Xuất lại từ danh sách."
            )
            messages.error(request, told % {"days": exports.KEPT.days, "most": exports.MOST_KEPT})
            return redirect(row)
        return attachment(FileResponse(file, content_type=row.result["type"]), row.result["name"])
