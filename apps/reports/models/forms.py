"""The form of a report as data: versions, sections, blocks, cells and rules.

A cell is known by its `key` across versions, so that its series goes on; its `code` is what stands before it on paper.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.targets.models import Indicator

KEY = r"^[a-z0-9]+([._-][a-z0-9]+)*$"


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm("reports.view_reportinground") else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm("reports.change_formversion") else self.none()

    def issued(self) -> Self:
        return self.filter(issued_at__isnull=False)


class FormVersion(TimeStampedModel):
    """What one kind of unit is asked. Once issued nothing of it changes: a later version is a copy of it."""

    class Audience(models.TextChoices):
        PROVINCE = "province", _("Địa phương")
        MINISTRY = "ministry", _("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ")
        ASSOCIATION = "association", _("Tổ chức, hội")

    class Signer(models.TextChoices):
        UNIT = "unit", _("Lãnh đạo đơn vị báo cáo")
        FOCAL = "focal", _("Lãnh đạo đơn vị đầu mối")

    audience = models.CharField(_("dùng cho"), max_length=12, choices=Audience.choices)
    number = models.PositiveSmallIntegerField(_("phiên bản"))
    title = models.CharField(_("tên biểu mẫu"), max_length=200)
    signer = models.CharField(_("người ký"), max_length=8, choices=Signer.choices, default=Signer.UNIT)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ban hành bởi"),
    )
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("biểu mẫu báo cáo")
        verbose_name_plural = _("biểu mẫu báo cáo")
        ordering = ["audience", "-number"]
        default_permissions = ("change",)
        constraints = [
            models.UniqueConstraint(fields=["audience", "number"], name="one_form_per_audience_and_number"),
            # The first versions come with the facts' files: nobody issued them here.
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | Q(issued_at__isnull=False), name="form_issued_by_somebody_once"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(audience)s, phiên bản %(number)s") % {
            "audience": self.get_audience_display(), "number": self.number,
        }  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("reports:formversion_detail", args=[self.audience, self.number])

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None


class FormSection(CheckedTextModel):
    """A part of the report, filled and read on its own page."""

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="sections", verbose_name=_("biểu mẫu"))
    code = models.SlugField(_("mã mục"), max_length=20)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên mục"), max_length=200)
    hint = models.CharField(_("hướng dẫn"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mục của biểu mẫu")
        ordering = ["form_id", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["form", "code"], name="one_section_per_form_and_code")]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class FormBlock(CheckedTextModel):
    """Cells that stand together: in a list beside the years before, in a grid, or as text; or what is only shown."""

    class Layout(models.TextChoices):
        LIST = "list", _("Danh sách số liệu")
        GRID = "grid", _("Bảng")
        TEXT = "text", _("Nội dung")
        TASKS = "tasks", _("Tình hình nhiệm vụ")
        FILES = "files", _("Tài liệu kèm theo")

    section = models.ForeignKey(FormSection, models.CASCADE, related_name="blocks", verbose_name=_("mục"))
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên bảng"), max_length=200)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    layout = models.CharField(_("cách trình bày"), max_length=8, choices=Layout.choices)

    class Meta:
        verbose_name = _("bảng của biểu mẫu")
        ordering = ["section_id", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["section", "position"], name="one_block_per_place")]

    def __str__(self) -> str:
        return self.title


class FormCell(CheckedTextModel):
    """One thing that is asked.

    `prefill` names what fills it at first (`prefill.py`). A cell with `parts` is their sum: nobody types it. In a grid
    `row` and `column` say where it stands; in a list `group` is the heading above it, `level` how deep it is indented.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole", _("Số nguyên")
        NUMBER = "number", _("Số")
        MONEY = "money", _("Triệu đồng")
        TEXT = "text", _("Nội dung")
        YES_NO = "yes_no", _("Có hoặc không")

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="cells", verbose_name=_("biểu mẫu"))
    block = models.ForeignKey(FormBlock, models.CASCADE, related_name="cells", verbose_name=_("bảng"))
    key = models.CharField(_("khóa"), max_length=60)
    code = models.CharField(_("mã ô"), max_length=20)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    label = models.CharField(_("nội dung"), max_length=300)
    kind = models.CharField(_("kiểu"), max_length=8, choices=Kind.choices)
    unit_label = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("số chữ số thập phân"), default=0)
    is_required = models.BooleanField(_("bắt buộc"), default=False)
    group = models.CharField(_("nhóm"), max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(_("bậc"), default=0)
    row = models.CharField(_("dòng"), max_length=200, blank=True)
    column = models.CharField(_("cột"), max_length=100, blank=True)
    hint = models.CharField(_("hướng dẫn"), max_length=300, blank=True)
    prefill = models.CharField(_("nguồn điền sẵn"), max_length=60, blank=True)
    parts = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tổng của"))
    # Whose accepted number it becomes: of what came within the year, or of a stock what stands on its last day.
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mục tiêu")
    )

    class Meta:
        verbose_name = _("ô của biểu mẫu")
        verbose_name_plural = _("ô của biểu mẫu")
        ordering = ["form_id", "block__section__position", "block__position", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["form", "key"], name="one_cell_per_form_and_key"),
            models.UniqueConstraint(fields=["form", "code"], name="one_cell_per_form_and_code"),
            models.UniqueConstraint(
                fields=["form", "indicator"],
                condition=Q(indicator__isnull=False),
                name="one_cell_per_form_and_indicator",
                violation_error_message=_("Một mục tiêu chỉ lấy số từ một ô."),
            ),
            models.CheckConstraint(condition=Q(key__regex=KEY), name="cell_key_of_plain_letters"),
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) | Q(kind__in=["whole", "number"]),
                name="only_a_number_is_of_an_indicator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def is_number(self) -> bool:
        return self.kind in (self.Kind.WHOLE, self.Kind.NUMBER, self.Kind.MONEY)

    @property
    def is_sum(self) -> bool:
        return bool(self.parts)

    @property
    def anchor(self) -> str:
        """Where its section is entered to mend it: its field, or of a sum, which has none, its line."""
        return f"{'r' if self.is_sum else 'c'}{self.pk}"


