"""Years are closed: an officer prepares, a leader closes; also twice, and by who may not."""

import random

from django.utils import timezone

from apps.documents.models import LegalDocument
from apps.targets.models import ClosingProposal, Period, PeriodClosing
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm


@step(1.5)
def a_closing_is_prepared(storm: Storm, dice: random.Random) -> None:
    begun = list(Period.objects.begun().order_by("-year").values_list("year", flat=True)[:4])
    year = dice.choice(begun)
    versions = PeriodClosing.objects.filter(period__year=year).count()
    act = LegalDocument.objects.order_by("pk").values_list("number", flat=True).first()
    sent = {
        "key": f"bao-{storm.number}", "version": versions + 1, "document": act, "reason": "Đã đối chiếu",
        "as_of": f"{timezone.localtime(storm.clock.now()):%d/%m/%Y %H:%M}",
    }  # fmt: skip
    actor = storm.anybody(dice, *["programme_officer"] * 6, "programme_leader", "unit_approver")
    storm.doors.post(actor, f"/targets/closings/{year}/", sent)


@step(1.5)
def a_closing_is_decided(storm: Storm, dice: random.Random) -> None:
    waiting = list(ClosingProposal.objects.open().order_by("pk").values_list("pk", flat=True))
    if waiting:
        verb = dice.choice(["close", "close", "close", "refuse", "withdraw"])
        actor = storm.anybody(dice, *["programme_leader"] * 4, "programme_officer")
        address = f"/targets/closings/proposals/{dice.choice(waiting)}/{verb}/"
        storm.doors.post(actor, address, {"reason": "Còn thiếu hồ sơ"})
