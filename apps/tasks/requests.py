"""Bodies and queries of the API of tasks: what programs may write, and in which form. A value of another JSON type than
the one described is refused, not made one.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api import BoundedListField, MultilineTextField, TextField
from apps.core.fields import parse_dated, parse_past
from apps.framework.models import FrameworkItem
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import unit_labels
from apps.registers.serializers import DayField, KeyField
from apps.targets.models import Indicator
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Source
from apps.tasks.services.drafting import Addition, Money, Part, Parts
from apps.tasks.services.recording import Decided
from apps.tasks.statistics import Asked, By
from apps.tasks.years import FIRST_YEAR, LAST_YEAR

YEARS: dict[str, Any] = {"min_value": FIRST_YEAR, "max_value": LAST_YEAR}


class WholeField(serializers.IntegerField):
    """A JSON number without a fraction."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class AmountField(serializers.DecimalField):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool | list | dict):
            self.fail("invalid")
        return super().to_internal_value(data)


class TextKeyField(KeyField):
    """The text by which a row is known."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class CodeField(serializers.SlugRelatedField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class WordField(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "nullable": True})
class SeenTaskField(CodeField):
    """The code of a task that the caller sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="code__iexact", queryset=PlanTask.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return PlanTask.objects.visible_to(self.context["request"].user).live().select_related("lead_unit")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("unit", "part", "input")},
                "required": ["unit"],
            },
        ]
    }
)
class UnitPartField(serializers.Serializer):
    """Mã đơn vị, hoặc mã kèm phần việc và phần đóng góp."""

    unit = TextKeyField(queryset=OrganisationUnit.objects.all())
    part = TextField(required=False, allow_blank=True, max_length=500)
    input = TextField(required=False, allow_blank=True, max_length=500)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({"unit": data} if isinstance(data, str) else data)


class AdditionSerializer(serializers.Serializer):
    indicator = CodeField(slug_field="code", queryset=Indicator.objects.all())
    year = WholeField(**YEARS)
    amount = AmountField(max_digits=12, decimal_places=1)


class MoneySerializer(serializers.Serializer):
    source: Any = WordField(choices=Source.choices)
    year = WholeField(**YEARS)
    amount = WholeField(min_value=0, max_value=10**15, help_text=_("Đồng, giai đoạn kế hoạch."))


class TaskBodySerializer(serializers.Serializer):
    """`year` để trống: năm của hạn hoàn thành. `coordinating_units`: mã đơn vị, hoặc kèm phần việc và đóng góp."""

    framework_item = TextKeyField(queryset=FrameworkItem.objects.all())
    title = TextField(max_length=500)
    objective = MultilineTextField(required=False, allow_blank=True, max_length=2000)
    kind = WordField(choices=PlanTask.Kind.choices)
    term = WordField(choices=PlanTask.Term.choices)
    year = WholeField(required=False, **YEARS)
    lead_unit = TextKeyField(queryset=OrganisationUnit.objects.all())
    coordinating_units = BoundedListField(child=UnitPartField(), required=False, max_length=200)
    product = TextField(max_length=1000)
    starts_on = DayField(parse=parse_dated, required=False, allow_null=True)
    due_on = DayField(parse=parse_dated)
    parent: Any = SeenTaskField(required=False, allow_null=True)
    contributions = BoundedListField(child=AdditionSerializer(), required=False, max_length=100)
    budget = BoundedListField(child=MoneySerializer(), required=False, max_length=100)

    def validate_budget(self, budget: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({(one["source"], one["year"]) for one in budget}) < len(budget):
            raise ValidationError(_("Mỗi nguồn của một năm chỉ khai một lần."), code="unique")
        return budget

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Apart what the task itself says, and what hangs on it."""
        parts = Parts(
            participations=_each(attrs, "coordinating_units", _part),
            contributions=_each(attrs, "contributions", lambda told: Addition(**told)),
            budget=_each(attrs, "budget", lambda told: Money(**told)),
        )
        if not self.partial:
            attrs.setdefault("year", attrs["due_on"].year)
        return {"own": attrs, "parts": parts}


class TaskChangeSerializer(TaskBodySerializer):
    version = WholeField(min_value=1, help_text=_("Phiên bản mà thay đổi này dựa vào."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        version = attrs.pop("version", None)
        if version is None:  # a change of some fields asks for this one all the same
            raise serializers.ValidationError(
                {"version": self.fields["version"].error_messages["required"]}, "required"
            )
        return super().validate(attrs) | {"version": version}


def _each(attrs: dict[str, Any], name: str, make: Any) -> list[Any] | None:
    return [make(told) for told in attrs.pop(name)] if name in attrs else None


def _part(told: dict[str, Any]) -> Part:
    return Part(told["unit"], told.get("part", ""), told.get("input", ""))


class DecidedSerializer(serializers.Serializer):
    number = TextField(max_length=80)
    date = DayField(parse=parse_past)
    issuer = TextField(max_length=150)
    signatory = TextField(required=False, allow_blank=True, max_length=200)

    def validate(self, attrs: dict[str, Any]) -> Decided:
        told = {"signatory": attrs["signatory"]} if "signatory" in attrs else {}
        return Decided.of(number=attrs["number"], day=attrs["date"], issuer=attrs["issuer"], **told)


class MoveSerializer(serializers.Serializer):
    version = WholeField(min_value=1, help_text=_("Phiên bản mà thao tác này dựa vào."))
    reason = MultilineTextField(required=False, allow_blank=True, help_text=_("Ý kiến, lý do."))
    decision = DecidedSerializer(required=False, allow_null=True)


class CompletionSerializer(MoveSerializer):
    on = DayField(parse=parse_past, required=False, help_text=_("Ngày hoàn thành, mặc định hôm nay."))


class RefusalSerializer(serializers.Serializer):
    version = WholeField(min_value=1)
    reason = MultilineTextField(max_length=1000)


class ExtensionAskSerializer(serializers.Serializer):
    version = WholeField(min_value=1)
    due_on = DayField(parse=parse_dated, help_text=_("Hạn đề nghị."))
    reason = MultilineTextField(max_length=1000)


class ExtensionGrantSerializer(MoveSerializer):
    due_on = DayField(parse=parse_dated, required=False, help_text=_("Hạn mới, mặc định là hạn đề nghị."))


class StatisticsQuerySerializer(serializers.Serializer):
    """Tham số của thống kê; giá trị không hợp lệ trả về 400 kèm lý do."""

    year = serializers.IntegerField(required=False, **YEARS)
    unit = TextField(required=False, max_length=80)
    on = DayField(parse=parse_dated, required=False)
    due = serializers.ChoiceField(choices=["first", "now"], required=False)
    by = serializers.ChoiceField(choices=By.choices, required=False)
    units = serializers.ChoiceField(choices=UnitView.choices, required=False)

    def validate_unit(self, unit: str) -> str:
        if unit not in unit_labels():
            raise ValidationError(_("Không có đơn vị này."), code="unknown_unit")
        return unit

    def asked(self) -> Asked:
        told = self.validated_data
        on: date = told.get("on") or timezone.localdate()
        view = UnitView.asked(told.get("units", ""))
        return Asked(on, told.get("year"), told.get("unit", ""), told.get("due") == "first", view)
