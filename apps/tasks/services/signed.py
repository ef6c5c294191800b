"""The signed paper of a decision, as a file on what it decides."""

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.kept_words import in_vietnamese
from apps.documents import services
from apps.documents.uploads import Checked
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.services.recording import Decided, hold_decision


def attach_signed(row: PlanTask | TaskList, paper: Checked, decided: Decided, *, by: User) -> None:
    """By the right to decide; to be called within the decision and after it: what is refused leaves no bytes behind."""
    hold_decision(decided)
    rows: Any = type(row).objects
    within = (rows.live() if isinstance(row, PlanTask) else rows).decidable_by(by)
    with in_vietnamese():
        note = _("Văn bản đã ký %(number)s") % {"number": decided.document.number}
    services.attach_signed(row, paper, note=note, by=by, within=within)
