"""Rounds and reports as programs read them: units by their ids, days in ISO form, numbers as text with a point."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.moves import find
from apps.reports.acting import allowed_moves
from apps.reports.audited import ACTIONS
from apps.reports.models import AnnualReport, FormCell, ReportingRound
from apps.reports.numbers import NOT_APPLICABLE, Given, machine
from apps.reports.selectors.filled import Entry

VERBS = tuple(dict.fromkeys(move.verb for move in AnnualReport.MOVES if move.audit and move.sources))
VERB_WORDS = [(verb, ACTIONS[find(AnnualReport, verb)[0].audit][0]) for verb in VERBS]


class RoundSerializer(serializers.ModelSerializer):
    """Một kỳ báo cáo. `period` là kỳ số liệu mà số được chấp nhận tính vào, null với kỳ không phải hằng năm."""

    period: Any = serializers.CharField(source="period.code", allow_null=True, default=None, read_only=True)

    class Meta:
        model = ReportingRound
        fields = [
            "code", "title", "kind", "year", "period", "starts_on", "ends_on", "opens_on", "due_on", "locks_on",
            "state",
        ]  # fmt: skip


class ReportSerializer(serializers.ModelSerializer):
    """Báo cáo của một đơn vị trong một kỳ. `version` tăng với mỗi thay đổi và gửi lại khi thay đổi; `revision` là lần
    nộp; `completeness` là [số ô đã có, số ô phải có]; `allowed_actions` là những thao tác mà người gọi thực hiện được
    lúc này.
    """

    round = serializers.CharField(source="round.code", read_only=True)
    unit = serializers.CharField(source="unit_id", read_only=True)
    form = serializers.SerializerMethodField(help_text="Loại đơn vị và phiên bản biểu mẫu.")
    completeness = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = AnnualReport
        fields = [
            "round", "unit", "form", "state", "version", "revision", "due_on", "completeness", "allowed_actions",
            "covers_predecessors", "first_submitted_on", "submitted_at", "accepted_at", "moved_at", "updated_at",
        ]  # fmt: skip

    @extend_schema_field(serializers.CharField())
    def get_form(self, report: AnnualReport) -> str:
        return f"{report.form.audience}/{report.form.number}"

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2))
    def get_completeness(self, report: Any) -> list[int]:
        return [report.cells_given, report.cells_asked]

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=VERB_WORDS)))
    def get_allowed_actions(self, report: AnnualReport) -> list[str]:
        return [move.verb for move in allowed_moves(report, self.context["request"].user)]


class CellSerializer(serializers.Serializer):
    """Một ô. `key` không đổi giữa các phiên bản biểu mẫu, `code` là mã trên giấy. `value`: số dạng chữ với dấu chấm
    thập phân (tiền tính bằng triệu đồng, có hoặc không là 1 hoặc 0), nội dung, `not_applicable`, hoặc null khi chưa báo
    cáo; ô tổng tự tính. `prefilled` là số hệ thống điền sẵn.
    """

    code = serializers.CharField(source="cell.code", read_only=True)
    key = serializers.CharField(source="cell.key", read_only=True)
    label: Any = serializers.CharField(source="cell.label", read_only=True)
    kind = serializers.ChoiceField(source="cell.kind", choices=FormCell.Kind.choices)
    value = serializers.SerializerMethodField()
    prefilled = serializers.SerializerMethodField()
    explanation = serializers.CharField(read_only=True)
    version = serializers.IntegerField(help_text="Phiên bản của báo cáo khi ô được ghi lần cuối; 0: chưa ghi.")

    @extend_schema_field(serializers.CharField(allow_null=True, help_text=f"Số, nội dung, {NOT_APPLICABLE} hoặc null."))
    def get_value(self, entry: Entry) -> str | None:
        return machine(entry.cell, entry.given)

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_prefilled(self, entry: Entry) -> str | None:
        return machine(entry.cell, Given(number=entry.prefilled))


class WrittenSerializer(serializers.Serializer):
    """Những ô vừa gửi, như đang được lưu, và phiên bản mới của báo cáo."""

    version = serializers.IntegerField()
    cells = CellSerializer(many=True)
