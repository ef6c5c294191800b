"""What is told of tasks, and to whom a task is known."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.notifications.calendars import Entry, register_calendar
from apps.notifications.services.digests import before_digest
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.people.rights import Holders, holders_of, units_with
from apps.tasks import moving
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.services.reminding import remind

VIEW = "tasks.view_plantask"
SEE = _("Xem nhiệm vụ tại:")
CALENDAR_MOST = 500


def _visible(user: User) -> Any:
    return PlanTask.objects.live().visible_to(user)


def _people(task: PlanTask) -> QuerySet[User]:
    """Who may see the task today."""
    held = holders_of(VIEW)
    return User.objects.filter(pk__in=held.everywhere | _of_its_units(task, held))


def _offered(task: PlanTask, reader: User) -> QuerySet[User]:
    """Those of the units that work on it. Who serves the whole programme is named to others who do."""
    held = holders_of(VIEW)
    central = held.everywhere if units_with(reader, VIEW).everything else frozenset()
    return User.objects.filter(pk__in=central | _of_its_units(task, held))


def _of_its_units(task: PlanTask, held: Holders) -> frozenset[int]:
    units = [task.lead_unit_id, task.approving_unit_id, *task.participations.values_list("unit", flat=True)]
    return frozenset().union(*(held.of(unit) for unit in units))


register_subject(
    Subject(
        kind="tasks.plantask",
        view=VIEW,
        visible=_visible,
        code=lambda task: task.code,
        name=str,
        called=lambda task: _now("nhiệm vụ %(code)s") % {"code": task.code},
        unit=lambda task: task.lead_unit_id,
        people=_people,
        offered=_offered,
    )
)

# Told of, and not talked about: what there is to say of a list is said where it is returned.
register_subject(
    Subject(
        kind="tasks.tasklist",
        view="tasks.view_tasklist",
        visible=TaskList.objects.visible_to,
        code=lambda row: f"“{row.title}”",
        name=lambda row: row.title,
        unit=lambda row: row.unit_id,
        has_talk=False,
    )
)


@register_calendar
def due_dates(user: User, today: datetime.date) -> list[Entry]:
    """Of tasks that the person's units lead, and that they may still see."""
    if not user.has_perm(VIEW):
        return []
    tasks = _visible(user).led_by(units_with(user, moving.PREPARE)) | _visible(user).filter(holder=user.pk)
    tasks = tasks.filter(state__in=moving.UNDER_WAY, due_on__gte=today - datetime.timedelta(days=90))
    rows = tasks.order_by("due_on", "pk")[:CALENDAR_MOST]
    return [Entry(f"task-{row.pk}", row.due_on, f"{row.code} {row.title}", row.get_absolute_url()) for row in rows]


@before_digest
def reminders(day: datetime.date) -> None:
    remind(day)