class FormRule(CheckedTextModel):
    """What a report is checked by. An error blocks; a warning wants an explanation at its cell.

    `others`: of a sum its parts, of a limit the cell that is the limit; of what is held against the register or the
    year before the cells whose explanation serves for this one too, as a part falls with its whole. A jump is told
    where the greater number is by `percent` more than the lesser, and they are at least `least` apart.
    """

    class Kind(models.TextChoices):
        SUM = "sum", _("Bằng tổng các ô")
        AT_MOST = "at_most", _("Không lớn hơn")
        JUMP = "jump", _("Thay đổi lớn so với năm trước")
        REGISTER = "register", _("Lệch số điền sẵn")
        NOT_DOWN = "not_down", _("Lũy kế không giảm")

    SHARED: ClassVar = frozenset({Kind.JUMP, Kind.REGISTER, Kind.NOT_DOWN})  # one explanation may serve several

    class Severity(models.TextChoices):
        ERROR = "error", _("Phải sửa")
        WARNING = "warning", _("Phải giải trình")

    form = models.ForeignKey(FormVersion, models.CASCADE, related_name="rules", verbose_name=_("biểu mẫu"))
    cell = models.ForeignKey(FormCell, models.CASCADE, related_name="rules", verbose_name=_("ô"))
    kind = models.CharField(_("quy tắc"), max_length=10, choices=Kind.choices)
    severity = models.CharField(_("mức"), max_length=8, choices=Severity.choices)
    others = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("các ô khác"))
    percent = models.PositiveSmallIntegerField(_("ngưỡng phần trăm"), default=0)
    least = models.PositiveIntegerField(_("bỏ qua chênh lệch dưới"), default=0)

    class Meta:
        verbose_name = _("quy tắc kiểm tra")
        ordering = ["form_id", "cell_id", "kind", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cell", "kind", "others"], name="one_rule_per_cell_kind_and_others"),
        ]

    def __str__(self) -> str:
        return f"{self.cell_id}: {self.kind}"
