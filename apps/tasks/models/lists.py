"""Lists of tasks (danh mục nhiệm vụ): one decision that moves many."""

from typing import Any, ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import TimeStampedModel
from apps.core.moves import NEW, Move
from apps.core.who_when import moment, person, together
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.tasks import moving


class TaskListQuerySet(models.QuerySet["TaskList"]):
    def visible_to(self, user: User) -> Self:
        scope = units_with(user, "tasks.view_tasklist")
        return self if scope.everything else self.filter(unit__in=sorted(scope.ids))

    def editable_by(self, user: User) -> Self:
        """By those who appraise for the unit that approves; the central route's by the programme office too."""
        return self._of(user, moving.APPRAISE)

    def decidable_by(self, user: User) -> Self:
        return self._of(user, moving.DECIDE)

    def returned(self) -> Self:
        """Came back with a reason, and was not submitted again since."""
        return self.filter(state=TaskList.State.DRAFT, returned_at__gt=F("submitted_at"))

    def _of(self, user: User, permission: str) -> Self:
        scope = units_with(user, permission)
        own = Q(unit__in=sorted(scope.ids))
        return self.filter(own | Q(is_central=True) if scope.everything else own)


class TaskList(TimeStampedModel):
    """What a unit approves at once: the tasks of a year, or of a medium term, by one decision."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang lập")
        SUBMITTED = "submitted", _("Đã trình")
        APPROVED = "approved", _("Đã phê duyệt")
        DROPPED = "dropped", _("Đã hủy")

    class Term(models.TextChoices):
        YEARLY = "yearly", _("Hằng năm")
        MEDIUM = "medium", _("Trung hạn")

    MOVES = (
        Move("make", NEW, State.DRAFT, moving.APPRAISE, "tasklist.made", "made_by", "made_at"),
        Move("submit", (State.DRAFT,), State.SUBMITTED, moving.APPRAISE, "tasklist.submitted", "submitted_by",
             "submitted_at"),
        Move("recall", (State.SUBMITTED,), State.DRAFT, moving.APPRAISE, "tasklist.recalled"),
        Move("return_for_revision", (State.SUBMITTED,), State.DRAFT, moving.DECIDE, "tasklist.returned", "returned_by",
             "returned_at", needs=moving.REASON),
        Move("approve", (State.SUBMITTED,), State.APPROVED, moving.DECIDE, "tasklist.approved", "approved_by",
             "approved_at", not_by="submitted_by", needs=moving.DECISION),
        Move("drop", (State.DRAFT,), State.DROPPED, moving.APPRAISE, "tasklist.dropped"),
    )  # fmt: skip
    # In which its tasks are spoken for: each stands on one such list at a time.
    OPEN = frozenset({State.DRAFT, State.SUBMITTED})

    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("cơ quan phê duyệt"))
    is_central = models.BooleanField(_("theo tuyến trung ương"), default=False, editable=False)
    title = models.CharField(_("tên danh mục"), max_length=300)
    term = models.CharField(_("thời hạn"), max_length=10, choices=Term.choices)
    first_year = models.PositiveSmallIntegerField(_("từ năm"))
    last_year = models.PositiveSmallIntegerField(_("đến năm"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    made_by = person(_("người lập"))
    made_at = moment(_("lập lúc"))
    # Of the last time: a list that was taken back or returned is submitted anew.
    submitted_by = person(_("người trình"))
    submitted_at = moment(_("trình lúc"))
    returned_by = person(_("người trả lại"))
    returned_at = moment(_("trả lại lúc"))
    returned_reason = models.CharField(_("lý do trả lại"), max_length=2000, blank=True, editable=False)
    approved_by = person(_("người phê duyệt"))
    approved_at = moment(_("phê duyệt lúc"))
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("quyết định"),
    )  # fmt: skip
    signatory = models.CharField(_("người ký"), max_length=200, blank=True, editable=False)

    objects = TaskListQuerySet.as_manager()

    class Meta:
        verbose_name = _("danh mục nhiệm vụ")
        verbose_name_plural = _("danh mục nhiệm vụ")
        ordering = ["-first_year", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year"), first_year__gte=2018, last_year__lte=2035),
                name="list_of_years_of_the_programme",
                violation_error_message=_("Năm từ 2018 đến 2035, năm cuối không trước năm đầu."),
            ),
            together("list", "made_by", "made_at"),
            together("list", "submitted_by", "submitted_at"),
            together("list", "returned_by", "returned_at"),
            together("list", "approved_by", "approved_at"),
            models.CheckConstraint(
                condition=~Q(state="submitted") | Q(submitted_by__isnull=False),
                name="list_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(returned_by__isnull=True) | ~Q(returned_reason=""),
                name="list_returned_with_a_reason",
                violation_error_message=_("Nhập lý do trả lại."),
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decision__isnull=False),
                name="list_approved_with_a_decision",
                violation_error_message=_("Phê duyệt danh mục phải có quyết định."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(made_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="list_approved_by_another_person",
                violation_error_message=_("Người phê duyệt phải khác người lập danh mục."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(approved_by=F("submitted_by")),
                name="list_approved_by_another_than_submitted_it",
                violation_error_message=_("Người phê duyệt phải khác người trình danh mục."),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves_by_the_table",
                field="state",
                transitions=[("draft", one) for one in ("dropped", "submitted")]
                + [("submitted", one) for one in ("approved", "draft")],
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tasks:tasklist_detail", args=[self.pk])

    @property
    def is_returned(self) -> bool:
        """Came back with a reason, and was not submitted again since."""
        is_last = self.returned_at and self.submitted_at and self.returned_at > self.submitted_at
        return self.state == self.State.DRAFT and bool(is_last)


class TaskListEntry(models.Model):
    """A task in a list, and what the list does to it: approves it, gives it another due date, or ends it."""

    class Effect(models.TextChoices):
        APPROVE = "approve", _("Phê duyệt")
        CHANGE = "change", _("Điều chỉnh hạn")
        END = "end", _("Chấm dứt")

    # From which states of its task an effect can be carried out: what never can be is not put on a list.
    FITS: ClassVar[dict[str, frozenset[str]]] = {
        Effect.APPROVE: frozenset({moving.State.APPRAISED}),
        Effect.CHANGE: moving.EXTENDED_IN,
        Effect.END: frozenset(one for move in moving.MOVES if move.verb == "terminate" for one in move.sources),
    }

    class Outcome(models.TextChoices):
        OPEN = "", _("Chưa thực hiện")
        DONE = "done", _("Đã thực hiện")
        SKIPPED = "skipped", _("Bỏ qua")

    task_list = models.ForeignKey(TaskList, models.CASCADE, related_name="entries", verbose_name=_("danh mục"))
    task = models.ForeignKey("tasks.PlanTask", models.PROTECT, related_name="entries", verbose_name=_("nhiệm vụ"))
    effect = models.CharField(_("nội dung"), max_length=10, choices=Effect.choices, default=Effect.APPROVE)
    new_due_on = models.DateField(_("hạn mới"), null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    told = models.CharField(_("lý do bỏ qua"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("nhiệm vụ của danh mục")
        verbose_name_plural = _("nhiệm vụ của danh mục")
        ordering = ["task_list", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task_list", "task"],
                name="one_entry_per_list_and_task",
                violation_error_message=_("Nhiệm vụ này đã có trong danh mục."),
            ),
            models.CheckConstraint(
                condition=Q(effect="change", new_due_on__isnull=False)
                | (~Q(effect="change") & Q(new_due_on__isnull=True)),
                name="a_changing_entry_has_a_new_due_date",
                violation_error_message=_("Điều chỉnh hạn phải có hạn mới."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_list_id}: {self.task_id}"

    # What came of it, as the act it stood for: "done" alone reads as if the work itself were.
    RESULTS: ClassVar[dict[str, Any]] = {
        Effect.APPROVE: _("Đã phê duyệt"),
        Effect.CHANGE: _("Đã điều chỉnh hạn"),
        Effect.END: _("Đã chấm dứt"),
    }

    @property
    def result(self) -> Any:
        """Empty until the list is decided; of what the decision passed over `told` says why."""
        if self.outcome == self.Outcome.SKIPPED:
            return _("Không thuộc quyết định")
        return self.RESULTS[self.effect] if self.outcome else ""

    @property
    def fits(self) -> bool:
        """Whether what the list does to the task can be done from where the task is now."""
        return self.task.state in self.FITS[self.effect]

    @classmethod
    def fitting(cls, at: str = "") -> Q:
        """The same, asked of the database; `at`: the way to the entries, with its underscores."""
        found = Q()
        for effect, states in cls.FITS.items():
            found |= Q(**{f"{at}effect": effect, f"{at}task__state__in": sorted(states)})
        return found
