"""Files hang on books: seen with them; the built ones and the signed paper are hung by who issues."""

from typing import Any

from apps.accounts.models import User
from apps.documents.owners import register_owner
from apps.publications import moving
from apps.publications.models import ReportBook


def _editable(user: User) -> Any:
    return ReportBook.objects.editable_by(user).filter(state=moving.State.DRAFT)


register_owner(
    "publications.reportbook",
    view=moving.VIEW,
    change=moving.WRITE,
    visible=ReportBook.objects.visible_to,
    editable=_editable,
    unit=lambda book: book.unit_id or "",
)
