"""What the page of a task says of where it stands: chips, the path, whose turn it is, what its buttons are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from apps.accounts.models import User
from apps.core.moves import moves_from
from apps.core.templatetags.ui import vn_date
from apps.organisations.selectors import programme_office, unit_labels
from apps.tasks.acting import LEADING, acts_on, allowed_moves, refuse_same_person
from apps.tasks.chips import STATES
from apps.tasks.health import Health
from apps.tasks.models import PlanTask, TaskStep
from apps.tasks.moving import DONE, EXTENDED_IN, FALLEN
from apps.tasks.routes import authority_of
from apps.tasks.services.moves import refuse_unready
from apps.tasks.services.telling import act_due
from apps.tasks.whose import authority_today, deciders, who_leads

State = PlanTask.State
Words = str | Promise


@dataclass(frozen=True)
class Chip:
    family: str
    label: Words
    icon: str = ""


@dataclass(frozen=True)
class Button:
    """`style`: a class of the style sheet; `alone`: what a form that has only this button is headed by."""

    label: Words
    icon: str
    style: str
    alone: Words
    done: Words


PRIMARY, LINE, WARN, BAD = "btn-primary", "btn-line", "btn-warnline", "btn-badline"
# In the order in which they stand: what leads on first.
BUTTONS = {
    "propose": Button(_("Đề xuất nhiệm vụ"), "send", PRIMARY, _("Đề xuất nhiệm vụ"), _("Đã đề xuất nhiệm vụ.")),
    "start_appraisal": Button(
        _("Bắt đầu thẩm định"), "clipboard-check", PRIMARY, _("Tiếp nhận đề xuất"), _("Đã bắt đầu thẩm định.")
    ),
    "appraise": Button(_("Trình phê duyệt"), "check", PRIMARY, _("Thẩm định nhiệm vụ"), _("Đã trình phê duyệt.")),
    "approve": Button(
        _("Phê duyệt nhiệm vụ"), "rubber-stamp", PRIMARY, _("Ghi nhận quyết định"), _("Đã phê duyệt nhiệm vụ.")
    ),
    "start": Button(_("Bắt đầu thực hiện"), "player-play", PRIMARY, _("Bắt đầu thực hiện"), _("Đã bắt đầu thực hiện.")),
    "report_completion": Button(
        _("Báo cáo hoàn thành"), "flag", PRIMARY, _("Báo cáo hoàn thành"), _("Đã báo cáo hoàn thành.")
    ),
    "accept": Button(
        pgettext_lazy("nút", "Nghiệm thu"), "check", PRIMARY, _("Ghi nhận kết quả nghiệm thu"), _("Đã nghiệm thu.")
    ),
    "close": Button(_("Kết thúc nhiệm vụ"), "lock", PRIMARY, _("Kết thúc nhiệm vụ"), _("Đã kết thúc nhiệm vụ.")),
    "resume": Button(
        _("Tiếp tục thực hiện"), "player-play", PRIMARY, _("Nhiệm vụ đang tạm dừng"), _("Nhiệm vụ được tiếp tục.")
    ),
    "return_for_revision": Button(
        _("Trả lại để hoàn thiện"), "arrow-back-up", WARN, _("Trả lại để hoàn thiện"), _("Đã trả lại để hoàn thiện.")
    ),
    "fail_acceptance": Button(
        _("Nghiệm thu không đạt"), "arrow-back-up", WARN, _("Nghiệm thu không đạt"), _("Đã ghi nghiệm thu không đạt.")
    ),
    "reject": Button(
        _("Không phê duyệt"), "ban", BAD, _("Không phê duyệt nhiệm vụ"), _("Đã ghi không phê duyệt nhiệm vụ.")
    ),
    "suspend": Button(_("Tạm dừng"), "player-pause", LINE, _("Tạm dừng nhiệm vụ"), _("Đã tạm dừng nhiệm vụ.")),
    "terminate": Button(_("Chấm dứt"), "ban", BAD, _("Chấm dứt nhiệm vụ"), _("Đã chấm dứt nhiệm vụ.")),
}
# Seldom, and never what the task waits for: they have pages of their own.
ASIDE = ("suspend", "terminate")


def state_chip(task: PlanTask) -> Chip:
    state = State(task.state)
    family, icon = STATES[state]
    return Chip(family, state.label, icon)


def health_chip(task: Any, on: date) -> Chip | None:
    """Of a task `with_health`, with the days that are left; None where it has none."""
    found = task.health
    if not found:
        return None
    left = (task.due_on - on).days
    if found in (Health.DONE_IN_TIME, Health.DONE_LATE):
        return Chip("g" if found == Health.DONE_IN_TIME else "w", Health(found).label)
    if found == Health.OPEN_OVERDUE:
        return Chip("d", ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", -left) % {"n": -left}, "clock")
    if task.reported_on:
        return Chip("g", Health.OPEN_IN_TIME.label)
    if found == Health.DUE_SOON:
        words = ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", left) % {"n": left} if left else _now("Đến hạn hôm nay")
        return Chip("w", words, "clock")
    if found == Health.NOT_YET:
        return Chip("n", Health.NOT_YET.label, "clock")
    if found == Health.AT_RISK:
        words = ngettext("Nguy cơ chậm, còn %(n)s ngày", "Nguy cơ chậm, còn %(n)s ngày", left)
        return Chip("w", words % {"n": left}, "clock")
    return Chip("g", ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", left) % {"n": left}, "clock")


# ── the path ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# How many of the five steps are done, and whether the next one is under way.
_REACHED = {
    State.DRAFT: 0, State.RETURNED: 0, State.PROPOSED: 1, State.UNDER_APPRAISAL: 1, State.APPRAISED: 2,
    State.APPROVED: 3, State.IN_PROGRESS: 3, State.SUSPENDED: 3, State.COMPLETION_REPORTED: 4, State.ACCEPTED: 5,
    State.CLOSED: 5,
}  # fmt: skip
_PATH = (
    ("propose", _("Đề xuất")),
    ("appraise", _("Thẩm định")),
    ("approve", _("Phê duyệt")),
    ("report_completion", _("Thực hiện")),
    ("accept", _("Nghiệm thu")),
)


def path_of(task: PlanTask, steps: Iterable[TaskStep]) -> list[dict[str, Any]]:
    """Five steps, each with its unit and its day; of the way since the last return, which begins anew."""
    last: dict[str, TaskStep] = {}
    for step in steps:
        if step.verb in ("return_for_revision", "fail_acceptance"):
            last.pop("appraise" if step.verb == "return_for_revision" else "report_completion", None)
        last[step.verb] = step
    reached = _reached(task, last)
    found = []
    for number, (verb, label) in enumerate(_PATH):
        state = "done" if number < reached else "now" if number == reached else "todo"
        found.append({"label": label, "state": state, "note": _note(task, verb, last, state)})
    return found


def _reached(task: PlanTask, last: dict[str, TaskStep]) -> int:
    if task.state == State.TERMINATED:
        return 3
    if task.state == State.REJECTED:
        return 2 if "appraise" in last else 1
    return _REACHED[State(task.state)]


def _note(task: PlanTask, verb: str, last: dict[str, TaskStep], state: str) -> str:
    labels, step = unit_labels(), last.get(verb)
    if state == "done" and step:
        unit = labels[step.unit_id].short_name if step.unit_id else ""
        return " · ".join(filter(None, (_short(step.unit_id) if verb in DECIDING else unit, vn_date(step.at))))
    if state == "now" and task.state in (State.RETURNED, State.SUSPENDED, *FALLEN):
        return f"{State(task.state).label} · {vn_date(task.moved_at)}"
    if verb == "report_completion":
        start = vn_date(task.starts_on) if task.starts_on else ""
        return f"{start} – {vn_date(task.due_on)}" if start else _now("hạn %(day)s") % {"day": vn_date(task.due_on)}
    if state == "done":
        return ""
    return labels[task.lead_unit_id].short_name if verb == "propose" else authority_today(task.approving_unit_id)


DECIDING = ("appraise", "approve", "accept")


def _short(unit: str | None) -> str:
    return authority_of(unit).short if unit else ""


# ── whose turn it is ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Turn:
    """What this person may do now: `verbs` stand in the form above all, `asides` beside the title; why not the rest."""

    verbs: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)
    why_not: list[str] = field(default_factory=list)


def turn_of(task: PlanTask, user: User) -> Turn:
    open_to = {move.verb for move in allowed_moves(task, user)}
    turn = Turn(asides=[verb for verb in ASIDE if verb in open_to])
    for verb in (verb for verb in BUTTONS if verb in open_to and verb not in ASIDE):
        try:
            refuse_unready(task, verb)
        except ValidationError as refusal:
            turn.why_not += refusal.messages
        else:
            turn.verbs.append(verb)
    for move in (move for move in task.MOVES if move.not_by and move.leaves(task)):
        if move.verb not in open_to and user.has_perm(move.permission) and acts_on(user, move.permission, task):
            try:
                refuse_same_person(move, task, user)
            except ValidationError as refusal:
                turn.why_not += refusal.messages
    turn.why_not = list(dict.fromkeys(turn.why_not))
    return turn


_WAITS = {
    State.DRAFT: _("%(lead)s đang soạn, chưa đề xuất."),
    State.RETURNED: _("Đang chờ %(lead)s hoàn thiện và đề xuất lại, từ %(day)s."),
    State.PROPOSED: _("Đang chờ %(above)s tiếp nhận thẩm định, từ %(day)s."),
    State.UNDER_APPRAISAL: _("%(above)s đang thẩm định, từ %(day)s."),
    State.APPRAISED: _("Đang chờ %(above)s phê duyệt, từ %(day)s."),
    State.REJECTED: _("%(above)s không phê duyệt, ngày %(day)s."),
    State.APPROVED: _("Đang chờ %(lead)s bắt đầu thực hiện, từ %(day)s."),
    State.IN_PROGRESS: _("%(lead)s đang thực hiện, từ %(day)s."),
    State.COMPLETION_REPORTED: _("Đang chờ %(above)s nghiệm thu, từ %(day)s."),
    State.ACCEPTED: _("Đã nghiệm thu; đang chờ %(above)s kết thúc nhiệm vụ, từ %(day)s."),
    State.CLOSED: _("Nhiệm vụ đã kết thúc ngày %(day)s."),
    State.SUSPENDED: _("%(above)s cho tạm dừng, từ %(day)s."),
    State.TERMINATED: _("%(above)s chấm dứt nhiệm vụ, ngày %(day)s."),
}


def waiting_words(task: PlanTask) -> str:
    """With whom it is, and since when."""
    names = {"lead": who_leads(task.lead_unit_id), "above": deciders(task)}
    return str(_WAITS[State(task.state)]) % (names | {"day": vn_date(task.moved_at)})


def next_words(task: PlanTask, *, is_asked: bool = False) -> str:
    """What the unit does next that carries the work out, by the table of moves; else `waiting_words` says it.

    `is_asked`: an extension waits already.
    """
    if task.state != State.IN_PROGRESS:
        return ""
    steps = [
        str(BUTTONS[move.verb].label)
        for move in moves_from(task, task.state)
        if move.permission in LEADING and move.verb in BUTTONS
    ]
    if task.state in EXTENDED_IN and not is_asked:
        steps.append(_now("xin gia hạn"))
    words = _now(" hoặc ").join(step[:1].lower() + step[1:] for step in steps)
    return _now("Bước tiếp: %(lead)s %(steps)s.") % {"lead": who_leads(task.lead_unit_id), "steps": words}


def consulted_along(task: PlanTask) -> str:
    """What taking a proposal up brings with it, said before the button."""
    office = programme_office()
    named = office.short_name if office else _now("cơ quan quản lý Đề án")
    if task.route != PlanTask.Route.MINISTRY:
        return _now("Tuyến này không lấy ý kiến %(office)s: thẩm định xong thì trình phê duyệt.") % {"office": named}
    told = {"office": named, "n": settings.TASK_CONSULTATION_DAYS}
    words = _now("Bắt đầu thẩm định thì cổng gửi lấy ý kiến %(office)s, hạn trả lời %(n)s ngày")
    return words % told + _now("; trình phê duyệt được khi có ý kiến hoặc hết hạn này.")


@dataclass(frozen=True)
class SentBack:
    """Why the lead unit has the task again, who says so, and until when it is to come back."""

    step: TaskStep
    label: Words
    due_on: date


def sent_back_of(task: PlanTask, steps: Sequence[TaskStep]) -> SentBack | None:
    """`steps`: the way of the task, first to last."""
    last = steps[-1] if steps else None
    if last is None or last.verb not in ("return_for_revision", "fail_acceptance"):
        return None
    if last.verb == "fail_acceptance":
        return SentBack(last, _("Nghiệm thu không đạt"), task.due_on)
    return SentBack(last, _("Trả lại để hoàn thiện"), act_due("revise", timezone.localdate(last.at)))


def button_of(task: PlanTask, verb: str) -> Button:
    button = BUTTONS[verb]
    return replace(button, label=_("Đề xuất lại")) if task.state == State.RETURNED and verb == "propose" else button


def heading_of(task: PlanTask, verbs: list[str]) -> str:
    """Over the form: what the first of its buttons does."""
    if verbs[0] == "approve":
        return _now("Ghi nhận quyết định của %(who)s") % {"who": authority_of(task.approving_unit_id).short}
    if task.state == State.RETURNED:
        return _now("Hoàn thiện và đề xuất lại")
    return str(BUTTONS[verbs[0]].alone)


def is_over(task: PlanTask) -> bool:
    return task.state in DONE or task.state in FALLEN
