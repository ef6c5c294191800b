"""How one report stands to its due date, in a colour, a glyph and words (page 06)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.reports import moving
from apps.reports.moving import State

WAITING = {State.WITH_UNIT_LEADER: "hourglass", State.SIGNED: "signature"}  # nobody works on it any more
LONG = 30  # days late, from which on it is another colour


@dataclass(frozen=True)
class Told:
    """What the board knows of one report. `due_on`: of the round or as extended; a return moves another day."""

    pk: int
    unit: str
    slug: str
    year: int
    round: str
    audience: str
    state: str
    is_round_locked: bool
    due_on: date
    sent_on: date | None
    has_reviewer: bool
    was_returned: bool
    given: int
    asked: int

    @property
    def percent(self) -> int:
        return min(100, self.given * 100 // self.asked) if self.asked else 100

    @property
    def is_whole(self) -> bool:
        return self.given >= self.asked

    @property
    def is_sent(self) -> bool:
        return self.sent_on is not None

    @property
    def is_accepted(self) -> bool:
        return self.state in moving.TAKEN

    @property
    def is_at_unit(self) -> bool:
        return self.state in moving.AT_UNIT

    def days_late(self, today: date) -> int:
        return max(0, ((self.sent_on or today) - self.due_on).days)

    def is_in_time(self, today: date) -> bool:
        return self.is_sent and not self.days_late(today)


@dataclass(frozen=True)
class Mark:
    """`tint`: class of the style sheet; `icon` and `text`: what stands in the cell; `words`: the same in full."""

    tint: str
    icon: str
    text: str
    words: str


def mark_of(report: Told, today: date) -> Mark:
    """Whoever works on it comes first; then when it was sent; of the unsent, whether it still can be."""
    if report.state == State.SUBMITTED:
        words = _("Đang thẩm tra") if report.has_reviewer else _("Chờ thẩm tra")
        return Mark("h-rv", "eye", _("Thẩm tra"), _with_days(words, report, today))
    if report.state == State.RETURNED or (report.is_at_unit and report.was_returned):
        return Mark("h-rt", "arrow-back-up", pgettext("trạng thái", "Trả lại"), _("Trả lại để hoàn thiện"))
    if report.is_sent:
        return _of_sent(report, today)
    return _of_unsent(report, today)


def _of_sent(report: Told, today: date) -> Mark:
    days = report.days_late(today)
    if days:
        return Mark(
            _late(days), "", f"+{days}", ngettext("Nộp muộn %(n)s ngày", "Nộp muộn %(n)s ngày", days) % {"n": days}
        )
    if report.is_accepted and not report.is_round_locked:
        return Mark("h-ok", "circle-check", _("Chấp nhận"), _("Nộp đúng hạn, đã chấp nhận"))
    return Mark("h-ok", "check", "", _("Nộp đúng hạn"))


def _of_unsent(report: Told, today: date) -> Mark:
    if report.is_round_locked:
        return Mark("h-no", "x", "", _("Không nộp"))
    if days := report.days_late(today):
        return Mark(
            _late(days),
            "",
            f"+{days}",
            ngettext("Chưa nộp, quá hạn %(n)s ngày", "Chưa nộp, quá hạn %(n)s ngày", days) % {"n": days},
        )
    if report.state == State.NOT_STARTED:
        return Mark("h-dr", "circle-dashed", "", _("Chưa bắt đầu báo cáo"))
    icon = WAITING.get(State(report.state), "pencil")
    return Mark("h-dr", icon, f"{report.percent}%", str(State(report.state).label))


def _late(days: int) -> str:
    return "h-l1" if days <= LONG else "h-l2"


def _with_days(words: str, report: Told, today: date) -> str:
    days = report.days_late(today)
    return words + (_(", nộp muộn %(n)s ngày") % {"n": days} if days else "")


def fullness_of(report: Told) -> Mark:
    """The same cell told by how much of it is filled in."""
    percent = report.percent
    tint = "h-ok" if report.is_whole else "h-l1" if percent >= 80 else "h-l2" if percent else "h-no"
    words = _("Đã có %(given)s trong %(asked)s ô") % {"given": report.given, "asked": report.asked}
    return Mark(tint, "", f"{percent}%", words)
