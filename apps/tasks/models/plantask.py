"""A task: what is to be done under which item of the plan, by whom, until when; and where it stands."""

from datetime import date
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import sort_key
from apps.core.who_when import moment, person, together
from apps.framework.models import FrameworkItem
from apps.framework.naming import item_reader
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers import columns
from apps.registers.models import RegisterQuerySet, RegisterRow, searched, withdrawn_pairs
from apps.tasks import moving
from apps.tasks.models.parts import Participation
from apps.tasks.moving import DONE, REPORTED, WRITABLE
from apps.tasks.timeliness import with_timeliness


def led_in(scope: UnitScope) -> Q:
    """On the side of whoever leads. Who serves the whole programme writes for the programme office alone."""
    own = Q(lead_unit__in=sorted(scope.ids))
    return own | Q(lead_unit__is_programme_office=True) if scope.everything else own


def decided_in(scope: UnitScope) -> Q:
    """On the side of whoever approves. Who serves the whole programme decides what goes by the central route."""
    own = Q(approving_unit__in=sorted(scope.ids))
    return own | Q(route=PlanTask.Route.CENTRAL) if scope.everything else own


class PlanTaskQuerySet(RegisterQuerySet):
    def visible_to(self, user: User) -> Self:
        """Of the units that lead, approve or take part, as the person may see them; of all units for who reads all."""
        return self.concerning(units_with(user, "tasks.view_plantask"))

    def concerning(self, scope: UnitScope) -> Self:
        if scope.everything:
            return self
        if not scope.ids:
            return self.none()
        ids = sorted(scope.ids)
        taking_part = Participation.objects.filter(task=OuterRef("pk"), unit__in=ids)
        return self.filter(Q(lead_unit__in=ids) | Q(approving_unit__in=ids) | Exists(taking_part))

    def led_by(self, scope: UnitScope) -> Self:
        return self.filter(led_in(scope))

    def decided_by_units(self, scope: UnitScope) -> Self:
        return self.filter(decided_in(scope))

    def editable_by(self, user: User) -> Self:
        return self.led_by(units_with(user, moving.PREPARE))

    def proposable_by(self, user: User) -> Self:
        return self.led_by(units_with(user, moving.PROPOSE))

    def appraisable_by(self, user: User) -> Self:
        return self.decided_by_units(units_with(user, moving.APPRAISE))

    def returnable_by(self, user: User) -> Self:
        return self.decided_by_units(units_with(user, moving.RETURN))

    def decidable_by(self, user: User) -> Self:
        return self.decided_by_units(units_with(user, moving.DECIDE))

    def standing(self) -> Self:
        """Neither taken back nor rejected or ended early: as sub-tasks these are what their task consists of."""
        return self.live().exclude(state__in=moving.FALLEN)

    def open(self) -> Self:
        """Asked for or under way: whoever leads them has them to finish, or somebody else goes on."""
        return self.live().filter(state__in=moving.OPEN)

    def with_timeliness(self, on: date | None = None, *, first: bool = False) -> Self:
        """Annotate `timeliness`: the class of each task on that day (timeliness.py), by its due date now or first."""
        return with_timeliness(self, on, first=first)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class PlanTask(RegisterRow):
    """One task of one lead unit. `version` counts its changes: what somebody changed meanwhile is not overwritten.

    `approving_unit` and `route` follow from the lead unit when the task is written (`routes.py`) and stay with it.
    """

    merged_into = None  # tasks are moved along, never merged

    State = moving.State
    MOVES = moving.MOVES

    class Kind(models.TextChoices):
        SCIENCE = "science", _("Nhiệm vụ khoa học và công nghệ")
        RECURRENT = "recurrent", _("Nhiệm vụ chi thường xuyên")
        INVESTMENT = "investment", _("Dự án đầu tư")

    class Term(models.TextChoices):
        YEARLY = "yearly", _("Hằng năm")
        MEDIUM = "medium", _("Trung hạn")

    class Route(models.TextChoices):
        CENTRAL = "central", _("Trung ương")
        MINISTRY = "ministry", _("Bộ, ngành")
        PROVINCE = "province", _("Địa phương")

    class Origin(models.TextChoices):
        PORTAL = "portal", _("Lập trên cổng")
        YEARLY = "yearly", _("Sinh từ hạng mục hằng năm")
        FILE = "file", _("Nhập từ tệp Excel")
        DEMO = "demo", _("Số liệu minh họa")

    SLUG: ClassVar[str] = "tasks"
    UNIT: ClassVar[str] = "lead_unit"

    code = columns.code(
        _("mã nhiệm vụ"), 40, listed=True, example="NV-2026-0147",
        hint=_("Mã riêng của đơn vị, không trùng với đơn vị khác: chữ không dấu, chữ số, dấu - . _ Ví dụ BCT-2026-01."),
    )  # fmt: skip
    framework_item = columns.item(
        _("hạng mục kế hoạch"), FrameworkItem, item_reader, related_name="tasks", example="B.6",
        hint=_("Mã hạng mục như trong kế hoạch, ví dụ B.6; hoặc “6 danh mục B”; hoặc tên hạng mục."),
    )  # fmt: skip
    title = columns.text(_("tên nhiệm vụ"), 500, listed=True)
    objective = columns.text(_("mục tiêu, nội dung"), 2000, required=False)
    kind = columns.choice(_("loại nhiệm vụ"), Kind, filtered=True)
    term = columns.choice(_("thời hạn"), Term, filtered=True)
    year = columns.whole(_("năm kế hoạch"), is_year=True, listed=True)
    lead_unit = columns.unit(_("đơn vị chủ trì"), listed=True, filtered=True)
    product = columns.text(_("sản phẩm"), 1000)
    starts_on = columns.day(_("ngày bắt đầu"), required=False, ahead=True)
    due_on = columns.day(_("hạn hoàn thành"), ahead=True, listed=True, filtered=True)
    first_due_on = models.DateField(_("hạn đặt ban đầu"), editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subtasks", verbose_name=_("thuộc nhiệm vụ")
    )
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="copies",
        verbose_name=_("sao chép từ nhiệm vụ"),
    )  # fmt: skip
    route = models.CharField(_("cấp phê duyệt"), max_length=10, choices=Route.choices, editable=False)
    approving_unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, editable=False, related_name="+", verbose_name=_("cơ quan phê duyệt")
    )
    origin = models.CharField(_("nguồn"), max_length=10, choices=Origin.choices, default=Origin.PORTAL, editable=False)
    holder = person(_("người giữ việc"))
    state = models.CharField(
        _("trạng thái"), max_length=20, choices=moving.State.choices, default=moving.State.DRAFT, editable=False
    )
    resume_to = models.CharField(max_length=20, choices=moving.State.choices, blank=True, editable=False)
    version = models.PositiveIntegerField(_("phiên bản"), default=1, editable=False)
    moved_at = models.DateTimeField(_("ở trạng thái này từ"), editable=False)
    proposed_by, proposed_at = person(_("người đề xuất")), moment(_("đề xuất lúc"))
    appraised_by, appraised_at = person(_("người thẩm định")), moment(_("thẩm định lúc"))
    approved_by, approved_at = person(_("người phê duyệt")), moment(_("phê duyệt lúc"))
    # The day on which the work was done, as reported; who reported it, and when.
    reported_on = models.DateField(_("ngày hoàn thành"), null=True, blank=True, editable=False)
    reported_by, reported_at = person(_("người báo cáo hoàn thành")), moment(_("báo cáo hoàn thành lúc"))
    accepted_on = models.DateField(_("ngày nghiệm thu"), null=True, blank=True, editable=False)
    accepted_by, accepted_at = person(_("người nghiệm thu")), moment(_("nghiệm thu lúc"))

    words = searched("code", "title")
    title_sort = sort_key("title")

    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["due_on", "title_sort", "id"]
        permissions = [
            ("propose_plantask", _("Đề xuất, bắt đầu, báo cáo hoàn thành nhiệm vụ")),
            ("appraise_plantask", _("Thẩm định nhiệm vụ")),
            ("return_plantask", _("Trả lại nhiệm vụ để hoàn thiện")),
            ("decide_plantask", _("Phê duyệt, nghiệm thu nhiệm vụ")),
            ("answer_consultation", _("Trả lời lấy ý kiến về nhiệm vụ")),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_task_per_code",
                violation_error_message=_("Mã nhiệm vụ đã có."),
            ),
            models.UniqueConstraint(
                fields=["framework_item", "lead_unit", "year"],
                condition=Q(origin="yearly", withdrawn_at__isnull=True),
                name="one_yearly_task_per_item_unit_and_year",
                violation_error_message=_("Nhiệm vụ hằng năm của hạng mục này đã được sinh cho đơn vị và năm đó."),
            ),
            models.UniqueConstraint(
                fields=["copied_from", "year"],
                condition=Q(copied_from__isnull=False, withdrawn_at__isnull=True),
                name="one_copy_of_a_task_per_year",
                violation_error_message=_("Nhiệm vụ này đã được sao chép sang năm đó."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"),
                name="task_code_stands_in_an_address",
                violation_error_message=_("Mã nhiệm vụ chỉ gồm chữ không dấu, chữ số và các dấu - . _"),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(2018, 2035)),
                name="task_of_a_year_of_the_programme",
                violation_error_message=_("Năm kế hoạch phải từ 2018 đến 2035."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(due_on__gte=F("starts_on")),
                name="task_due_after_it_starts",
                violation_error_message=_("Hạn hoàn thành không được trước ngày bắt đầu."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="task_not_within_itself",
                violation_error_message=_("Nhiệm vụ không thuộc chính nó."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(REPORTED), reported_on__isnull=False)
                | (~Q(state__in=sorted(REPORTED)) & Q(reported_on__isnull=True)),
                name="task_reported_with_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(DONE), accepted_on__isnull=False)
                | (~Q(state__in=sorted(DONE)) & Q(accepted_on__isnull=True)),
                name="task_accepted_with_a_day",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("reported_on")),
                name="task_accepted_after_it_was_done",
                violation_error_message=_("Ngày nghiệm thu không được trước ngày hoàn thành."),
            ),
            models.CheckConstraint(
                condition=Q(state="suspended", resume_to__in=["approved", "in_progress"])
                | (~Q(state="suspended") & Q(resume_to="")),
                name="task_suspended_from_a_state",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="task_approved_by_another_person",
                violation_error_message=_("Người phê duyệt phải khác người đề xuất."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(reported_by__isnull=True) | ~Q(accepted_by=F("reported_by")),
                name="task_accepted_by_another_person",
                violation_error_message=_("Người nghiệm thu phải khác người báo cáo hoàn thành."),
            ),
            together("task", "proposed_by", "proposed_at"),
            together("task", "appraised_by", "appraised_at"),
            together("task", "approved_by", "approved_at"),
            together("task", "reported_by", "reported_at"),
            together("task", "accepted_by", "accepted_at"),
            withdrawn_pairs("task_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["lead_unit", "due_on", "id"], name="task_lead_due"),
            models.Index(fields=["approving_unit", "state"], name="task_approving_state"),
            models.Index(fields=["state", "route"], name="task_state_route"),  # what waits for the programme office
            models.Index(fields=["framework_item", "year"], name="task_item_year"),
            models.Index(fields=["due_on", "title_sort", "id"], name="task_due_sort"),
            models.Index(
                fields=["due_on", "title_sort", "id"],
                name="task_open_due",
                condition=Q(withdrawn_at__isnull=True, accepted_on__isnull=True),
            ),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="task_words"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves_by_the_table",
                field="state",
                transitions=sorted({(str(one), str(move.target)) for move in moving.MOVES for one in move.sources}),
            ),
            pgtrigger.Protect(
                name="resumes_where_it_was",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'suspended' AND NEW.state NOT IN ('suspended', 'terminated')"
                    " AND NEW.state IS DISTINCT FROM OLD.resume_to"
                ),
            ),
            pgtrigger.Protect(
                name="begins_as_a_draft",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="draft") & pgtrigger.Q(new__origin__in=["portal", "yearly"]),
            ),
            pgtrigger.ReadOnly(name="keeps_its_code_and_origin", fields=["code", "origin"]),
            pgtrigger.Protect(
                name="keeps_its_first_due_date",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.first_due_on IS DISTINCT FROM NEW.first_due_on AND OLD.state NOT IN ('draft', 'returned')"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:plantask_detail", args=[self.code])

    @property
    def is_writable(self) -> bool:
        """What it asks for may still be written."""
        return self.is_live and self.state in WRITABLE

    @property
    def was_approved(self) -> bool:
        return self.resume_to == moving.State.APPROVED

    @property
    def was_in_progress(self) -> bool:
        return self.resume_to == moving.State.IN_PROGRESS

    @property
    def extended(self) -> bool:
        return self.first_due_on != self.due_on
