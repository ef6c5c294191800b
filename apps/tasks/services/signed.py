"""The signed paper of a decision, as a file on what it decides."""

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.documents import services
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.services.moves import hold_in_order
from apps.tasks.services.recording import Decided, hold_decision


def attach_signed(row: PlanTask | TaskList, upload: Any, decided: Decided, *, by: User) -> None:
    """By the right to decide; to be called within the decision: what refuses that takes the file back."""
    hold_decision(decided)  # hanging it locks the row
    if isinstance(row, PlanTask):
        hold_in_order([row])  # what it is part of along with it, as whoever decides on both holds them
    rows: Any = type(row).objects
    within = (rows.live() if isinstance(row, PlanTask) else rows).decidable_by(by)
    note = _("Văn bản đã ký %(number)s") % {"number": decided.document.number}
    services.attach_signed(row, upload, note=note, by=by, within=within)
