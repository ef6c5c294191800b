"""Tasks as programs read them: units, items, indicators and tasks by their keys, days in ISO form, đồng whole."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.moves import find
from apps.documents.models import LegalDocument
from apps.tasks.acting import allowed_moves
from apps.tasks.audited import ACTIONS
from apps.tasks.models import (
    BudgetLine,
    Consultation,
    Contribution,
    Extension,
    Milestone,
    Participation,
    PlanTask,
    TaskProgress,
    TaskStep,
)
from apps.tasks.services.moves import VERBS
from apps.tasks.timeliness import Timeliness

VERB_WORDS = [(verb, ACTIONS[find(PlanTask, verb)[0].audit][0]) for verb in VERBS]


class PersonField(serializers.CharField):
    """By name; null: the portal itself."""

    def to_representation(self, value: Any) -> str:
        return str(value.full_name)


class DecisionSerializer(serializers.ModelSerializer):
    date = serializers.DateField(source="issued_on", allow_null=True)

    class Meta:
        model = LegalDocument
        fields = ["id", "number", "date", "issuer"]


class ParticipationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Participation
        fields = ["unit", "part", "input"]
        extra_kwargs = {"input": {"source": "put_in"}}


class ContributionSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")

    class Meta:
        model = Contribution
        fields = ["indicator", "year", "amount"]


class BudgetSerializer(serializers.ModelSerializer):
    amount = serializers.IntegerField(help_text="Đồng.")

    class Meta:
        model = BudgetLine
        fields = ["year", "source", "stage", "amount"]


class StepSerializer(serializers.ModelSerializer):
    """Một bước xử lý: ai, lúc nào, vì sao, theo quyết định nào."""

    by = PersonField(allow_null=True)
    acting_for = PersonField(allow_null=True)
    decision = DecisionSerializer(allow_null=True)

    class Meta:
        model = TaskStep
        fields = [
            "verb", "source", "target", "version", "at", "by", "acting_for", "unit", "reason", "decision", "signatory",
        ]  # fmt: skip


class ExtensionSerializer(serializers.ModelSerializer):
    """`version` là phiên bản hiện tại của nhiệm vụ."""

    version = serializers.IntegerField(source="task.version")
    asked_by = PersonField()
    decided_by = PersonField(allow_null=True)
    document = DecisionSerializer(allow_null=True)

    class Meta:
        model = Extension
        fields = [
            "id", "state", "due_before", "due_asked", "reason", "asked_by", "asked_at", "decided_by", "decided_at",
            "decided_reason", "document", "version",
        ]  # fmt: skip


class ConsultationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Consultation
        fields = ["asked_at", "due_on", "opinion", "text", "answered_at"]


class MilestoneSerializer(serializers.ModelSerializer):
    document = DecisionSerializer(allow_null=True)

    class Meta:
        model = Milestone
        fields = ["name", "due_on", "done_on", "document"]


class ProgressSerializer(serializers.ModelSerializer):
    class Meta:
        model = TaskProgress
        fields = ["percent", "told_on", "text", "risk", "created_at"]


class PlanTaskSerializer(serializers.ModelSerializer):
    """Một nhiệm vụ. `timeliness` được tính đến hôm nay, null với bản nháp, nhiệm vụ không được phê duyệt hoặc chấm dứt;
    `allowed_actions` là những thao tác mà người gọi thực hiện được lúc này; `version` gửi lại khi thay đổi.
    """

    timeliness = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()
    parent: Any = serializers.CharField(
        source="parent_code", allow_null=True, help_text="Mã nhiệm vụ cấp trên, nếu người gọi được xem."
    )

    class Meta:
        model = PlanTask
        fields = [
            "code", "title", "framework_item", "kind", "term", "year", "lead_unit", "approving_unit", "route", "parent",
            "starts_on", "due_on", "first_due_on", "reported_on", "accepted_on", "state", "timeliness",
            "allowed_actions", "version", "moved_at", "updated_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=Timeliness.choices, allow_null=True))
    def get_timeliness(self, task: Any) -> str | None:
        return task.timeliness or None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=VERB_WORDS)))
    def get_allowed_actions(self, task: PlanTask) -> list[str]:
        return [move.verb for move in allowed_moves(task, self.context["request"].user)]


class PlanTaskDetailSerializer(PlanTaskSerializer):
    """Một nhiệm vụ với mọi phần của nó. `subtasks` là mã các nhiệm vụ thành phần mà người gọi được xem; `progress` là
    cập nhật tiến độ mới nhất.
    """

    coordinating_units = ParticipationSerializer(source="participations", many=True)
    contributions = ContributionSerializer(many=True)
    budget = BudgetSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    progress = serializers.SerializerMethodField()
    subtasks = serializers.SerializerMethodField()
    extensions = ExtensionSerializer(many=True)
    consultations = ConsultationSerializer(many=True)
    steps = StepSerializer(many=True)

    class Meta(PlanTaskSerializer.Meta):
        fields = [
            *PlanTaskSerializer.Meta.fields, "objective", "product", "coordinating_units", "contributions", "budget",
            "milestones", "progress", "subtasks", "extensions", "consultations", "steps",
        ]  # fmt: skip

    @extend_schema_field(ProgressSerializer(allow_null=True))
    def get_progress(self, task: PlanTask) -> dict[str, Any] | None:
        told = task.progress.first()
        return ProgressSerializer(told).data if told else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_subtasks(self, task: PlanTask) -> list[str]:
        seen = PlanTask.objects.visible_to(self.context["request"].user).live().filter(parent=task)
        return list(seen.order_by("code").values_list("code", flat=True))


class RatesSerializer(serializers.Serializer):
    """Mỗi tỷ lệ là [tử số, mẫu số]."""

    def get_fields(self) -> dict[str, serializers.Field]:
        names = ("done_of_due", "overdue_of_due", "done_in_time_of_done", "done_of_total")
        return {name: serializers.ListField(child=serializers.IntegerField()) for name in names}


class FiguresSerializer(serializers.Serializer):
    """Bốn số liệu chính thức; `due_soon` nằm trong `open_in_time`. Tỷ lệ tính trên nhiệm vụ đến hạn: đã hoàn thành và
    quá hạn chưa hoàn thành.
    """

    total = serializers.IntegerField()
    done_in_time = serializers.IntegerField()
    done_late = serializers.IntegerField()
    open_in_time = serializers.IntegerField()
    open_overdue = serializers.IntegerField()
    due_soon = serializers.IntegerField()
    rates = RatesSerializer()


class GroupSerializer(FiguresSerializer):
    key = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class StatisticsSerializer(FiguresSerializer):
    groups = GroupSerializer(many=True, required=False, help_text="Khi có tham số by.")
