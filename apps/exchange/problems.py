"""The problems that page 07b lists, each with its row and the means to mend it on the spot."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import cached_property

from apps.core.masking import hide_identity_numbers
from apps.exchange.cells import Field
from apps.exchange.models import RowProblem, StagedRow
from apps.exchange.rowtexts import text_of

if TYPE_CHECKING:
    from apps.exchange.page import BatchPage

CHOSEN = 100  # as many choices as a field offers to choose from; of more it proposes while one types


@dataclass
class Mend:
    """One problem, or the row that was left out because of some."""

    number: int
    whose: list[str]
    cells: list[tuple[Field, str, str]]  # the whole row
    problem: RowProblem | None = None
    column: Field | None = None  # where it is mended
    choices: list[str] = field(default_factory=list)
    typed: str = ""  # what stands in the cell now
    in_file: str = ""  # what the file had in it, where somebody has put another value
    is_focused: bool = False

    @property
    def is_pending(self) -> bool:
        """Whether somebody has still to do something about it."""
        one = self.problem
        return one is not None and one.severity != RowProblem.Severity.NOTE and not one.accepted_reason

    @property
    def is_chosen(self) -> bool:
        return 0 < len(self.choices) <= CHOSEN

    @property
    def reason_field(self) -> str:
        return f"{self.anchor}-l"

    @property
    def anchor(self) -> str:
        return f"o-{self.problem.pk}" if self.problem else f"d-{self.number}"


class Problems:
    """Those of the page of a tab, and in their places the rows that were left out since it was loaded."""

    def __init__(self, board: "BatchPage") -> None:
        self.board, self.texts = board, board.texts

    @cached_property
    def mends(self) -> list[Mend]:
        listed = [self._mend(problem) for problem in self.board.page]
        pending = [mend for mend in listed if mend.is_pending]
        row = self.board.clicked.row
        if row and pending and not self.board.clicked.field:
            next((mend for mend in pending if mend.number >= row), pending[-1]).is_focused = True
        return sorted([*listed, *self._dropped], key=lambda mend: mend.number)

    @property
    def long_lists(self) -> dict[str, list[str]]:
        """What a field proposes while one types."""
        return {key: words for key, words in self._drop_downs.items() if len(words) > CHOSEN}

    @cached_property
    def _drop_downs(self) -> dict[str, list[str]]:
        return self.board.resource.drop_downs() if self.board.is_open else {}

    @cached_property
    def _rows(self) -> dict[int, StagedRow]:
        return self.board.rows_of([*(one.number for one in self.board.page), *self.board.clicked.dropped])

    @property
    def _dropped(self) -> list[Mend]:
        rows = [self._rows.get(number) for number in self.board.clicked.dropped] if self.board.is_open else []
        gone = [row for row in rows if row is not None and row.state == StagedRow.State.SKIPPED]
        return [Mend(row.number, self.texts.whose(row), self.texts.filled(row)) for row in gone]

    def _mend(self, problem: RowProblem) -> Mend:
        row = self._rows.get(problem.number) or StagedRow(raw={})
        column = self.texts.by_header.get(problem.column)
        place = self.texts.by_key.get(self.board.resource.mended_in.get(problem.code, "")) or column
        if not self.board.may_change:
            problem.value = column.hide(problem.value) if column else hide_identity_numbers(problem.value)
            problem.message = hide_identity_numbers(problem.message)
        return Mend(
            problem.number,
            self.texts.whose(row, [column]),
            self.texts.filled(row),
            problem,
            place,
            self._drop_downs.get(place.key, []) if place else [],
            text_of(row.raw, place) if place else "",
            self.texts.in_file(row, column) if column else "",
        )
