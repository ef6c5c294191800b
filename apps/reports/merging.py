"""What a file would change in a report as it stands now, cell by cell.

What only the file changed is taken, what only the screen changed stays, what both changed is for a person to choose.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.text import clean_text
from apps.reports.checking import problems_of, rules_of
from apps.reports.hidden_sheet import NOTHING, hashed, token
from apps.reports.models import AnnualReport, FormCell, ReportedValue
from apps.reports.numbers import NOT_APPLICABLE, Given, machine, read_cell, show
from apps.reports.selectors.filled import Entry, cells_of, entries_of, sum_of
from apps.reports.selectors.series import years_before
from apps.reports.services.entering import LONGEST_EXPLANATION, UNCHANGED, Edit
from apps.reports.sheets import WARNING, Answered, Line, Told
from apps.reports.unlocked import unlocked_keys
from apps.reports.workbook import not_applicable

FILE, SCREEN = "file", "screen"


@dataclass(frozen=True)
class Change:
    """One cell that the file has otherwise than the screen; `value`, `explanation`: what is to be written, if any."""

    entry: Entry
    line: Line
    value: Any = UNCHANGED
    explanation: Any = UNCHANGED

    @property
    def cell(self) -> FormCell:
        return self.entry.cell

    @property
    def old(self) -> str:
        return told(self.cell, self.entry.given)

    @property
    def new(self) -> str:
        return told(self.cell, self.given)

    @property
    def given(self) -> Given:
        return self.entry.given if self.value is UNCHANGED else read_cell(self.cell, self.value)

    @property
    def changes_value(self) -> bool:
        return self.value is not UNCHANGED

    @property
    def new_explanation(self) -> str:
        return self.entry.explanation if self.explanation is UNCHANGED else str(self.explanation)

    @property
    def changed_by(self) -> str:
        return str(self.entry.value.changed_by or "") if self.entry.value else ""

    @property
    def edit(self) -> Edit:
        return Edit(self.cell.code, self.value, self.explanation, self.entry.version)


@dataclass
class Plan:
    """`version`: of the report as it was looked at. `conflicts`: the screen has changed since the file was made."""

    version: int
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    errors: list[Told] = field(default_factory=list)
    warnings: list[Told] = field(default_factory=list)
    rows: int = 0

    def edits(self, choices: Mapping[str, str]) -> list[Edit]:
        """`choices`: of each conflict, by code, whose value counts; refused where one is not chosen."""
        open_codes = [one.cell.code for one in self.conflicts if choices.get(one.cell.code) not in (FILE, SCREEN)]
        if open_codes:
            words = _("Chọn giá trị của tệp hoặc của màn hình cho các ô: %(codes)s.") % {"codes": ", ".join(open_codes)}
            raise ValidationError(words, code="unresolved")
        chosen = [one for one in self.conflicts if choices[one.cell.code] == FILE]
        return [one.edit for one in [*self.changes, *chosen]]


def told(cell: FormCell, given: Given) -> str:
    if given.is_not_applicable:
        return not_applicable()
    return given.text if cell.kind == FormCell.Kind.TEXT else show(cell, given.number)


def plan_of(report: AnnualReport, answered: Answered) -> Plan:
    """As of now; the same number of queries whatever the file holds."""
    cells = cells_of(report.form_id)
    entries = _with_people(entries_of(report, cells))
    open_keys = unlocked_keys(report, entries)
    plan = Plan(report.version, rows=len(answered.lines))
    for problem in answered.problems:
        (plan.warnings if problem.severity == WARNING else plan.errors).append(problem)
    refused = {problem.column for problem in plan.errors}
    for entry in entries.values():
        line = answered.lines.get(entry.cell.code)
        if line is None or entry.cell.is_sum or entry.cell.code in refused:
            continue
        _compare(plan, entry, line, answered.tokens.get(entry.cell.code, (NOTHING, NOTHING)), open_keys)
    plan.warnings += _by_rules(report, entries, plan, answered)
    return plan


def _with_people(entries: dict[str, Entry]) -> dict[str, Entry]:
    """With who wrote each cell, in one statement."""
    rows = [entry.value.pk for entry in entries.values() if entry.value is not None]
    people = {row.pk: row for row in ReportedValue.objects.filter(pk__in=rows).select_related("changed_by")}
    return {
        key: replace(entry, value=people[entry.value.pk]) if entry.value is not None else entry
        for key, entry in entries.items()
    }


def _compare(plan: Plan, entry: Entry, line: Line, before: tuple[str, str], open_keys: set[str]) -> None:
    cell = entry.cell
    try:
        given = read_cell(cell, line.value)
    except ValidationError as wrong:
        plan.errors.append(_told(line, cell, wrong.messages[0], str(wrong.code)))
        return
    explanation = clean_text(line.explanation)
    if len(explanation) > LONGEST_EXPLANATION:
        words = _("Giải trình dài quá 1.000 ký tự. Rút gọn.")
        plan.errors.append(_told(line, cell, words, "too_long", at=line.explanation_at))
        return
    mine = (token(cell, machine(cell, given)), hashed(explanation))
    now = (token(cell, machine(cell, entry.given)), hashed(entry.explanation))
    wants = [one not in (was, here) for one, was, here in zip(mine, before, now, strict=True)]
    if not any(wants):
        return
    if cell.key not in open_keys:
        words = _("Ô này không nằm trong phiếu trả lại nên không sửa được.")
        plan.errors.append(_told(line, cell, words, "locked_cell"))
        return
    both = any(want and here != was for want, was, here in zip(wants, before, now, strict=True))
    change = Change(entry, line, line.value if wants[0] else UNCHANGED, explanation if wants[1] else UNCHANGED)
    (plan.conflicts if both else plan.changes).append(change)


def _told(line: Line, cell: FormCell, words: str, code: str, *, at: str = "", severity: str = "error") -> Told:
    value = (line.value or "") if line.value != NOT_APPLICABLE else not_applicable()
    return Told(code, words, line.sheet, at or line.value_at, line.row, cell.code, value[:200], severity)


def _by_rules(report: AnnualReport, entries: dict[str, Entry], plan: Plan, answered: Answered) -> Iterable[Told]:
    """What the rules of the form will say once the file is written; none of it keeps the file out."""
    after = dict(entries)
    for change in [*plan.changes, *plan.conflicts]:
        after[change.cell.key] = _as_written(change)
    for key, entry in after.items():
        if entry.cell.is_sum:
            after[key] = replace(entry, given=Given(number=sum_of(entry.cell, after)))
    changed = {change.cell.key for change in [*plan.changes, *plan.conflicts]}
    for problem in problems_of(report, after, rules_of(report.form_id), years_before(report)):
        line = answered.lines.get(problem.cell.code)
        if problem.blocks and line and (problem.cell.key in changed or problem.cell.is_sum):
            yield _told(line, problem.cell, problem.text, problem.code, severity=WARNING)


def _as_written(change: Change) -> Entry:
    row = change.entry.value
    kept = ReportedValue(
        cell=change.cell, explanation=change.new_explanation, prefilled=row.prefilled if row else None,
        version=row.version if row else 0,
    )  # fmt: skip
    return Entry(change.cell, change.given, kept)
