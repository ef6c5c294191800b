"""Buttons that ask first. With htmx the question opens as a dialog, without it as a page of its own."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.generic import View
from django.views.generic.detail import SingleObjectMixin

from apps.core.templatetags.ui import number
from apps.exchange import services
from apps.exchange.columns import named_columns
from apps.exchange.forms import ReasonForm
from apps.exchange.models import ImportBatch
from apps.exchange.resource import Closed
from apps.exchange.selectors import BatchCounts, counts_of
from apps.exchange.views.common import BatchMixin


class BatchDialogView(BatchMixin, SingleObjectMixin, View):
    permission_required = "exchange.change_importbatch"
    scope = "editable_by"
    form_class: type[Form] = Form
    back = _lazy("Quay lại")
    danger = False

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        """`heading`, `text` and `action`, the word of the button."""
        raise NotImplementedError

    def act(self, batch: ImportBatch, form: Form) -> None:
        raise NotImplementedError

    def get_form(self, batch: ImportBatch, data: QueryDict | None = None) -> Form:
        return self.form_class(data)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        return self.ask(batch, self.get_form(batch))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        form = self.get_form(batch, request.POST)
        if not form.is_valid():
            return self.ask(batch, form, status=422)
        try:
            self.act(batch, form)
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        return redirect(batch)

    def ask(self, batch: ImportBatch, form: Form, status: int = 200) -> HttpResponse:
        context = {
            **self.question(batch),
            "batch": batch,
            "form": form,
            "url": self.request.path,
            "back": self.back,
            "back_url": batch.get_absolute_url(),
            "list_url": self.list_url,
            "danger": self.danger,
        }
        template = "components/modal.html" if self.request.htmx else "exchange/importbatch_dialog.html"
        response = TemplateResponse(self.request, template, context, status=status)
        response["Vary"] = "HX-Request, Cookie"
        return response


class ImportBatchConfirmView(BatchDialogView):
    back = _lazy("Quay lại kiểm tra")

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        counts = counts_of(batch)
        values = {name: number(getattr(counts, name)) for name in ("writable", "new", "update")}
        named = ", ".join(f"“{text}” → “{header}”" for text, header in named_columns(batch, self.resource))
        columns = " " + _("Cột được đọc theo tên khác: %(pairs)s.") % {"pairs": named} if named else ""
        return {
            "heading": _("Ghi %(writable)s dòng vào sổ đăng ký?") % values,
            "text": _("%(new)s dòng mới, %(update)s dòng cập nhật. Hoàn tác được trong 7 ngày.") % values + columns,
            "lines": list(self._beside(counts, self.resource.closed_rows(batch))),
            "action": _("Ghi %(writable)s dòng") % values,
        }

    def _beside(self, counts: BatchCounts, closed: Closed) -> Iterator[str]:
        """What else becomes of the file, so that nobody has to go back to the page to know what he signs."""
        said = (
            (counts.faulty, _("%(n)s dòng lỗi không được ghi; ghi xong vẫn tải về sửa rồi nhập tiếp được.")),
            (counts.waiting, _("%(n)s dòng chờ xác nhận không được ghi.")),
            (counts.skipped, _("%(n)s dòng đã bỏ, không được ghi.")),
            (counts.unchanged, _("%(n)s dòng sổ đã có, giữ nguyên.")),
            (counts.warnings - counts.pending, _("%(n)s cảnh báo đã được xác nhận kèm lý do.")),
        )
        yield from (words % {"n": number(count)} for count, words in said if count)
        if closed.rows:
            rows = {"n": number(closed.rows), "periods": closed.words}
            yield _("%(n)s dòng thuộc kỳ đã chốt (%(periods)s): số đã chấp nhận không đổi cho đến lần chốt sau.") % rows

    def act(self, batch: ImportBatch, form: Form) -> None:
        try:
            services.request_write(batch, by=self.request.user)
        except ValidationError:
            batch.refresh_from_db()
            if batch.confirmed_at is None:  # otherwise a second click: the page shows what the first one did
                raise


class RowsDropView(BatchDialogView):
    """Leaves out all rows that are kept out. Before the writing they can be taken in again, after it no more."""

    danger = True

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        counts = counts_of(batch)
        rows = {name: number(getattr(counts, name)) for name in ("error", "faulty", "waiting")}
        if batch.state == ImportBatch.State.WRITTEN:
            after = _("Các dòng này không vào sổ, không tải về từ trang này được nữa. Các dòng đã ghi giữ nguyên.")
        else:
            after = _("Các dòng này không vào sổ. Trước khi ghi, từng dòng lấy lại được ở phần “Đã bỏ”.")
        return {
            "heading": _("Bỏ %(error)s dòng chưa ghi được?") % rows,
            "text": " ".join([_("Gồm %(faulty)s dòng lỗi, %(waiting)s dòng chờ xác nhận.") % rows, after]),
            "action": _("Bỏ %(error)s dòng") % rows,
        }

    def act(self, batch: ImportBatch, form: Form) -> None:
        count = services.drop_rest(batch, by=self.request.user)
        messages.success(self.request, _("Đã bỏ %(count)s dòng.") % {"count": number(count)})


class ImportBatchCancelView(BatchDialogView):
    danger = True

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        return {
            "heading": _("Hủy lần nhập tệp %(name)s?") % {"name": batch.filename},
            "text": _("Các nội dung đã sửa trên trang này không được giữ lại. Sổ đăng ký không thay đổi."),
            "action": _("Hủy lần nhập"),
        }

    def act(self, batch: ImportBatch, form: Form) -> None:
        services.cancel(batch, by=self.request.user)


class ImportBatchUndoView(BatchDialogView):
    form_class = ReasonForm
    danger = True

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        rows = {"count": number(batch.written_rows or 0)}
        return {
            "heading": _("Hoàn tác lần nhập %(count)s dòng?") % rows,
            "text": self.resource.undoes,
            "undoing": services.undoing_of(batch, self.request.user),
            "action": _("Hoàn tác"),
        }

    def act(self, batch: ImportBatch, form: Form) -> None:
        try:
            services.request_undo(batch, form.cleaned_data["reason"], by=self.request.user)
        except ValidationError:
            batch.refresh_from_db()
            if batch.undone_at is None:  # otherwise a second click: the page shows what the first one did
                raise
