"""Enterprises and their events as programs read and write them: with what the page tells the same person.

Notes are of those who keep the province, as on the page; to others they are null.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, F, Value, When
from django.db.models.functions import Concat, Length, Right
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import User
from apps.core.api import MultilineTextField, TextField
from apps.core.lines import Fields
from apps.enterprises.industries import IndustryFinder
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import clean_date
from apps.enterprises.selectors import PLACE_PERMISSION
from apps.enterprises.tax_codes import HOUSEHOLD_LENGTH, clean_tax_code, has_valid_check_digit
from apps.people.rights import scope_once, units_with
from apps.registers.serializers import ChangeSerializer, DayField, KeyField, OwnUnitField, verbs_in_sql

ENTERPRISE_ACTIONS = [("change", _("Sửa")), ("add_event", _("Thêm giai đoạn"))]
EVENT_ACTIONS = [("change", _("Sửa")), ("withdraw", _("Thu hồi"))]


class OwnTextField(serializers.CharField):
    """Told to those alone within whose units the row lies."""

    def __init__(self, *, permission: str = "enterprises.view_enterprise", **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, row: Any) -> Any:
        is_own = row.unit_id in scope_once(self.context, self.permission)
        return super().get_attribute(row) if is_own else None


@extend_schema_field({"type": "string"})
class PlaceKeyField(OwnUnitField):
    """The id of a province in which the caller may enter facts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(permission=PLACE_PERMISSION, **kwargs)


