from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel, TimeStampedModel, VnFold
from apps.core.text import fold
from apps.core.who_when import withdrawn_pairs
from apps.documents import scanner
from apps.documents.numbers import OTHER
from apps.documents.owners import all_owners, kind_of
from apps.documents.signature_words import Told, lines_of


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Acts are published: everybody who is signed in reads them."""
        return self if user.is_authenticated else self.none()

    def told_to_all(self, published: Any) -> Self:
        """Whoever asks: those that came with the facts' files, and those by which something was `published`. Acts that
        people have entered beside a decision of theirs may be of their unit alone.
        """
        return self.filter(Q(added_by__isnull=True, changed_by__isnull=True) | Q(pk__in=published))

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm("documents.change_legaldocument") else self.none()

    def without_subject_for(self, user: User) -> Self:
        """Those whose subject nobody knows yet, as far as this person may say it: of acts entered along with a
        decision of their own, or of any.
        """
        own = self.visible_to(user) if user.has_perm("documents.change_legaldocument") else self.filter(added_by=user)
        return own.filter(title="")

    def numbered(self, number: str) -> Self:
        """Those of this number, capital letters or not; several issuers may have one each."""
        return self.filter(number__iexact=number)

    def search(self, text: str) -> Self:
        """Every word somewhere in kind, number, issuer or subject, accents or none."""
        parts = ("kind", Value(" "), "number", Value(" "), "issuer", Value(" "), "title")
        texts = Concat(*parts, output_field=models.TextField())
        found = self.alias(text_fold=VnFold(texts))
        for word in fold(text).split():
            found = found.filter(text_fold__contains=word)
        return found

    def newest_first(self) -> Self:
        return self.order_by(F("issued_on").desc(nulls_last=True), "number", "id")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
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
    """A file kept by its hash: the same bytes are kept once, and looked through for malware once."""

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", _("Chưa quét")
        PENDING = "pending", _("Đang quét")
        CLEAN = "clean", _("Sạch")
        INFECTED = "infected", _("Có mã độc")

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("cỡ (byte)"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    scan = models.CharField(
        _("quét mã độc"), max_length=10, choices=Scan.choices, default=Scan.UNSCANNED, db_default=Scan.UNSCANNED
    )
    scanned_at = models.DateTimeField(_("quét lúc"), null=True, blank=True)
    finding = models.CharField(_("mã độc tìm thấy"), max_length=200, blank=True, default="", db_default="")
    # As `signatures.py` has it; none of a file that is no PDF, or that waits to be read. What certificates were last
    # held to stands in the row's `signature_check`.
    signatures = models.JSONField(_("chữ ký số"), null=True, blank=True)

    class Meta:
        verbose_name = _("tệp lưu")

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.sha256[:2] / self.sha256

    @property
    def is_open(self) -> bool:
        """Whether it may be downloaded. Where a scanner is set up nothing goes out before its word; without one the
        state says that nobody looked.
        """
        return self.scan == self.Scan.CLEAN or (self.scan == self.Scan.UNSCANNED and not scanner.is_set_up())

    @property
    def signature_lines(self) -> list[Told]:
        check = getattr(self, "signature_check", None)
        return lines_of(check.found, check.checked_at) if check else lines_of(self.signatures)


class SignatureCheck(models.Model):
    """What the last look at a file's signatures found, held to the roots and lists of that day: a row per content."""

    class Verdict(models.TextChoices):
        VALID = "valid", _("Chữ ký hợp lệ")
        UNVERIFIED = "unverified", _("Chưa xác minh được")
        CHANGED = "changed", _("Bị thay đổi sau khi ký")
        REVOKED = "revoked", _("Chứng thư đã bị thu hồi")
        UNSIGNED = "unsigned", _("Không có chữ ký số")

    stored = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="signature_check")
    verdict = models.CharField(_("kết quả kiểm tra"), max_length=10, choices=Verdict.choices)
    found = models.JSONField(_("chữ ký số"))
    # One for the same files of the office's (`trust_files.mark_of`); empty: none were configured.
    held_to = models.CharField(_("dấu của chứng thư gốc"), max_length=64, blank=True, default="", db_default="")
    checked_at = models.DateTimeField(_("kiểm tra lúc"))

    class Meta:
        verbose_name = _("kết quả kiểm tra chữ ký số")
        ordering = ["stored_id"]

    def __str__(self) -> str:
        return f"{self.stored_id}: {self.get_verdict_display()}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, owner: models.Model) -> Self:
        return self.filter(owner_kind=kind_of(owner), owner_id=str(owner.pk))

    def visible_to(self, user: User) -> Self:
        """Files are seen with what they hang on; the apps say what that is (`register_owner`)."""
        return self._hanging_on((owner.kind, owner.visible_to(user)) for owner in all_owners())

    def editable_by(self, user: User) -> Self:
        return self._hanging_on((owner.kind, owner.editable_by(user)) for owner in all_owners())

    def _hanging_on(self, records: Iterable[tuple[str, models.QuerySet]]) -> Self:
        wanted = Q(pk__in=[])
        for kind, rows in records:
            wanted |= Q(owner_kind=kind, owner_id__in=rows.values(key=Cast("pk", models.CharField())))
        return self.filter(wanted)

    def kept(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Attachment(CheckedTextModel):
    """A stored file that hangs on a record of any app, under the name it came with. Withdrawn, its row stays.

    Units and records lie in higher apps: kind, record and unit are their ids in text.
    """

    owner_kind = models.CharField(_("loại bản ghi"), max_length=60)
    owner_id = models.CharField(_("mã bản ghi"), max_length=40)
    # The record's unit when the file came: its quota is filled, wherever the record goes later.
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True, default="", db_default="")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name=_("tệp lưu"))
    name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(_("kiểu tệp"), max_length=100)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="", db_default="")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tải")
    )
    added_at = models.DateTimeField(_("tải lên lúc"), auto_now_add=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("gỡ lúc"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("lý do gỡ"), max_length=300, blank=True, default="", db_default="")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("tệp đính kèm")
        verbose_name_plural = _("tệp đính kèm")
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "stored"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_attachment_per_record_and_file",
                violation_error_message=_("Tệp này đã được đính kèm."),
            ),
            withdrawn_pairs("attachment_withdrawn_with_who_and_why", _("Gỡ tệp phải có người gỡ và lý do.")),
        ]
        indexes = [models.Index(fields=["unit"], include=["stored"], name="attachment_unit")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("documents:attachment_download", args=[self.pk])
