"""One form for every kind of act on the units themselves. Rows are added and taken away one by one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import TextField
from apps.core.numbers import parse_decimal
from apps.core.rows import Row, as_data, place_of, rows_in
from apps.organisations.fields import UnitField
from apps.organisations.kinds import label_choices
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.reorganisations.forms.acts import ActForm
from apps.reorganisations.services.plans import MOST_UNITS, Plan, Result, last_name

Kind = Reorganisation.Kind
FEWEST = 2  # of what merges, of the parts of a split
TEXTS = ("name", "short_name", "name_en", "code")
# What a row of each kind is made of; the other kinds have one unit and one result.
COLUMNS: dict[str, tuple[str, ...]] = {Kind.MERGER: ("unit",), Kind.SPLIT: (*TEXTS, "kind_label", "share")}


class Into(TextChoices):
    """What several units become: a new one, or the first of them, which goes on under its name."""

    NEW = "new", gettext_lazy("Hợp nhất thành đơn vị mới, theo tên ghi dưới đây")
    FIRST = "first", gettext_lazy("Sáp nhập vào đơn vị thứ nhất: tên, mã số giữ nguyên")


class ReorganisationForm(ActForm):
    """Fields of n rows are called `unit_1`, `name_1` …, which are also the names the service refuses them by."""

    aliases = {**ActForm.aliases, "units": "unit_1", "results": "name_1"}

    def __init__(self, *args: Any, kind: str, by: User, rows: int = 0, focus: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.kind = Kind(kind)
        self.by = by
        self.has_too_many = False
        if self.is_bound and self.kind in COLUMNS:
            rows = self._close_gaps()
        rows = max(rows, FEWEST) if self.kind in COLUMNS else 1
        self.units_asked = rows if self.kind == Kind.MERGER else 1
        self.results_asked = rows if self.kind == Kind.SPLIT else 1
        for number in range(1, self.units_asked + 1):
            self.fields[f"unit_{number}"] = self._unit_field(number)
        self.first = self._first_unit()
        for number in range(1, self.results_asked + 1):
            self._add_result(number)
        self._add_whole()
        added = [name for name in self.fields if name not in self.base_fields]
        units = [name for name in added if name.startswith("unit_")]
        self.order_fields([*units, "effective_on", *added])  # as on the page: the summary of errors follows it
        if focus:
            first = "unit" if self.kind == Kind.MERGER else "name"
            self.fields[f"{first}_{min(focus, rows)}"].widget.attrs["autofocus"] = True

    @classmethod
    def with_rows(
        cls, data: Mapping[str, str], *, kind: str, by: User, more: bool = False, without: str = ""
    ) -> "ReorganisationForm":
        """What was typed, unchecked, in one row more or one fewer."""
        rows = rows_in(data, COLUMNS[kind])
        focus = 0
        if without:
            focus = next((place for place, row in enumerate(rows, start=1) if str(row.number) == without), 1)
            rows = [row for row in rows if str(row.number) != without]
        rows += [Row()] * (FEWEST - len(rows))
        if more and len(rows) < MOST_UNITS:
            rows.append(Row())
            focus = len(rows)
        del rows[MOST_UNITS:]
        typed = {name: value for name, value in data.items() if not _is_of_row(name, kind)}
        typed |= as_data(rows) | {"heir": place_of(data.get("heir", ""), rows)}
        form = cls(initial=typed, kind=kind, rows=len(rows), focus=focus, by=by)
        form.fields["document"].carry(data)
        return form

    def _close_gaps(self) -> int:
        """Rows left empty count for nothing, wherever they stand."""
        rows = [row for row in rows_in(self.data, COLUMNS[self.kind]) if not row.is_empty]
        self.has_too_many = len(rows) > MOST_UNITS
        del rows[MOST_UNITS:]
        kept = {name: value for name, value in self.data.items() if not _is_of_row(name, self.kind)}
        if "heir" in kept:
            kept["heir"] = place_of(kept["heir"], rows)
        self.data = kept | as_data(rows)
        return len(rows)

    def _add_whole(self) -> None:
        """What is asked once, beside the rows."""
        if self.kind == Kind.MERGER:
            self.fields["into"] = forms.ChoiceField(
                label=_("Kết quả"), choices=Into.choices, initial=Into.NEW, required=False, widget=forms.RadioSelect,
            )  # fmt: skip
        if self.kind == Kind.SPLIT:
            numbers = range(1, self.results_asked + 1)
            self.fields["heir"] = forms.ChoiceField(
                label=_("Đơn vị tiếp nhận nhân sự"), initial="1",
                choices=[(str(number), _("Đơn vị thứ %(n)s") % {"n": number}) for number in numbers],
                help_text=_("Vai trò và quyền của mọi người ở đơn vị cũ chuyển về đúng một đơn vị."),
            )  # fmt: skip
        if not self.keeps_unit and self._may_be(OrganisationUnit.Kind.DEPARTMENT):
            self.fields["parent"] = UnitField(
                among="lasting", label=_("Trực thuộc"), required=False,
                help_text=_("Chỉ chọn khi sắp xếp sở, cục, vụ dưới một đơn vị cấp trên mới. Để trống: như trước."),
            )  # fmt: skip
            self.fields["parent"].offer_to(self.by)
            self.fields["parent"].listed = False

    def _first_unit(self) -> OrganisationUnit | None:
        """What is known of the unit before anything is checked: it says what is asked at all."""
        typed = (self.data if self.is_bound else self.initial).get("unit_1", "")
        found = self.fields["unit_1"].named(typed) if typed else []
        return found[0] if len(found) == 1 else None

    def _may_be(self, kind: str) -> bool:
        return self.first is None or self.first.kind == kind

    @property
    def keeps_unit(self) -> bool:
        return self.kind in (Kind.RENAMING, Kind.CHANGE_OF_KIND)

    def _unit_field(self, number: int) -> UnitField:
        several = self.units_asked > 1
        label = _("Đơn vị thứ %(n)s") % {"n": number} if several else _("Đơn vị")
        field = UnitField(among="lasting", label=label, error_messages={"required": _("Chọn một đơn vị.")})
        field.offer_to(self.by)
        field.listed = number == 1
        if number == 1:
            field.help_text = _("Nhập tên mới, tên cũ hoặc ký hiệu rồi chọn.")
        return field

    def _add_result(self, number: int) -> None:
        """Where the act leaves one unit, what is left empty stays as it was with the (first) unit before it; of a
        merger that makes a new one its names do not.
        """
        keeps_short, merges = self.kind in (Kind.CHANGE_OF_KIND, Kind.MERGER), self.kind == Kind.MERGER
        name = self.fields[f"name_{number}"] = TextField(
            label=_("Tên đầy đủ"), max_length=200, required=not merges,
            help_text=_("Như văn bản: Thành phố Đồng Nai"),
        )  # fmt: skip
        short = self.fields[f"short_name_{number}"] = TextField(
            label=_("Tên ngắn"), max_length=120, required=not keeps_short,
            help_text=_("Để trống nếu không đổi.") if self.kind == Kind.CHANGE_OF_KIND else _("Ví dụ: Đồng Nai"),
        )  # fmt: skip
        if merges:
            name.when_required = short.when_required = _("bắt buộc khi hợp nhất")
        if self.kind != Kind.RENAMING:
            self.fields[f"kind_label_{number}"] = forms.ChoiceField(
                label=_("Loại"), choices=[("", _("Như đơn vị trước sắp xếp")), *label_choices()],
                required=self.kind == Kind.CHANGE_OF_KIND,
            )  # fmt: skip
        self.fields[f"name_en_{number}"] = TextField(label=_("Tên tiếng Anh"), max_length=200, required=False)
        if not self.keeps_unit and self._may_be(OrganisationUnit.Kind.PROVINCE):
            code = self.fields[f"code_{number}"] = TextField(
                label=_("Mã số"), max_length=10, required=not merges and self.first is not None,
                help_text=self._code_suggested() if merges else _("Hai chữ số, ví dụ 24."),
            )  # fmt: skip
            if not merges and not code.required:
                code.when_required = _("bắt buộc với tỉnh, thành phố")
        if self.kind == Kind.SPLIT:
            self.fields[f"share_{number}"] = TextField(
                label=_("Tỷ lệ kế thừa"), max_length=9, help_text=_("Ví dụ 0,6. Các phần cộng lại bằng 1.")
            )

    def _code_suggested(self) -> str:
        """New provinces have kept the code of one of those that they were made of."""
        first = self.first.code if self.first else ""
        if not first:
            return _("Chỉ với tỉnh, thành phố: hai chữ số. Để trống: như đơn vị thứ nhất. Đơn vị khác do cổng cấp mã.")
        return _("Hai chữ số. Để trống: %(code)s, như đơn vị thứ nhất.") % {"code": first}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_shares(data)
        self._clean_into(data)
        if self.has_too_many:
            told = _("Một việc sắp xếp ghi nhận nhiều nhất %(most)s đơn vị: các dòng sau đó không được giữ lại.")
            self.add_error(None, ValidationError(told, code="too_many", params={"most": MOST_UNITS}))
        return data

    def _clean_into(self, data: dict[str, Any]) -> None:
        """Who says neither (a merger of before) has what was typed, and else the first unit's."""
        into = data.get("into")
        if into == Into.NEW:
            for name, told in (("name_1", _("Nhập tên đầy đủ của đơn vị mới.")), ("short_name_1", _("Nhập tên ngắn."))):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(told, code="required"))
        if into == Into.FIRST and self.first:
            kept = _as_before(self.first)
            told = _("Sáp nhập thì giữ như đơn vị thứ nhất: để trống, hoặc chọn “Hợp nhất thành đơn vị mới”.")
            for name, value in kept.items():
                if data.get(f"{name}_1") not in (None, "", value):
                    self.add_error(f"{name}_1", ValidationError(told, code="kept"))

    def _clean_shares(self, data: dict[str, Any]) -> None:
        for number in range(1, self.results_asked + 1):
            if self.kind == Kind.SPLIT and data.get(f"share_{number}"):
                try:
                    data[f"share_{number}"] = parse_decimal(data[f"share_{number}"])
                except ValidationError as wrong:
                    self.add_error(f"share_{number}", wrong)

    # --- what the service is asked ------------------------------------------------------------------------------------

    def to_plan(self) -> Plan:
        data = self.cleaned_data
        asked = [data.get(f"unit_{number}") for number in range(1, self.units_asked + 1)]
        units = [unit for unit in asked if unit]
        numbers = range(1, self.results_asked + 1)
        results = [self._result(number, units, data.get("parent")) for number in numbers]
        return Plan(self.kind, units, results, data["effective_on"])

    def _result(self, number: int, units: list[OrganisationUnit], parent: OrganisationUnit | None) -> Result:
        data = self.cleaned_data
        texts = {name: data.get(f"{name}_{number}", "") for name in TEXTS}
        if units and self.kind in (Kind.MERGER, Kind.CHANGE_OF_KIND):
            texts |= {name: value for name, value in _as_before(units[0]).items() if not texts[name]}
        more: dict[str, Any] = {"kind_label": data.get(f"kind_label_{number}", ""), "parent": parent}
        if self.kind == Kind.SPLIT:
            more |= {
                "share": data.get(f"share_{number}") or Decimal(0),
                "takes_members": data.get("heir") == str(number),
            }
        return Result(**texts, **more)

    # --- what the page shows ------------------------------------------------------------------------------------------

    def unit_fields(self) -> list[BoundField]:
        return [self[f"unit_{number}"] for number in range(1, self.units_asked + 1)]

    def result_rows(self) -> list[list[BoundField]]:
        return [
            [self[name] for name in self.fields if name.endswith(f"_{number}") and not name.startswith("unit_")]
            for number in range(1, self.results_asked + 1)
        ]

    def into_fields(self) -> list[BoundField]:
        return [self["into"]] if "into" in self.fields else []

    def heir_fields(self) -> list[BoundField]:
        return [self["heir"]] if "heir" in self.fields else []

    def other_fields(self) -> list[BoundField]:
        return [self["parent"]] if "parent" in self.fields else []

    @property
    def rows(self) -> int:
        return max(self.units_asked, self.results_asked)

    @property
    def may_grow(self) -> bool:
        return self.rows < MOST_UNITS

    @property
    def may_shrink(self) -> bool:
        return self.rows > FEWEST


def _as_before(unit: OrganisationUnit) -> dict[str, str]:
    name = last_name(unit)
    return {"name": name.name, "short_name": name.short_name, "code": unit.code}


def _is_of_row(name: str, kind: str) -> bool:
    column, _line, number = name.rpartition("_")
    return column in COLUMNS[kind] and number.isdecimal()
