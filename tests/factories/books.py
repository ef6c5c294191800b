"""Report books for tests: made by the services themselves, every compulsory section written."""

from django.utils import timezone

from apps.accounts.models import User
from apps.publications.models import ReportBook
from apps.publications.services import moves
from apps.publications.services.books import begin_book
from apps.publications.services.texts import write_section

BOUND = "# Doanh nghiệp\nCó {{mt5.2025}} doanh nghiệp, tăng {{mt5.2025.gain}} trong năm."


def begun(by: User, year: int = 2025) -> ReportBook:
    book = begin_book("annual", year, None, by=by)
    for section in book.sections.filter(is_self_built=False):
        text = BOUND if section.code == "results" else "Đã thực hiện theo kế hoạch."
        write_section(section, text, seen=0, is_done=True, by=by)
    book.refresh_from_db()
    return book


def paper(number: str = "118/BC-BKHCN") -> moves.Issue:
    return moves.Issue(number, timezone.localdate(), "Nguyễn Văn A", "BỘ TRƯỞNG")


def issued(book: ReportBook, officer: User, leader: User) -> ReportBook:
    book = moves.check(book, accepted="Đã đối chiếu", by=officer)
    return moves.issue(moves.hand(book, by=officer), paper(), by=leader)
