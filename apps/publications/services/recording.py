"""What every change of a book leaves behind: its next count, and its audit row."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move, go, hold
from apps.publications.acting import need
from apps.publications.models import ReportBook


def held(book: ReportBook, verb: str, *, by: User, changes: int | None = None) -> tuple[ReportBook, Move]:
    """The book as it is now, locked; refused to who may not, where it is not the moment, and from an old page."""
    book, move = hold(book, verb)
    need(by, move.permission, book)
    if changes is not None and changes != book.changes:
        words = _("Báo cáo vừa được người khác cập nhật, nay ở trạng thái “%(state)s”. Mở lại để xem rồi làm tiếp.")
        raise ValidationError(words, code="stale", params={"state": book.get_state_display()})
    return book, move


def keep(
    book: ReportBook, move: Move, *, by: User, reason: str = "", changed: dict[str, Any] | None = None, **told: Any
) -> ReportBook:
    before = book.state
    for name, value in (changed or {}).items():
        setattr(book, name, value)
    names = [*go(book, move, by=by), *(changed or {})]
    book.changes += 1
    book.full_clean(exclude=["facts", "manifest", "unit"])
    book.save(update_fields=[*names, "changes", "updated_at"])
    states = {"before": {"state": before}, "after": {"state": book.state}} if before != book.state else {}
    record(move.audit, target=book, by=by, unit=book.unit_id or "", reason=reason, **states, **told)
    return book
