"""Which column of the register each column of a file is: asked where the file does not say it, changeable elsewhere."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.exchange import services
from apps.exchange.forms import ColumnsForm
from apps.exchange.models import ImportBatch
from apps.exchange.views.dialogs import BatchDialogView


class ColumnsView(BatchDialogView):
    back = _lazy("Quay lại")

    def get_form(self, batch: ImportBatch, data: QueryDict | None = None) -> ColumnsForm:
        choices = [
            (field.key, f"{field.header} *" if field.required else field.header) for field in self.resource.fields
        ]
        return ColumnsForm(data, layout=batch.layout, choices=choices)

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        text = _(
            "Mỗi cột của tệp được ghi vào cột nào của sổ; cột có dấu * là bắt buộc. Lựa chọn được nhớ cho lần sau."
        )
        if batch.state == ImportBatch.State.CHECKED:
            text += " " + _("Tệp được kiểm tra lại từ đầu, các ô đã sửa ở trang này không được giữ.")
        return {"heading": _("Chọn cột của tệp"), "text": text, "action": _("Dùng cách đọc này")}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = self.get_object()
        form = self.get_form(batch, request.POST)
        if form.is_valid():
            try:
                services.set_columns(batch, form.chosen, form.places, by=self.request.user)
                return redirect(batch)
            except ValidationError as refusal:
                form.add_error(None, refusal)
        return self.ask(batch, form, status=422)
