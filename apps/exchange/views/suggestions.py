"""What the check suggests, each distinct pair of typed and meant value once: none is applied that nobody has seen."""

from typing import Any

from django.contrib import messages
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.core.templatetags.ui import number
from apps.exchange import services
from apps.exchange.forms import SuggestionsForm
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import suggested
from apps.exchange.views.dialogs import BatchDialogView


class SuggestionsView(BatchDialogView):
    back = _lazy("Quay lại, không áp dụng")

    def get_form(self, batch: ImportBatch, data: QueryDict | None = None) -> SuggestionsForm:
        return SuggestionsForm(data, pairs=suggested(batch) if batch.state == ImportBatch.State.CHECKED else [])

    def question(self, batch: ImportBatch) -> dict[str, Any]:
        return {
            "heading": _("Áp dụng gợi ý"),
            "text": _("Đánh dấu gợi ý đúng; gợi ý được chọn thay giá trị ở mọi ô ghi như vậy."),
            "action": _("Áp dụng gợi ý đã chọn"),
        }

    def act(self, batch: ImportBatch, form: SuggestionsForm) -> None:
        count = services.apply_suggestions(batch, set(form.cleaned_data["pairs"]), by=self.request.user)
        messages.success(self.request, _("Đã áp dụng gợi ý cho %(count)s ô.") % {"count": number(count)})
