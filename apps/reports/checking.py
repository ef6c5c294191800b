"""What of a report is not right yet, by cell: what is missing, what must be corrected, what must be explained.

The same on screen, in the Excel file and in the API. An error blocks the report on its way to the leader; a warning
does so until its cell has an explanation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number, percent
from apps.reports.models import AnnualReport, FormCell, FormRule
from apps.reports.numbers import show
from apps.reports.selectors.filled import Entry
from apps.reports.selectors.series import Years

ERROR, WARNING = FormRule.Severity.ERROR, FormRule.Severity.WARNING
NOT_GIVEN = "not_given"


@dataclass(frozen=True)
class Problem:
    """`code`: the kind of rule, or `not_given`. An explained warning is still told, and no longer blocks."""

    cell: FormCell
    code: str
    severity: str
    text: str
    is_explained: bool = False

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def blocks(self) -> bool:
        return self.is_error or not self.is_explained


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
    for rule in rules:
        entry = entries[rule.cell.key]
        told = _RULES[rule.kind](rule, entry, entries, last[rule.cell.key].total if rule.cell.key in last else None)
        if told:
            explained = rule.severity == WARNING and bool(entry.explanation)
            found[rule.cell.key].append(Problem(entry.cell, rule.kind, rule.severity, told, explained))
    return [problem for own in found.values() for problem in own]


def named(cell: FormCell) -> str:
    """As the page shows it: in a list by its code, in a grid, where no code stands, by line and column."""
    return f"“{cell.label}”" if cell.row else cell.code


def _missing(cell: FormCell) -> str:
    if cell.kind == FormCell.Kind.TEXT:
        return _("Mục này bắt buộc. Nhập nội dung hoặc ghi “Không có”.")
    return _("Chưa có số. Nhập 0 nếu không phát sinh, hoặc chọn “Không áp dụng”.")


Told = Callable[[FormRule, Entry, Mapping[str, Entry], Decimal | None], str]


def _sum(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> str:
    """Only once every part is given: what is still missing is told by itself."""
    parts = [entries[key] for key in rule.others]
    numbers = [one.number for one in parts if one.number is not None]
    if entry.number is None or not numbers or any(one.given.is_blank for one in parts):
        return ""
    total = sum(numbers, Decimal(0))
    if total == entry.number:
        return ""
    codes = " + ".join(named(one.cell) for one in parts)
    words = _("%(codes)s = %(sum)s, khác %(code)s (%(value)s). Sửa một trong các số")
    shown = {"codes": codes, "sum": show(entry.cell, total), "code": named(entry.cell)}
    return words % (shown | {"value": show(entry.cell, entry.number)})


def _at_most(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> str:
    other = entries[rule.others[0]]
    if entry.number is None or other.number is None or entry.number <= other.number:
        return ""
    words = _("%(code)s (%(value)s) lớn hơn %(other)s (%(limit)s). Kiểm tra lại hai số")
    return words % {
        "code": named(entry.cell), "value": show(entry.cell, entry.number),
        "other": named(other.cell), "limit": show(other.cell, other.number),
    }  # fmt: skip


def _jump(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> str:
    if entry.number is None or not last:
        return ""
    change = (entry.number - last) * 100 / last
    if abs(change) < rule.percent:
        return ""
    words = (
        _("Tăng %(percent)s so với năm trước: kiểm tra lại hoặc nêu lý do")
        if change > 0
        else _("Giảm %(percent)s so với năm trước: kiểm tra lại hoặc nêu lý do")
    )
    return words % {"percent": percent(abs(change))}


def _register(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> str:
    if not entry.is_apart:
        return ""
    words = _("Sổ đăng ký có %(known)s, báo cáo ghi %(value)s. Bổ sung hồ sơ hoặc giải trình")
    if entry.cell.kind == FormCell.Kind.YES_NO:
        words = _("Sổ đăng ký: %(known)s; báo cáo: %(value)s. Bổ sung hồ sơ hoặc giải trình")
    return words % {"known": show(entry.cell, entry.prefilled), "value": show(entry.cell, entry.number)}


def _not_down(rule: FormRule, entry: Entry, entries: Mapping[str, Entry], last: Decimal | None) -> str:
    if entry.number is None or last is None or entry.number >= last:
        return ""
    words = _("Thấp hơn năm trước (%(last)s). Kiểm tra lại hoặc nêu lý do")
    return words % {"last": number(last)}


_RULES: dict[str, Told] = {
    FormRule.Kind.SUM: _sum,
    FormRule.Kind.AT_MOST: _at_most,
    FormRule.Kind.JUMP: _jump,
    FormRule.Kind.REGISTER: _register,
    FormRule.Kind.NOT_DOWN: _not_down,
}
