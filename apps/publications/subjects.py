"""To whom a book is known, so that people may talk about it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.notifications.subjects import Subject, register_subject
from apps.people.rights import holders_of
from apps.publications import moving
from apps.publications.models import ReportBook


def _people(book: ReportBook) -> QuerySet[User]:
    held = holders_of(moving.VIEW)
    return User.objects.filter(pk__in=held.everywhere | held.of(book.unit_id))


def _books(user: User) -> Any:
    return ReportBook.objects.visible_to(user).without_facts().select_related("unit")


register_subject(
    Subject(
        kind="publications.reportbook",
        view=moving.VIEW,
        visible=_books,
        code=lambda book: _("báo cáo tổng hợp %(slug)s") % {"slug": book.slug},
        title=lambda book: str(book),
        unit=lambda book: book.unit_id or "",
        people=_people,
        offered=lambda book, _reader: _people(book),
    )
)
