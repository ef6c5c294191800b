"""What of a report is not right yet, by cell: what is missing, what must be corrected, what must be explained.

The same on screen, in the Excel file and in the API. An error blocks the report on its way to the leader; a warning
does so until its cell has an explanation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number, percent
from apps.reports.models import AnnualReport, FormCell, FormRule
from apps.reports.numbers import MILLION, show
from apps.reports.selectors.filled import Entry
from apps.reports.selectors.series import Years

ERROR, WARNING = FormRule.Severity.ERROR, FormRule.Severity.WARNING
NOT_GIVEN = "not_given"
ROUNDED, MANY_TIMES = 10, 1000  # percent: from which on no decimals are told, above which the two numbers say more


@dataclass(frozen=True)
class Problem:
    """`code`: the kind of rule, or `not_given`. An explained warning is still told, and no longer blocks.

    `is_early`: a total that does not agree while some of its numbers are still as the portal filled them in: who works
    from top to bottom has not come to them, and is told in red when all is checked.
    """

    cell: FormCell
    code: str
    severity: str
    text: str
    is_explained: bool = False
    is_early: bool = False

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def blocks(self) -> bool:
        return self.is_error or not self.is_explained


class Told(NamedTuple):
    """What is so, and what is asked for."""

    text: str
    advice: str


def rules_of(form_id: int) -> list[FormRule]:
    return list(FormRule.objects.filter(form=form_id).select_related("cell"))


def problems_of(
    report: AnnualReport, entries: Mapping[str, Entry], rules: Iterable[FormRule], before: Years
) -> list[Problem]:
    """In the order of the form. No query: everything was read."""
    found: dict[str, list[Problem]] = {key: [] for key in entries}
    for entry in entries.values():
        if entry.cell.is_required and entry.given.is_blank and not entry.cell.is_sum:
            found[entry.cell.key].append(Problem(entry.cell, NOT_GIVEN, ERROR, _missing(entry.cell)))
    last = before.get(report.round.year - 1, {})
    broken: list[tuple[FormRule, Told]] = []
    for rule in rules:
        key = rule.cell.key
        told = _RULES[rule.kind](rule, entries[key], entries, last[key].total if key in last else None)
        if told:
            broken.append((rule, told))
    asked = {rule.cell.key for rule, _told in broken if rule.severity == WARNING}
    for rule, told in broken:
        found[rule.cell.key].append(_problem(rule, told, entries, asked))
    return [problem for own in found.values() for problem in own]


def _problem(rule: FormRule, told: Told, entries: Mapping[str, Entry], asked: set[str]) -> Problem:
    """What to do about it is said for as long as nothing was done."""
    cell, text = rule.cell, told.text
    serving = [entries[key] for key in rule.others] if rule.kind in FormRule.SHARED else []
    if rule.severity == WARNING:
        if entries[cell.key].explanation:
            return Problem(cell, rule.kind, rule.severity, text, is_explained=True)
        if given := next((one.cell for one in serving if one.explanation), None):
            words = _("%(text)s (giải trình ở %(code)s)") % {"text": text, "code": named(given)}
            return Problem(cell, rule.kind, rule.severity, words, is_explained=True)
    text = f"{text}. {told.advice}"
    if once := next((one.cell for one in serving if one.cell.key in asked), None):
        text = _("%(text)s, ở đây hoặc chung ở %(code)s") % {"text": text, "code": named(once)}
    is_early = rule.kind == FormRule.Kind.SUM and any(entries[key].is_as_filled for key in (cell.key, *rule.others))
    return Problem(cell, rule.kind, rule.severity, text, is_early=is_early)


def named(cell: FormCell) -> str:
    """As the page shows it: in a list by its code, in a grid, where no code stands, by line and column."""
    return f"“{cell.label}”" if cell.row else cell.code


def _missing(cell: FormCell) -> str:
    if cell.kind == FormCell.Kind.TEXT:
        return _("Mục này bắt buộc. Nhập nội dung hoặc ghi “Không có”.")
    if cell.kind == FormCell.Kind.YES_NO:
        return _("Chưa chọn. Chọn “Có”, “Không” hoặc “Không áp dụng”.")
    return _("Chưa có số. Nhập 0 nếu không phát sinh, hoặc chọn “Không áp dụng”.")


Rule = Callable[[FormRule, Entry, Mapping[str, Entry], Decimal | None], Told | None]


def _sum(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> Told | None:
    """Only once every part is given: what is still missing is told by itself."""
    parts = [entries[key] for key in rule.others]
    numbers = [one.number for one in parts if one.number is not None]
    if entry.number is None or not numbers or any(one.given.is_blank for one in parts):
        return None
    total = sum(numbers, Decimal(0))
    if total == entry.number:
        return None
    codes = " + ".join(named(one.cell) for one in parts)
    words = _("%(codes)s = %(sum)s, khác %(code)s (%(value)s)")
    shown = {"codes": codes, "sum": show(entry.cell, total), "code": named(entry.cell)}
    return Told(words % (shown | {"value": show(entry.cell, entry.number)}), _("Sửa một trong các số"))


def _at_most(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> Told | None:
    other = entries[rule.others[0]]
    if entry.number is None or other.number is None or entry.number <= other.number:
        return None
    words = _("%(code)s (%(value)s) lớn hơn %(other)s (%(limit)s)") % {
        "code": named(entry.cell), "value": show(entry.cell, entry.number),
        "other": named(other.cell), "limit": show(other.cell, other.number),
    }  # fmt: skip
    return Told(words, _("Kiểm tra lại hai số"))


def _jump(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> Told | None:
    """By as much more or by as much less: who halves has changed as much as who doubles. Nothing is so much more than
    nothing.
    """
    least = rule.least * (MILLION if entry.cell.kind == FormCell.Kind.MONEY else 1)  # in what the page shows
    if entry.number is None or not last or abs(entry.number - last) < least:
        return None
    lesser, greater = sorted((entry.number, last))
    if greater * 100 < lesser * (100 + rule.percent):
        return None
    change = abs(entry.number - last) * 100 / last
    if change > MANY_TIMES:
        words = _("Tăng từ %(last)s lên %(now)s so với năm trước")
    elif entry.number > last:
        words = _("Tăng %(percent)s so với năm trước (%(last)s)")
    else:
        words = _("Giảm %(percent)s so với năm trước (%(last)s)")
    told = {"percent": percent(change, 0 if change >= ROUNDED else 1)}
    told |= {"last": show(entry.cell, last), "now": show(entry.cell, entry.number)}
    return Told(words % told, _("Kiểm tra lại hoặc nêu lý do"))


def _register(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> Told | None:
    if not entry.is_apart:
        return None
    source, advice = _source(entry.cell)
    words = _("%(source)s có %(known)s, báo cáo ghi %(value)s")
    if entry.cell.kind == FormCell.Kind.YES_NO:
        words = _("%(source)s: %(known)s; báo cáo: %(value)s")
    known, value = show(entry.cell, entry.prefilled), show(entry.cell, entry.number)
    return Told(words % {"source": source, "known": known, "value": value}, advice)


def _source(cell: FormCell) -> tuple[str, str]:
    """Where the portal knows its number from, and what mends a difference."""
    kind = cell.prefill.partition(":")[0]
    if kind == "tasks":
        return _("Nhiệm vụ trên cổng"), _("Cập nhật nhiệm vụ hoặc giải trình")
    if kind == "funding":
        return _("Kinh phí trên cổng"), _("Cập nhật kinh phí hoặc giải trình")
    return _("Sổ đăng ký"), _("Bổ sung hồ sơ hoặc giải trình")


def _not_down(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> Told | None:
    if entry.number is None or last is None or entry.number >= last:
        return None
    words = _("Thấp hơn năm trước (%(last)s)")
    return Told(words % {"last": number(last)}, _("Kiểm tra lại hoặc nêu lý do"))


_RULES: dict[str, Rule] = {
    FormRule.Kind.SUM: _sum,
    FormRule.Kind.AT_MOST: _at_most,
    FormRule.Kind.JUMP: _jump,
    FormRule.Kind.REGISTER: _register,
    FormRule.Kind.NOT_DOWN: _not_down,
}
