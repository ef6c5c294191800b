"""The signed paper of a decision, as a file on what it decides."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.documents.services import attach_file
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.services.recording import Decided, hold_decision


def attach_signed(row: PlanTask | TaskList, upload: Any, decided: Decided, *, by: User) -> None:
    """By the right to decide; to be called within the decision: what refuses that takes the file back."""
    hold_decision(decided)  # hanging it locks the row
    rows: Any = type(row).objects
    within = (rows.live() if isinstance(row, PlanTask) else rows).decidable_by(by)
    try:
        attach_file(
            row, upload, note=_("Văn bản đã ký %(number)s") % {"number": decided.document.number}, by=by, within=within
        )
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.error_list}) from refusal
