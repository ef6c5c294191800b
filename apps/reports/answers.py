"""What a page or one of its cells sends: `v-5.1` the value, `x-5.1` the explanation, `s-5.1` what was seen there.

An answer that changes nothing of what was seen is none: nobody writes over a colleague with what he only looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.reports.models import AnnualReport, FormCell
from apps.reports.numbers import NOT_APPLICABLE, Given
from apps.reports.rows import Typed, field_text, given_text, mark
from apps.reports.selectors.filled import Entry
from apps.reports.services.entering import UNCHANGED, CellConflictError, Edit, write_cells

RESTORE, LEAVE, USE = "restore", "na", "use"  # what a cell's own buttons say, with its code: "use:5.1"


@dataclass(frozen=True)
class Answer:
    edit: Edit
    typed: Typed


@dataclass(frozen=True)
class Outcome:
    """`status`: of the answer; `typed`: by code, of what was not written; `general`: what no cell is to blame for."""

    status: int = 200
    written: int = 0
    typed: Mapping[str, Typed] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)


def read_answers(
    cells: Iterable[FormCell], data: Mapping[str, str], entries: Mapping[str, Entry] | None = None
) -> dict[str, Answer]:
    """By code. `entries`: what is known of the cells, where a button asks for what the portal knows itself."""
    verb, _colon, pressed = data.get("act", "").partition(":")
    found = {}
    for cell in cells:
        if cell.is_sum or f"v-{cell.code}" not in data:
            continue
        own = verb if pressed == cell.code else ""
        if own != USE and (answer := _answer(cell, data, own, entries or {})):
            found[cell.code] = answer
    return found


def _answer(cell: FormCell, data: Mapping[str, str], verb: str, entries: Mapping[str, Entry]) -> Answer | None:
    code = cell.code
    value, why, seen = (data.get(f"{letter}-{code}", "") for letter in "vxs")
    version, value_mark, why_mark = _seen(seen)
    if verb == LEAVE:
        value = NOT_APPLICABLE
    elif verb == RESTORE and cell.key in entries:
        value = field_text(cell, Given(number=entries[cell.key].prefilled))
    is_other = bool(verb) or mark(value) != value_mark
    is_explained = f"x-{code}" in data and mark(why) != why_mark
    if not (is_other or is_explained):
        return None
    given = value if cell.kind == FormCell.Kind.TEXT else given_text(value)
    edit = Edit(code, given if is_other else UNCHANGED, why if is_explained else UNCHANGED, version)
    return Answer(edit, Typed(value, why, seen=seen))


def _seen(text: str) -> tuple[int, str, str]:
    """Who does not say what was seen has seen nothing of what stands there."""
    version, _dot, marks = text.partition(".")
    value, _dot, why = marks.partition(".")
    return (int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0), value, why


def write(report: AnnualReport, answers: Mapping[str, Answer], *, by: User) -> Outcome:
    """All of them, or none; what was not written comes back as it was typed."""
    if not answers:
        return Outcome()
    typed = {code: one.typed for code, one in answers.items()}
    try:
        written = write_cells(report, [one.edit for one in answers.values()], by=by)
    except CellConflictError as found:
        for conflict in found.conflicts:
            old = typed[conflict.cell.code]
            typed[conflict.cell.code] = Typed(old.value, old.explanation, conflict=conflict, seen=old.seen)
        return Outcome(409, typed=typed)
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            return Outcome(422, typed=typed, general=refusal.messages)
        for code, words in refusal.message_dict.items():
            old = typed[code]
            typed[code] = Typed(old.value, old.explanation, refused=" ".join(words), seen=old.seen)
        return Outcome(422, typed=typed)
    return Outcome(written=len(written))
