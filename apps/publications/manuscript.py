"""What a book is at one moment, as plain data: its place, texts and facts. All that is printed follows from it."""

from dataclasses import dataclass
from datetime import date

from apps.publications.facts.told import Asked, Facts
from apps.publications.models import OutlineSection, ReportBook, Section, SectionText


@dataclass(frozen=True)
class Part:
    code: str
    title: str
    text: str
    tables: tuple[str, ...]
    is_compulsory: bool
    is_self_built: bool
    is_annex: bool


@dataclass(frozen=True)
class Manuscript:
    title: str
    parts: tuple[Part, ...]
    facts: Facts
    slug: str = ""
    version: int = 1
    is_issued: bool = False
    number: str = ""
    issued_on: date | None = None
    signatory: str = ""
    position: str = ""

    @property
    def year(self) -> int:
        return int(self.facts.about["years"][-1])

    @property
    def paper_year(self) -> int:
        """Of the paper: while its day is unknown, that in which its figures were taken."""
        return self.issued_on.year if self.issued_on else int(self.facts.about["as_of"][:4])


def manuscript_of(book: ReportBook) -> Manuscript:
    texts = latest_texts(book)
    parts = [_part(one, texts[one.pk].text if one.pk in texts else "") for one in book.sections.order_by("position")]
    return Manuscript(
        title=book.title, parts=tuple(parts), facts=Facts.read(book.facts), slug=book.slug, version=book.version,
        is_issued=book.is_issued, number=book.number, issued_on=book.issued_on, signatory=book.signatory,
        position=book.position,
    )  # fmt: skip


def unwritten(asked: Asked, facts: Facts) -> Manuscript:
    """By the outline alone, without any text of people."""
    parts = [_part(one, "") for one in OutlineSection.objects.filter(kind=asked.kind).order_by("position")]
    book = ReportBook(kind=asked.kind, span=asked.span, year=asked.year)
    return Manuscript(title=book.title, parts=tuple(parts), facts=facts)


def latest_texts(book: ReportBook) -> dict[int, SectionText]:
    """By section."""
    rows = SectionText.objects.filter(section__book=book).select_related("written_by")
    return {one.section_id: one for one in rows.order_by("section_id", "-number").distinct("section_id")}


def _part(of: Section | OutlineSection, text: str) -> Part:
    return Part(of.code, of.title, text, tuple(of.tables), of.is_compulsory, of.is_self_built, of.is_annex)
