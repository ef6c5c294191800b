"""What every row of a register has beside its columns: where it came from, and whether it still stands."""

from enum import StrEnum
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core import who_when
from apps.core.models import CheckedTextModel, TimeStampedModel, VnFold, words_with
from apps.exchange.models import ImportBatch
from apps.people.rights import units_with

MERGED = _("Dòng này đã được gộp vào bản ghi khác. Nếu gộp nhầm, tách lại ở trang của bản ghi đó.")


def searched(*columns: str) -> models.GeneratedField:
    """The words by which a row is found, without accents: one column for all that is searched."""
    parts: list[Any] = []
    for name in columns:
        parts += [Coalesce(name, Value("")), Value(" ")]
    return models.GeneratedField(
        expression=VnFold(Concat(*parts, output_field=models.TextField())),
        output_field=models.TextField(),
        db_persist=True,
    )


class Reach(StrEnum):
    """How far rows of a register are known beyond the units that keep them."""

    OWN = "own"
    NAMED = "named"  # whoever knows its code may name one in a row of their own
    SEEN = "seen"  # whoever may open the register sees all, and names them


class RegisterQuerySet(models.QuerySet["RegisterRow"]):
    def live(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        return self.in_scope(self.sight_of(user))

    def sight_of(self, user: User) -> UnitScope:
        """Of which units the person sees rows."""
        scope = units_with(user, permission_of(self.model, "view"))
        return UnitScope(everything=True) if self.model.REACH == Reach.SEEN and scope.ids else scope

    def editable_by(self, user: User) -> Self:
        return self.in_scope(units_with(user, permission_of(self.model, "change")))

    def offered_to(self, user: User) -> Self:
        """Rows that lists offer the person to name: those out of sight are named by who knows their code."""
        return self.live().visible_to(user) if self.model.REACH == Reach.SEEN else self.live().editable_by(user)

    def nameable_by(self, user: User) -> Self:
        return self.live().editable_by(user) if self.model.REACH == Reach.OWN else self.live()

    def in_scope(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(**{f"{self.model.UNIT}__in": scope.ids})

    def search(self, text: str) -> Self:
        return self.filter(words_with(text))


def permission_of(model: type[models.Model], verb: str) -> str:
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def withdrawn_pairs(name: str) -> models.CheckConstraint:
    return who_when.withdrawn_pairs(name, _("Rút khỏi sổ phải có người rút và lý do."))


class RegisterRow(TimeStampedModel):
    """A model that is a register: its columns by `columns`, `words` by `searched`, and its declaration in registers.py.

    `UNIT` leads from the row to the unit it belongs to.
    """

    UNIT: ClassVar[str] = "unit"
    REACH: ClassVar[Reach] = Reach.OWN

    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawn_reason = models.CharField(_("lý do rút"), max_length=300, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )

    merged_into_id: int | None
    words: Any  # declared by each register

    objects = RegisterQuerySet.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        return reverse("registers:row_detail", args=[self.SLUG, self.pk])

    SLUG: ClassVar[str] = ""  # of the register in addresses

    def clean_withdrawal(self) -> None:
        """Refuses, as clean() does, what would leave other rows without what they follow."""

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None

    @property
    def home_id(self) -> str:
        """The unit to which the row belongs."""
        *path, last = self.UNIT.split("__")
        row: Any = self
        for name in path:
            row = getattr(row, name)
        return getattr(row, f"{last}_id")


class RegisterMerge(CheckedTextModel):
    """Two records that became one, with all that is needed to part them again.

    `former`: what the record that stays said before, by column, as text. `moved`: which rows went over from the other
    one, `{"model", "column", "was", "now", "ids"}` each. Of any register: kind and keys stand in it as they do in the
    audit.
    """

    kind = models.CharField(_("loại"), max_length=60)
    slug = models.CharField(_("sổ"), max_length=40)  # in addresses
    kept_id = models.BigIntegerField()
    gone_id = models.BigIntegerField()
    gone_label = models.CharField(_("bản ghi được gộp"), max_length=400)
    former = models.JSONField(default=dict)
    moved = models.JSONField(default=list)
    # As both were left: whoever changed one since has the last word.
    kept_left_at = models.DateTimeField()
    gone_left_at = models.DateTimeField()
    merged_at = models.DateTimeField(_("gộp lúc"), auto_now_add=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("lý do gộp"), max_length=300)
    undone_at = models.DateTimeField(_("tách lúc"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undo_reason = models.CharField(_("lý do tách"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lần gộp bản ghi")
        default_permissions = ()
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "gone_id"],
                condition=Q(undone_at__isnull=True),
                name="one_merge_in_force_per_record",
                violation_error_message=_("Bản ghi này đã được gộp."),
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="merge_undone_with_who_and_why",
                violation_error_message=_("Tách bản ghi phải có người tách và lý do."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "kept_id"], name="merge_kept")]

    def __str__(self) -> str:
        return self.gone_label
