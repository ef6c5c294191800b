"""What the page of the plan is asked for: which list, read under which headings, which items, whose tasks."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import SearchField
from apps.core.filters import ChoicesField
from apps.core.text import fold
from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import carriers_of, units_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.tasks.standing import ItemStanding, Standing, quarter_after
from apps.tasks.told_under import under

BOTH = "all"
ROMAN = ("", "I", "II", "III", "IV")
ROLES = {"lead": ItemUnit.Role.LEAD, "coordinating": ItemUnit.Role.COORDINATING}
LISTS, HEADINGS, VIEWS = ("A", "B", BOTH), ("list", "group", "aim"), ("timeline", "table")
CARRIED = ("list", "by", "view")  # beside the filters, in the address


class PlanForm(forms.Form):
    """`scoped`: the person sees tasks of all units, and may look at those of some."""

    q = SearchField(label=gettext_lazy("Lọc theo mã hoặc nội dung"), max_length=100, required=False)
    status = ChoicesField(label=gettext_lazy("Trạng thái"), choices=Standing.choices, required=False)
    lead = ChoicesField(label=gettext_lazy("Chủ trì"), required=False)
    coordinating = ChoicesField(label=gettext_lazy("Phối hợp"), required=False)
    indicator = ChoicesField(label=gettext_lazy("Mục tiêu"), required=False)
    due = ChoicesField(label=gettext_lazy("Nhiệm vụ đến hạn"), required=False)
    unit = ChoicesField(label=gettext_lazy("Nhiệm vụ của"), required=False)

    def __init__(self, data: QueryDict, items: list[FrameworkItem], *, of_all_units: bool) -> None:
        super().__init__(data)
        targets = {one.code: one.short_name for item in items for one in item.indicators.all()}
        offered: dict[str, list[tuple[str, str]]] = {name: _named_in(items, role) for name, role in ROLES.items()}
        offered["indicator"] = [(code, f"{code}. {targets[code]}") for code in sorted(targets)]
        offered["due"] = [(name, quarter_name(at)) for name, at in (("this", 0), ("next", 1))]
        if of_all_units:
            offered["unit"] = _units_of_today()
        else:
            del self.fields["unit"]
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = choices
        self.is_valid()

    def asked(self, name: str) -> Any:
        """A value that cannot be asked for narrows nothing; the page says that it was refused."""
        return self.cleaned_data.get(name) or ""

    def units(self) -> set[str] | None:
        """Whose tasks: of the units, of those whose past they carry, and of their sub-units."""
        chosen = self.asked("unit")
        return under(chosen) if chosen else None

    def keeps(self, item: FrameworkItem, told: ItemStanding) -> bool:
        return self._is_found(item) and self._is_named(item) and self._stands_so(told)

    def _is_found(self, item: FrameworkItem) -> bool:
        text = fold(f"{item.code} {item.title}")
        return all(word in text for word in fold(self.asked("q")).split())

    def _is_named(self, item: FrameworkItem) -> bool:
        for name, role in ROLES.items():
            wanted = self.asked(name)
            if wanted and not any(value_of(one) in wanted for one in units_of(item, role)):
                return False
        targets = self.asked("indicator")
        return not targets or any(one.code in targets for one in item.indicators.all())

    def _stands_so(self, told: ItemStanding) -> bool:
        statuses, due = self.asked("status"), self.asked("due")
        counts = {"this": told.work.due_this_quarter, "next": told.work.due_next_quarter}
        return (not statuses or told.standing in statuses) and (not due or any(counts[one] for one in due))


def value_of(one: ItemUnit) -> str:
    return one.unit_id or one.rule


def quarter_name(at: int) -> str:
    """«quý I/2027»; 0 is the running quarter, 1 the next."""
    year, quarter = quarter_after(timezone.localdate(), at)
    return _("quý %(quarter)s/%(year)d") % {"quarter": ROMAN[quarter], "year": year}


def today_names(one: ItemUnit) -> str:
    """Who carries the work today; of words that name no unit, the words."""
    return ", ".join(label.short_name for label in carriers_of(one.unit_id)) if one.unit_id else one.text


def _named_in(items: list[FrameworkItem], role: str) -> list[tuple[str, str]]:
    """Units as the plan names them, with who follows them today; groups after them."""
    found: dict[str, str] = {}
    for item in items:
        for one in units_of(item, role):
            if value_of(one) not in found:
                found[value_of(one)] = _label_of(one)
    return sorted(found.items(), key=lambda pair: (pair[0] in ItemUnit.Rule.values, fold(pair[1])))


def _label_of(one: ItemUnit) -> str:
    if one.unit_id is None:
        return str(ItemUnit.Rule(one.rule).label)
    written, today = unit_labels()[one.unit_id].short_name, today_names(one)
    return written if written == today else _("%(written)s (nay là %(today)s)") % {"written": written, "today": today}


def _units_of_today() -> list[tuple[str, str]]:
    """Ministries, agencies and provinces; their sub-units go with them."""
    day = timezone.localdate()
    labels = sorted(unit_labels().values(), key=lambda label: label.sort)
    kinds = OrganisationUnit.REPORTING_KINDS
    return [(label.id, label.distinct_name) for label in labels if label.kind in kinds and label.is_valid_on(day)]


@dataclass(frozen=True)
class Asked:
    """What stands in the address beside the filters; anything unknown is the first choice."""

    plan_list: str
    by: str
    view: str

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        def one(name: str, choices: tuple[str, ...]) -> str:
            return next((choice for choice in choices if choice == query.get(name)), choices[0])

        return cls(one("list", LISTS), one("by", HEADINGS), one("view", VIEWS))

    @property
    def of_both(self) -> bool:
        return self.plan_list == BOTH
