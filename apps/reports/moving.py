"""The table of moves of a report: its states, who moves it, and by which right. Read by services, pages, API and tests.

Whose side a permission is on, the reporting unit's or the programme office's, says `acting.py`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.moves import NEW, Move

FILL = "reports.change_annualreport"  # write, hand to the leader: a person, or a program of the unit
SEND = "reports.submit_annualreport"  # send, correct, take back from the leader: no program does it, a person does
SIGN = "reports.sign_annualreport"
REVIEW = "reports.review_annualreport"  # return, accept, lock
REOPEN = "reports.reopen_annualreport"


class State(models.TextChoices):
    NOT_STARTED = "not_started", _("Chưa bắt đầu")
    DRAFT = "draft", _("Đang soạn")
    WITH_UNIT_LEADER = "with_unit_leader", _("Chờ ký duyệt")
    SIGNED = "signed", _("Đã ký, chờ nộp")
    SUBMITTED = "submitted", _("Đã nộp")
    RETURNED = "returned", pgettext_lazy("trạng thái", "Trả lại")
    ACCEPTED = "accepted", _("Đã chấp nhận")
    LOCKED = "locked", _("Đã khóa sổ")


S = State
REASON, RECORD = ("reason",), ("record",)  # `record`: number, day and signatory of the signed paper
MOVES = (
    Move("list", NEW, S.NOT_STARTED, machine="service"),  # with its round, or put on the list of it
    Move("start", (S.NOT_STARTED,), S.DRAFT, FILL, "report.started", "started_by", "started_at"),
    Move("to_leader", (S.DRAFT, S.RETURNED), S.WITH_UNIT_LEADER, FILL, "report.put_to_leader", "handed_by",
         "handed_at"),
    Move("recall", (S.WITH_UNIT_LEADER,), S.DRAFT, SEND, "report.recalled", only_if="was_draft"),
    Move("recall", (S.WITH_UNIT_LEADER,), S.RETURNED, SEND, "report.recalled", only_if="was_returned"),
    Move("send_back", (S.WITH_UNIT_LEADER, S.SIGNED), S.DRAFT, SIGN, "report.sent_back", only_if="was_draft",
         needs=REASON),
    Move("send_back", (S.WITH_UNIT_LEADER, S.SIGNED), S.RETURNED, SIGN, "report.sent_back", only_if="was_returned",
         needs=REASON),
    Move("sign", (S.WITH_UNIT_LEADER,), S.SIGNED, SIGN, "report.signed", "signed_by", "signed_at", not_by="handed_by",
         needs=RECORD),
    Move("submit", (S.SIGNED,), S.SUBMITTED, SEND, "report.submitted", "submitted_by", "submitted_at"),
    Move("return_for_revision", (S.SUBMITTED,), S.RETURNED, REVIEW, "report.returned", not_by="signed_by",
         needs=REASON),
    Move("accept", (S.SUBMITTED,), S.ACCEPTED, REVIEW, "report.accepted", "accepted_by", "accepted_at",
         not_by="signed_by"),
    Move("lock", (S.ACCEPTED,), S.LOCKED, REVIEW, "report.locked"),
    Move("reopen", (S.ACCEPTED, S.LOCKED), S.DRAFT, REOPEN, "report.reopened", needs=REASON),
    Move("correct", (S.ACCEPTED, S.LOCKED), S.DRAFT, SEND, "report.correction_begun", needs=REASON),
)  # fmt: skip

WRITABLE = frozenset({S.DRAFT, S.RETURNED})
AT_UNIT = frozenset({S.NOT_STARTED, S.DRAFT, S.RETURNED, S.WITH_UNIT_LEADER, S.SIGNED})  # the unit has something to do
SENT = frozenset({S.SUBMITTED, S.ACCEPTED, S.LOCKED})
TAKEN = frozenset({S.ACCEPTED, S.LOCKED})  # its numbers count
