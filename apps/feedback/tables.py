from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import badge
from apps.feedback.models import Feedback

BADGES = {Feedback.State.OPEN: ("warn", "clock"), Feedback.State.HANDLED: ("good", "")}


class FeedbackTable(tables.Table):
    text = tables.Column(verbose_name=_("Nội dung"), orderable=False)
    kind = tables.Column(verbose_name=_("Loại"))
    page = tables.Column(verbose_name=_("Trang"))
    incident = tables.Column(verbose_name=_("Mã sự cố"), orderable=False)
    received_on = tables.DateColumn(verbose_name=_("Ngày nhận"), format="d/m/Y")
    state = tables.Column(verbose_name=_("Trạng thái"))

    class Meta:
        order_by = ("-received_on", "-pk")
        default = "–"

    caption = _("Góp ý về cổng")

    def render_text(self, record: Feedback) -> str:
        return render_to_string("feedback/feedback_name.html", {"feedback": record})

    def value_text(self, record: Feedback) -> str:
        return record.text

    def render_state(self, record: Feedback) -> str:
        family, icon = BADGES[Feedback.State(record.state)]
        return badge(family, self.value_state(record), icon)

    def value_state(self, record: Feedback) -> Any:
        return str(Feedback.State(record.state).label)
