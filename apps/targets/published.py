"""What other systems are told of figures. Who reads figures reads those of every unit."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.webhooks.registry import EventKind, name_events

FIGURE_CHANGED, PERIOD_CLOSED = "figure.changed", "period.closed"

name_events(
    [
        EventKind(
            FIGURE_CHANGED,
            _("Kết quả thực hiện mục tiêu thay đổi"),
            sees=lambda user, data: user.has_perm("targets.view_indicatorvalue"),
            address=lambda data: f"{reverse('indicator-values', args=[data['indicator']])}?period={data['year']}",
        ),
        EventKind(
            PERIOD_CLOSED,
            _("Chốt số liệu một kỳ"),
            sees=lambda user, data: user.has_perm("targets.view_periodclosing"),
            address=lambda data: reverse("closing-detail", args=[data["closing"]]),
        ),
    ]
)
