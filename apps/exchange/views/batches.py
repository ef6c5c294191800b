"""Page 07b: one import, from its check to its writing. A click answers with the region htmx swaps, or leads back."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from apps.core.export import built_response
from apps.core.request import SignedInRequest
from apps.core.templatetags.ui import number
from apps.core.views import ActionView
from apps.exchange import services, workbook
from apps.exchange.clicked import UNCLICKED, Clicked
from apps.exchange.models import ImportBatch, RowProblem, StagedRow
from apps.exchange.page import BatchPage
from apps.exchange.rowtexts import RowTexts
from apps.exchange.selectors import stopping
from apps.exchange.views.common import BatchMixin

PAGE = "exchange/importbatch_detail.html"


class RegionMixin(BatchMixin):
    def context_of(self, batch: ImportBatch, clicked: Clicked = UNCLICKED) -> dict[str, Any]:
        user, may_change = self.request.user, self.may_change()
        board = BatchPage(batch, self.resource, self.request.GET, user=user, may_change=may_change, clicked=clicked)
        return {"batch": batch, "board": board}

    def answer(self, batch: ImportBatch, *, status: int = 200, clicked: Clicked = UNCLICKED) -> HttpResponse:
        """What htmx puts into the page; the page as a whole where no script runs."""
        context = self.register_context() | self.context_of(batch, clicked)
        part = f"{PAGE}#region" if self.request.htmx else PAGE
        response = TemplateResponse(self.request, part, context, status=status)
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

    is_about_file = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        rows = workbook.faults(batch, self.resource, hide=not self.may_change())
        count = batch.rows.filter(state=StagedRow.State.ERROR).count()
        return built_response(rows, f"dong-loi-{batch.pk}", count)


class BatchActionView(RegionMixin, ActionView):
    """A button of the page. What was done is said there, and what the service refuses; a batch that has moved on
    answers 409.
    """

    permission_required = "exchange.change_importbatch"
    scope = "editable_by"

    def act(self, batch: ImportBatch) -> str:
        """In which words it is told."""
        raise NotImplementedError

    def post(self, request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch, field = self.get_object(), request.POST.get("field", "")
        clicked = self.after(Clicked.read(self.kwargs.get("number", 0), self._taken("dropped")))
        try:
            words = self.act(batch)
        except ValidationError as refusal:
            if field and hasattr(refusal, "error_dict"):  # of what was typed: told beside the field
                told = clicked.and_refused(field, " ".join(refusal.messages))
                return self.answer(self.get_object(), status=422, clicked=told)
            for message in refusal.messages:
                messages.error(request, message)
            status = 409 if getattr(refusal, "code", "") == "wrong_state" else 422
            return self._back(batch, status=status, clicked=clicked)
        if words and not request.htmx:
            messages.success(request, words)
        return self._back(batch, clicked=clicked.and_said(words))

    def _back(self, batch: ImportBatch, *, clicked: Clicked, status: int = 200) -> HttpResponse:
        if self.request.htmx:
            return self.answer(self.get_object(), status=status, clicked=clicked)
        return HttpResponseRedirect(f"{batch.get_absolute_url()}?{self.place}")

    def after(self, clicked: Clicked) -> Clicked:
        return clicked

    def _taken(self, name: str) -> str:
        """Out of the query, so that no link of the answer carries it on."""
        query = self.request.GET.copy()
        found = query.pop(name, [""])[-1]
        self.request.GET = query  # type: ignore[assignment]  # a copy that nobody changes any more
        return str(found)

    def called(self, batch: ImportBatch) -> str:
        """The row that was clicked, by its number and what people know it by."""
        place = self.kwargs["number"]
        whose = RowTexts(self.resource, may_change=True).whose(batch.rows.get(number=place))
        words = _("dòng %(number)s") % {"number": number(place)}
        return f"{words} ({whose[0]})" if whose else words

    @property
    def place(self) -> str:
        kept = self.request.GET.copy()
        for name in set(kept) - {"tab", "page"}:
            del kept[name]
        return kept.urlencode()


def _what_is_left(left: dict[str, int]) -> Iterator[str]:
    """Where a row stands that was mended and still cannot be written: it may have left the part that is looked at."""
    if errors := left.get(RowProblem.Severity.ERROR):
        yield _("Dòng này còn %(n)s lỗi, ở thẻ Lỗi.") % {"n": number(errors)}
    if warnings := left.get(RowProblem.Severity.WARNING):
        yield _("Dòng này còn %(n)s cảnh báo chờ xác nhận kèm lý do, ở thẻ Cảnh báo.") % {"n": number(warnings)}


class RowMendView(BatchActionView):
    """Puts a value into one cell of a row."""

    def act(self, batch: ImportBatch) -> str:
        number, sent = self.kwargs["number"], self.request.POST
        column = sent.get("column", "")
        services.mend_cell(batch, number, column, sent.get("value", ""), by=self.request.user)
        told = {"column": column, "row": self.called(batch)}
        left = stopping(batch).filter(number=number).order_by().values_list("severity").annotate(n=Count("id"))
        return " ".join([_("Đã sửa cột %(column)s, %(row)s.") % told, *_what_is_left(dict(left))])


class RowAcceptView(BatchActionView):
    """Lets the warnings of one row pass, with a reason."""

    def act(self, batch: ImportBatch) -> str:
        services.accept_warnings(
            batch, self.request.POST.get("reason", ""), by=self.request.user, number=self.kwargs["number"]
        )
        return _("Đã xác nhận cảnh báo ở %(row)s.") % {"row": self.called(batch)}


class WarningsAcceptView(BatchActionView):
    """Lets all warnings of one kind pass, with one reason."""

    def act(self, batch: ImportBatch) -> str:
        sent = self.request.POST
        kind = sent.get("code", ""), sent.get("column", "")
        count = services.accept_warnings(batch, sent.get("reason", ""), by=self.request.user, kind=kind)
        return _("Đã xác nhận %(count)s dòng.") % {"count": number(count)}


class RowDropView(BatchActionView):
    """Leaves a row out."""

    def act(self, batch: ImportBatch) -> str:
        services.drop_row(batch, self.kwargs["number"], by=self.request.user)
        return _("Đã bỏ %(row)s.") % {"row": self.called(batch)}

    def after(self, clicked: Clicked) -> Clicked:
        return clicked.and_dropped(self.kwargs["number"])


class RowRestoreView(BatchActionView):
    """Takes a row that was left out in again."""

    def act(self, batch: ImportBatch) -> str:
        services.restore_row(batch, self.kwargs["number"], by=self.request.user)
        return _("Đã lấy lại %(row)s.") % {"row": self.called(batch)}


class ImportBatchRetryView(BatchActionView):
    """Tries the failed job of the batch again."""

    def act(self, batch: ImportBatch) -> str:
        services.retry(batch, by=self.request.user)
        return _("Đang chạy lại tác vụ.")
