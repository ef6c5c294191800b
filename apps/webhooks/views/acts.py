"""Buttons of a receiver and of its deliveries."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts.views.recent import RecentSignInMixin
from apps.core.views import ActionView
from apps.webhooks.models import CHANGE, Delivery, Subscription
from apps.webhooks.services import subscribing
from apps.webhooks.views.secret import show_secret


class ReceiverView(ActionView):
    model = Subscription
    permission_required = CHANGE


class SubscriptionPauseView(ReceiverView):
    def act(self, receiver: Subscription) -> None:
        subscribing.pause_subscription(receiver, by=self.request.user)
        messages.success(self.request, _("Đã tạm dừng. Sự kiện mới được giữ lại và gửi khi tiếp tục."))


class SubscriptionResumeView(ReceiverView):
    def act(self, receiver: Subscription) -> None:
        subscribing.resume_subscription(receiver, by=self.request.user)
        messages.success(self.request, _("Đang gửi tiếp, kể cả các sự kiện đã giữ lại."))


class SubscriptionTestView(ReceiverView):
    def act(self, receiver: Subscription) -> None:
        subscribing.send_test(receiver, by=self.request.user)
        messages.success(self.request, _("Đã đưa sự kiện thử vào hàng đợi. Kết quả có trong nhật ký gửi."))


class SubscriptionRemoveView(RecentSignInMixin, ReceiverView):
    def act(self, receiver: Subscription) -> None:
        subscribing.remove_subscription(receiver, by=self.request.user)
        messages.success(self.request, _("Đã gỡ bỏ. Các sự kiện chưa gửi không được gửi nữa."))


class SecretRotateView(RecentSignInMixin, ReceiverView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        receiver = self.get_object()
        try:
            return show_secret(request, *subscribing.rotate_secret(receiver, by=self.request.user))
        except ValidationError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        return redirect(receiver)


class DeliveryRedeliverView(ActionView):
    model = Delivery
    permission_required = CHANGE

    def act(self, delivery: Delivery) -> None:
        subscribing.redeliver(delivery, by=self.request.user)
        messages.success(self.request, _("Đã đưa sự kiện vào hàng đợi để gửi lại."))
