"""Publishing a closing is an act of its own: from then on everybody may read its figures, without signing in.

Nothing is copied: what is public is the figure as known at the closing's moment, read in the units of the day on which
it was published. What that would not keep is kept here: the numbers that rates are set against, which have no history.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.core.moves import NEW, Move
from apps.core.who_when import moment, person, withdrawn_pairs
from apps.documents.models import LegalDocument
from apps.targets.closings import PeriodClosing

if TYPE_CHECKING:
    from datetime import date

PUBLISH = "targets.publish_closing"
NOTE_LIMIT = 500


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> Self:
        """On the pages of closings: whoever reads those reads which of them are published, and which were."""
        return self if user.has_perm("targets.view_periodclosing") else self.none()

    def told_to_all(self, _user: Any = None) -> Self:
        """Whoever asks, whether signed in or not. What was taken back stays at its address, without its figures."""
        return self

    def in_force(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def with_standing(self) -> Self:
        """Annotate `superseded_by`: the next publication of the same period that is in force, None where it is."""
        later = Publication.objects.in_force().filter(
            closing__period=models.OuterRef("closing__period"), pk__gt=models.OuterRef("pk")
        )
        return self.annotate(superseded_by=models.Subquery(later.order_by("pk").values("pk")[:1]))

    def with_earlier(self, last: "Publication") -> Self:
        """It and those of its period before it, as they followed each other."""
        rows = self.filter(closing__period=last.closing.period_id, pk__lte=last.pk)
        return rows.select_related("closing__period").order_by("pk")


class Publication(CheckedTextModel):
    """That the figures of one closing are public, by whom, since when and by which act. Taken back, never deleted."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("Đã công bố")
        WITHDRAWN = "withdrawn", _("Đã rút công bố")

    MOVES = (
        Move("publish", NEW, State.PUBLISHED, PUBLISH, "closing.published", "published_by", "published_at"),
        Move("withdraw", (State.PUBLISHED,), State.WITHDRAWN, PUBLISH, "closing.publication_withdrawn",
             "withdrawn_by", "withdrawn_at", needs=("reason",)),
    )  # fmt: skip

    closing = models.ForeignKey(
        PeriodClosing, models.PROTECT, related_name="publications", verbose_name=_("lần chốt kỳ")
    )
    document = models.ForeignKey(LegalDocument, models.PROTECT, related_name="+", verbose_name=_("văn bản"))
    note = models.CharField(_("ghi chú"), max_length=NOTE_LIMIT, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người công bố")
    )
    published_at = models.DateTimeField(_("công bố lúc"))
    # [unit, year, number]: what rates are set against, as it was known on that day.
    denominators = models.JSONField(_("mẫu số của các tỷ lệ"), default=list, blank=True)
    # Of invented data: said with every figure, and as true of an old publication as on its day.
    is_illustrative = models.BooleanField(_("số liệu minh họa"), default=False)
    withdrawn_at = moment(_("rút lúc"))
    withdrawn_by = person(_("người rút"))
    withdrawn_reason = models.CharField(_("lý do rút"), max_length=NOTE_LIMIT, blank=True)

    superseded_by: int | None  # on those of `with_standing`

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("công bố số liệu")
        verbose_name_plural = _("công bố số liệu")
        ordering = ["id"]
        default_permissions = ()
        permissions = [("publish_closing", _("Công bố số liệu đã chốt"))]
        constraints = [
            models.UniqueConstraint(
                fields=["closing"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_publication_in_force",
                violation_error_message=_("Lần chốt này đã được công bố."),
            ),
            withdrawn_pairs("publication_withdrawn_with_who_and_why", _("Nhập lý do.")),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_publications", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="withdrawn_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.ReadOnly(
                name="published_as_it_is",
                fields=[
                    "closing",
                    "document",
                    "note",
                    "published_by",
                    "published_at",
                    "denominators",
                    "is_illustrative",
                ],
            ),
        ]

    def __str__(self) -> str:
        return _("Công bố số liệu kỳ %(period)s, phiên bản %(version)s") % {
            "period": self.closing.period, "version": self.closing.version,
        }  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("progress:closing_detail", args=[self.closing.period.year])

    @property
    def state(self) -> str:
        return self.State.WITHDRAWN if self.withdrawn_at else self.State.PUBLISHED

    @property
    def is_in_force(self) -> bool:
        return self.withdrawn_at is None

    def was_in_force(self, moment: datetime | None) -> bool:
        """At a moment; None is now."""
        if moment is None:
            return self.is_in_force
        return self.published_at <= moment and (self.withdrawn_at is None or self.withdrawn_at > moment)

    @property
    def day(self) -> "date":
        """Whose units the view of «today's units» has: those of this day, also later."""
        return timezone.localdate(self.published_at)

    def why_not(self, verb: str) -> str:
        return _now("Công bố này đã được rút. Mở lại trang để xem trạng thái mới.")
