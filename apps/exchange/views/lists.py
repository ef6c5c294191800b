from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import View

from apps.core import limits
from apps.core.export import book_response
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import vn_datetime
from apps.core.views import PAGE_SIZES, ScopedMixin, TableView
from apps.documents.uploads import MAX_BYTES
from apps.exchange import services, workbook
from apps.exchange.filters import ImportBatchFilter
from apps.exchange.forms import UploadForm
from apps.exchange.models import ImportBatch
from apps.exchange.resource import resources
from apps.exchange.tables import ImportBatchTable
from apps.exchange.views.common import RegisterMixin
from apps.organisations.selectors import unit_labels
from apps.people.working_unit import units_to_report_for, working_unit


class ImportBatchListView(RegisterMixin, TableView):
    """All imports of a register, and the door through which a file comes in."""

    permission_required = "exchange.view_importbatch"
    queryset = ImportBatch.objects.select_related("uploaded_by")
    filterset_class = ImportBatchFilter
    table_class = ImportBatchTable
    template_name = "exchange/importbatch_list.html"
    export_name = "lan-nhap"
    title = _lazy("Nhập dữ liệu")
    noun = _lazy("lần nhập")
    page_sizes = PAGE_SIZES
    empty_title = _lazy("Chưa có lần nhập nào")
    form: UploadForm | None = None

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"labels": unit_labels()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.may_upload():
            kwargs["form"] = self.form or self.get_form()
        templates = self.resource.templates(self.request.user)
        return super().get_context_data(doors=self.doors(), templates=templates, **kwargs)

    def may_upload(self) -> bool:
        """Files at all, and rows of this register."""
        return self.request.user.has_perms(("exchange.add_importbatch", self.resource.permission))

    def doors(self) -> list[tuple[str, str]]:
        """Address and name of each register into which the person may bring files."""
        user = self.request.user
        return [
            (reverse("exchange:importbatch_list", args=[one.register]), str(one.label))
            for one in resources()
            if user.has_perm(one.permission)
        ]

    def get_form(self) -> UploadForm:
        user, sent = self.request.user, self.request.method == "POST"
        return UploadForm(
            self.request.POST if sent else None,
            self.request.FILES if sent else None,
            initial={"replaces": self.request.GET.get("replaces"), "unit": working_unit(self.request)},
            units=units_to_report_for(user, self.resource.permission),
            replaceable=ImportBatch.objects.editable_by(user).filter(register=self.resource.register),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.may_upload():
            raise PermissionDenied
        limits.check("upload", request)
        self.form = form = self.get_form()
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:  # then the upload handler let nothing through
            form.fields["file"].error_messages["required"] = _(
                "Tệp lớn hơn 20 MB. Chia tệp thành nhiều phần rồi tải lại."
            )
        batch = self.upload(form) if form.is_valid() else None
        if batch:
            return redirect(batch)
        response = self.get(request, *args, **kwargs)
        response.status_code = 422
        return response

    def upload(self, form: UploadForm) -> ImportBatch | None:
        chosen = form.cleaned_data
        try:
            batch, created = services.upload(
                self.resource.register,
                chosen["unit"],
                chosen["file"],
                by=self.request.user,
                replaces=chosen["replaces"],
            )
        except ValidationError as refusal:
            form.add_error("unit" if refusal.code == "no_right" else "file", refusal)
            return None
        if not created:
            messages.info(self.request, _met_again(batch))
        return batch


def _met_again(batch: ImportBatch) -> str:
    """Why the page of an earlier import opens: the same file waits there, or is in the register."""
    words = _("Đang xử lý tiếp lần nhập đã tải lên lúc %(moment)s.")
    if batch.written_at is not None:
        words = _("Tệp này đã được tải lên lúc %(moment)s và đã ghi vào sổ.")
    return words % {"moment": vn_datetime(batch.created_at)}


class TemplateView(RegisterMixin, PermissionRequiredMixin, ScopedMixin, View):
    """The register's official file: empty, or with rows of the person's own that it has already."""

    is_about_file = True
    request: SignedInRequest

    permission_required = "exchange.view_importbatch"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.resource.filled(self.request.user, self.request.GET)
        return book_response(workbook.template(self.resource, rows), workbook.template_name(self.resource))
