"""A register's row as programs read and write it, from its columns.

Units, acts and rows by their keys, days in ISO form, decimals as text.
"""

import datetime
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, F, Value, When
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.scope import UnitScope
from apps.core.api import TextField
from apps.core.lines import Fields, text_of
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.people.rights import scope_once, units_with
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model
from apps.registers.models import permission_of
from apps.registers.selectors import rows_to_name, rows_to_offer

ACTIONS = [("change", _("Sửa")), ("withdraw", _("Rút khỏi sổ"))]


class DayField(serializers.DateField):
    """A day that the pages take too: `parse` says which make sense."""

    def __init__(self, *, parse: Callable[[str], datetime.date], **kwargs: Any) -> None:
        self.parse = parse
        super().__init__(**kwargs)

    def to_internal_value(self, value: Any) -> datetime.date:
        day: datetime.date = super().to_internal_value(value)
        return self.parse(f"{day.day}/{day.month}/{day.year:04}")


class CodeField(TextField):
    def __init__(self, *, tidy: Callable[[str], str], hide: Callable[[str], str], **kwargs: Any) -> None:
        self.tidy, self.hide = tidy, hide
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        return self.tidy(text) if text else text

    def to_representation(self, value: Any) -> str:
        return self.hide(super().to_representation(value))


class KeyField(serializers.PrimaryKeyRelatedField):
    """A key as it is kept: no fraction, and nothing that JSON calls a number and no integer can be."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, float):
            self.fail("incorrect_type", data_type="float")
        return super().to_internal_value(data)


class OwnUnitField(KeyField):
    """The id of a unit in which the caller may enter rows of the register."""

    def __init__(self, *, permission: str = "", **kwargs: Any) -> None:
        self.permission = permission
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        scope = units_with(self.context["request"].user, self.permission)
        units = OrganisationUnit.objects.all()
        return units if scope.everything else units.filter(pk__in=scope.ids)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class NamedRowField(KeyField):
    """A row of another register that a row of the caller's may name: a number is its id, a text its code.

    An id is taken of what is offered, and of what the row names already: ids can be tried one after the other, codes
    are told (decision 0056).
    """

    def __init__(self, *, column: Column | None = None, **kwargs: Any) -> None:
        self.column = column
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        if self.column is None:
            return super().get_queryset()
        offered = rows_to_offer(self.column, self.context["request"].user)
        named = getattr(getattr(self.parent, "instance", None), self.column.stored, None)
        return offered | rows_to_name(self.column, self.context["request"].user).filter(pk=named)

    def to_internal_value(self, data: Any) -> Any:
        if self.column is not None and isinstance(data, str):
            key = register_of_model(self.column.field.related_model).key[0]
            rows = rows_to_name(self.column, self.context["request"].user)
            if data.isprintable() and (found := rows.filter(**{f"{key}__iexact": data.strip()}).first()):
                return found
        return super().to_internal_value(data)


class RowSerializer(serializers.ModelSerializer):
    """`updated_at` is the state of the row; a change says which state it was made from. `allowed_actions`: what the
    caller may do with it now.
    """

    allowed_actions = serializers.SerializerMethodField(
        help_text=_("Những thao tác mà người gọi thực hiện được với dòng này.")
    )

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS)))
    def get_allowed_actions(self, row: Any) -> list[str]:
        home = getattr(row, "home_unit", None) or row.home_id
        scope = scope_once(self.context, permission_of(type(row), "change"))
        return [verb for verb, _words in ACTIONS] if scope.everything or home in scope.ids else []


class ChangeSerializer(serializers.Serializer):
    """What a change says beside the columns."""

    reason = TextField(max_length=300, help_text=_("Lý do sửa."))
    updated_at = serializers.DateTimeField(help_text=_("Trạng thái của dòng mà thay đổi này dựa vào."))


class WithdrawSerializer(serializers.Serializer):
    reason = TextField(max_length=300, help_text=_("Lý do rút khỏi sổ."))


@cache
def serializer_of(register: Register) -> type[RowSerializer]:
    fields: dict[str, Any] = {column.name: api_field(register, column) for column in register.columns}
    names = ["id", *fields, "created_at", "updated_at", "allowed_actions"]
    told = {"model": register.model, "fields": names, "read_only_fields": ["id", "created_at", "updated_at"]}
    fields["Meta"] = type("Meta", (), told | {"validators": []})
    fields["__doc__"] = str(register.title)
    return type(f"{register.model.__name__}Serializer", (RowSerializer,), fields)


def api_field(register: Register, column: Column) -> serializers.Field:
    told: dict[str, Any] = {"required": column.required, "help_text": column.label}
    unknown: dict[str, Any] = {"allow_null": not column.required}
    if column.kind == Kind.NUMBER and not column.decimals:
        return serializers.IntegerField(min_value=0, max_value=column.largest, **told, **unknown)
    if column.kind == Kind.NUMBER:
        return serializers.DecimalField(max_digits=20, decimal_places=column.decimals, **told, **unknown)
    if column.kind == Kind.DAY:
        return DayField(parse=column.parse, **told, **unknown)
    if column.kind == Kind.CHOICE:
        return serializers.ChoiceField(choices=column.choices, allow_blank=not column.required, **told)
    if column.kind == Kind.UNIT:
        return OwnUnitField(permission=register.permission("add"), **told)
    if column.kind == Kind.ITEM:
        return KeyField(queryset=column.field.related_model.objects.all(), **told, **unknown)
    if column.kind == Kind.ACT:
        return KeyField(queryset=LegalDocument.objects.all(), **told, **unknown)
    if column.kind == Kind.ROW:
        return NamedRowField(column=column, queryset=column.field.related_model.objects.all(), **told, **unknown)
    if column.kind == Kind.CODE:
        told |= {"tidy": column.tidy, "hide": column.hide}
    text = CodeField if column.kind == Kind.CODE else TextField
    return text(max_length=column.length, allow_blank=not column.required, **told)


def verbs_in_sql(scope: UnitScope, unit: str, within: Sequence[str], beyond: Sequence[str] = ()) -> Any:
    """What may be done with rows of these units, and with all others."""
    inside, outside = (Value(list(verbs), output_field=ArrayField(CharField())) for verbs in (within, beyond))
    return inside if scope.everything else Case(When(**{f"{unit}__in": scope.ids}, then=inside), default=outside)


def told_in_sql(register: Register) -> Fields | None:
    """How a query reads what the answers say of a row; None where part of a code is kept back, which is no matter of
    the database.
    """
    if any(column.is_hidden for column in register.columns):
        return None
    told = {
        column.name: text_of(column.name) if column.decimals else F(column.field.attname) for column in register.columns
    }
    return {"id": F("pk"), **told, "created_at": F("created_at"), "updated_at": F("updated_at")}
