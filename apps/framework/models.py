"""The plan by which the programme is carried out (Quyết định 82/QĐ-BKHCN): two lists of items, as a tree.

Reference data: it comes with the facts' files and is changed by nobody in the portal. List A is led by the Ministry of
Science and Technology, list B by ministries and provinces, each for itself. The five general aims and the six groups of
solutions are headings under which items, and what is done for them, are read together.
"""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Indicator

INVESTMENT_GROUP = "A.2.2"  # the only part for which development investment money may be spent


class GeneralAim(models.Model):
    """One of the five general aims (mục tiêu chung a to đ)."""

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = models.TextField(_("nội dung"))

    class Meta:
        verbose_name = _("mục tiêu chung")
        verbose_name_plural = _("mục tiêu chung")
        ordering = ["position"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.code


class SolutionGroup(models.Model):
    """One of the six groups of tasks and solutions; which general aim it serves first is our own reading."""

    code = models.CharField(_("mã"), max_length=5, primary_key=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên nhóm"), max_length=300)
    text = models.TextField(_("nội dung"))
    aim = models.ForeignKey(GeneralAim, models.PROTECT, related_name="groups", verbose_name=_("mục tiêu chung"))

    class Meta:
        verbose_name = _("nhóm giải pháp")
        verbose_name_plural = _("nhóm giải pháp")
        ordering = ["position"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class FrameworkItemQuerySet(models.QuerySet["FrameworkItem"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The plan is published: everybody who is signed in reads it."""
        return self if user.is_authenticated else self.none()

    def items(self) -> Self:
        """What tasks are made for; headings are not."""
        return self.filter(kind=FrameworkItem.Kind.ITEM)


class FrameworkItem(models.Model):
    """A heading, or an item for which tasks are made. Its key is its code: list, point, number in the plan."""

    class PlanList(models.TextChoices):
        A = "A", _("Danh mục A")
        B = "B", _("Danh mục B")

    class Kind(models.TextChoices):
        GROUP = "group", _("Đề mục")
        ITEM = "task", _("Hạng mục")

    class Timing(models.TextChoices):
        ONCE = "once", _("Một lần")
        SPAN = "span", _("Theo giai đoạn")
        YEARLY = "annual", _("Hằng năm")
        FIVE_YEARLY = "every5", _("05 năm một lần")

    code = models.CharField(_("mã"), max_length=20, primary_key=True)
    list = models.CharField(_("danh mục"), max_length=1, choices=PlanList.choices)
    number = models.CharField(_("số thứ tự"), max_length=20)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc đề mục")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), unique=True)
    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    title = models.TextField(_("nội dung công việc"))
    timing = models.CharField(_("cách tính thời gian"), max_length=10, choices=Timing.choices, blank=True)
    first_year = models.PositiveSmallIntegerField(_("từ năm"), null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(_("đến năm"), null=True, blank=True)
    quarter = models.PositiveSmallIntegerField(_("quý bắt đầu"), null=True, blank=True)
    # As the decision writes them; what they mean is beside them, or in ItemUnit.
    timing_text = models.CharField(_("thời gian"), max_length=200, blank=True)
    lead_text = models.TextField(_("đơn vị chủ trì"), blank=True)
    coordinating_text = models.TextField(_("đơn vị phối hợp"), blank=True)
    group = models.ForeignKey(
        SolutionGroup, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("nhóm giải pháp")
    )
    indicators = models.ManyToManyField(
        Indicator, blank=True, related_name="framework_items", verbose_name=_("mục tiêu liên quan")
    )

    objects = FrameworkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("hạng mục kế hoạch")
        verbose_name_plural = _("hạng mục kế hoạch")
        ordering = ["position"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["list", "number"], name="one_item_per_list_and_number"),
            models.CheckConstraint(
                condition=~Q(kind="task") | (Q(first_year__isnull=False, last_year__isnull=False) & ~Q(timing="")),
                name="an_item_has_a_timing",
            ),
            models.CheckConstraint(condition=Q(last_year__gte=F("first_year")), name="item_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("tasks:frameworkitem_detail", args=[self.list, self.number])

    @property
    def takes_investment(self) -> bool:
        """Whether development investment money may be spent on it: on national infrastructure only."""
        return self.code == INVESTMENT_GROUP or self.code.startswith(f"{INVESTMENT_GROUP}.")

    def is_due_in(self, year: int) -> bool:
        """Whether the plan has work on it in that year."""
        if self.first_year is None or self.last_year is None or not self.first_year <= year <= self.last_year:
            return False
        return self.timing != self.Timing.FIVE_YEARLY or (year - self.first_year) % 5 == 0


class ItemUnit(models.Model):
    """One part of what the plan writes under who leads or coordinates an item: a unit, or words that name none.

    The unit is the one of the day on which the plan was issued; who carries its work today follows from successions.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("Chủ trì")
        COORDINATING = "coordinating", _("Phối hợp")

    class Rule(models.TextChoices):
        UNIT = "unit", _("Một đơn vị")
        REPORTING = "reporting", _("Các bộ, ngành, địa phương")  # each for itself, whoever they are on a day
        NAMED = "named", _("Nhóm không nêu đơn vị cụ thể")

    item = models.ForeignKey(FrameworkItem, models.CASCADE, related_name="units", verbose_name=_("hạng mục"))
    role = models.CharField(_("vai trò"), max_length=15, choices=Role.choices)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = models.CharField(_("ghi trong kế hoạch"), max_length=300)
    rule = models.CharField(_("cách hiểu"), max_length=10, choices=Rule.choices)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )

    class Meta:
        verbose_name = _("đơn vị của hạng mục")
        verbose_name_plural = _("đơn vị của hạng mục")
        ordering = ["item", "role", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["item", "role", "position"], name="one_item_unit_per_role_and_position"),
            models.CheckConstraint(
                condition=Q(rule="unit", unit__isnull=False) | (~Q(rule="unit") & Q(unit__isnull=True)),
                name="item_unit_is_a_unit_or_a_group",
            ),
        ]

    def __str__(self) -> str:
        return self.text