name_kinds([
    Kind("tasks.propose", _("Nhiệm vụ được đề xuất"), _("Nhiệm vụ %(code)s được đề xuất."),
         _("Đề nghị thẩm định tại:"), "send"),
    Kind("tasks.start_appraisal", _("Bắt đầu thẩm định"), _("Nhiệm vụ %(code)s đang được thẩm định."), SEE,
         "clipboard-search", "review"),
    Kind("tasks.appraise", _("Nhiệm vụ trình phê duyệt"), _("Nhiệm vụ %(code)s được trình phê duyệt."),
         _("Đề nghị xem xét, phê duyệt tại:"), "hourglass", "review"),
    Kind("tasks.return_for_revision", _("Nhiệm vụ được trả lại"), _("Nhiệm vụ %(code)s được trả lại để hoàn thiện."),
         _("Đề nghị hoàn thiện và đề xuất lại tại:"), "arrow-back-up", "warn", at_once=True),
    Kind("tasks.approve", _("Nhiệm vụ được phê duyệt"), _("Nhiệm vụ %(code)s được phê duyệt."),
         _("Đề nghị tổ chức thực hiện; xem quyết định tại:"), "circle-check", "good", at_once=True),
    Kind("tasks.reject", _("Nhiệm vụ không được phê duyệt"), _("Nhiệm vụ %(code)s không được phê duyệt."),
         _("Xem lý do tại:"), "ban", "bad"),
    Kind("tasks.start", _("Nhiệm vụ bắt đầu thực hiện"), _("Nhiệm vụ %(code)s bắt đầu thực hiện."), SEE, "progress"),
    Kind("tasks.report_completion", _("Báo cáo hoàn thành"), _("Nhiệm vụ %(code)s được báo cáo hoàn thành."),
         _("Đề nghị nghiệm thu tại:"), "clipboard-check", "review"),
    Kind("tasks.accept", _("Nhiệm vụ được nghiệm thu"), _("Nhiệm vụ %(code)s được nghiệm thu."), SEE,
         "circle-check", "good"),
    Kind("tasks.fail_acceptance", _("Nghiệm thu không đạt"), _("Nhiệm vụ %(code)s nghiệm thu không đạt."),
         _("Đề nghị tiếp tục hoàn thành; xem lý do tại:"), "arrow-back-up", "warn"),
    Kind("tasks.close", _("Nhiệm vụ kết thúc"), _("Nhiệm vụ %(code)s kết thúc."), SEE, "lock", "closed"),
    Kind("tasks.suspend", _("Nhiệm vụ tạm dừng"), _("Nhiệm vụ %(code)s tạm dừng."), _("Xem lý do tại:"), "minus",
         "neutral"),
    Kind("tasks.resume", _("Nhiệm vụ tiếp tục"), _("Nhiệm vụ %(code)s được tiếp tục."), SEE, "progress"),
    Kind("tasks.terminate", _("Nhiệm vụ chấm dứt"), _("Nhiệm vụ %(code)s chấm dứt."), _("Xem lý do tại:"), "ban",
         "closed"),
    Kind("tasks.extension_ask", _("Xin gia hạn"), _("Có đề nghị gia hạn nhiệm vụ %(code)s."),
         _("Đề nghị quyết định tại:"), "calendar-event", "warn"),
    Kind("tasks.extension_grant", _("Được gia hạn"), _("Nhiệm vụ %(code)s được gia hạn."), _("Xem hạn mới tại:"),
         "calendar-event", "good"),
    Kind("tasks.extension_refuse", _("Không gia hạn"), _("Nhiệm vụ %(code)s không được gia hạn."),
         _("Xem lý do tại:"), "calendar-event", "bad"),
    Kind("tasks.consultation_ask", _("Lấy ý kiến về nhiệm vụ"), _("Nhiệm vụ %(code)s được lấy ý kiến Ủy ban TĐC."),
         _("Đề nghị trả lời tại:"), "message", "review"),
    Kind("tasks.consultation_answer", _("Ý kiến về nhiệm vụ"), _("Ủy ban TĐC đã trả lời ý kiến về nhiệm vụ %(code)s."),
         SEE, "message"),
    Kind("tasks.risk", _("Vướng mắc cần cấp trên giải quyết"),
         _("Nhiệm vụ %(code)s có vướng mắc cần cấp trên giải quyết."), _("Đề nghị xem xét, chỉ đạo tại:"),
         "alert-triangle", "warn", at_once=True),
    Kind("tasks.list_submit", _("Danh mục trình phê duyệt"), _("Danh mục %(code)s được trình phê duyệt."),
         _("Đề nghị xem xét, phê duyệt tại:"), "hourglass", "review"),
    Kind("tasks.list_return_for_revision", _("Danh mục được trả lại"), _("Danh mục %(code)s được trả lại."),
         _("Đề nghị hoàn thiện và trình lại; xem lý do tại:"), "arrow-back-up", "warn", at_once=True),
    Kind("tasks.list_approve", _("Danh mục được phê duyệt"), _("Danh mục %(code)s được phê duyệt."),
         _("Xem quyết định và kết quả từng nhiệm vụ tại:"), "circle-check", "good", at_once=True),
    Kind("tasks.due_month", _("Còn 30 ngày đến hạn"), _("Nhiệm vụ %(code)s đến hạn trong 30 ngày tới."),
         _("Đề nghị cập nhật tiến độ tại:"), "clock"),
    Kind("tasks.due_week", _("Còn 7 ngày đến hạn"), _("Nhiệm vụ %(code)s đến hạn trong 7 ngày tới."),
         _("Đề nghị cập nhật tiến độ hoặc xin gia hạn tại:"), "clock", "warn"),
    Kind("tasks.due_day", _("Đến hạn hôm nay hoặc ngày mai"), _("Nhiệm vụ %(code)s sắp hết hạn."),
         _("Đề nghị báo cáo hoàn thành hoặc xin gia hạn tại:"), "clock", "warn"),
    Kind("tasks.due_overdue", _("Nhiệm vụ quá hạn"), _("Nhiệm vụ %(code)s đã quá hạn."),
         _("Đề nghị báo cáo hoàn thành hoặc xin gia hạn tại:"), "alert-circle", "bad"),
    Kind("tasks.due_weekly", _("Nhiệm vụ của đơn vị còn quá hạn"), _("Nhiệm vụ %(code)s của đơn vị còn quá hạn."),
         _("Đề nghị chỉ đạo xử lý tại:"), "alert-circle", "bad"),
])  # fmt: skip
