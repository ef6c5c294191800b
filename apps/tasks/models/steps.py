"""The way of a task: each move with who, when, why and by which decision; what was asked on the way."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel
from apps.core.moves import NEW, Move
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.tasks import moving
from apps.tasks.models.lists import TaskList
from apps.tasks.models.parts import OfTaskQuerySet


def _person(verbose: Any, **given: Any) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose, **given)


class TaskStep(CheckedTextModel):
    """One move. Written once: read in order, the steps of a task lead to its state."""

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="steps", verbose_name=_("nhiệm vụ"))
    verb = models.CharField(_("thao tác"), max_length=30)
    source = models.CharField(_("từ trạng thái"), max_length=20, choices=moving.State.choices, blank=True)
    target = models.CharField(_("đến trạng thái"), max_length=20, choices=moving.State.choices)
    version = models.PositiveIntegerField(_("phiên bản"))
    at = models.DateTimeField(_("lúc"))
    by = _person(_("người thực hiện"), null=True, blank=True)
    acting_for = _person(_("thay cho"), null=True, blank=True)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("thay mặt đơn vị")
    )
    reason = models.CharField(_("ý kiến"), max_length=2000, blank=True)
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("quyết định")
    )
    signatory = models.CharField(_("người ký"), max_length=200, blank=True)
    task_list = models.ForeignKey(
        TaskList, models.PROTECT, null=True, blank=True, related_name="steps", verbose_name=_("danh mục")
    )

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("bước xử lý")
        verbose_name_plural = _("bước xử lý")
        ordering = ["task", "at", "id"]
        default_permissions = ()
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.verb} → {self.target}"


class ExtensionQuerySet(OfTaskQuerySet):
    def waiting(self) -> Self:
        """For a word: once the work was reported, suspended or ended there is nothing to extend. Where it goes on
        again, so does the waiting.
        """
        return self.filter(state=Extension.State.ASKED, task__state__in=moving.EXTENDED_IN)


class Extension(CheckedTextModel):
    """A later due date: asked for by who leads, granted with a document or refused with a reason."""

    class State(models.TextChoices):
        ASKED = "asked", _("Xin gia hạn")
        GRANTED = "granted", _("Đã gia hạn")
        REFUSED = "refused", _("Không gia hạn")

    MOVES = (
        Move("ask", NEW, State.ASKED, moving.PROPOSE, "task.extension_asked", "asked_by", "asked_at"),
        Move("grant", (State.ASKED,), State.GRANTED, moving.DECIDE, "task.extension_granted", "decided_by",
             "decided_at", not_by="asked_by", needs=moving.DECISION),
        Move("refuse", (State.ASKED,), State.REFUSED, moving.DECIDE, "task.extension_refused", "decided_by",
             "decided_at", not_by="asked_by", needs=moving.REASON),
    )  # fmt: skip

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="extensions", verbose_name=_("nhiệm vụ"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.ASKED)
    due_before = models.DateField(_("hạn hiện tại"))
    due_asked = models.DateField(_("hạn đề nghị"))
    reason = models.CharField(_("lý do xin gia hạn"), max_length=1000)
    asked_by = _person(_("người đề nghị"))
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    decided_by = _person(_("người quyết định"), null=True, blank=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decided_reason = models.CharField(_("ý kiến"), max_length=1000, blank=True)
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị gia hạn")
        verbose_name_plural = _("đề nghị gia hạn")
        ordering = ["task", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(state="asked"),
                name="one_open_extension_per_task",
                violation_error_message=_("Nhiệm vụ này đã có một đề nghị gia hạn đang chờ."),
            ),
            models.CheckConstraint(
                condition=Q(due_asked__gt=F("due_before")),
                name="extension_asks_for_later",
                violation_error_message=_("Hạn đề nghị phải sau hạn hiện tại."),
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="extension_decided_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="extension_decided_by_another_person",
                violation_error_message=_("Người quyết định phải khác người đề nghị."),
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(document__isnull=False),
                name="extension_granted_with_a_document",
                violation_error_message=_("Gia hạn phải có văn bản."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decided_reason=""),
                name="extension_refused_with_a_reason",
                violation_error_message=_("Nhập lý do."),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="moves_by_the_table", field="state", transitions=[("asked", "granted"), ("asked", "refused")]
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.due_asked:%d/%m/%Y}"


class Consultation(CheckedTextModel):
    """On the ministry route the programme office is asked for its opinion, and answers, or lets the day pass."""

    class Opinion(models.TextChoices):
        AGREE = "agree", _("Đồng ý")
        COMMENT = "comment", _("Đồng ý, có góp ý")
        DISAGREE = "disagree", _("Không đồng ý")

    task = models.ForeignKey("tasks.PlanTask", models.CASCADE, related_name="consultations", verbose_name=_("nhiệm vụ"))
    asked_by = _person(_("người lấy ý kiến"))
    asked_at = models.DateTimeField(_("lấy ý kiến lúc"))
    due_on = models.DateField(_("hạn trả lời"))
    opinion = models.CharField(_("ý kiến"), max_length=10, choices=Opinion.choices, blank=True)
    text = models.CharField(_("nội dung ý kiến"), max_length=2000, blank=True)
    answered_by = _person(_("người trả lời"), null=True, blank=True)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = OfTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("lấy ý kiến")
        verbose_name_plural = _("lấy ý kiến")
        ordering = ["task", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, opinion="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(opinion="")),
                name="consultation_answered_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(opinion__in=["comment", "disagree"]) | ~Q(text=""),
                name="consultation_with_words",
                violation_error_message=_("Nhập nội dung ý kiến."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.opinion or self.due_on}"
