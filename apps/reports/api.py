"""Rounds, reports and their cells for REST clients: the same rows, rights and services as on the pages.

A change says which version it was made from. Where the report is no longer so: 409, and the body says how it is now
(`current`, `version`). A cell that somebody wrote meanwhile: 409 `cell_conflict`, with both values of each.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import django_filters as filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.accounts.models import User
from apps.core.api import ApiViewSet, ScopedReadViewSet
from apps.core.conflicts import Conflict, conflicts_are_409
from apps.core.filters import TextFilter
from apps.core.moves import find
from apps.reports import moving, requests, serializers
from apps.reports.audited import ACTIONS
from apps.reports.models import AnnualReport, FormCell, ReportedValue, ReportingRound, ReviewNote
from apps.reports.models.annualreport import VIEW
from apps.reports.numbers import machine
from apps.reports.selectors.filled import entries_of
from apps.reports.services import entering, moves, reviewing
from apps.reports.services.recording import held, refuse_stale
from apps.targets.models import Period

ROUND = r"[0-9]{4}(?:-[a-z0-9-]+)?"
UNIT = r"[A-Za-z0-9][A-Za-z0-9-]*"
FLAG = ReviewNote.Kind.FLAG


class RoundApiFilter(filters.FilterSet):
    year = filters.NumberFilter(min_value=2019, max_value=2100, decimal_places=0, help_text=gettext_lazy("Năm."))
    kind = filters.ChoiceFilter(choices=ReportingRound.Kind.choices, help_text=gettext_lazy("Loại kỳ."))
    state = filters.ChoiceFilter(choices=ReportingRound.State.choices, help_text=gettext_lazy("Trạng thái."))

    class Meta:
        model = ReportingRound
        fields: list[str] = []


class RoundViewSet(ScopedReadViewSet):
    """Kỳ báo cáo."""

    queryset = ReportingRound.objects.select_related("period")
    serializer_class = serializers.RoundSerializer
    filterset_class = RoundApiFilter
    ordering_fields = {"code": "code", "due_on": "due_on"}
    made_of = (ReportingRound, Period)
    lookup_field = "code"
    lookup_value_regex = ROUND


class ReportApiFilter(filters.FilterSet):
    round = TextFilter(field_name="round__code", lookup_expr="exact", max_length=30, help_text=gettext_lazy("Mã kỳ."))
    unit = TextFilter(field_name="unit_id", lookup_expr="exact", max_length=80, help_text=gettext_lazy("Mã đơn vị."))
    state = filters.MultipleChoiceFilter(
        choices=moving.State.choices, distinct=False, help_text=gettext_lazy("Trạng thái, một hoặc nhiều.")
    )

    class Meta:
        model = AnnualReport
        fields: list[str] = []


def with_completeness(rows: Any) -> Any:
    """How many cells have something, of how many that somebody has to fill: in the statement of the list."""
    filled = (
        ReportedValue.objects.filter(ReportedValue.given(), report=OuterRef("pk"), cell__parts=[])
        .order_by()
        .values("report")
    )
    cells = FormCell.objects.filter(form=OuterRef("form"), parts=[]).order_by().values("form")
    return rows.annotate(
        cells_given=Coalesce(Subquery(filled.annotate(n=Count("pk")).values("n"), IntegerField()), 0),
        cells_asked=Coalesce(Subquery(cells.annotate(n=Count("pk")).values("n"), IntegerField()), 0),
    )


class ReportsViewSet(ApiViewSet, mixins.ListModelMixin):
    """Báo cáo của các đơn vị trong các kỳ."""

    queryset = AnnualReport.objects.for_pages()
    serializer_class = serializers.ReportSerializer
    filterset_class = ReportApiFilter
    ordering_fields = {"due_on": "due_on", "updated_at": "updated_at", "unit": "unit_id"}
    http_method_names = ["get", "head"]

    def get_queryset(self) -> Any:
        return with_completeness(super().get_queryset()).order_by("-round__year", "round__code", "unit", "pk")


def conflicts_of(report: AnnualReport) -> AbstractContextManager[None]:
    """Refusals that say where the report stands now."""
    rows = AnnualReport.objects.filter(pk=report.pk)
    return conflicts_are_409(lambda: dict(rows.values("version", current=F("state")).get()))


@extend_schema(
    parameters=[
        OpenApiParameter("round", OpenApiTypes.STR, OpenApiParameter.PATH, description="Mã kỳ."),
        OpenApiParameter("unit", OpenApiTypes.STR, OpenApiParameter.PATH, description="Mã đơn vị."),
    ]
)
class ReportViewSet(ApiViewSet, mixins.RetrieveModelMixin):
    """Báo cáo của một đơn vị trong một kỳ."""

    queryset = AnnualReport.objects.for_pages()
    serializer_class = serializers.ReportSerializer
    permission_required = VIEW
    permission_to_write = moving.FILL
    filterset_class = None
    pagination_class = None
    lookup_field = "unit_id"
    lookup_url_kwarg = "unit"
    lookup_value_regex = UNIT
    http_method_names = ["get", "head", "post", "patch"]

    def get_queryset(self) -> Any:
        rows = with_completeness(super().get_queryset())
        return rows.filter(round__code=self.kwargs["round"]) if "round" in self.kwargs else rows.none()

    @extend_schema(responses=serializers.CellSerializer(many=True), filters=False)
    @action(detail=True)
    def cells(self, request: Any, round: str, unit: str) -> Response:
        """Mọi ô của báo cáo, theo thứ tự biểu mẫu."""
        entries = entries_of(self.get_object())
        return Response(serializers.CellSerializer(list(entries.values()), many=True).data)

    @extend_schema(
        request=requests.EDITS_BODY,
        responses=serializers.WrittenSerializer,
        filters=False,
    )
    @cells.mapping.patch
    def write_cells(self, request: Any, round: str, unit: str) -> Response:
        """Ghi các ô: tất cả hoặc không ô nào. 400 với mọi ô bị từ chối theo mã ô; 409 với cả hai giá trị."""
        if not request.user.has_perm(moving.FILL):  # one address, another right than for reading
            raise PermissionDenied
        self.scope = "editable_by"
        report = self.get_object()
        sent = {"cells": request.data} if isinstance(request.data, list) else request.data
        body = requests.EditsSerializer(data=sent)
        body.is_valid(raise_exception=True)
        edits = body.edits()
        try:
            with conflicts_of(report):
                entering.write_cells(report, edits, by=request.user)
        except entering.CellConflictError as found:
            raise _both_values(report, found) from found
        report.refresh_from_db()
        asked = {one.code for one in edits}
        rows = [entry for entry in entries_of(report).values() if entry.cell.code in asked]
        return Response(serializers.WrittenSerializer({"version": report.version, "cells": rows}).data)

    def move(self, request: Any, verb: str) -> Response:
        report = self.get_object()
        body = requests.BODIES.get(verb, requests.ReportMoveSerializer)(data=request.data)
        body.is_valid(raise_exception=True)
        with conflicts_of(report):
            _SERVICES[verb](report, by=request.user, **body.validated_data)
        return Response(self.get_serializer(self.get_object()).data)


def _both_values(report: AnnualReport, found: entering.CellConflictError) -> Conflict:
    now = AnnualReport.objects.values("version", current=F("state")).get(pk=report.pk)
    cells = [
        {"code": one.cell.code, "mine": one.mine, "theirs": machine(one.cell, one.theirs), "by": one.by, "at": one.at,
         "version": one.version, "message": one.words}
        for one in found.conflicts
    ]  # fmt: skip
    told = _("Có ô vừa được người khác sửa. Chưa ô nào được ghi; chọn giá trị của từng ô rồi gửi lại.")
    return Conflict(told, "cell_conflict", {**now, "conflicts": cells})


def _return(report: AnnualReport, *, by: User, version: int, reason: str, **told: Any) -> None:
    """Flags and return are one: what is refused leaves no flag behind."""
    with transaction.atomic():
        refuse_stale(held(report), version)
        for flag in told.get("cells", ()):
            reviewing.note_cell(report, flag["code"], FLAG, flag["text"], by=by)
        reviewing.return_for_revision(report, reason, by=by, version=version, due_on=told.get("due_on"))


_SERVICES: dict[str, Callable[..., Any]] = {
    **{
        verb: getattr(moves, verb)
        for verb in ("start", "to_leader", "recall", "send_back", "sign", "submit", "correct")
    },
    **{verb: getattr(reviewing, verb) for verb in ("accept", "lock", "reopen")},
    "return_for_revision": _return,
}


def _button_of(verb: str) -> Any:
    """POST reports/{round}/{unit}/{verb}/, described with the words that the log has for it."""
    [move, *_others] = find(AnnualReport, verb)

    def button(self: ReportViewSet, request: Any, round: str, unit: str) -> Response:
        return self.move(request, verb)

    button.__name__ = verb
    button.__doc__ = f"{ACTIONS[move.audit][0]}."
    body = requests.BODIES.get(verb, requests.ReportMoveSerializer)
    told = extend_schema(request=body, responses=serializers.ReportSerializer, filters=False)
    return told(action(detail=True, methods=["post"], url_path=verb, permission_required=move.permission)(button))


for _verb in serializers.VERBS:
    setattr(ReportViewSet, _verb, _button_of(_verb))


def add_to(router: DefaultRouter) -> None:
    router.register("rounds", RoundViewSet, basename="round")
    router.register(rf"reports/(?P<round>{ROUND})", ReportViewSet, basename="report")
    router.register("reports", ReportsViewSet, basename="reports")
