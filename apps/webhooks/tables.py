from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import badge
from apps.organisations.selectors import unit_labels
from apps.webhooks.models import Subscription

BADGES = {
    Subscription.State.ACTIVE: ("good", ""),
    Subscription.State.PAUSED: ("neutral", "clock"),
    Subscription.State.DISABLED: ("bad", ""),
    Subscription.State.REMOVED: ("closed", ""),
}


class SubscriptionTable(tables.Table):
    label = tables.Column(verbose_name=_("Nơi nhận"), order_by=("label", "pk"))
    address = tables.Column(verbose_name=_("Địa chỉ nhận"), accessor="shown_address", orderable=False)
    events = tables.Column(verbose_name=_("Sự kiện"), orderable=False)
    unit = tables.Column(verbose_name=_("Đơn vị"), accessor="unit_id", orderable=False, empty_values=())
    owner = tables.Column(verbose_name=_("Gửi theo quyền của"), orderable=False)
    state = tables.Column(verbose_name=_("Trạng thái"))
    waiting = tables.Column(verbose_name=_("Chờ gửi"), attrs={"th": {"class": "num"}, "td": {"class": "num"}})

    class Meta:
        order_by = "label"
        default = "–"

    caption = _("Nơi nhận sự kiện")

    def render_label(self, record: Subscription) -> str:
        return render_to_string("webhooks/subscription_name.html", {"receiver": record})

    def value_label(self, record: Subscription) -> str:
        return record.label

    def render_events(self, record: Subscription) -> str:
        return "; ".join(record.event_labels)

    def render_unit(self, value: str | None) -> str:
        return unit_labels()[value].distinct_name if value else str(_("Mọi đơn vị"))

    def render_state(self, record: Subscription) -> str:
        family, icon = BADGES[Subscription.State(record.state)]
        return badge(family, self.value_state(record), icon)

    def value_state(self, record: Subscription) -> Any:
        return str(Subscription.State(record.state).label)
