import hashlib
import os
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents.models import LegalDocument, StoredFile
from apps.documents.uploads import MAX_BYTES


@transaction.atomic
def add_document(
    number: str, *, kind: str, title: str, issuer: str, issued_on: date | None = None, by: User
) -> LegalDocument:
    """An act of law that the portal does not know yet."""
    new = LegalDocument(number=number, kind=kind, title=title, issuer=issuer, issued_on=issued_on)
    new.full_clean()
    new.save()
    record(
        "document.added", by=by, target=new, after={"number": number, "kind": kind, "title": title, "issuer": issuer}
    )
    return new


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
