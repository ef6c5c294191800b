"""Closing a period is an act: one person prepares it, another closes. Models; Django finds them through models.py.

The accepted figure is the figure as known at `as_of` of the latest closing. Nothing is copied, so a closing can be read
at any later day, and what came since is the difference to the figure as known now.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.core.moves import NEW, Move
from apps.documents.models import LegalDocument

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PREPARE, CLOSE = "targets.add_closingproposal", "targets.close_period"
DECIDED = "decided_by", "decided_at"


def _person(verbose: "str | _StrPromise", **given: Any) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose, **given)


class PeriodClosingQuerySet(models.QuerySet["PeriodClosing"]):
    def visible_to(self, user: User) -> Self:
        """Which figures stand is no secret among those who read figures."""
        return self if user.has_perm("targets.view_periodclosing") else self.none()

    def known_on(self, moment: datetime | None) -> Self:
        """Those that were there at a moment; all where none is given."""
        return self if moment is None else self.filter(closed_at__lte=moment)


class PeriodClosing(CheckedTextModel):
    """One closing of one period. Written once; a later one supersedes it without erasing it."""

    period = models.ForeignKey("targets.Period", models.PROTECT, related_name="closings", verbose_name=_("kỳ số liệu"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    as_of = models.DateTimeField(_("số liệu tính đến"))
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("văn bản")
    )
    reason = models.CharField(_("lý do"), max_length=500)
    prepared_by = _person(_("người lập"), null=True, blank=True)
    closed_by = _person(_("người chốt"))
    closed_at = models.DateTimeField(_("chốt lúc"))
    # Closed before the portal asked for a second person and a document.
    is_carried_over = models.BooleanField(_("chuyển từ dữ liệu cũ"), default=False)

    objects = PeriodClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần chốt kỳ")
        verbose_name_plural = _("các lần chốt kỳ")
        ordering = ["period", "version"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["period", "version"], name="one_closing_per_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="closing_versions_from_one"),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("closed_at")),
                name="closed_as_of_the_past",
                violation_error_message=_("Thời điểm tính số liệu không được sau lúc chốt."),
            ),
            models.CheckConstraint(
                condition=Q(is_carried_over=True) | Q(prepared_by__isnull=False, document__isnull=False),
                name="closing_prepared_with_a_document",
                violation_error_message=_("Chốt kỳ phải có người lập và văn bản."),
            ),
            models.CheckConstraint(
                condition=~Q(prepared_by=F("closed_by")) | Q(prepared_by__isnull=True),
                name="closed_by_another_person",
                violation_error_message=_("Người chốt phải khác người lập."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="closing_with_a_reason"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="follows_the_last",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last_version", "integer"), ("last_as_of", "timestamptz")],
                func="""
                    SELECT version, as_of INTO last_version, last_as_of FROM targets_periodclosing
                    WHERE period_id = NEW.period_id ORDER BY version DESC LIMIT 1;
                    IF NEW.version <> coalesce(last_version, 0) + 1 OR NEW.as_of <= last_as_of THEN
                        RAISE EXCEPTION 'closing % of period % does not follow the last', NEW.version, NEW.period_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF NOT EXISTS (SELECT FROM targets_indicatorvalue
                                   WHERE period_id = NEW.period_id AND known_from <= NEW.as_of) THEN
                        RAISE EXCEPTION 'period % has no figure as of %', NEW.period_id, NEW.as_of
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return _("Kỳ %(period)s, phiên bản %(version)s") % {"period": self.period, "version": self.version}

    def get_absolute_url(self) -> str:
        return reverse("progress:closing_detail", args=[self.period.year])

    @property
    def is_public(self) -> bool:
        """Whether everybody may read its figures; `publications` are few, and read along where many ask."""
        return any(one.is_in_force for one in self.publications.all())


