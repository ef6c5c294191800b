from collections.abc import Collection
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.core.moves import NEW, Move
from apps.core.who_when import withdrawn_pairs
from apps.documents.models import LegalDocument

REORGANISE = "organisations.reorganise_organisationunit"
RECORDED, WITHDRAWN = ("recorded_by", "recorded_at"), ("withdrawn_by", "withdrawn_at")


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What becomes of units is as public as the units."""
        return self if user.is_authenticated else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm(REORGANISE) else self.none()

    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def planned_until(self, day: date) -> Self:
        """On what units of that day rest that is not in effect yet, and may still be withdrawn."""
        return self.in_force().filter(effective_on__gt=timezone.localdate(), effective_on__lte=day)


class Reorganisation(CheckedTextModel):
    """An act that changed units, as recorded here: its date, its document, who recorded it, and what it asked for.

    The names, ends and successions it brought point back to it. Before its date it may be withdrawn: what it would
    have brought is taken out again, and this row stays as the paper trail.
    """

    class Kind(models.TextChoices):
        MERGER = "merger", _("Hợp nhất, sáp nhập")
        SPLIT = "split", _("Chia tách")
        RENAMING = "renaming", _("Đổi tên")
        CHANGE_OF_KIND = "change_of_kind", _("Đổi loại đơn vị")
        TRANSFER = "transfer", _("Chuyển đơn vị trực thuộc")

    class State(models.TextChoices):
        PLANNED = "planned", _("Dự kiến")
        IN_EFFECT = "in_effect", _("Đã có hiệu lực")
        WITHDRAWN = "withdrawn", _("Đã rút")

    MOVES = (
        Move("record", NEW, State.PLANNED, REORGANISE, "reorganisation.recorded", *RECORDED),
        Move("record", NEW, State.IN_EFFECT, REORGANISE, "reorganisation.recorded", *RECORDED),
        Move("take_effect", (State.PLANNED,), State.IN_EFFECT, machine="clock"),
        Move("withdraw", (State.PLANNED,), State.WITHDRAWN, REORGANISE, "reorganisation.withdrawn", *WITHDRAWN),
    )

    kind = models.CharField(_("hình thức"), max_length=20, choices=Kind.choices)
    effective_on = models.DateField(_("có hiệu lực từ"))
    document = models.ForeignKey(
        LegalDocument, models.PROTECT, related_name="reorganisations", verbose_name=_("căn cứ")
    )
    # What was asked for, so that a withdrawn act can still be read: {"units": [...], "results": [...]}; where a unit
    # begins anew with its sub-units also "parts", and where it goes under another also "parents", from and to.
    plan = models.JSONField(_("nội dung"), default=dict)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("ghi nhận lúc"), auto_now_add=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("lý do rút"), blank=True)

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("sắp xếp đơn vị")
        ordering = ["-effective_on", "-id"]
        constraints = [withdrawn_pairs("act_withdrawn_with_who_when_and_why")]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.effective_on:%d/%m/%Y}"

    def get_absolute_url(self) -> str:
        return reverse("reorganisations:reorganisation_detail", args=[self.pk])

    @property
    def kind_name(self) -> str:
        before = {said["name"] for said in self.plan.get("units", [])}
        after = self.plan.get("results") or [{"name": ""}]
        return kind_name(self.kind, before, after[0]["name"])

    @property
    def state(self) -> str:
        """Planned until the eve of its date: from then on units have lived under it."""
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.PLANNED if self.effective_on > timezone.localdate() else self.State.IN_EFFECT

    def why_not(self, verb: str) -> str:
        if self.state == self.State.WITHDRAWN:
            return _now("Việc sắp xếp này đã được rút.")
        told = _now("Việc sắp xếp đã có hiệu lực từ %(day)s, không rút được nữa. Ghi nhận một việc sắp xếp mới.")
        return told % {"day": f"{self.effective_on:%d/%m/%Y}"}


def kind_name(kind: str, before: Collection[str], after: str) -> str:
    """By law units are «hợp nhất» into a new one, or «sáp nhập» into one of them, which keeps its name."""
    if kind != Reorganisation.Kind.MERGER:
        return str(Reorganisation.Kind(kind).label)
    return _now("Sáp nhập") if after in before else _now("Hợp nhất")
