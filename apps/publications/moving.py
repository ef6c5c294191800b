"""The table of moves of a report book: its states, who moves it, and by which right."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.moves import NEW, SAME, Move

VIEW = "publications.view_reportbook"
WRITE = "publications.change_reportbook"
ISSUE = "publications.issue_reportbook"


class State(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    CHECKED = "checked", _("Đã kiểm tra")
    WITH_LEADER = "with_leader", _("Chờ ký")
    ISSUED = "issued", _("Đã ban hành")


S = State
REASON, RECORD = ("reason",), ("record",)  # `record`: number, day and signatory of the signed paper
MOVES = (
    Move("begin", NEW, S.DRAFT, WRITE, "book.begun", "begun_by", "begun_at"),
    Move("write", (S.DRAFT,), SAME, WRITE, "book.written"),
    Move("refresh", (S.DRAFT,), SAME, WRITE, "book.refreshed"),
    Move("check", (S.DRAFT,), S.CHECKED, WRITE, "book.checked", "checked_by", "checked_at"),
    Move("rework", (S.CHECKED,), S.DRAFT, WRITE, "book.reworked"),
    Move("hand", (S.CHECKED,), S.WITH_LEADER, WRITE, "book.handed", "handed_by", "handed_at"),
    Move("send_back", (S.WITH_LEADER,), S.DRAFT, ISSUE, "book.sent_back", needs=REASON),
    Move("issue", (S.WITH_LEADER,), S.ISSUED, ISSUE, "book.issued", "issued_by", "issued_at", not_by="handed_by",
         needs=RECORD),
    Move("revise", (S.ISSUED,), SAME, WRITE, "book.revised", needs=REASON),
)  # fmt: skip
