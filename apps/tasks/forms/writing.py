"""Writing a task. What comes in rows (units that take part, contributions, money) is added and taken away by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import REQUIRED, DayField, OnceForm, ReasonForm, TextField
from apps.core.rows import Row, as_data, rows_in
from apps.organisations.fields import UnitField
from apps.registers.fields import NumberField
from apps.targets.models import Indicator
from apps.tasks.fields import ItemField, MillionsField, ParentField
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Source
from apps.tasks.services.drafting import Addition, Money, Part, Parts, check_investment
from apps.tasks.years import CHOICES


@dataclass(frozen=True)
class Group:
    """Rows of one kind: fields `unit_1`, `part_1`, `put_in_1` …; `key`: what no two rows may have in common."""

    name: str
    title: str | Promise
    note: str | Promise
    columns: tuple[str, ...]
    key: tuple[str, ...]
    twice: str | Promise
    most: int = 40


GROUPS = (
    Group(
        "participations", gettext_lazy("Đơn vị phối hợp"),
        gettext_lazy("Mỗi đơn vị một dòng, với phần việc và đóng góp của đơn vị đó."),
        ("unit", "part", "put_in"), ("unit",), gettext_lazy("Đơn vị phối hợp này đã có."),
    ),
    Group(
        "contributions", gettext_lazy("Đóng góp vào mục tiêu"),
        gettext_lazy("Kết quả dự kiến đóng góp vào mục tiêu trong từng năm; không tính vào số liệu nào."),
        ("indicator", "aim_year", "amount"), ("indicator", "aim_year"),
        gettext_lazy("Mỗi mục tiêu và năm chỉ ghi một dòng."),
    ),
    Group(
        "budget", gettext_lazy("Kinh phí dự kiến"),
        gettext_lazy("Theo nguồn và năm, đơn vị tính: triệu đồng, ví dụ 1.234,5."),
        ("source", "money_year", "money"), ("source", "money_year"),
        gettext_lazy("Mỗi nguồn và năm chỉ ghi một dòng."),
    ),
)  # fmt: skip
BY_NAME = {group.name: group for group in GROUPS}
COLUMNS = [column for group in GROUPS for column in group.columns]


def _year_field(label: Any) -> forms.TypedChoiceField:
    choices = [("", gettext_lazy("Chọn năm")), *CHOICES]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, error_messages=REQUIRED)


class PlanTaskForm(OnceForm):
    use_required_attribute = False  # an empty row asks for nothing
    aliases = {"budget": "source_1"}

    framework_item = ItemField(
        label=gettext_lazy("Hạng mục kế hoạch"), help_text=gettext_lazy("Nhập mã hoặc vài từ của nội dung rồi chọn.")
    )
    title = TextField(label=gettext_lazy("Tên nhiệm vụ"), max_length=500)
    objective = TextField(
        label=gettext_lazy("Mục tiêu, nội dung"), max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )
    product = TextField(label=gettext_lazy("Sản phẩm"), max_length=1000, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại nhiệm vụ"), error_messages=REQUIRED,
        choices=[("", gettext_lazy("Chọn loại nhiệm vụ")), *PlanTask.Kind.choices],
    )  # fmt: skip
    term = forms.ChoiceField(
        label=gettext_lazy("Thời hạn"), choices=PlanTask.Term.choices, error_messages=REQUIRED,
        help_text=gettext_lazy("Trung hạn: thuộc kế hoạch 2021–2025 hoặc 2026–2030."),
    )  # fmt: skip
    year = _year_field(gettext_lazy("Năm kế hoạch"))
    lead_unit = UnitField(among="leading", label=gettext_lazy("Đơn vị chủ trì"))
    starts_on = DayField(label=gettext_lazy("Ngày bắt đầu"), required=False)
    due_on = DayField(label=gettext_lazy("Hạn hoàn thành"))
    parent = ParentField(
        label=gettext_lazy("Thuộc nhiệm vụ"), required=False,
        help_text=gettext_lazy("Chỉ chọn khi đây là một phần của nhiệm vụ khác."),
    )  # fmt: skip

    field_order = [
        "framework_item", "title", "objective", "product", "kind", "term", "year", "lead_unit", "starts_on", "due_on",
        "parent",
    ]  # fmt: skip

    def __init__(
        self, *args: Any, by: User, rows: dict[str, int] | None = None, focus: str = "", **kwargs: Any
    ) -> None:
        """`rows`: how many of each group where nothing was sent; one empty one unless told."""
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["lead_unit"].offer_to(by)
        self.fields["parent"].offer_to(by)
        self.rows = self._close_gaps() if self.is_bound else {group.name: 1 for group in GROUPS} | (rows or {})
        self.indicators = list(Indicator.objects.filter(parent=None))
        for group in GROUPS:
            for number in range(1, self.rows[group.name] + 1):
                for column, field in self._row(group, number).items():
                    self.fields[f"{column}_{number}"] = field
        if focus in self.fields:
            self.fields[focus].widget.attrs["autofocus"] = True

    @classmethod
    def with_rows(cls, data: Mapping[str, str], *, by: User, more: str = "", without: str = "") -> "PlanTaskForm":
        """What was typed, unchecked, with one row more in a group, or without the row `group:number`."""
        typed = {name: value for name, value in data.items() if not _is_of_row(name)}
        counts, focus = {}, ""
        gone, _colon, at = without.partition(":")
        for group in GROUPS:
            rows = rows_in(data, group.columns)
            if group.name == gone:
                rows = [row for row in rows if str(row.number) != at]
            if group.name == more and len(rows) < group.most:
                rows.append(Row())
                focus = f"{group.columns[0]}_{len(rows)}"
            typed |= as_data(rows[: group.most])
            counts[group.name] = min(len(rows), group.most)
        return cls(initial=typed, by=by, rows=counts, focus=focus)

    def _close_gaps(self) -> dict[str, int]:
        """Rows left empty count for nothing, wherever they stand."""
        kept = {name: value for name, value in self.data.items() if not _is_of_row(name)}
        counts = {}
        for group in GROUPS:
            rows = [row for row in rows_in(self.data, group.columns) if not row.is_empty][: group.most]
            kept |= as_data(rows)
            counts[group.name] = len(rows)
        self.data = kept
        return counts

    def _row(self, group: Group, number: int) -> dict[str, forms.Field]:
        """Rows that stay empty are dropped before anything is checked: of the others all is asked."""
        if group.name == "participations":
            unit = UnitField(among="lasting", label=_("Đơn vị"))
            unit.offer_to(self.by)
            unit.listed = number == 1
            return {
                "unit": unit,
                "part": TextField(label=_("Phần việc"), max_length=500, required=False),
                "put_in": TextField(label=_("Đóng góp"), max_length=500, required=False),
            }
        if group.name == "contributions":
            aims = [(one.code, f"{one.code} – {one.told_name} ({one.told_unit})") for one in self.indicators]
            return {
                "indicator": _choice(_("Mục tiêu"), aims),
                "aim_year": _year_field(_("Năm")),
                "amount": NumberField(decimals=1, label=_("Đóng góp dự kiến")),
            }
        return {
            "source": _choice(_("Nguồn"), Source.choices),
            "money_year": _year_field(_("Năm ngân sách")),
            "money": MillionsField(label=_("Số tiền (triệu đồng)")),
        }

    # --- what is checked over several fields --------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, due_on = data.get("starts_on"), data.get("due_on")
        if starts_on and due_on and due_on < starts_on:
            self.add_error("due_on", _("Hạn hoàn thành không được trước ngày bắt đầu."))
        for group in GROUPS:
            self._refuse_twins(group)
        for number in self._numbers("contributions"):
            if (amount := data.get(f"amount_{number}")) is not None and amount <= 0:
                self.add_error(f"amount_{number}", _("Đóng góp dự kiến phải lớn hơn 0."))
        self._refuse_investment()
        return data

    def _refuse_twins(self, group: Group) -> None:
        seen = set()
        for number in self._numbers(group.name):
            key = tuple(self.cleaned_data.get(f"{column}_{number}") for column in group.key)
            if None in key or "" in key:
                continue
            if key in seen:
                self.add_error(f"{group.key[0]}_{number}", ValidationError(str(group.twice), code="unique"))
            seen.add(key)

    def _refuse_investment(self) -> None:
        """In the words of the service, at the row that asks for the money."""
        item = self.cleaned_data.get("framework_item")
        for number in self._numbers("budget"):
            source = self.cleaned_data.get(f"source_{number}")
            if item is None or not source:
                continue
            try:
                check_investment(item, source)
            except ValidationError as refusal:
                self.add_error(f"source_{number}", refusal.error_dict["budget"])

    def _numbers(self, group: str) -> range:
        return range(1, self.rows[group] + 1)

    # --- what the service is asked ------------------------------------------------------------------------------------

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.field_order}

    def parts(self) -> Parts:
        told, aims = self.cleaned_data, {one.code: one for one in self.indicators}

        def rows(group: str) -> list[list[Any]]:
            columns = BY_NAME[group].columns
            return [[told[f"{column}_{number}"] for column in columns] for number in self._numbers(group)]

        return Parts(
            participations=[Part(*row) for row in rows("participations")],
            contributions=[Addition(aims[code], year, amount) for code, year, amount in rows("contributions")],
            budget=[Money(*row) for row in rows("budget")],
        )

    # --- what the page shows ------------------------------------------------------------------------------------------

    def text_fields(self) -> list[BoundField]:
        return [self[name] for name in self.field_order[:4]]

    def short_fields(self) -> list[BoundField]:
        return [self[name] for name in self.field_order[4:10]]

    def groups(self) -> list[dict[str, Any]]:
        return [
            {
                "name": group.name, "title": group.title, "note": group.note,
                "rows": [
                    (str(number), [self[f"{column}_{number}"] for column in group.columns])
                    for number in self._numbers(group.name)
                ],
                "may_grow": self.rows[group.name] < group.most, "most": group.most,
            }
            for group in GROUPS
        ]  # fmt: skip


class PlanTaskChangeForm(PlanTaskForm):
    """Says which version it was made from: another's change meanwhile is not overwritten."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("version") is None:
            words = _("Không xác định được phiên bản đang sửa. Mở lại trang, rồi sửa tiếp.")
            raise ValidationError(words, code="stale")
        return super().clean()


