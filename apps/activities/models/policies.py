"""Acts in preparation and issued (item group 2.1), and what is proposed for the list of high-tech products (2.1.4)."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.activities.models import alike
from apps.core.models import sort_key
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Policy(RegisterRow):
    """One act, at the stage that it has reached; which stages came before stands in its history."""

    SLUG = "policies"

    class Kind(models.TextChoices):
        LEGAL = "legal", _("Văn bản quy phạm pháp luật")
        PLAN = "plan", _("Kế hoạch, chương trình")
        GUIDANCE = "guidance", _("Văn bản chỉ đạo, hướng dẫn")
        TECHNICAL = "technical", _("Văn bản kỹ thuật đo lường")
        OTHER = "other", _("Văn bản khác")

    class Stage(models.TextChoices):
        PROPOSED = "proposed", _("Đề xuất")
        DRAFTED = "drafted", _("Soạn thảo")
        CONSULTED = "consulted", _("Lấy ý kiến")
        APPRAISED = "appraised", _("Thẩm định")
        SUBMITTED = "submitted", _("Trình ban hành")
        ISSUED = "issued", _("Đã ban hành")
        STOPPED = "stopped", _("Dừng xây dựng")

    title = columns.text(_("tên, trích yếu văn bản"), 300, listed=True)
    kind = columns.choice(_("loại văn bản"), Kind, listed=True, filtered=True)
    unit = alike.unit(_("đơn vị chủ trì"), on="reached_on")
    stage = columns.choice(_("giai đoạn"), Stage, listed=True, filtered=True)
    reached_on = columns.day(
        _("ngày của giai đoạn"), listed=True, filtered=True,
        hint=_("Của văn bản đã ban hành là ngày ban hành: văn bản được tính vào kỳ báo cáo có ngày này."),
    )  # fmt: skip
    framework_item = alike.item()
    content = columns.text(_("nội dung chính"), 1000, required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("title", "content", "document")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("văn bản, chính sách")
        verbose_name_plural = _("văn bản, chính sách")
        ordering = ["-reached_on", "title_sort", "id"]
        constraints = [
            alike.once("one_live_policy_per_unit", ["title"], ["unit"], _("Văn bản này của đơn vị đã có trong sổ.")),
            models.CheckConstraint(
                condition=~Q(stage="issued") | Q(act__isnull=False) | ~Q(document=""),
                name="issued_policy_has_its_document",
                violation_error_message=_("Văn bản đã ban hành phải có văn bản trên cổng hoặc số, ký hiệu."),
            ),
            withdrawn_pairs("policy_withdrawn_with_who_and_why"),
        ]
        indexes = alike.indexes("policy", "reached_on", "title_sort")

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class HighTechProduct(RegisterRow):
    """What one unit proposed for the list of high-tech products that development is encouraged of."""

    SLUG = "high-tech-products"

    class Kind(models.TextChoices):
        INSTRUMENT = "instrument", _("Phương tiện đo")
        STANDARD = "standard", _("Chuẩn đo lường")
        MATERIAL = "material", _("Chất chuẩn")

    class Outcome(models.TextChoices):
        LISTED = "listed", _("Đưa vào Danh mục")
        REFUSED = "refused", _("Không đưa vào Danh mục")

    name = columns.text(_("tên sản phẩm"), 300, listed=True)
    kind = columns.choice(_("loại sản phẩm"), Kind, listed=True, filtered=True)
    unit = alike.unit(_("đơn vị đề xuất"), on="proposed_on")
    proposed_on = columns.day(_("ngày đề xuất"), listed=True, filtered=True)
    framework_item = alike.item()
    reason = columns.text(_("lý do đề xuất"), 1000, required=False)
    outcome = columns.choice(_("kết quả"), Outcome, required=False, listed=True, filtered=True)
    decided_on = columns.day(_("ngày có kết quả"), required=False)
    act = alike.act()
    document = alike.document()
    note = alike.note()

    words = searched("name", "reason")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("đề xuất sản phẩm công nghệ cao")
        verbose_name_plural = _("đề xuất sản phẩm công nghệ cao")
        ordering = ["-proposed_on", "name_sort", "id"]
        constraints = [
            alike.once(
                "one_live_proposal_per_unit_and_day", ["name"], ["unit", "proposed_on"],
                _("Đề xuất này đã có trong sổ."),
            ),
            alike.not_before(
                "decided_on", "proposed_on", "proposal_decided_after_it_was_made",
                _("Ngày có kết quả không được trước ngày đề xuất."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on__isnull=True) | (~Q(outcome="") & Q(decided_on__isnull=False)),
                name="proposal_decided_on_a_day",
                violation_error_message=_("Kết quả và ngày có kết quả phải đi cùng nhau."),
            ),
            withdrawn_pairs("proposal_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = alike.indexes("proposal", "proposed_on", "name_sort")

    def __str__(self) -> str:
        return self.name
