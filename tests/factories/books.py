"""Report books for tests: made by the services themselves, every compulsory section written."""

from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.models import User
from apps.documents.models import Attachment
from apps.documents.services import store_file
from apps.publications.building import TYPES, digest, file_name
from apps.publications.facts.told import Facts
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


def keep_file(book: ReportBook, name: str, raw: bytes, by: User) -> Attachment:
    """Hung on the book as issuing hangs it."""
    stored = store_file(ContentFile(raw, name=name), by=by)
    return Attachment.objects.create(
        owner_kind="publications.reportbook", owner_id=str(book.pk), unit=book.unit_id or "", stored=stored, name=name,
        content_type=TYPES[name.rpartition(".")[2]], note="", added_by=by,
    )  # fmt: skip


def issued_at_once(by: User) -> ReportBook:
    """With a file that says nothing: for those who only list and fetch books."""
    now, raw, name = timezone.now(), b"%PDF-1.7", file_name("national-2025", "pdf")
    figure = {
        "key": "mt5.2025", "label": "Doanh nghiệp, năm 2025", "value": "5", "text": "5", "unit": "doanh nghiệp",
        "as_of": now.isoformat(), "source": "/targets/mt5/provenance/2025/", "is_used": True,
    }  # fmt: skip
    book = ReportBook.objects.create(
        kind="national", span="annual", year=2025, slug="national-2025", state="issued", as_of=now,
        manifest={"files": {name: digest(raw)}, "figures": [figure]}, facts=Facts().plain(), number="118/BC-BKHCN",
        issued_on=timezone.localdate(), signatory="Nguyễn Văn A", position="Bộ trưởng", begun_by=by, begun_at=now,
        issued_by=by, issued_at=now,
    )  # fmt: skip
    keep_file(book, name, raw, by)
    return book
