from typing import Any

import django_tables2 as tables
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.moves import allowed
from apps.core.templatetags.ui import badge, vn_datetime
from apps.handover.models import Handover

BADGES = {
    Handover.State.PENDING: ("info", "clock"),
    Handover.State.DELIVERED: ("good", ""),
    Handover.State.FAILED: ("bad", ""),
    Handover.State.WITHHELD: ("neutral", "ban"),
}
NUMBER = {"th": {"class": "num"}, "td": {"class": "num"}}


class HandoverTable(tables.Table):
    number = tables.Column(verbose_name=_("Lần"), order_by=("number",), linkify=True)
    period = tables.Column(
        verbose_name=pgettext_lazy("column", "Kỳ số liệu"), accessor="publication__closing__period", orderable=False
    )
    kind = tables.Column(verbose_name=_("Nội dung"), orderable=False)
    created_at = tables.Column(verbose_name=_("Lập lúc"))
    state = tables.Column(verbose_name=_("Trạng thái"))
    receipt = tables.Column(verbose_name=_("Biên nhận"), orderable=False, empty_values=())
    attempts = tables.Column(verbose_name=_("Số lần gửi"), accessor="tries_count", orderable=False, attrs=NUMBER)
    act = tables.Column(verbose_name=_("Thao tác"), orderable=False, empty_values=(), exclude_from_export=True)

    class Meta:
        order_by = "-number"
        default = "–"

    caption = _("Các lần chuyển số liệu lên hệ thống báo cáo quốc gia, mới nhất trước")

    def render_created_at(self, value: Any) -> str:
        return vn_datetime(value)

    def render_state(self, record: Handover) -> str:
        family, icon = BADGES[Handover.State(record.state)]
        return badge(family, self.value_state(record), icon)

    def value_state(self, record: Handover) -> Any:
        return str(Handover.State(record.state).label)

    def render_receipt(self, record: Handover) -> str:
        if record.received_at is None:
            return "–"
        return f"{record.receipt or _('không có số')} · {vn_datetime(record.received_at)}"

    def render_act(self, record: Handover) -> str:
        if "resend" not in allowed(record, self.request.user):
            return "–"
        return render_to_string("handover/resend.html", {"handover": record, "csrf_token": get_token(self.request)})
