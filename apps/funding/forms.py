"""The filters of the page of money; the grid of a task's amounts; why money was spent otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core.fields import RefusableForm, TextField
from apps.funding.asked import FIRST_YEAR, LAST_YEAR, FundingQuery, groups
from apps.funding.entering import investment_words
from apps.funding.models import VarianceExplanation
from apps.funding.services import Entry, field_of, name_of
from apps.organisations.chosen import unit_choices
from apps.organisations.fields import unit_names
from apps.tasks.amounts import said
from apps.tasks.fields import MillionsField
from apps.tasks.models import BudgetLine, PlanTask
from apps.tasks.models.money import Source, Stage


class NarrowingForm(forms.Form):
    """Year, unit and group of solutions; read by `FundingQuery`, which takes nothing else."""

    year = forms.ChoiceField(label=gettext_lazy("Năm"))
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Nhóm giải pháp"), required=False)

    def __init__(self, query: FundingQuery, scope: UnitScope, years: Iterable[int]) -> None:
        super().__init__(initial={"year": query.year, "unit": query.unit or "", "group": query.group or ""})
        shown: Any = self.fields
        told = sorted({*years, query.year}, reverse=True)
        shown["year"].choices = [(year, _("Năm %(year)s") % {"year": year}) for year in told]
        shown["unit"].choices = [("", _("Đơn vị: tất cả")), *unit_choices(scope)]
        shown["group"].choices = [("", _("Nhóm giải pháp: tất cả")), *groups().items()]
        for field in shown.values():
            field.widget.attrs["class"] = "inp"


@dataclass(frozen=True)
class GridCell:
    stage: str
    label: str
    amount: int | None
    field: Any = None  # bound; None: not this person's to write now

    @property
    def seen(self) -> str:
        return "" if self.amount is None else str(self.amount)


@dataclass(frozen=True)
class GridRow:
    source: str
    label: str
    cells: list[GridCell]
    why_not: str = ""  # why the source may not be spent on this task
    warning: str = ""  # what stands there and cannot be quite right


@dataclass(frozen=True)
class GridYear:
    year: int
    rows: list[GridRow]


class AmountsForm(RefusableForm):
    """Of every amount the person may write its value and, unseen, what it was when the page was shown."""

    remove = forms.BooleanField(label=gettext_lazy("Xóa số đã có ở các ô để trống"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, task: PlanTask, lines: Iterable[BudgetLine],
        years: Iterable[int], stages: Iterable[str],
    ) -> None:  # fmt: skip
        super().__init__(data)
        self.task, self.years, self.stages = task, list(years), list(stages)
        self.lines = {(line.stage, line.year, line.source): line for line in lines}
        self.entries: list[Entry] = []
        self.refusals = {source: investment_words(task.framework_item, source) for source in Source.values}
        for key in self._keys():
            line = self.lines.get(key)
            amount = line.amount if line else None
            self.fields[field_of(*key)] = MillionsField(label=name_of(*key), initial=amount, required=False)
            self.fields[field_of(*key)].widget.attrs["class"] = "inp num"

    @property
    def fields_of_money(self) -> bool:
        """Whether there is anything this person may write now."""
        return len(self.fields) > 1

    def _keys(self) -> Iterable[tuple[str, int, str]]:
        for year in self.years:
            for source in Source.values:
                for stage in self.stages:
                    if not self.refusals[source] or (stage, year, source) in self.lines:
                        yield stage, year, source

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for stage, year, source in self._keys():
            name = field_of(stage, year, source)
            if name not in found:
                continue
            seen, amount = self._seen(name), found[name]
            if amount == seen:
                continue
            if amount is None and not found.get("remove"):
                told = _("Ô này đang có số. Nhập lại, hoặc chọn “Xóa số đã có ở các ô để trống”.")
                self.add_error(name, ValidationError(told, code="blank"))
                continue
            self.entries.append(Entry(year, source, stage, amount, seen, looked=True))
        return found

    def _seen(self, name: str) -> int | None:
        text = self.data.get(f"was-{name}", "")
        return int(text) if text.isdecimal() and len(text) < 17 else None

    def grid(self) -> list[GridYear]:
        """Latest year first; a source that may not be spent here stands there with the reason."""
        return [
            GridYear(year, [self._row(year, source) for source in Source]) for year in sorted(self.years, reverse=True)
        ]

    def _row(self, year: int, source: Source) -> GridRow:
        cells = []
        for stage in Stage:
            name, line = field_of(stage, year, source), self.lines.get((stage, year, source))
            field = self[name] if name in self.fields else None
            cells.append(GridCell(stage.value, str(stage.label), line.amount if line else None, field))
        return GridRow(source.value, str(source.label), cells, self.refusals[source], self._overspent(year, source))

    def _overspent(self, year: int, source: Source) -> str:
        """More was spent than was given: kept as told, as either figure may come later than the other."""
        given, spent = (self.lines.get((stage, year, source)) for stage in (Stage.ALLOCATED, Stage.DISBURSED))
        if given is None or spent is None or spent.amount <= given.amount:
            return ""
        told = _("Giải ngân vượt số được giao %(over)s triệu đồng: %(unit)s kiểm tra số liệu hoặc giải trình.")
        unit = unit_names().get(self.task.lead_unit_id, self.task.lead_unit_id)
        return told % {"over": said(spent.amount - given.amount), "unit": unit}


class ExplanationForm(forms.Form):
    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, widget=forms.HiddenInput)
    source = forms.ChoiceField(choices=Source.choices, widget=forms.HiddenInput)
    text = TextField(
        label=gettext_lazy("Lý do chênh lệch"), multiline=True,
        max_length=VarianceExplanation._meta.get_field("text").max_length,
        error_messages={"required": gettext_lazy("Nhập lý do chênh lệch.")},
    )  # fmt: skip
