"""To whom a book is known, so that people may talk about it."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.organisations.selectors import unit_labels
from apps.people.rights import holders_of
from apps.publications import moving
from apps.publications.models import ReportBook


def _people(book: ReportBook) -> QuerySet[User]:
    held = holders_of(moving.VIEW)
    return User.objects.filter(pk__in=held.everywhere | held.of(book.unit_id))


def _books(user: User) -> Any:
    return ReportBook.objects.visible_to(user).without_facts().select_related("unit")


def _name(book: ReportBook) -> str:
    return f"{book} – {unit_labels()[book.unit_id].short_name}" if book.unit_id else str(book)


register_subject(
    Subject(
        kind="publications.reportbook",
        view=moving.VIEW,
        visible=_books,
        code=lambda book: _("báo cáo tổng hợp “%(name)s”") % {"name": _name(book)},
        name=_name,
        unit=lambda book: book.unit_id or "",
        people=_people,
        offered=lambda book, _reader: _people(book),
    )
)

name_kinds(
    [
        Kind("publications.hand", gettext_lazy("Báo cáo tổng hợp chờ ký"), gettext_lazy("Có %(code)s chờ ký."),
             gettext_lazy("Đề nghị xem và ghi nhận ký tại:"), "hourglass", "review", at_once=True),
        Kind("publications.send_back", gettext_lazy("Báo cáo tổng hợp được trả lại"),
             gettext_lazy("Lãnh đạo trả lại %(code)s."), gettext_lazy("Đề nghị hoàn thiện; xem lý do tại:"),
             "arrow-back-up", "warn", at_once=True),
        Kind("publications.issue", gettext_lazy("Báo cáo tổng hợp đã ban hành"),
             gettext_lazy("Đã ban hành %(code)s."), gettext_lazy("Xem báo cáo tại:"), "circle-check", "good"),
    ]
)  # fmt: skip
