"""What other systems are told of reports."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.reports.models import AnnualReport
from apps.webhooks.registry import EventKind, name_events

ACCEPTED = "report.accepted"

name_events(
    [
        EventKind(
            ACCEPTED,
            _("Báo cáo được chấp nhận"),
            sees=lambda user, data: (
                AnnualReport.objects.visible_to(user).filter(round__code=data["round"], unit=data["unit"]).exists()
            ),
            address=lambda data: reverse("report-detail", args=[data["round"], data["unit"]]),
        )
    ]
)
