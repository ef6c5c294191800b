"""What of tasks waits for whom: to appraise, to decide, to answer, to complete."""

from collections.abc import Collection
from datetime import timedelta
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.notifications.waiting import Shown, Source, Tab, register_source
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks import moving
from apps.tasks.barred import barred_from_approval
from apps.tasks.holders import nobody_else_in
from apps.tasks.inbox_lists import (
    lists_to_approve,
    lists_to_revise,
    others,
    show_lists,
    show_returned_lists,
    submitted_lists,
)
from apps.tasks.models import BudgetLine, Consultation, Extension, PlanTask, TaskListEntry, TaskStep
from apps.tasks.models.money import Source as MoneySource
from apps.tasks.models.money import Stage
from apps.tasks.routes import authority_of
from apps.tasks.services.telling import act_due

State = moving.State
FAILED = "fail_acceptance"
APPROVE = Tab("approve", gettext_lazy("Phê duyệt"), "rubber-stamp", gettext_lazy("Không có nhiệm vụ chờ phê duyệt"))
APPRAISE = Tab(
    "appraise", gettext_lazy("Thẩm định"), "clipboard-search", gettext_lazy("Không có nhiệm vụ chờ thẩm định")
)
EXTEND = Tab("extend", gettext_lazy("Gia hạn"), "calendar-plus", gettext_lazy("Không có đề nghị gia hạn"))
ACCEPT = Tab("accept", gettext_lazy("Nghiệm thu"), "clipboard-check", gettext_lazy("Không có nhiệm vụ chờ nghiệm thu"))
CONSULT = Tab("consult", gettext_lazy("Trả lời ý kiến"), "message", gettext_lazy("Không có nhiệm vụ chờ ý kiến"))
REVISE = Tab("revise", gettext_lazy("Hoàn thiện"), "arrow-back-up", gettext_lazy("Không có nhiệm vụ bị trả lại"))
COMPLETE = Tab("complete", gettext_lazy("Đến hạn"), "flag", gettext_lazy("Không có nhiệm vụ đến hạn"))


def _tasks() -> Any:
    return PlanTask.objects.live()


def _decidable(user: User, state: str, permission: str) -> Any:
    scope = units_with(user, permission)
    if not scope.everything and not scope.ids:
        return None
    return _tasks().filter(state=state).decided_by_units(scope)


def to_approve(user: User) -> Any:
    """One by one: what stands in a list that was submitted waits with the list."""
    rows = _decidable(user, State.APPRAISED, moving.DECIDE)
    if rows is None:
        return None
    lists = others(submitted_lists(), user)
    listed = TaskListEntry.objects.filter(task=OuterRef("pk"), task_list__in=lists)
    return rows.exclude(proposed_by=user.pk).exclude(Exists(listed))


def proposed_oneself(user: User) -> Any:
    """Could be decided by the person, had they not proposed it."""
    rows = _decidable(user, State.APPRAISED, moving.DECIDE)
    return None if rows is None else rows.filter(proposed_by=user.pk)


def to_appraise(user: User) -> Any:
    scope = units_with(user, moving.APPRAISE)
    if not scope.everything and not scope.ids:
        return None
    asked = Consultation.objects.filter(task=OuterRef("pk"), answered_at=None, due_on__gte=timezone.localdate())
    rows = _tasks().filter(state__in=[State.PROPOSED, State.UNDER_APPRAISAL]).decided_by_units(scope)
    return rows.exclude(proposed_by=user.pk).exclude(Exists(asked), state=State.UNDER_APPRAISAL)


def to_accept(user: User) -> Any:
    rows = _decidable(user, State.COMPLETION_REPORTED, moving.DECIDE)
    return None if rows is None else rows.exclude(reported_by=user.pk)


def extensions_to_decide(user: User) -> Any:
    scope = units_with(user, moving.DECIDE)
    if not scope.everything and not scope.ids:
        return None
    rows = Extension.objects.waiting().filter(task__in=_tasks().decided_by_units(scope))
    return rows.exclude(asked_by=user.pk)


def to_answer(user: User) -> Any:
    if not units_with(user, moving.CONSULT).everything:
        return None
    return Consultation.objects.filter(answered_at=None, task__state=State.UNDER_APPRAISAL, task__withdrawn_at=None)


_LED = "_led_tasks"  # on the user object, as rights are


def _led(user: User) -> Any:
    """The person's own tasks, and those of their units that nobody holds who still works there.

    Three kinds begin with these. They are put together once: that takes longer than finding them.
    """
    if not hasattr(user, _LED):
        scope = units_with(user, moving.PROPOSE)
        rows = _tasks().led_by(scope).filter(nobody_else_in(scope, user)) if scope.everything or scope.ids else None
        setattr(user, _LED, rows)
    return getattr(user, _LED)


def to_revise(user: User) -> Any:
    rows = _led(user)
    return None if rows is None else rows.filter(state=State.RETURNED)


