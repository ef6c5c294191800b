"""A sending as its reviewer compares it, and what the unit gets back: threads of cells, the return slip."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.notifications.models import Comment
from apps.notifications.selectors import Talk, talk_of
from apps.reports import moving
from apps.reports.models import AnnualReport, CellThread, FormCell, FormSection, Review, ReviewNote, Submission
from apps.reports.numbers import NOT_APPLICABLE, show
from apps.reports.prefill import prefilled
from apps.reports.selectors.filled import cells_of
from apps.reports.selectors.series import number_in, sum_in, years_before

THREAD = "reports.cellthread"
YEARS_BACK = 2
Frozen = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One cell of a sending. `before`: the same in the sending before, None where there was none."""

    cell: FormCell
    now: str
    number: Decimal | None
    before: str | None
    last: Decimal | None  # of the last accepted year
    register: Decimal | None  # what the portal knows today
    known: Decimal | None  # what it knew when the paper was signed
    explanation: str
    note: ReviewNote | None
    comments: int

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.before != self.now

    @property
    def growth(self) -> Decimal | None:
        if self.number is None or not self.last or not self.cell.is_number:
            return None
        return (self.number - self.last) * 100 / self.last

    @property
    def difference(self) -> Decimal | None:
        return None if self.number is None or self.register is None else self.number - self.register

    @property
    def register_moved(self) -> bool:
        return self.known is not None and self.register is not None and self.known != self.register

    @property
    def needs_reason(self) -> bool:
        """To be accepted: the number of an indicator that is not what the register had."""
        is_told = self.cell.indicator_id is not None and self.number is not None
        return is_told and self.known is not None and self.number != self.known

    @property
    def is_flagged(self) -> bool:
        return self.note is not None and self.note.kind == ReviewNote.Kind.FLAG

    @property
    def is_explained(self) -> bool:
        return self.note is not None and self.note.kind == ReviewNote.Kind.DIFFERENCE

    @property
    def is_text(self) -> bool:
        return self.cell.kind == FormCell.Kind.TEXT

    def told(self, number: Decimal | None) -> str:
        return show(self.cell, number)

    @property
    def last_told(self) -> str:
        return self.told(self.last)

    @property
    def register_told(self) -> str:
        return self.told(self.register)

    @property
    def known_told(self) -> str:
        return self.told(self.known)

    @property
    def difference_told(self) -> str:
        found = self.difference
        if not found:
            return ""
        return f"{'+' if found > 0 else '−'}{self.told(abs(found))}"


@dataclass(frozen=True)
class Compared:
    """`sent`: the sending under review; `earlier`: those before it, the newest first; `last_year`: whose accepted
    numbers stand beside.
    """

    sent: Submission
    earlier: list[Submission]
    last_year: int | None
    lines: list[Line]

    @property
    def before(self) -> Submission | None:
        return self.earlier[0] if self.earlier else None

    @property
    def flagged(self) -> list[Line]:
        return [line for line in self.lines if line.is_flagged]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.is_changed]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.difference]

    @property
    def unreasoned(self) -> list[Line]:
        """Those for which acceptance asks a reason."""
        return [line for line in self.lines if line.needs_reason]

    def of_section(self, section: FormSection) -> list[Line]:
        return [line for line in self.lines if line.cell.block.section_id == section.pk]

    def line(self, code: str) -> Line | None:
        return next((line for line in self.lines if line.cell.code == code), None)


def sendings_of(report: AnnualReport) -> list[Submission]:
    """Those that left the unit, the newest first."""
    rows = report.submissions.filter(sent_at__isnull=False).select_related("sent_by", "review__decided_by")
    return list(rows.order_by("-revision"))


def compare(report: AnnualReport, user: User) -> Compared | None:
    """None: nothing was ever sent. As many queries as the form has sources, whatever stands in the report."""
    sendings = sendings_of(report)
    if not sendings:
        return None
    sent, *earlier = sendings
    cells = cells_of(report.form_id)
    years = years_before(report, YEARS_BACK)
    last_year = next((year for year in sorted(years, reverse=True) if years[year]), None)
    last = years[last_year] if last_year else {}
    today, notes, comments = prefilled(report, cells, user), _notes(sent), comment_counts(report)
    frozen = sent.content["cells"]
    before = earlier[0].content["cells"] if earlier else None
    lines = [
        Line(
            cell=cell, now=told_in(cell, frozen), number=number_in(frozen.get(cell.key, {})),
            before=None if before is None else told_in(cell, before),
            last=last[cell.key].total if cell.key in last else None, register=today.get(cell.key),
            known=_known(frozen.get(cell.key, {})), explanation=frozen.get(cell.key, {}).get("explanation", ""),
            note=notes.get(cell.pk), comments=comments.get(cell.pk, 0),
        )
        for cell in cells
    ]  # fmt: skip
    return Compared(sent, earlier, last_year, lines)


