"""Words of unit and reviewers about one cell."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.notifications.models import Comment
from apps.notifications.services.comments import comment
from apps.registers.changing import refusal
from apps.reports.models import AnnualReport, CellThread, FormCell


@transaction.atomic
def say(report: AnnualReport, code: str, text: str, *, by: User) -> Comment:
    """The thread of the cell begins with its first words."""
    cell = FormCell.objects.filter(form=report.form_id, code=code).first()
    if cell is None:
        raise refusal(None, _("Biểu mẫu không có ô này."), "unknown_cell")
    thread, _made = CellThread.objects.get_or_create(report=report, cell=cell)
    return comment(thread, text, by=by)
