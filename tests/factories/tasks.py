from datetime import date, datetime
from zoneinfo import ZoneInfo

import factory

from apps.tasks.models import PlanTask
from apps.tasks.moving import DONE, REPORTED
from apps.tasks.routes import route_of

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


class PlanTaskFactory(factory.django.DjangoModelFactory):
    """A task in any state, as a file would bring it. Its route follows from its lead unit."""

    class Meta:
        model = PlanTask

    code = factory.Sequence(lambda n: f"NV-2026-{n + 1:04d}")
    framework_item_id = "B.6"
    title = factory.Sequence(lambda n: f"Hỗ trợ doanh nghiệp áp dụng Chương trình đảm bảo đo lường, đợt {n + 1}")
    kind = PlanTask.Kind.RECURRENT
    term = PlanTask.Term.YEARLY
    year = 2026
    lead_unit_id = "VN-24-2025"
    product = "Báo cáo kết quả"
    due_on = date(2026, 12, 31)
    first_due_on = factory.SelfAttribute("due_on")
    origin = PlanTask.Origin.DEMO
    state = PlanTask.State.DRAFT
    moved_at = datetime(2026, 1, 5, 9, tzinfo=HERE)
    route = factory.LazyAttribute(lambda task: route_of(task.lead_unit_id)[0])
    approving_unit_id = factory.LazyAttribute(lambda task: route_of(task.lead_unit_id)[1])
    reported_on = factory.LazyAttribute(lambda task: date(2026, 6, 30) if task.state in REPORTED else None)
    accepted_on = factory.LazyAttribute(lambda task: date(2026, 7, 15) if task.state in DONE else None)
    resume_to = factory.LazyAttribute(lambda task: "in_progress" if task.state == "suspended" else "")
