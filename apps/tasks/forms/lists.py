"""Forms of lists of tasks, and of the tasks of a year."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import DayField, OnceForm, RefusableForm, TextField, parse_dated
from apps.organisations.models import OrganisationUnit
from apps.tasks.forms.decision import DecisionFields
from apps.tasks.models import TaskList, TaskListEntry

YEARS = [(str(year), str(year)) for year in range(2019, 2031)]


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
    term = forms.ChoiceField(label=gettext_lazy("Thời hạn"), choices=TaskList.Term.choices)
    first_year = forms.ChoiceField(label=gettext_lazy("Từ năm"), choices=YEARS)
    last_year = forms.ChoiceField(label=gettext_lazy("Đến năm"), choices=YEARS)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        """Of the running year, unless another is chosen: the first year of the programme has no task to offer."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units
        for name in ("first_year", "last_year"):
            self.initial.setdefault(name, str(timezone.localdate().year))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("first_year", "") > said.get("last_year", "9999"):
            self.add_error("last_year", ValidationError(_("Năm cuối không được trước năm đầu."), code="order"))
        return said

    def task_list(self) -> TaskList:
        said = self.cleaned_data
        return TaskList(
            unit=OrganisationUnit.objects.get(pk=said["unit"]), title=said["title"], term=said["term"],
            first_year=int(said["first_year"]), last_year=int(said["last_year"]),
        )  # fmt: skip


class EntriesForm(RefusableForm):
    """Which tasks go on the list, and what the list does to them."""

    effect = forms.ChoiceField(label=gettext_lazy("Nội dung"), choices=TaskListEntry.Effect.choices)
    new_due_on = DayField(label=gettext_lazy("Hạn mới"), parse=parse_dated, required=False)

    def __init__(self, *args: Any, effects: Collection[str] = TaskListEntry.Effect.values, **kwargs: Any) -> None:
        """`effects`: what can be done to any of the tasks that are offered."""
        super().__init__(*args, **kwargs)
        self.fields["effect"].choices = [one for one in TaskListEntry.Effect.choices if one[0] in effects]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        changes = said.get("effect") == TaskListEntry.Effect.CHANGE
        if changes and not said.get("new_due_on") and "new_due_on" not in self.errors:
            self.add_error("new_due_on", ValidationError(_("Điều chỉnh hạn phải có hạn mới."), code="required"))
        if not changes:
            said["new_due_on"] = None
        return said


class YearForm(RefusableForm):
    """The year whose tasks are made, and for whom: list A, or list B of one of the person's units."""

    year = forms.ChoiceField(label=gettext_lazy("Năm"), choices=YEARS)
    unit = forms.ChoiceField(label=gettext_lazy("Danh mục, đơn vị"))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units
        self.initial.setdefault("year", str(timezone.localdate().year + 1))
