"""What people say about a record of any kind, and who follows it. Seen with the record: `subjects.py`."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.notifications.subjects import all_subjects, kind_of

LONGEST = 2000


class OfSubjects(models.QuerySet):
    def of(self, row: Model) -> Self:
        return self.filter(owner_kind=kind_of(row), owner_id=str(row.pk))

    def visible_to(self, user: User) -> Self:
        """Those of records that the person sees; of each kind one subquery."""
        seen = Q(pk__in=[])
        for subject in (one for one in all_subjects() if one.has_talk):
            keys: Any = subject.visible_to(user).annotate(_key=models.functions.Cast("pk", models.CharField()))
            seen |= Q(owner_kind=subject.kind, owner_id__in=keys.order_by().values("_key"))
        return self.filter(seen)


class CommentQuerySet(OfSubjects):
    def editable_by(self, user: User) -> Self:
        """One's own words, as long as one sees what they are about."""
        return self.visible_to(user).filter(by=user.pk)


class Comment(CheckedTextModel):
    """Words on a record. Taken back they are read by nobody any more; that there were some stays."""

    owner_kind = models.CharField(_("loại đối tượng"), max_length=60)
    owner_id = models.CharField(_("đối tượng"), max_length=40)
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True)
    text = models.TextField(_("trao đổi"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người viết"))
    at = models.DateTimeField(_("lúc"), auto_now_add=True)
    mentions = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("người được nhắc đến")
    )
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("trao đổi")
        verbose_name_plural = _("trao đổi")
        ordering = ["at", "id"]
        default_permissions = ("add",)
        indexes = [models.Index(fields=["owner_kind", "owner_id", "at"], name="comment_of_owner")]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}: {self.text[:40]}"


class Watch(models.Model):
    """Who wants to hear of everything that happens to a record."""

    owner_kind = models.CharField(_("loại đối tượng"), max_length=60)
    owner_id = models.CharField(_("đối tượng"), max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người"))
    since = models.DateTimeField(_("từ lúc"), auto_now_add=True)

    objects = OfSubjects.as_manager()

    class Meta:
        verbose_name = _("theo dõi")
        verbose_name_plural = _("theo dõi")
        ordering = ["owner_kind", "owner_id", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "user"],
                name="one_watch_per_record_and_person",
                violation_error_message=_("Bạn đang theo dõi mục này."),
            )
        ]
        indexes = [models.Index(fields=["user"], name="watch_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.owner_kind} {self.owner_id}"