class ClosingProposalQuerySet(models.QuerySet["ClosingProposal"]):
    def visible_to(self, user: User) -> Self:
        """Not published before it is decided: for those who prepare and those who close."""
        return self if user.has_perm(PREPARE) or user.has_perm(CLOSE) else self.none()

    def editable_by(self, user: User) -> Self:
        return self.visible_to(user)

    def open(self) -> Self:
        return self.filter(state=ClosingProposal.State.PROPOSED)

    def waiting_for(self, user: User) -> Self:
        """What this person decides; nobody closes what they prepared."""
        return self.open().exclude(prepared_by=user.pk) if user.has_perm(CLOSE) else self.none()


class ClosingProposal(CheckedTextModel):
    """What an officer puts before a leader: which period, as known when, by which document, why."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Chờ chốt")
        CLOSED = "closed", _("Đã chốt")
        REFUSED = "refused", _("Không chốt")
        WITHDRAWN = "withdrawn", _("Đã rút")

    MOVES = (
        Move("propose", NEW, State.PROPOSED, PREPARE, "period.closing_proposed", "prepared_by", "prepared_at"),
        Move("close", (State.PROPOSED,), State.CLOSED, CLOSE, "period.closed", *DECIDED, not_by="prepared_by"),
        Move("refuse", (State.PROPOSED,), State.REFUSED, CLOSE, "period.closing_refused", *DECIDED,
             not_by="prepared_by"),
        Move("withdraw", (State.PROPOSED,), State.WITHDRAWN, PREPARE, "period.closing_withdrawn", *DECIDED),
    )  # fmt: skip

    period = models.ForeignKey("targets.Period", models.PROTECT, related_name="proposals", verbose_name=_("kỳ số liệu"))
    version = models.PositiveSmallIntegerField(_("phiên bản"))
    as_of = models.DateTimeField(_("số liệu tính đến"))
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="+", verbose_name=_("văn bản"))
    reason = models.CharField(_("lý do"), max_length=500)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.PROPOSED)
    prepared_by = _person(_("người lập"))
    prepared_at = models.DateTimeField(_("lập lúc"))
    decided_by = _person(_("người quyết định"), null=True, blank=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decided_reason = models.CharField(_("lý do quyết định"), max_length=500, blank=True)

    objects = ClosingProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("đề nghị chốt kỳ")
        verbose_name_plural = _("đề nghị chốt kỳ")
        ordering = ["period", "id"]
        default_permissions = ("view", "add")
        permissions = [("close_period", _("Chốt kỳ số liệu"))]
        constraints = [
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state="proposed"),
                name="one_open_proposal_per_period",
                violation_error_message=_("Kỳ này đã có một đề nghị đang chờ chốt."),
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("prepared_at")),
                name="proposed_as_of_the_past",
                violation_error_message=_("Thời điểm tính số liệu không được ở tương lai."),
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True, decided_reason="")
                | (~Q(state="proposed") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="decided_with_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"]) | ~Q(prepared_by=F("decided_by")),
                name="decided_by_another_person",
                violation_error_message=_("Người chốt phải khác người lập."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & (~Q(state__in=["refused", "withdrawn"]) | ~Q(decided_reason="")),
                name="proposal_with_reasons",
                violation_error_message=_("Nhập lý do."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_proposals", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decided_for_good", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="proposed")
            ),
            pgtrigger.ReadOnly(
                name="put_as_it_is",
                fields=["period", "version", "as_of", "document", "reason", "prepared_by", "prepared_at"],
            ),
        ]

    def __str__(self) -> str:
        return _("Đề nghị chốt kỳ %(period)s, phiên bản %(version)s") % {"period": self.period, "version": self.version}

    def get_absolute_url(self) -> str:
        return reverse("progress:closing_detail", args=[self.period.year])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PROPOSED

    def why_not(self, verb: str) -> str:
        told = _now("Đề nghị này không còn chờ chốt (%(state)s). Mở lại trang để xem trạng thái mới.")
        return told % {"state": str(self.get_state_display()).lower()}
