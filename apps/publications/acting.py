"""On whose side a person acts on a book: the programme office for the nation's, a unit's own people for theirs."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.moves import Move
from apps.people.rights import units_with
from apps.publications.models import ReportBook, SectionText

ISSUE_VERB = "issue"


def acts_for(user: User, permission: str, unit: str | None) -> bool:
    scope = units_with(user, permission)
    return scope.everything if unit is None else user.is_superuser or unit in scope.ids


def need(user: User, permission: str, book: ReportBook) -> None:
    if not acts_for(user, permission, book.unit_id):
        raise PermissionDenied(book)


def allowed_moves(book: ReportBook, user: User) -> list[Move]:
    """The moves for which this person finds a button, in the order of the table."""
    found = [
        move for move in book.MOVES
        if move.leaves(book) and move.is_open_to(user, book) and acts_for(user, move.permission, book.unit_id)
    ]  # fmt: skip
    return [move for move in found if move.verb != ISSUE_VERB or not own_work(book, user)]


def own_work(book: ReportBook, by: User) -> str:
    """Why this person does not issue the book: they put it forward or checked it, or wrote it alone. Else nothing."""
    if by.pk in (book.handed_by_id, book.checked_by_id):
        return _("Bạn là người kiểm tra hoặc trình báo cáo này: người khác phải ghi nhận ký.")
    writers = set(SectionText.objects.filter(section__book=book).order_by().values_list("written_by", flat=True))
    return _("Chỉ một mình bạn soạn báo cáo này: người khác phải ghi nhận ký.") if writers == {by.pk} else ""


def refuse_own_work(book: ReportBook, by: User) -> None:
    if told := own_work(book, by):
        raise ValidationError(told, code="same_person")