class PlanTaskWithdrawForm(ReasonForm):
    pass


def _choice(label: str, choices: Any) -> forms.ChoiceField:
    first = _("Chọn %(name)s") % {"name": label[:1].lower() + label[1:]}
    return forms.ChoiceField(label=label, choices=[("", first), *choices], error_messages=REQUIRED)


def _is_of_row(name: str) -> bool:
    column, _line, number = name.rpartition("_")
    return column in COLUMNS and number.isdecimal()


def _typed(amount: Decimal) -> str:
    """As people write it, without thousands marks: 1.500 could be read as one and a half."""
    return format(amount, "f").rstrip("0").rstrip(".").replace(".", ",")


def initial_of(task: PlanTask) -> tuple[dict[str, Any], dict[str, int]]:
    """The task as its form shows it, and how many rows each group has."""
    names = ("framework_item", "title", "objective", "product", "kind", "term", "year", "starts_on", "due_on", "parent")
    found: dict[str, Any] = {name: getattr(task, name) for name in names}
    found |= {"lead_unit": task.lead_unit_id, "version": task.version}
    rows: dict[str, list[tuple[Any, ...]]] = {
        "participations": [(one.unit_id, one.part, one.put_in) for one in task.participations.all()],
        "contributions": [
            (one.indicator.code, one.year, _typed(one.amount)) for one in task.contributions.select_related("indicator")
        ],
        "budget": [(one.source, one.year, one.amount) for one in task.budget.filter(stage="planned")],
    }
    for group in GROUPS:
        for number, row in enumerate(rows[group.name], 1):
            found |= {f"{column}_{number}": value for column, value in zip(group.columns, row, strict=True)}
    return found, {name: len(values) for name, values in rows.items()}


def initial_of_new(unit: str | None) -> dict[str, Any]:
    year = timezone.localdate().year
    return {"lead_unit": unit, "year": year, "term": PlanTask.Term.YEARLY}