def told_in(cell: FormCell, cells: Frozen) -> str:
    """What stood in the cell of a sending, as people read it."""
    if cell.is_sum:
        return sum_in(cells, cell)
    frozen = cells.get(cell.key, {})
    value = frozen.get("value")
    if value == NOT_APPLICABLE:
        return _("Không áp dụng")
    return (value or "") if cell.kind == FormCell.Kind.TEXT else show(cell, number_in(frozen))


def _known(frozen: Frozen) -> Decimal | None:
    return Decimal(frozen["prefilled"]) if frozen.get("prefilled") else None


def _notes(sent: Submission) -> dict[int, ReviewNote]:
    rows = ReviewNote.objects.filter(review__submission=sent)
    return {note.cell_id: note for note in rows}


def reasons_of(report: AnnualReport) -> dict[int, str]:
    """By cell: why its difference is accepted, as noted in the review that goes on."""
    notes = ReviewNote.objects.filter(review__submission__report=report, review__verdict=Review.Verdict.OPEN)
    return dict(notes.filter(kind=ReviewNote.Kind.DIFFERENCE).values_list("cell", "text"))


def comment_counts(report: AnnualReport) -> dict[int, int]:
    """By cell: how many words were said and not taken back; two queries."""
    threads = {str(pk): cell for pk, cell in CellThread.objects.filter(report=report).values_list("pk", "cell")}
    said = Comment.objects.filter(owner_kind=THREAD, owner_id__in=threads, withdrawn_at__isnull=True)
    return Counter(threads[owner] for owner in said.values_list("owner_id", flat=True))


def talk_of_cell(report: AnnualReport, cell: FormCell, user: User) -> Talk | None:
    """What is said about the cell; None where nobody has said anything."""
    thread = CellThread.objects.filter(report=report, cell=cell).first()
    return talk_of(thread, user) if thread else None


@dataclass(frozen=True)
class Thread:
    cell: FormCell
    count: int
    last: Comment


def threads_of(report: AnnualReport) -> list[Thread]:
    """Those with words in them, the one with the newest first; two queries."""
    rows = CellThread.objects.filter(report=report).select_related("cell")
    cells = {str(row.pk): row.cell for row in rows}
    said: dict[str, list[Comment]] = defaultdict(list)
    words = Comment.objects.filter(owner_kind=THREAD, owner_id__in=cells, withdrawn_at__isnull=True)
    for one in words.select_related("by").order_by("at", "pk"):
        said[one.owner_id].append(one)
    found = [Thread(cells[owner], len(own), own[-1]) for owner, own in said.items()]
    return sorted(found, key=lambda one: one.last.at, reverse=True)


@dataclass(frozen=True)
class Section:
    section: FormSection
    blocks: list[tuple[Any, list[tuple[str, list[Line]]]]]  # of a block its lines under their headings
    marks: int  # lines that differ from the register or are flagged


def sections_of(report: AnnualReport, compared: Compared) -> list[Section]:
    """All sections of the form, in their order; two queries."""
    by_block: dict[int, list[Line]] = defaultdict(list)
    for line in compared.lines:
        by_block[line.cell.block_id].append(line)
    found = []
    for section in report.form.sections.order_by("position").prefetch_related("blocks"):
        blocks = sorted(section.blocks.all(), key=lambda block: block.position)
        marks = sum(bool(line.difference) or line.is_flagged for line in compared.of_section(section))
        found.append(Section(section, [(block, _grouped(by_block[block.pk])) for block in blocks], marks))
    return found


def _grouped(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Lines that stand together under one heading: of a list its groups, of a grid its rows."""
    found: list[tuple[str, list[Line]]] = []
    for line in lines:
        heading = line.cell.row or line.cell.group
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        found[-1][1].append(line)
    return found


def queue() -> Any:
    """What was sent and waits for a verdict, the oldest first."""
    rows = AnnualReport.objects.expected().filter(state=moving.State.SUBMITTED).exclude(round__state="draft")
    return rows.order_by("submitted_at", "pk")
