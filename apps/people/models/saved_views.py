"""Lists at a filter, kept under a name by one person, and shown to the unit they share it with."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import TimeStampedModel
from apps.core.tabs import LONGEST_QUERY
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import whose_members_work_in


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: User) -> Self:
        """One's own, and those shared with a unit where one works, or whose people came to it."""
        from apps.people.rights import rights_of

        units = rights_of(user).units
        if not units:
            return self.filter(owner=user.pk)
        shared = whose_members_work_in(units, timezone.localdate())
        return self.filter(Q(owner=user.pk) | Q(shared_with__in=shared))

    def editable_by(self, user: User) -> Self:
        return self.filter(owner=user.pk)


class SavedView(TimeStampedModel):
    """`page`: the list (`core.tabs.page_of`). `query` is read again by the list's filters whenever it is shown."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, editable=False, related_name="saved_views", verbose_name=_("của")
    )
    page = models.CharField(_("trang"), max_length=100, editable=False)
    name = models.CharField(_("tên"), max_length=60)
    query = models.CharField(_("bộ lọc"), max_length=LONGEST_QUERY, blank=True, editable=False)
    shared_with = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("chia sẻ với")
    )

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("cách xem")
        verbose_name_plural = _("cách xem")
        ordering = ["page", "name", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "page", "name"],
                name="one_view_of_a_name_per_page_and_person",
                violation_error_message=_("Bạn đã có một cách xem tên này ở danh sách này."),
            )
        ]
        indexes = [models.Index(fields=["page", "shared_with"], name="savedview_page")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("people:savedview_list")
