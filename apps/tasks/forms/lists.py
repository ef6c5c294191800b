"""Forms of lists of tasks, and of the tasks of a year."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, RefusableForm, SearchField, TextField, parse_dated
from apps.core.templatetags.ui import number
from apps.organisations.models import OrganisationUnit
from apps.tasks.forms.decision import DecisionFields
from apps.tasks.models import TaskList, TaskListEntry
from apps.tasks.selectors.listable import MEDIUM_TERMS
from apps.tasks.years import CHOICES_OF_PLAN, OF_PLAN


def _spans() -> list[tuple[str, list[tuple[str, str]]]]:
    """A list is of one year, or of one medium term: nothing between can be chosen."""
    terms: Any = TaskList.Term
    yearly = [(f"{terms.YEARLY}-{year}-{year}", _("Năm %(year)s") % {"year": year}) for year in OF_PLAN]
    words = _("Giai đoạn %(first)s–%(last)s")
    medium = [
        (f"{terms.MEDIUM}-{first}-{last}", words % {"first": first, "last": last}) for first, last in MEDIUM_TERMS
    ]
    return [(terms.YEARLY.label, yearly), (terms.MEDIUM.label, medium)]


class DecisionForm(DecisionFields, RefusableForm):
    """The decision that approves a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need_decision()


class TaskListForm(OnceForm):
    """A list of one of the units for which the person appraises."""

    aliases = {"unit": "unit"}

    unit = forms.ChoiceField(label=gettext_lazy("Cơ quan phê duyệt"))
    title = TextField(label=gettext_lazy("Tên danh mục"), max_length=300)
    span = forms.ChoiceField(label=gettext_lazy("Thời hạn, năm"), choices=_spans)

    def __init__(self, *args: Any, units: list[tuple[str, str]], year: int, **kwargs: Any) -> None:
        """`year`: the one whose list is being made at this time."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units
        self.initial.setdefault("span", f"{TaskList.Term.YEARLY}-{year}-{year}")

    def task_list(self) -> TaskList:
        said = self.cleaned_data
        term, first, last = said["span"].split("-")
        return TaskList(
            unit=OrganisationUnit.objects.get(pk=said["unit"]), title=said["title"], term=term, first_year=int(first),
            last_year=int(last),
        )  # fmt: skip


class ListableForm(forms.Form):
    """Which of the tasks that may go on a list are looked at: at first those of its years."""

    ALL = "all"

    q = SearchField(
        label=gettext_lazy("Mã hoặc tên nhiệm vụ"), max_length=100, required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "class": "inp", "placeholder": gettext_lazy("Mã hoặc tên nhiệm vụ")}
        ),
    )  # fmt: skip
    year = forms.ChoiceField(
        label=gettext_lazy("Năm kế hoạch"), required=False, widget=forms.Select(attrs={"class": "inp"})
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Đơn vị chủ trì"), required=False, widget=forms.Select(attrs={"class": "inp"})
    )

    def __init__(self, data: Any, *, own_years: Q, years: str, units: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="id_of_%s")
        self.own_years = own_years
        year, unit = cast(forms.ChoiceField, self.fields["year"]), cast(forms.ChoiceField, self.fields["unit"])
        year.choices = [
            ("", _("Năm của danh mục: %(years)s") % {"years": years}), (self.ALL, _("Mọi năm")), *CHOICES_OF_PLAN,
        ]  # fmt: skip
        unit.choices = [("", _("Mọi đơn vị chủ trì")), *units]

    def narrow(self, rows: Any) -> Any:
        """What is wrong in the address narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if not (year := asked.get("year")):
            rows = rows.filter(self.own_years)
        elif year != self.ALL:
            rows = rows.filter(year=int(year))
        if unit := asked.get("unit"):
            rows = rows.filter(lead_unit=unit)
        return rows.search(asked["q"]) if asked.get("q") else rows


class EntriesForm(RefusableForm):
    """Which tasks go on the list, and what the list does to them."""

    effect = forms.ChoiceField(
        label=gettext_lazy("Đề nghị với các nhiệm vụ được chọn"), choices=TaskListEntry.Effect.choices
    )
    new_due_on = DayField(label=gettext_lazy("Hạn mới"), parse=parse_dated, required=False)
    every = forms.BooleanField(required=False)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        """`count`: how many tasks are offered."""
        super().__init__(*args, **kwargs)
        words = _("Thêm tất cả nhiệm vụ khớp bộ lọc (%(n)s) mà đề nghị trên áp dụng được")
        self.fields["every"].label = words % {"n": number(count)}
        self.fields["new_due_on"].when_required = _("bắt buộc khi điều chỉnh hạn")

    def offering(self, effects: Collection[str]) -> "EntriesForm":
        """As it is shown, also once it was refused: `effects` are what can be done to any task that is offered."""
        self.fields["effect"].choices = [one for one in TaskListEntry.Effect.choices if one[0] in effects]
        if TaskListEntry.Effect.CHANGE not in effects:
            del self.fields["new_due_on"]
        return self

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        changes = said.get("effect") == TaskListEntry.Effect.CHANGE
        if changes and not said.get("new_due_on") and "new_due_on" not in self.errors:
            self.add_error("new_due_on", ValidationError(_("Điều chỉnh hạn phải có hạn mới."), code="required"))
        if not changes:
            said["new_due_on"] = None
        return said


class ListReturnForm(RefusableForm):
    """Why the list goes back to whoever made it."""

    reason = TextField(
        label=gettext_lazy("Lý do trả lại"), max_length=2000, multiline=True,
        error_messages={"required": gettext_lazy("Nhập lý do trả lại.")},
    )  # fmt: skip


class YearForm(RefusableForm):
    """The year whose tasks are made, and for whom: list A, or list B of one of the person's units."""

    year = forms.ChoiceField(label=gettext_lazy("Năm"), choices=CHOICES_OF_PLAN)
    unit = forms.ChoiceField(label=gettext_lazy("Danh mục, đơn vị"))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units
        self.initial.setdefault("year", str(timezone.localdate().year + 1))
