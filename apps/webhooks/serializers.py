"""Receivers of events and their log, as programs read and write them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import User
from apps.core.api import BoundedListField, TextField
from apps.core.moves import allowed, move_from
from apps.organisations.fields import AMONG
from apps.organisations.models import OrganisationUnit
from apps.webhooks.guard import LONGEST
from apps.webhooks.models import CHANGE, Attempt, Delivery, Subscription
from apps.webhooks.registry import event_choices
from apps.webhooks.selectors import programs

RECEIVER_ACTIONS = [
    ("change", _("Sửa")), ("pause", pgettext_lazy("nơi nhận", "Tạm dừng")), ("resume", _("Gửi tiếp")),
    ("rotate", _("Đổi khóa ký")), ("test", _("Gửi sự kiện thử")), ("remove", _("Gỡ bỏ")),
]  # fmt: skip
DELIVERY_ACTIONS = [("redeliver", _("Gửi lại"))]
MOST_EVENTS = 50


class SubscriptionSerializer(serializers.ModelSerializer):
    """Một nơi nhận sự kiện. `address` không kèm phần sau dấu hỏi, nơi có thể có khóa của bên nhận; `owner` là thư
    điện tử của một tài khoản: sự kiện được gửi theo quyền của tài khoản đó; `waiting` là số sự kiện đang chờ gửi.
    """

    address = serializers.CharField(source="shown_address", read_only=True)
    owner = serializers.CharField(source="owner.email", read_only=True)
    waiting = serializers.IntegerField(read_only=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Subscription
        fields = [
            "id", "label", "address", "events", "unit", "owner", "state", "created_at", "updated_at", "secret_at",
            "failures", "failing_since", "quiet_until", "waiting", "allowed_actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=RECEIVER_ACTIONS)))
    def get_allowed_actions(self, receiver: Subscription) -> list[str]:
        may = allowed(receiver, self.context["request"].user)
        return [verb for verb, _words in RECEIVER_ACTIONS if verb in may]


class SecretSerializer(SubscriptionSerializer):
    """Nơi nhận cùng khóa ký. `secret` chỉ hiện lần này; gửi lại yêu cầu với cùng khóa chống gửi lặp thì là null."""

    secret = serializers.CharField(read_only=True, allow_null=True)

    class Meta(SubscriptionSerializer.Meta):
        fields = [*SubscriptionSerializer.Meta.fields, "secret"]


@extend_schema_field(OpenApiTypes.STR)
class UnitKeyField(serializers.PrimaryKeyRelatedField):
    """A unit that may be chosen on the page too; the one that the receiver has may stay, though it ended since."""

    def get_queryset(self) -> Any:
        return AMONG["lasting"](self.context["request"].user) | OrganisationUnit.objects.filter(
            pk=self.context.get("kept")
        )


@extend_schema_field(OpenApiTypes.EMAIL)
class OwnerField(serializers.Field):
    """By the e-mail address: a program's, or the caller's own. Of a colleague's rights nobody disposes."""

    default_error_messages = {"invalid_choice": "Chọn tài khoản của một chương trình, hoặc tài khoản của chính bạn."}

    def to_internal_value(self, data: Any) -> User:
        caller: User = self.context["request"].user
        if isinstance(data, str) and data.isprintable():
            if data.lower() == caller.email.lower():
                return caller
            if found := programs().filter(email__iexact=data).first():
                return found
        return self.fail("invalid_choice")


class ToldOfSerializer(serializers.Serializer):
    label: Any = TextField(max_length=120, help_text="Tên nơi nhận.")  # not the `label` of DRF's fields
    events = BoundedListField(
        child=serializers.CharField(max_length=40), max_length=MOST_EVENTS, allow_empty=False, help_text="Mã sự kiện."
    )
    unit = UnitKeyField(required=False, allow_null=True, help_text="Mã đơn vị.")

    def validate_events(self, events: list[str]) -> list[str]:
        known = dict(event_choices())
        if unknown := [code for code in events if code not in known]:
            told = f"Không có sự kiện {', '.join(unknown)}. Dùng được: {', '.join(sorted(known))}."
            raise serializers.ValidationError(told, "invalid_choice")
        return events


class SubscriptionBodySerializer(ToldOfSerializer):
    """Nơi nhận mới. `unit` để trống: sự kiện của mọi đơn vị; `owner` để trống: theo quyền của người gọi."""

    address = TextField(max_length=LONGEST, help_text="Bắt đầu bằng https://, dùng tên miền, cổng 443.")
    owner = OwnerField(required=False, help_text="Thư điện tử; sự kiện được gửi theo quyền của tài khoản đó.")


class SeenReceiverSerializer(serializers.Serializer):
    updated_at = serializers.DateTimeField(help_text="Trạng thái của nơi nhận mà thay đổi này dựa vào.")


class SubscriptionChangeSerializer(SeenReceiverSerializer, ToldOfSerializer):
    """Trường không gửi giữ nguyên. `updated_at` là trạng thái mà thay đổi này dựa vào."""


class AttemptSerializer(serializers.ModelSerializer):
    """Một lần gửi: nơi nhận trả lời gì, hoặc vì sao không trả lời."""

    class Meta:
        model = Attempt
        fields = ["at", "answer_code", "milliseconds", "failure", "detail"]


class DeliverySerializer(serializers.ModelSerializer):
    """Một sự kiện gửi tới một nơi nhận. `id` là X-P996-Delivery, giữ nguyên qua mọi lần gửi; `attempts` đếm từ lần yêu
    cầu gửi gần nhất.
    """

    tries = AttemptSerializer(many=True, read_only=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = [
            "id", "event", "units", "occurred_at", "state", "attempts", "next_at", "finished_at", "tries",
            "allowed_actions",
        ]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=DELIVERY_ACTIONS)))
    def get_allowed_actions(self, delivery: Delivery) -> list[str]:
        is_there = delivery.subscription.state != Subscription.State.REMOVED
        may = is_there and self.context["request"].user.has_perm(CHANGE) and move_from(delivery, "redeliver")
        return ["redeliver"] if may else []
