"""Page 07b: one import, from its check to its writing. A click answers with the region htmx swaps, or leads back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from apps.core.export import built_response
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.core.views import ActionView
from apps.exchange import services, workbook
from apps.exchange.models import ImportBatch, StagedRow
from apps.exchange.page import BatchPage
from apps.exchange.views.common import BatchMixin

PAGE = "exchange/importbatch_detail.html"


class RegionMixin(BatchMixin):
    def context_of(self, batch: ImportBatch, focus: int = 0) -> dict[str, Any]:
        board = BatchPage(
            batch, self.resource, self.request.GET, user=self.request.user, may_change=self.may_change(), focus=focus
        )
        return {"batch": batch, "board": board}

    def answer(self, batch: ImportBatch, *, status: int = 200, focus: int = 0) -> HttpResponse:
        context = self.register_context() | self.context_of(batch, focus)
        response = render(self.request, f"{PAGE}#region", context, status=status)
        response["Vary"] = "HX-Request, Cookie"
        return response


class ImportBatchDetailView(RegionMixin, DetailView):
    template_name = PAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.context_of(self.object), **kwargs)

    def get(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx:
            return self.answer(self.get_object())
        response = super().get(request, *args, **kwargs)
        response["Vary"] = "HX-Request, Cookie"
        return response


class ImportBatchProgressView(ImportBatchDetailView):
    """Asked again and again while a job of the batch goes on; the last answer carries no trigger."""

    def get(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        return self.answer(batch) if request.htmx else HttpResponseRedirect(batch.get_absolute_url())


class ImportBatchErrorsView(BatchMixin, DetailView):
    """The rows kept out, as a workbook that can be mended and loaded again."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        rows = workbook.faults(batch, self.resource, hide=not self.may_change())
        count = batch.rows.filter(state=StagedRow.State.ERROR).count()
        return built_response(rows, f"dong-loi-{batch.pk}", count)


class BatchActionView(RegionMixin, ActionView):
    """A button of the page. What the service refuses is said there; a batch that has moved on answers 409."""

    permission_required = "exchange.change_importbatch"
    scope = "editable_by"

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch, status = self.get_object(), 200
        try:
            self.act(batch)
        except ValidationError as refusal:
            status = 409 if getattr(refusal, "code", "") == "wrong_state" else 422
            for message in refusal.messages:
                messages.error(request, message)
        if request.htmx:
            return self.answer(self.get_object(), status=status, focus=self.kwargs.get("number", 0))
        return HttpResponseRedirect(f"{batch.get_absolute_url()}?{self.place}")

    @property
    def place(self) -> str:
        kept = self.request.GET.copy()
        for name in set(kept) - {"tab", "page"}:
            del kept[name]
        return kept.urlencode()


class RowMendView(BatchActionView):
    """Puts a value into one cell of a row."""

    def act(self, batch: ImportBatch) -> None:
        number, sent = self.kwargs["number"], self.request.POST
        services.mend_cell(batch, number, sent.get("column", ""), sent.get("value", ""), by=self.request.user)


class RowAcceptView(BatchActionView):
    """Lets the warnings of one row pass, with a reason."""

    def act(self, batch: ImportBatch) -> None:
        services.accept_warnings(
            batch, self.request.POST.get("reason", ""), by=self.request.user, number=self.kwargs["number"]
        )


class WarningsAcceptView(BatchActionView):
    """Lets all warnings of one kind pass, with one reason."""

    def act(self, batch: ImportBatch) -> None:
        sent = self.request.POST
        kind = sent.get("code", ""), sent.get("column", "")
        count = services.accept_warnings(batch, sent.get("reason", ""), by=self.request.user, kind=kind)
        messages.success(self.request, _("Đã xác nhận %(count)s dòng.") % {"count": number(count)})


class RowDropView(BatchActionView):
    """Leaves a row out."""

    def act(self, batch: ImportBatch) -> None:
        services.drop_row(batch, self.kwargs["number"], by=self.request.user)


class RowRestoreView(BatchActionView):
    """Takes a row that was left out in again."""

    def act(self, batch: ImportBatch) -> None:
        services.restore_row(batch, self.kwargs["number"], by=self.request.user)


class ImportBatchRetryView(BatchActionView):
    """Tries the failed job of the batch again."""

    def act(self, batch: ImportBatch) -> None:
        services.retry(batch, by=self.request.user)
