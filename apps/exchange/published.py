"""What other systems are told of imports. They have no address of the API: more is read on their page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.exchange.models import ImportBatch
from apps.webhooks.registry import EventKind, name_events

FINISHED = "import.finished"

name_events(
    [
        EventKind(
            FINISHED,
            _("Nhập dữ liệu xong"),
            sees=lambda user, data: ImportBatch.objects.visible_to(user).filter(pk=data["import"]).exists(),
            address=lambda data: reverse("exchange:importbatch_detail", args=[data["register"], data["import"]]),
        )
    ]
)