def _last_verb() -> Coalesce:
    """By which the task is where it is; what came in by a file may have none."""
    steps = TaskStep.objects.filter(task=OuterRef("pk")).order_by("-at", "-pk")
    return Coalesce(Subquery(steps.values("verb")[:1]), Value(""))


@cache
def _failed() -> Any:
    """What was done and did not pass. Few tasks ever failed: of these alone the last step is asked."""
    ever = TaskStep.objects.filter(verb=FAILED).values("task")
    rows = PlanTask.objects.filter(state=State.IN_PROGRESS, pk__in=ever)
    return rows.alias(last=_last_verb()).filter(last=FAILED).order_by().values("pk")


def to_redo(user: User) -> Any:
    """The work goes on, whenever it is due."""
    rows = _led(user)
    return None if rows is None else rows.filter(pk__in=_failed())


def to_complete(user: User) -> Any:
    rows = _led(user)
    if rows is None:
        return None
    rows = rows.exclude(pk__in=_failed())
    ahead = timedelta(days=settings.TASK_INBOX_DAYS)
    rows = rows.filter(state__in=[State.APPROVED, State.IN_PROGRESS], due_on__lte=timezone.localdate() + ahead)
    # Work goes on for years: it waits for its report from the day on which it comes to stand here.
    return rows.annotate(waits_since=Greatest("moved_at", Cast(F("due_on") - ahead, DateTimeField())))


# --- as the page tells them ------------------------------------------------------------------------------------------


def _told(pks: Collection[int]) -> Any:
    """With what is asked for, whether development money is among it, and how often the task was returned.

    Each by a subquery of its own: joined with each other they would multiply.
    """
    money = BudgetLine.objects.filter(task=OuterRef("pk")).order_by()
    planned = money.filter(stage=Stage.PLANNED).values("task").annotate(sum=Sum("amount")).values("sum")
    steps = TaskStep.objects.filter(task=OuterRef("pk"), verb="return_for_revision").order_by()
    returns = steps.values("task").annotate(count=Count("pk")).values("count")
    return PlanTask.objects.filter(pk__in=pks).annotate(
        planned=Subquery(planned, output_field=BigIntegerField()),
        invests=Exists(money.filter(source=MoneySource.CENTRAL_INVESTMENT)),
        returns=Coalesce(Subquery(returns, output_field=IntegerField()), 0),
    )


def _sub(task: PlanTask) -> str:
    return f"{task.code} · {unit_labels()[task.lead_unit_id].short_name} · {task.framework_item_id}"


def _show_tasks(
    pks: Collection[int], user: User, *, prefix: Any, family: str, label: Any, icon: str, why: Any, act: Any,
    picked: bool = False,
) -> dict[int, Shown]:  # fmt: skip
    """Without a label it is that of the state the task is in."""
    return {
        task.pk: Shown(
            title=f"{prefix}{task.title}", url=task.get_absolute_url(), sub=_sub(task), family=family,
            label=label or State(task.state).label,
            icon=icon, why=why(task), act=act, pick=f"{task.pk}-{task.version}" if picked else "",
            barred=barred_from_approval(task, user) if picked else "", amount=task.planned,
        )
        for task in _told(pks)
    }  # fmt: skip


def _approving(task: PlanTask) -> str:
    return authority_of(task.approving_unit_id).short


def _why_approve(task: Any) -> str:
    told = _("%(unit)s phê duyệt, bạn là người quyết định; đã thẩm định") % {"unit": _approving(task)}
    again = _("; trình lại sau %(n)s lần bị trả lại") % {"n": task.returns} if task.returns else ""
    return told + again


def _why_appraise(task: Any) -> str:
    words = (
        _("%(unit)s thẩm định, bạn là người thẩm định")
        if task.state == State.UNDER_APPRAISAL
        else _("%(unit)s thẩm định; chưa có người tiếp nhận, bạn được tiếp nhận")
    )
    again = _("; đề xuất lại sau %(n)s lần bị trả lại") % {"n": task.returns} if task.returns else ""
    return words % {"unit": _approving(task)} + again


def _why_accept(task: Any) -> str:
    told = _("Báo cáo hoàn thành ngày %(day)s; %(unit)s nghiệm thu")
    return told % {"day": vn_date(task.reported_on), "unit": _approving(task)}


def _why_revise(task: Any) -> str:
    return _("Bị trả lại lần %(n)s; đơn vị chủ trì hoàn thiện rồi đề xuất lại") % {"n": max(1, task.returns)}


def _why_redo(task: Any) -> str:
    return _("Nghiệm thu không đạt; đơn vị chủ trì khắc phục rồi báo cáo hoàn thành lại")


def _why_complete(task: Any) -> str:
    if task.state == State.APPROVED:
        return _("Đã phê duyệt, chưa bắt đầu; đơn vị bạn chủ trì")
    return _("Đang thực hiện; đơn vị bạn chủ trì, chưa báo cáo hoàn thành")


