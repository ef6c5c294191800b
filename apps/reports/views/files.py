"""The unit's own Excel file: taken away, sent back, looked at, written."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from django.views.generic.detail import SingleObjectMixin

from apps.core import limits
from apps.core.export import built_response
from apps.core.numbers import asked_key
from apps.jobs.changing import ChangeFormView
from apps.reports import moving
from apps.reports.forms.files import ReportUploadForm
from apps.reports.merging import FILE, SCREEN
from apps.reports.models import AnnualReport, ReportFile
from apps.reports.services import importing
from apps.reports.views.common import ReportMixin
from apps.reports.workbook import file_name, saved_workbook

CHOICE = "choice-"
CLOSED = frozenset({"wrong_state", "excused", "round_locked", "round_not_open"})


class ReportWorkbookView(ReportMixin, PermissionRequiredMixin, DetailView):
    """As it stands now, for everybody who sees the report; only who fills it in has use of sending it back."""

    is_about_file = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.get_object()
        return built_response(lambda counted: saved_workbook(report, counted), file_name(report))


class ReportUploadView(ReportMixin, SingleObjectMixin, ChangeFormView):
    permission_required = moving.FILL
    scope = "editable_by"
    template_name = "reports/report_upload.html"
    form_class = ReportUploadForm
    title, submit = gettext_lazy("Nhập từ tệp Excel"), gettext_lazy("Tải lên và kiểm tra")
    conflicts = CLOSED

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        url = self.object.get_absolute_url()
        return super().get_context_data(report=self.object, back_url=url, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            importing.refuse_unwritable(self.object)
        except ValidationError as closed:
            messages.warning(request, " ".join(closed.messages))
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        limits.check("upload", request)
        return super().post(request, *args, **kwargs)

    def act(self, form: ReportUploadForm) -> ReportFile:
        upload = form.cleaned_data["file"]
        made = self.once(form, lambda: importing.upload_file(self.object, upload, by=self.request.user))
        return ReportFile.objects.select_related("report__round", "report__unit").get(pk=made)


class ReportFileView(ReportMixin, PermissionRequiredMixin, DetailView):
    """What the file would change. A click writes it all, with what was chosen where both sides changed a cell."""

    permission_required = moving.FILL
    scope = "editable_by"
    template_name = "reports/reportfile_detail.html"
    context_object_name = "report"

    @cached_property
    def sent(self) -> ReportFile:
        rows = ReportFile.objects.filter(report=self.object).select_related(
            "report__round__period", "report__form", "report__unit", "uploaded_by", "written_by"
        )
        return get_object_or_404(rows, pk=self.kwargs["file"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = importing.looked_at(self.sent)
        chosen = {name: self.request.POST.get(f"{CHOICE}{name}") for name in (one.cell.code for one in plan.conflicts)}
        return super().get_context_data(
            sent=self.sent, plan=plan, chosen=[(one, chosen[one.cell.code]) for one in plan.conflicts],
            may_write=not self.sent.is_written and not plan.errors and self.report_is_open, **kwargs,
        )  # fmt: skip

    @property
    def report_is_open(self) -> bool:
        return bool(self.object.is_writable and self.object.takes_entries)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object: AnnualReport = self.get_object()
        choices = {
            name.removeprefix(CHOICE): value
            for name, value in request.POST.items()
            if name.startswith(CHOICE) and value in (FILE, SCREEN)
        }
        version = asked_key(request.POST.get("version"))
        try:
            count = importing.write_file(
                self.sent, choices, by=self.request.user, version=-1 if version is None else version
            )
        except ValidationError as refusal:
            return self._refuse(refusal)
        messages.success(request, _("Đã ghi %(count)s ô từ tệp Excel vào báo cáo.") % {"count": count})
        return HttpResponseRedirect(self.object.get_absolute_url())

    def _refuse(self, refusal: ValidationError) -> HttpResponse:
        """The page as things stand now, with why nothing was written."""
        self.object.refresh_from_db()
        codes = {error.code for error in refusal.error_list}
        status = 200 if "unresolved" in codes else 409
        return self.render_to_response(self.get_context_data(refused=refusal.messages), status=status)
