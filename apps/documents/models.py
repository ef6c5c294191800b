from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.models import TimeStampedModel, VnFold
from apps.core.text import fold
from apps.documents.numbers import OTHER


class LegalDocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Acts are published: everybody who is signed in reads them."""
        return self if user.is_authenticated else self.none()

    def editable_by(self, user):
        return self if user.has_perm("documents.change_legaldocument") else self.none()

    def numbered(self, number: str):
        """Those of this number, capital letters or not; several issuers may have one each."""
        return self.filter(number__iexact=number)

    def search(self, text: str):
        """Every word somewhere in kind, number, issuer or subject, accents or none."""
        parts = ("kind", Value(" "), "number", Value(" "), "issuer", Value(" "), "title")
        texts = Concat(*parts, output_field=models.TextField())
        found = self.alias(text_fold=VnFold(texts))
        for word in fold(text).split():
            found = found.filter(text_fold__contains=word)
        return found

    def newest_first(self):
        return self.order_by(F("issued_on").desc(nulls_last=True), "number", "id")


class LegalDocument(TimeStampedModel):
    """A numbered act that targets, units and tasks stand on.

    Number, issuer and day together are one act: every province has a decision 15/QĐ-UBND. Nobody added or changed
    those that came with the facts' files; the files mend only what nobody has changed.
    """

    number = models.CharField(_("số, ký hiệu"), max_length=80)
    kind = models.CharField(_("loại văn bản"), max_length=60)
    title = models.TextField(_("trích yếu"), blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=150)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("bị thay thế bởi")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người thêm")
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người sửa")
    )

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        ordering = ["issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                Lower("number"),
                Lower("issuer"),
                "issued_on",
                name="one_act_per_number_issuer_and_day",
                nulls_distinct=False,
                violation_error_message=_("Văn bản cùng số, cơ quan và ngày ban hành đã có trong cổng."),
            ),
            models.CheckConstraint(
                condition=~Q(number__istartswith=F("kind")),
                name="number_without_its_kind",
                violation_error_message=_("Số, ký hiệu không kèm loại văn bản, ví dụ 99/2026/QH16."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="act_does_not_replace_itself",
                violation_error_message=_("Văn bản không thay thế chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return self.number if self.kind == OTHER else f"{self.kind} {self.number}".strip()

    def natural_key(self) -> tuple[str, str, date | None]:
        return (self.number, self.issuer, self.issued_on)

    def get_absolute_url(self) -> str:
        return reverse("documents:legaldocument_detail", args=[self.pk])

    @property
    def shown_title(self) -> str:
        return self.title or _now("Chưa có trích yếu")

    @property
    def issue(self) -> str:
        """«Quốc hội, 12/06/2025»."""
        return f"{self.issuer}, {self.issued_on:%d/%m/%Y}" if self.issued_on else self.issuer


class StoredFile(models.Model):
    """A file kept by its hash: the same bytes are kept once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("cỡ (byte)"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp lưu")

    def __str__(self) -> str:
        return self.sha256[:12]