def _show_extensions(pks: Collection[int], user: User) -> dict[int, Shown]:
    rows = Extension.objects.filter(pk__in=pks).select_related("task")
    rows = rows.annotate(before=Count("task__extensions", filter=Q(task__extensions__state="granted")))
    return {
        row.pk: Shown(
            title=_("Gia hạn: %(title)s") % {"title": row.task.title}, url=row.task.get_absolute_url(),
            sub=f"{row.task.code} · {unit_labels()[row.task.lead_unit_id].short_name}: "
                f"{vn_date(row.due_before)} → {vn_date(row.due_asked)}",
            family="warn", label=gettext_lazy("Xin gia hạn"), icon="calendar-plus", why=_why_extend(row),
            act=gettext_lazy("Quyết định gia hạn"),
        )
        for row in rows
    }  # fmt: skip


def _why_extend(row: Any) -> str:
    words = {"n": row.before + 1, "day": vn_date(row.task.first_due_on)}
    if row.before:
        return _("Lần gia hạn thứ %(n)s; hạn đặt ban đầu %(day)s vẫn tính") % words
    return _("Bạn quyết định; hạn đặt ban đầu %(day)s vẫn tính") % words


def _show_consultations(pks: Collection[int], user: User) -> dict[int, Shown]:
    return {
        row.pk: Shown(
            title=_("Lấy ý kiến: %(title)s") % {"title": row.task.title}, url=row.task.get_absolute_url(),
            sub=_sub(row.task), family="review", label=gettext_lazy("Chờ ý kiến"), icon="message",
            why=_("%(unit)s lấy ý kiến Ủy ban TĐC") % {"unit": _approving(row.task)}, act=gettext_lazy("Trả lời"),
        )
        for row in Consultation.objects.filter(pk__in=pks).select_related("task")
    }  # fmt: skip


shown_to_approve = partial(
    _show_tasks,
    prefix="",
    family="review",
    label=gettext_lazy("Chờ phê duyệt"),
    icon="hourglass",
    why=_why_approve,
    act=gettext_lazy("Phê duyệt"),
    picked=True,
)


def _until(act: str) -> Any:
    return partial(act_due, act)


for _source in (
    Source("tasks.list", APPROVE, lists_to_approve, "submitted_at", show_lists, until=_until("approve"), position=10),
    Source(
        "tasks.approve", APPROVE, to_approve, "moved_at",
        shown_to_approve,
        until=_until("approve"), position=11,
    ),
    Source(
        "tasks.appraise", APPRAISE, to_appraise, "moved_at",
        partial(_show_tasks, prefix=gettext_lazy("Thẩm định: "), family="review", label=gettext_lazy("Chờ thẩm định"),
                icon="clipboard-search", why=_why_appraise, act=gettext_lazy("Thẩm định")),
        until=_until("appraise"), position=20,
    ),
    Source("tasks.extend", EXTEND, extensions_to_decide, "asked_at", _show_extensions, until=_until("extend"),
           position=30),
    Source(
        "tasks.accept", ACCEPT, to_accept, "moved_at",
        partial(_show_tasks, prefix=gettext_lazy("Nghiệm thu: "), family="review", label=gettext_lazy("Chờ nghiệm thu"),
                icon="clipboard-check", why=_why_accept, act=pgettext_lazy("nút", "Nghiệm thu")),
        until=_until("accept"), position=40,
    ),
    Source("tasks.consult", CONSULT, to_answer, "asked_at", _show_consultations, due="due_on", position=50),
    Source(
        "tasks.revise", REVISE, to_revise, "moved_at",
        partial(_show_tasks, prefix=gettext_lazy("Hoàn thiện: "), family="warn",
                label=pgettext_lazy("trạng thái", "Trả lại"), icon="arrow-back-up", why=_why_revise,
                act=gettext_lazy("Hoàn thiện")),
        until=_until("revise"), position=60,
    ),
    Source("tasks.list_revise", REVISE, lists_to_revise, "returned_at", show_returned_lists, until=_until("revise"),
           position=61),
    Source(
        "tasks.redo", REVISE, to_redo, "moved_at",
        partial(_show_tasks, prefix=gettext_lazy("Khắc phục: "), family="warn",
                label=gettext_lazy("Nghiệm thu không đạt"), icon="arrow-back-up", why=_why_redo,
                act=gettext_lazy("Khắc phục, báo cáo lại")),
        due="due_on", position=62,
    ),
    Source(
        "tasks.complete", COMPLETE, to_complete, "waits_since",
        partial(_show_tasks, prefix=gettext_lazy("Hoàn thành: "), family="info", label="", icon="flag",
                why=_why_complete, act=gettext_lazy("Cập nhật, báo cáo")),
        due="due_on", position=70,
    ),
):  # fmt: skip
    register_source(_source)