class EnterpriseSerializer(serializers.ModelSerializer):
    """Một doanh nghiệp trong sổ. Mã số thuế 12 số chỉ hiện phần cuối; `note`, `tax_code_reason` null khi địa bàn đó
    không thuộc phạm vi của người gọi. `updated_at` gửi lại khi sửa.
    """

    tax_code = serializers.CharField(source="shown_tax_code")
    tax_code_reason = OwnTextField()
    note = OwnTextField()
    industry_version = serializers.CharField(
        source="industry.version", allow_null=True, help_text=_("Phiên bản VSIC của mã ngành.")
    )
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Enterprise
        fields = [
            "id", "tax_code", "tax_code_reason", "name", "ownership", "industry_code", "industry_version", "unit",
            "located_on", "address", "note", "created_at", "updated_at", "allowed_actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ENTERPRISE_ACTIONS)))
    def get_allowed_actions(self, row: Enterprise) -> list[str]:
        may_change = row.unit_id in scope_once(self.context, "enterprises.change_enterprise")
        adds = scope_once(self.context, "enterprises.add_programmeevent")
        may_add = adds.everything or bool(adds.ids)
        return [verb for verb, may in (("change", may_change), ("add_event", may_add)) if may]


class EventSerializer(serializers.ModelSerializer):
    """Một giai đoạn, theo ngày và địa bàn, trong chương trình của một doanh nghiệp: điều mà MT5 tính."""

    enterprise = serializers.IntegerField(source="enterprise_key", help_text=_("Mã của doanh nghiệp trong sổ."))
    form = serializers.ChoiceField(source="form_code", choices=AssuranceProgramme.Form.choices)
    note = OwnTextField()
    reported_by = OwnTextField(source="reported_by_id", help_text=_("Đơn vị cung cấp."))
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = ProgrammeEvent
        fields = [
            "id", "enterprise", "form", "stage", "occurred_on", "unit", "activity", "note", "reported_by", "created_at",
            "updated_at", "allowed_actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=EVENT_ACTIONS)))
    def get_allowed_actions(self, row: ProgrammeEvent) -> list[str]:
        may = row.unit_id in scope_once(self.context, "enterprises.change_programmeevent")
        return [verb for verb, _words in EVENT_ACTIONS] if may else []


class EnterpriseBodySerializer(serializers.Serializer):
    """Những gì ghi vào sổ; `unit` là tỉnh, thành phố tại ngày `located_on`."""

    tax_code = TextField(max_length=20, help_text=_("Mã số thuế."))
    tax_code_reason = TextField(
        max_length=300, required=False, allow_blank=True, help_text=_("Lý do chấp nhận mã có số kiểm tra sai.")
    )
    name = TextField(max_length=300, help_text=_("Tên doanh nghiệp."))
    ownership = serializers.ChoiceField(choices=Enterprise.Ownership.choices, help_text=_("Loại hình."))
    industry_code = TextField(max_length=300, required=False, allow_blank=True, help_text=_("Mã ngành (VSIC)."))
    unit = PlaceKeyField(help_text=_("Mã tỉnh, thành phố."))
    located_on = DayField(parse=clean_date, help_text=_("Đặt tại địa bàn này từ ngày."))
    address = TextField(max_length=400, required=False, allow_blank=True, help_text=_("Địa chỉ."))
    note = MultilineTextField(max_length=2000, required=False, allow_blank=True, help_text=_("Ghi chú."))

    def facts(self, kept: Enterprise | None = None) -> dict[str, Any]:
        """What goes into the register; of a change, what was sent."""
        told = dict(self.validated_data)
        if "tax_code" in told:
            told |= self._tax_code(told["tax_code"], told.get("ownership") or (kept.ownership if kept else ""))
        code = told.get("industry_code")
        if code is None or (kept and kept.industry_code == code):
            return told  # the version of its day stays
        found = self._industry(code, told.get("located_on") or (kept and kept.located_on)) if code else None
        return told | {"industry_id": found and found.industry.pk, "industry_code": found.code if found else ""}

    def _tax_code(self, text: str, ownership: str) -> dict[str, str]:
        """A reason is kept of a code only that needs one."""
        try:
            code = clean_tax_code(text, ownership)
        except ValidationError as wrong:
            raise ValidationError({"tax_code": wrong}) from None
        return {"tax_code": code} | ({"tax_code_reason": ""} if has_valid_check_digit(code) else {})

    def _industry(self, code: str, on: Any) -> Any:
        try:
            return IndustryFinder().find(code, on)
        except ValidationError as wrong:
            raise ValidationError({"industry_code": wrong}) from None


class SeenSerializer(serializers.Serializer):
    """What a change says beside the facts."""

    updated_at = serializers.DateTimeField(help_text=_("Trạng thái của hồ sơ mà thay đổi này dựa vào."))


class EnterpriseChangeSerializer(SeenSerializer, EnterpriseBodySerializer):
    """Một phần hồ sơ; `updated_at` là trạng thái mà thay đổi này dựa vào."""


@extend_schema_field({"type": "integer"})
class SeenEnterpriseField(KeyField):
    """One that the caller sees."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Enterprise.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return Enterprise.objects.visible_to(self.context["request"].user).live()


class EventFactsSerializer(serializers.Serializer):
    """Một giai đoạn; `unit` là địa bàn của doanh nghiệp tại ngày đó."""

    stage = serializers.ChoiceField(choices=ProgrammeEvent.Stage.choices, help_text=_("Giai đoạn."))
    occurred_on = DayField(parse=clean_date, help_text=_("Ngày."))
    unit = PlaceKeyField(help_text=_("Mã tỉnh, thành phố."))
    activity = serializers.ChoiceField(
        choices=ProgrammeEvent.Activity.choices, required=False, allow_blank=True, help_text=_("Hoạt động.")
    )
    note = TextField(max_length=500, required=False, allow_blank=True, help_text=_("Ghi chú."))


class EventBodySerializer(EventFactsSerializer):
    enterprise = SeenEnterpriseField(help_text=_("Mã của doanh nghiệp trong sổ."))
    form = serializers.ChoiceField(choices=AssuranceProgramme.Form.choices, help_text=_("Hình thức tham gia."))


class EventChangeSerializer(ChangeSerializer, EventFactsSerializer):
    """Một phần của giai đoạn, kèm lý do và trạng thái mà thay đổi này dựa vào."""


def enterprise_in_sql(by: User) -> Fields:
    """How a query reads what the answers say of an enterprise."""
    own, code = _own(by), F("tax_code")
    is_person = Exact(Length("tax_code"), HOUSEHOLD_LENGTH)
    shown = Case(When(is_person, then=Concat(Value("•" * 8), Right(code, 4))), default=code)
    return {
        "id": F("pk"), "tax_code": shown, "tax_code_reason": own("tax_code_reason"), "name": F("name"),
        "ownership": F("ownership"), "industry_code": F("industry_code"), "industry_version": F("industry__version"),
        "unit": F("unit_id"), "located_on": F("located_on"), "address": F("address"), "note": own("note"),
        "created_at": F("created_at"), "updated_at": F("updated_at"),
    }  # fmt: skip


def event_in_sql(by: User) -> Fields:
    own = _own(by)
    return {
        "id": F("pk"), "enterprise": F("programme__enterprise_id"), "form": F("programme__form"), "stage": F("stage"),
        "occurred_on": F("occurred_on"), "unit": F("unit_id"), "activity": F("activity"), "note": own("note"),
        "reported_by": own("reported_by_id"), "created_at": F("created_at"), "updated_at": F("updated_at"),
    }  # fmt: skip


def enterprise_actions(by: User) -> Any:
    """As `allowed_actions` of `EnterpriseSerializer`."""
    adds = units_with(by, "enterprises.add_programmeevent")
    anywhere = ["add_event"] if adds.everything or adds.ids else []
    return verbs_in_sql(units_with(by, "enterprises.change_enterprise"), "unit_id", ["change", *anywhere], anywhere)


def event_actions(by: User) -> Any:
    scope = units_with(by, "enterprises.change_programmeevent")
    return verbs_in_sql(scope, "unit_id", [verb for verb, _words in EVENT_ACTIONS])


def _own(by: User) -> Callable[[str], Any]:
    """As `OwnTextField`: told to those alone within whose units the row lies."""
    scope = units_with(by, "enterprises.view_enterprise")
    return F if scope.everything else lambda name: Case(When(unit_id__in=scope.ids, then=F(name)))
