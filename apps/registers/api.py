"""Every declared register for REST clients: the same rows, rights and services as on the pages."""

from typing import Any

import django_filters as filters
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.api import ApiViewSet
from apps.core.bulk import ExportMixin
from apps.core.conflicts import conflicts_are_409
from apps.core.filters import TextFilter
from apps.core.manners import RowVersionsMixin
from apps.people.rights import units_with
from apps.registers import services
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, registers
from apps.registers.feeds import register_feed
from apps.registers.serializers import (
    ACTIONS,
    ChangeSerializer,
    WithdrawSerializer,
    serializer_of,
    told_in_sql,
    verbs_in_sql,
)

WITHDRAWN = OpenApiResponse(description=_("Đã rút khỏi sổ."))


class RegisterViewSet(RowVersionsMixin, ExportMixin, ApiViewSet, mixins.CreateModelMixin):
    register: Register
    http_method_names = ["get", "head", "post", "patch"]
    versioned_with = ("home_unit",)  # of a row that belongs to the one above it, that one's

    def get_queryset(self) -> Any:
        home = F(f"{self.register.model.UNIT}_id")
        return super().get_queryset().live().annotate(home_unit=home).order_by("pk")

    @property
    def actions_in_sql(self) -> Any:
        scope = units_with(self.request.user, self.register.permission("change"))
        return verbs_in_sql(scope, f"{self.register.model.UNIT}_id", [verb for verb, _words in ACTIONS])

    def perform_create(self, serializer: serializers.BaseSerializer) -> None:
        with conflicts_are_409():
            serializer.instance = services.add_row(
                self.register.model(**serializer.validated_data), by=self.request.user
            )

    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        self.scope = "editable_by"
        row = self.get_object()
        changes = self.get_serializer(row, data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        told = ChangeSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with conflicts_are_409():
            changed = services.change_row(
                row, dict(changes.validated_data), told.validated_data["reason"],
                by=request.user, seen=told.validated_data["updated_at"],
            )  # fmt: skip
        return Response(self.get_serializer(changed).data)

    def _withdraw(self, request: Any) -> Response:
        self.scope = "editable_by"
        row = self.get_object()
        told = WithdrawSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        with conflicts_are_409():
            services.withdraw_row(row, told.validated_data["reason"], by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _filterset_of(register: Register) -> type[filters.FilterSet]:
    attributes: dict[str, Any] = {
        "search": TextFilter(method="find", help_text="Chữ cần tìm, có dấu hoặc không."),
        "find": lambda self, rows, name, text: rows.search(text),
        "changed_since": filters.IsoDateTimeFilter(
            field_name="updated_at", lookup_expr="gte", help_text="Dòng thêm hoặc sửa từ thời điểm này."
        ),
    }
    for column in register.columns:
        attributes |= _narrowing(column)
    attributes["Meta"] = type("Meta", (), {"model": register.model, "fields": []})
    return type(f"{register.model.__name__}ApiFilter", (filters.FilterSet,), attributes)


def _narrowing(column: Column) -> dict[str, filters.Filter]:
    told = {"help_text": column.label}
    if column.kind == Kind.CHOICE:
        return {column.name: filters.ChoiceFilter(choices=column.choices, **told)}
    if column.kind == Kind.DAY:
        first, last = f"{column.name}_from", f"{column.name}_to"
        return {
            first: filters.DateFilter(field_name=column.name, lookup_expr="gte", **told),
            last: filters.DateFilter(field_name=column.name, lookup_expr="lte", **told),
        }
    if column.kind in (Kind.CODE, Kind.UNIT, Kind.ITEM):
        stored = column.field.attname
        return {column.name: TextFilter(field_name=stored, lookup_expr="exact", max_length=100, **told)}
    if column.kind == Kind.ROW:
        return {
            column.name: filters.NumberFilter(field_name=column.field.attname, min_value=1, decimal_places=0, **told)
        }
    return {}


def _sorted_by(register: Register) -> dict[str, str]:
    """Columns that begin an index, names in the order of the Vietnamese alphabet. Not by a code of which a part is
    hidden: the order would tell it.
    """
    first = {index.fields[0].removeprefix("-") for index in register.model._meta.indexes if index.fields}
    found = {"id": "pk"}
    for column in (one for one in register.columns if not one.is_hidden):
        if f"{column.name}_sort" in first:
            found[column.name] = f"{column.name}_sort"
        elif column.name in first or column.field.db_index or column.field.unique:
            found[column.name] = column.field.attname
    return found


def viewset_of(register: Register) -> type[RegisterViewSet]:
    """Its class, with words for the description of the API."""

    @extend_schema(request=WithdrawSerializer, responses={204: WITHDRAWN}, filters=False)
    @action(detail=True, methods=["post"], permission_required=register.permission("change"))
    def withdraw(self: RegisterViewSet, request: Request, pk: Any = None) -> Response:
        """Rút dòng khỏi sổ, kèm lý do; dòng vẫn được lưu."""
        return self._withdraw(request)

    attributes = {
        "register": register,
        "queryset": register.model.objects.all(),
        "serializer_class": serializer_of(register),
        "in_sql": property(lambda self: told_in_sql(register)),
        "feed": register_feed(register.model),
        "filterset_class": _filterset_of(register),
        "ordering_fields": _sorted_by(register),
        "withdraw": withdraw,
        "__doc__": f"{register.title}. {register.lead}",
    }
    made: type[RegisterViewSet] = type(f"{register.model.__name__}ViewSet", (RegisterViewSet,), attributes)
    row = serializer_of(register)
    told = {"Meta": row.Meta, "__doc__": str(register.title)}
    body = type(f"{register.model.__name__}Change", (ChangeSerializer, row), told)
    return extend_schema_view(partial_update=extend_schema(request=body))(made)


def add_to(router: DefaultRouter) -> None:
    for register in registers():
        router.register(f"registers/{register.slug}", viewset_of(register), basename=f"register-{register.slug}")
