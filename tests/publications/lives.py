"""Books in every state, and the door of each verb."""

from collections.abc import Callable, Iterator
from typing import Any

from apps.publications.models import ReportBook, Section, SectionText
from apps.publications.services import books, moves
from apps.publications.services.texts import write_section
from tests.factories.books import begun, paper


def of_books(fixture: Callable[[str], Any]) -> dict[str, Any]:
    officer, leader = fixture("officer"), fixture("leader")
    fixture("facts")
    doors = {
        "write": lambda book: write_section(book.sections.first(), "Viết thêm", seen=1, by=officer),
        "refresh": lambda book: books.refresh(book, by=officer),
        "check": lambda book: moves.check(book, accepted="Đã đối chiếu", by=officer),
        "rework": lambda book: moves.rework(book, by=officer),
        "hand": lambda book: moves.hand(book, by=officer),
        "send_back": lambda book: moves.send_back(book, "Viết lại", by=leader),
        "issue": lambda book: moves.issue(book, paper(), by=leader),
        "revise": lambda book: books.revise(book, "Có báo cáo nộp bổ sung", by=officer),
    }
    return {
        "rows": _books(officer, leader), "doors": doors, "by": {"": officer, "issue": leader},
        "tables": (ReportBook, Section, SectionText),
    }  # fmt: skip


def _books(officer: Any, leader: Any) -> Iterator[ReportBook]:
    book = begun(officer)
    yield book
    book = moves.check(book, accepted="Đã đối chiếu", by=officer)
    yield book
    book = moves.hand(book, by=officer)
    yield book
    yield moves.issue(book, paper(), by=leader)
