"""The life of a message to the national reporting system, for tests/test_moves.py."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

from django.test import override_settings
from django.utils import timezone

from apps.handover.models import Handover, HandoverAttempt
from apps.handover.services import planning, sending
from apps.jobs.models import Job
from apps.progress.services import recompute
from apps.targets.publishing import withdraw_publication
from apps.webhooks import outbound
from tests.conftest import BAC_GIANG
from tests.factories.closings import close, publish


def of_handovers(fixture: Callable[[str], Any]) -> dict[str, Any]:
    central = fixture("central")
    fixture("event")(date(2024, 3, 1), BAC_GIANG)
    recompute()
    close(2024)
    doors = {
        "send": [_answering(200), _answering(500), _answering(400)],
        "withhold": planning.withhold,
        "resend": lambda row: sending.resend(row, by=central),
    }
    return {"rows": _handovers(), "doors": doors, "by": {"": central}, "tables": (Handover, HandoverAttempt, Job)}


def _answering(status: int) -> Callable[[Handover], None]:
    def door(row: Handover) -> None:
        with patch.object(outbound, "exchange", return_value=outbound.Answer(status)):
            sending.send(row)

    return door


def _handovers() -> Iterator[Handover]:
    published, now = publish(2024), timezone.now()
    with override_settings(NATIONAL_REPORTING_URL="https://nhan.example.vn/", NATIONAL_REPORTING_KEY="k" * 40):
        planning.prepare(published.pk)
    row = Handover.objects.get()
    yield row
    for state in ("delivered", "withheld", "failed"):
        received = now if state == "delivered" else None
        Handover.objects.update(state=state, finished_at=now, received_at=received)
        yield row
    withdraw_publication(published, "Nhầm số", by=published.published_by)
    yield row
