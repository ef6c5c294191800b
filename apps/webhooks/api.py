"""Receivers of events for programs: the same services as the pages', with their rights.

A secret is told in the answer that makes it and nowhere again. What pages ask a recent proof of identity for, a session
must have given here too; a token was issued with one, for this.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import django_filters as filters
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, status
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter

from apps.accounts.recent import is_recent
from apps.core.api import ReadViewSet
from apps.core.conflicts import conflicts_are_409
from apps.core.once import ShownOnce
from apps.webhooks.models import CHANGE, VIEW, Delivery, Subscription
from apps.webhooks.serializers import (
    DeliverySerializer,
    SecretSerializer,
    SeenReceiverSerializer,
    SubscriptionBodySerializer,
    SubscriptionChangeSerializer,
    SubscriptionSerializer,
    ToldOfSerializer,
)
from apps.webhooks.services import subscribing

NUMBER = r"[0-9]{1,18}"
NOT_RECENT = _("Đăng nhập đã quá mười phút. Xác nhận lại danh tính trên cổng, rồi gọi lại.")


def require_recent(request: Any) -> None:
    if request.auth is None and not is_recent(request._request):
        raise exceptions.PermissionDenied(NOT_RECENT, "proof_required")


def refusals_say_how(row: Subscription | Delivery) -> AbstractContextManager[None]:
    """They say in which state it is now."""
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    return conflicts_are_409(lambda: rows.values(current=F("state")).get())


class SubscriptionApiFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(
        choices=Subscription.State.choices, distinct=False, help_text=_("Trạng thái, một hoặc nhiều.")
    )

    class Meta:
        model = Subscription
        fields: list[str] = []


class SubscriptionViewSet(ReadViewSet):
    """Nơi nhận sự kiện (webhook)."""

    queryset = Subscription.objects.select_related("owner").with_waiting().order_by("pk")
    serializer_class = SubscriptionSerializer
    filterset_class = SubscriptionApiFilter
    lookup_value_regex = NUMBER
    http_method_names = ["get", "head", "post", "patch"]
    ordering_fields = {"id": "pk", "label": "label"}

    def _told(self, receiver: Subscription) -> Response:
        self.scope = "visible_to"
        return Response(self.get_serializer(self.get_queryset().get(pk=receiver.pk)).data)

    def _with_secret(self, receiver: Subscription, secret: str, code: int) -> Response:
        self.scope = "visible_to"
        row = self.get_queryset().get(pk=receiver.pk)
        row.secret = secret  # in place of the sealed one; nothing saves it
        told = SecretSerializer(row, context=self.get_serializer_context()).data
        return ShownOnce(told, code, shown_once=("secret",))

    def _own(self) -> Any:
        self.scope = "editable_by"
        return self.get_object()

    def _moved(self, move: Callable[..., Any], *, proof: bool = False) -> Any:
        receiver = self._own()
        if proof:
            require_recent(self.request)
        with refusals_say_how(receiver):
            return move(receiver, by=self.request.user)

    @extend_schema(request=SubscriptionBodySerializer, responses={201: SecretSerializer})
    def create(self, request: Any) -> Response:
        """Thêm nơi nhận; khóa ký chỉ hiện trong câu trả lời này."""
        require_recent(request)
        body = SubscriptionBodySerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        facts = {"owner": request.user, "unit": None, **body.validated_data}
        with conflicts_are_409():
            made, secret = subscribing.create_subscription(**facts, by=request.user)
        return self._with_secret(made, secret, status.HTTP_201_CREATED)

    @extend_schema(request=SubscriptionChangeSerializer, responses=SubscriptionSerializer)
    def partial_update(self, request: Any, pk: str) -> Response:
        """Sửa tên, sự kiện, đơn vị; địa chỉ khác là một nơi nhận khác."""
        context = {**self.get_serializer_context(), "kept": self._own().unit_id}
        body = ToldOfSerializer(data=request.data, context=context, partial=True)
        body.is_valid(raise_exception=True)
        made_from = SeenReceiverSerializer(data=request.data)
        made_from.is_valid(raise_exception=True)
        facts = {**body.validated_data, "seen": made_from.validated_data["updated_at"]}
        return self._told(self._moved(partial(subscribing.change_subscription, **facts), proof=True))

    @extend_schema(request=None, responses=SubscriptionSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def pause(self, request: Any, pk: str) -> Response:
        """Tạm dừng gửi; sự kiện mới được giữ lại."""
        return self._told(self._moved(subscribing.pause_subscription))

    @extend_schema(request=None, responses=SubscriptionSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def resume(self, request: Any, pk: str) -> Response:
        """Gửi tiếp, kể cả các sự kiện đã giữ lại."""
        return self._told(self._moved(subscribing.resume_subscription))

    @extend_schema(request=None, responses=SubscriptionSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def test(self, request: Any, pk: str) -> Response:
        """Gửi một sự kiện thử."""
        return self._told(self._moved(subscribing.send_test).subscription)

    @extend_schema(request=None, responses=SecretSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def rotate(self, request: Any, pk: str) -> Response:
        """Đổi khóa ký; khóa mới chỉ hiện trong câu trả lời này."""
        receiver, secret = self._moved(subscribing.rotate_secret, proof=True)
        return self._with_secret(receiver, secret, status.HTTP_200_OK)

    @extend_schema(request=None, responses=SubscriptionSerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def remove(self, request: Any, pk: str) -> Response:
        """Gỡ bỏ hẳn; sự kiện chưa gửi không được gửi nữa."""
        return self._told(self._moved(subscribing.remove_subscription, proof=True))


class DeliveryApiFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(
        choices=Delivery.State.choices, distinct=False, help_text=_("Trạng thái, một hoặc nhiều.")
    )

    class Meta:
        model = Delivery
        fields: list[str] = []


@extend_schema(parameters=[OpenApiParameter("webhook", OpenApiTypes.INT, OpenApiParameter.PATH)])
class DeliveryViewSet(ReadViewSet):
    """Nhật ký gửi của một nơi nhận."""

    queryset = Delivery.objects.select_related("subscription").prefetch_related("tries")
    serializer_class = DeliverySerializer
    filterset_class = DeliveryApiFilter
    permission_required = VIEW
    lookup_url_kwarg = "delivery"
    http_method_names = ["get", "head", "post"]
    ordering_fields = {"occurred_at": "occurred_at"}

    @cached_property
    def receiver(self) -> Any:
        return get_object_or_404(Subscription.objects.visible_to(self.request.user), pk=self.kwargs["webhook"])

    def get_queryset(self) -> Any:
        rows = super().get_queryset().order_by("-occurred_at", "pk")
        return rows.none() if "webhook" not in self.kwargs else rows.filter(subscription=self.receiver)

    @extend_schema(request=None, responses=DeliverySerializer, filters=False)
    @action(detail=True, methods=["post"], permission_required=CHANGE)
    def redeliver(self, request: Any, webhook: str, delivery: str) -> Response:
        """Gửi lại một sự kiện, cùng mã."""
        self.scope = "editable_by"
        row = self.get_object()
        with refusals_say_how(row):
            sent = subscribing.redeliver(row, by=request.user)
        self.scope = "visible_to"
        return Response(self.get_serializer(self.get_queryset().get(pk=sent.pk)).data)


def add_to(router: DefaultRouter) -> None:
    router.register(rf"webhooks/(?P<webhook>{NUMBER})/deliveries", DeliveryViewSet, basename="webhook-delivery")
    router.register("webhooks", SubscriptionViewSet, basename="webhook")
