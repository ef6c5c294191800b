import hashlib
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents.models import LegalDocument, StoredFile
from apps.documents.uploads import MAX_BYTES


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
                raise ValidationError(_("Tệp rỗng. Chọn lại tệp cần nhập."), code="empty")
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
