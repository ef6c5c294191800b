import hashlib
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents.models import Attachment, LegalDocument, StoredFile
from apps.documents.uploads import MAX_BYTES, checked_attachment


@dataclass(frozen=True)
class DocumentFacts:
    """An act that the portal does not know yet, as somebody entered it."""

    number: str
    kind: str
    issuer: str
    title: str = ""
    issued_on: date | None = None

    def __str__(self) -> str:
        return str(LegalDocument(number=self.number, kind=self.kind))


@transaction.atomic
def add_document(facts: DocumentFacts, *, by: User) -> LegalDocument:
    """Enter an act of law in the register."""
    new = LegalDocument(added_by=by, **asdict(facts))
    new.full_clean()
    new.save()
    record("document.added", by=by, target=new, after=_stated(new))
    return new


def known_document(chosen: LegalDocument | DocumentFacts, *, by: User) -> LegalDocument:
    """What a DocumentField gave: the act itself, or one that is entered along with what stands on it."""
    if isinstance(chosen, LegalDocument):
        return chosen
    alike = LegalDocument.objects.numbered(chosen.number).filter(issuer__iexact=chosen.issuer)
    if chosen.issued_on:
        alike = alike.filter(Q(issued_on=chosen.issued_on) | Q(issued_on__isnull=True))
    return alike.order_by("pk").first() or add_document(chosen, by=by)


@transaction.atomic
def change_document(
    document: LegalDocument, facts: DocumentFacts, *, reason: str, seen: str, by: User
) -> LegalDocument:
    """Correct what the register says of an act; `seen`: when it had last changed as the person saw it."""
    row = LegalDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if seen != row.updated_at.isoformat():
        told = _("Người khác vừa sửa văn bản này. Mở lại trang để xem rồi sửa tiếp.")
        raise ValidationError(told, code="stale")
    before = _stated(row)
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    return _keep(row, before, "document.changed", reason, by)


@transaction.atomic
def replace_document(old: LegalDocument, new: LegalDocument | None, *, reason: str = "", by: User) -> LegalDocument:
    """Say by which act another was replaced, or by none. One is replaced by one; one may replace many."""
    with connection.cursor() as cursor:  # two at once could close a ring
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.replace'))")
    row = LegalDocument.objects.select_for_update(of=("self",)).get(pk=old.pk)
    before = _stated(row)
    later = LegalDocument.objects.get(pk=new.pk) if new else None  # as it stands now, not as it was chosen
    while later is not None:
        if later.pk == row.pk:
            told = _("%(new)s thay thế chính văn bản này hoặc bị văn bản này thay thế: chọn văn bản ban hành sau.")
            raise ValidationError({"replaced_by": ValidationError(told % {"new": str(new)}, code="ring")})
        later = later.replaced_by
    if new and new.issued_on and row.issued_on and new.issued_on < row.issued_on:
        told = _("%(new)s ban hành ngày %(day)s, trước văn bản này: chọn văn bản ban hành sau.")
        words = {"new": str(new), "day": f"{new.issued_on:%d/%m/%Y}"}
        raise ValidationError({"replaced_by": ValidationError(told % words, code="earlier")})
    row.replaced_by = new
    return _keep(row, before, "document.replaced", reason, by)


def _keep(row: LegalDocument, before: dict[str, Any], action: str, reason: str, by: User) -> LegalDocument:
    after = _stated(row)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        row.changed_by = by
        row.full_clean()
        row.save()
        record(
            action, by=by, target=row, reason=reason,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip
    return row


@transaction.atomic
def attach_file(owner: Model, upload: File, *, by: User) -> Attachment:
    """Hang a file on a record; the same file twice hangs once."""
    name, content_type = checked_attachment(upload)
    stored = store_file(upload, by=by)
    place = {"owner_kind": owner._meta.label_lower, "owner_id": str(owner.pk)}
    hanging = Attachment.objects.kept().filter(stored=stored, **place).first()
    if hanging:
        return hanging
    attachment = Attachment(stored=stored, name=name, content_type=content_type, added_by=by, **place)
    attachment.full_clean()
    attachment.save()
    record("file.attached", by=by, target=owner, after={"name": name}, sha256=stored.sha256)
    return attachment


@transaction.atomic
def remove_file(attachment: Attachment, *, by: User) -> None:
    """Take a file off its record: the bytes and the row stay, nobody downloads it any more."""
    row = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if row.removed_at is not None:
        raise ValidationError(_("Tệp này đã được gỡ."), code="removed")
    row.removed_by, row.removed_at = by, timezone.now()
    row.save(update_fields=["removed_by", "removed_at"])
    owner = apps.get_model(row.owner_kind)._default_manager.get(pk=row.owner_id)
    record("file.removed", by=by, target=owner, before={"name": row.name}, sha256=row.stored.sha256)


def _stated(document: LegalDocument) -> dict[str, Any]:
    told = {name: getattr(document, name) for name in ("number", "kind", "title", "issuer")}
    return told | {
        "issued_on": document.issued_on and document.issued_on.isoformat(),
        "replaced_by": document.replaced_by and str(document.replaced_by),
    }


def path_of(stored: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / stored.sha256[:2] / stored.sha256


def store_file(upload: File, *, by: User) -> StoredFile:
    """Keep the bytes under their hash, written whole before any row speaks of them."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=root, delete=False) as draft:
        try:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > MAX_BYTES:
                    raise ValidationError(_("Tệp lớn hơn 20 MB. Chia tệp thành nhiều phần rồi tải lại."), code="size")
                digest.update(chunk)
                draft.write(chunk)
            if size == 0:
                raise ValidationError(_("Tệp rỗng. Chọn lại tệp cần đính kèm."), code="empty")
            draft.flush()
            os.fsync(draft.fileno())
        except BaseException:
            os.unlink(draft.name)
            raise
    sha256 = digest.hexdigest()
    final = root / sha256[:2] / sha256
    final.parent.mkdir(exist_ok=True)
    os.chmod(draft.name, 0o640)
    os.replace(draft.name, final)
    stored, _created = StoredFile.objects.get_or_create(sha256=sha256, defaults={"size": size, "uploaded_by": by})
    return stored
