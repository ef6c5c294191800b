"""The table of moves of a task: its states, who moves it, and by which right. Read by services, pages, API and tests.

Three routes, one set of states. Whose side a permission is on, the lead unit's or that of the unit that approves, says
`acting.py`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.moves import NEW, Move

PREPARE = "tasks.change_plantask"  # write a draft, report on the work
PROPOSE = "tasks.propose_plantask"
APPRAISE = "tasks.appraise_plantask"
RETURN = "tasks.return_plantask"
DECIDE = "tasks.decide_plantask"
CONSULT = "tasks.answer_consultation"


class State(models.TextChoices):
    DRAFT = "draft", _("Bản nháp")
    PROPOSED = "proposed", _("Đã đề xuất")
    UNDER_APPRAISAL = "under_appraisal", _("Đang thẩm định")
    APPRAISED = "appraised", _("Chờ phê duyệt")
    RETURNED = "returned", _("Trả lại để hoàn thiện")
    REJECTED = "rejected", _("Không phê duyệt")
    APPROVED = "approved", _("Đã phê duyệt")
    IN_PROGRESS = "in_progress", _("Đang thực hiện")
    COMPLETION_REPORTED = "completion_reported", _("Chờ nghiệm thu")
    ACCEPTED = "accepted", _("Đã nghiệm thu")
    CLOSED = "closed", _("Đã kết thúc")
    SUSPENDED = "suspended", pgettext_lazy("trạng thái", "Tạm dừng")
    TERMINATED = "terminated", _("Chấm dứt")


S = State
REASON, DECISION = ("reason",), ("decision",)
OTHER, OTHER_REPORTER = "proposed_by", "reported_by"  # whoever proposed, or reported, leaves it to another person
MOVES = (
    Move("create", NEW, S.DRAFT, "tasks.add_plantask", "task.created"),
    Move("propose", (S.DRAFT, S.RETURNED), S.PROPOSED, PROPOSE, "task.proposed", "proposed_by", "proposed_at"),
    Move("start_appraisal", (S.PROPOSED,), S.UNDER_APPRAISAL, APPRAISE, "task.appraisal_started", not_by=OTHER),
    Move("appraise", (S.UNDER_APPRAISAL,), S.APPRAISED, APPRAISE, "task.appraised", "appraised_by", "appraised_at",
         not_by=OTHER),
    Move("return_for_revision", (S.PROPOSED, S.UNDER_APPRAISAL, S.APPRAISED), S.RETURNED, RETURN, "task.returned",
         not_by=OTHER, needs=REASON),
    Move("approve", (S.APPRAISED,), S.APPROVED, DECIDE, "task.approved", "approved_by", "approved_at", not_by=OTHER,
         needs=DECISION),
    Move("reject", (S.UNDER_APPRAISAL, S.APPRAISED), S.REJECTED, DECIDE, "task.rejected", not_by=OTHER, needs=REASON),
    Move("start", (S.APPROVED,), S.IN_PROGRESS, PROPOSE, "task.started"),
    Move("report_completion", (S.IN_PROGRESS,), S.COMPLETION_REPORTED, PROPOSE, "task.completion_reported",
         "reported_by", "reported_at"),
    Move("accept", (S.COMPLETION_REPORTED,), S.ACCEPTED, DECIDE, "task.accepted", "accepted_by", "accepted_at",
         not_by=OTHER_REPORTER, needs=DECISION),
    Move("fail_acceptance", (S.COMPLETION_REPORTED,), S.IN_PROGRESS, DECIDE, "task.acceptance_failed",
         not_by=OTHER_REPORTER, needs=REASON),
    Move("close", (S.ACCEPTED,), S.CLOSED, DECIDE, "task.closed"),
    Move("suspend", (S.APPROVED, S.IN_PROGRESS), S.SUSPENDED, DECIDE, "task.suspended", needs=REASON),
    Move("resume", (S.SUSPENDED,), S.APPROVED, DECIDE, "task.resumed", only_if="was_approved"),
    Move("resume", (S.SUSPENDED,), S.IN_PROGRESS, DECIDE, "task.resumed", only_if="was_in_progress"),
    Move("terminate", (S.APPROVED, S.IN_PROGRESS, S.SUSPENDED), S.TERMINATED, DECIDE, "task.terminated", needs=REASON),
)  # fmt: skip

BEFORE_APPROVAL = frozenset({S.DRAFT, S.PROPOSED, S.UNDER_APPRAISAL, S.APPRAISED, S.RETURNED, S.REJECTED})
WRITABLE = frozenset({S.DRAFT, S.RETURNED})  # what is asked for may still be written
EXTENDED_IN = frozenset({S.APPROVED, S.IN_PROGRESS})  # an extension waits for a word only while the work goes on
UNDER_WAY = frozenset({S.APPROVED, S.IN_PROGRESS, S.COMPLETION_REPORTED, S.SUSPENDED})
OPEN = UNDER_WAY | BEFORE_APPROVAL - {S.DRAFT, S.REJECTED}
DONE = frozenset({S.ACCEPTED, S.CLOSED})
REPORTED = DONE | {S.COMPLETION_REPORTED}
FALLEN = frozenset({S.REJECTED, S.TERMINATED})
WITHOUT_NEW_PARTS = REPORTED | FALLEN  # it takes no further sub-task
LEFT_OUT = frozenset({S.DRAFT, S.REJECTED, S.TERMINATED})  # of what timeliness is told of
