"""Tasks for REST clients: the same rows, rights and services as on the pages.

A change says which version it was made from. Where the task is no longer so: 409, and the body says how it is now
(`current`, `version`); out of turn, though the version is right: 400 `wrong_state`, with the same.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.core.api import ReadViewSet, ScopedReadViewSet
from apps.core.conflicts import conflicts_are_409
from apps.core.moves import find
from apps.core.parameters import LISTS
from apps.tasks import moving, requests, serializers
from apps.tasks.audited import ACTIONS
from apps.tasks.feeds import TASKS
from apps.tasks.filters_api import PlanTaskApiFilter
from apps.tasks.models import Extension, PlanTask
from apps.tasks.services import asking, drafting, moves
from apps.tasks.statistics import By, told_statistics

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]*"
VIEW = "tasks.view_plantask"


def conflicts_of(task: PlanTask) -> AbstractContextManager[None]:
    """Refusals that say where the task stands now."""
    rows = PlanTask.objects.filter(pk=task.pk)
    return conflicts_are_409(lambda: rows.values("version", current=F("state")).get())


def checked(body: Any) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    told: dict[str, Any] = body.validated_data
    return told


class PlanTaskViewSet(ScopedReadViewSet):
    """Nhiệm vụ của kế hoạch triển khai Đề án."""

    queryset = PlanTask.objects.all()
    serializer_class = serializers.PlanTaskSerializer
    filterset_class = PlanTaskApiFilter
    lookup_field = "code__iexact"
    lookup_url_kwarg = "code"
    lookup_value_regex = CODE
    http_method_names = ["get", "head", "post", "patch"]
    feed = TASKS
    ordering_fields = {"id": "pk", "code": "code", "due_on": "due_on", "updated_at": "updated_at"}
    lean = {
        "coordinating_units": "participations", "contributions": "contributions", "budget": "budget",
        "milestones": "milestones", "consultations": "consultations", "extensions": "extensions", "steps": "steps",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        rows = super().get_queryset().live().with_timeliness().select_related("lead_unit")
        parents = PlanTask.objects.visible_to(self.request.user).live().filter(pk=OuterRef("parent"))
        rows = rows.annotate(parent_code=Subquery(parents.values("code")))
        if self.action not in LISTS:
            rows = rows.prefetch_related(
                "participations", "contributions__indicator", "budget", "milestones__document", "consultations",
                "extensions__document", "extensions__asked_by", "extensions__decided_by", "extensions__task",
                "steps__decision", "steps__by", "steps__acting_for",
            )  # fmt: skip
        return rows.order_by("pk")

    def get_serializer_class(self) -> Any:
        return serializers.PlanTaskSerializer if self.action in LISTS else serializers.PlanTaskDetailSerializer

    def told(self, task: PlanTask) -> Any:
        """The task as it is after a change."""
        return self.get_serializer(self.get_queryset().get(pk=task.pk)).data

    @extend_schema(request=requests.TaskBodySerializer, responses={201: serializers.PlanTaskDetailSerializer})
    def create(self, request: Any) -> Response:
        """Lập bản nháp nhiệm vụ."""
        told = checked(requests.TaskBodySerializer(data=request.data, context=self.get_serializer_context()))
        with conflicts_are_409():
            made = drafting.create_task(PlanTask(**told["own"]), told["parts"], by=request.user)
        return Response(self.told(made), status.HTTP_201_CREATED)

    @extend_schema(request=requests.TaskChangeSerializer)
    def partial_update(self, request: Any, code: str) -> Response:
        """Sửa bản nháp, hoặc hồ sơ được trả lại. Danh sách gửi lên thay cho danh sách cũ."""
        self.scope = "editable_by"
        task = self.get_object()
        body = requests.TaskChangeSerializer(data=request.data, partial=True, context=self.get_serializer_context())
        told = checked(body)
        with conflicts_of(task):
            drafting.change_task(task, told["own"], told["parts"], by=request.user, version=told["version"])
        self.scope = "visible_to"
        return Response(self.told(task))

    def move(self, request: Any, verb: str, body: type[requests.MoveSerializer]) -> Response:
        task = self.get_object()
        given = {"reason": "", "decision": None, **checked(body(data=request.data))}
        with conflicts_of(task):
            getattr(moves, verb)(task, **given, by=request.user)
        return Response(self.told(task))

    @extend_schema(
        parameters=[
            OpenApiParameter("year", OpenApiTypes.INT, description="Năm kế hoạch"),
            OpenApiParameter(
                "unit", OpenApiTypes.STR, description="Mã đơn vị chủ trì, kể cả đơn vị trước đó và đơn vị trực thuộc"
            ),
            OpenApiParameter("on", OpenApiTypes.DATE, description="Tiến độ đến ngày này, mặc định hôm nay"),
            OpenApiParameter("due", OpenApiTypes.STR, enum=["first", "now"], description="first: theo hạn đặt ban đầu"),
            OpenApiParameter("by", OpenApiTypes.STR, enum=By.values, description="Thêm số liệu theo từng nhóm"),
        ],
        responses=serializers.StatisticsSerializer,
        filters=False,
    )
    @action(
        detail=False, permission_required=VIEW, pagination_class=None, filterset_class=None,
        extra_parameters=("year", "unit", "on", "due", "by", "units"),
    )  # fmt: skip
    def statistics(self, request: Any) -> Response:
        """Thống kê tiến độ các nhiệm vụ trong phạm vi của người gọi."""
        query = requests.StatisticsQuerySerializer(data=request.query_params)
        by = checked(query).get("by")
        return Response(told_statistics(query.asked(), request.user, By(by) if by else None))


def _button_of(verb: str) -> Any:
    """POST tasks/{code}/{verb}/, for the description of the API with the words that the log has for it."""
    [move, *_others] = find(PlanTask, verb)
    body = requests.CompletionSerializer if verb == "report_completion" else requests.MoveSerializer

    def button(self: PlanTaskViewSet, request: Any, code: str) -> Response:
        return self.move(request, verb, body)

    button.__name__ = verb
    button.__doc__ = f"{ACTIONS[move.audit][0]}."
    told = extend_schema(request=body, responses=serializers.PlanTaskDetailSerializer, filters=False)
    return told(action(detail=True, methods=["post"], url_path=verb, permission_required=move.permission)(button))


for _verb in moves.VERBS:
    setattr(PlanTaskViewSet, _verb, _button_of(_verb))


@extend_schema(parameters=[OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH)])
class ExtensionViewSet(ReadViewSet):
    """Đề nghị gia hạn của một nhiệm vụ."""

    queryset = Extension.objects.all()
    serializer_class = serializers.ExtensionSerializer
    permission_required = VIEW
    permission_to_write = moving.PROPOSE
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]

    @cached_property
    def task(self) -> Any:
        seen = PlanTask.objects.visible_to(self.request.user).live()
        found: Any = get_object_or_404(seen, code__iexact=self.kwargs["code"])
        return found

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("task", "document", "asked_by", "decided_by")
        return rows.none() if "code" not in self.kwargs else rows.filter(task=self.task).order_by("pk")

    def told(self, extension: Extension, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=extension.pk)).data, code)

    @extend_schema(request=requests.ExtensionAskSerializer)
    def create(self, request: Any, code: str) -> Response:
        """Xin gia hạn."""
        if not request.user.has_perm(self.permission_to_write):  # one address, another right than for reading
            raise PermissionDenied
        task, given = self.task, checked(requests.ExtensionAskSerializer(data=request.data))
        with conflicts_of(task):
            asked = asking.ask_extension(task, **given, by=request.user)
        return self.told(asked, status.HTTP_201_CREATED)

    @extend_schema(request=requests.ExtensionGrantSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=moving.DECIDE)
    def grant(self, request: Any, code: str, pk: str) -> Response:
        """Gia hạn, theo một văn bản; đến hạn đề nghị hoặc sớm hơn."""
        extension = self.get_object()
        given = {"decided": None, **checked(requests.ExtensionGrantSerializer(data=request.data))}
        given["decided"] = given.pop("decision", None)
        with conflicts_of(self.task):
            return self.told(asking.grant_extension(extension, **given, by=request.user))

    @extend_schema(request=requests.RefusalSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=moving.DECIDE)
    def refuse(self, request: Any, code: str, pk: str) -> Response:
        """Không gia hạn, kèm lý do."""
        extension, given = self.get_object(), checked(requests.RefusalSerializer(data=request.data))
        with conflicts_of(self.task):
            return self.told(asking.refuse_extension(extension, **given, by=request.user))


def add_to(router: DefaultRouter) -> None:
    router.register(rf"tasks/(?P<code>{CODE})/extensions", ExtensionViewSet, basename="task-extension")
    router.register("tasks", PlanTaskViewSet, basename="task")
