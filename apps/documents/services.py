import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents import scanner
from apps.documents.models import Attachment, LegalDocument, StoredFile
from apps.documents.numbers import issuer_key
from apps.documents.owners import kind_of, owner_of
from apps.documents.selectors import on_which_nothing_stands
from apps.documents.signature_checks import ask_for_signatures
from apps.documents.uploads import MAX_BYTES, Checked, checked_attachment, too_big
from apps.jobs.services import enqueue

# Of one record: twenty fill a screen, and more papers belong into one PDF.
MAX_FILES = 20
# Bytes of one unit's files: some sixty units then fill 120 GB, which one disk and its backups hold. Withdrawn files
# count too, as their bytes stay.
UNIT_QUOTA = 2 * 1024**3
SCANS_AT_ONCE = 500  # asked for in one transaction; the next bell asks for more


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


def hold_numbers(numbers: Iterable[str]) -> None:
    """Two who enter the same act at once: the second waits, and finds that of the first."""
    with connection.cursor() as cursor:
        for number in sorted({number.lower() for number in numbers}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.known'), hashtext(lower(%s)))", [number])


@transaction.atomic
def add_documents(every: Sequence[DocumentFacts], *, by: User) -> list[LegalDocument]:
    """Enter many acts at once, which the caller holds (`hold_numbers`) and knows to be new and in order."""
    rows = LegalDocument.objects.bulk_create(LegalDocument(added_by=by, **asdict(facts)) for facts in every)
    for row in rows:
        record("document.added", by=by, target=row, after=_stated(row))
    return rows


@transaction.atomic
def take_back_documents(keys: Iterable[int], *, by: User) -> set[int]:
    """Remove acts that came along with what is taken back, and return which: not what anybody has changed, nor what
    anything else stands on by now, or is just being put on.
    """
    held = LegalDocument.objects.filter(pk__in=keys, changed_by=None).select_for_update(of=("self",), skip_locked=True)
    free = on_which_nothing_stands(LegalDocument.objects.filter(pk__in=[row.pk for row in held]))
    gone = {row.pk: row for row in free}
    for row in gone.values():
        record("document.removed", by=by, target=row, before=_stated(row))
    LegalDocument.objects.filter(pk__in=gone).delete()
    return set(gone)


def known_document(chosen: LegalDocument | DocumentFacts, *, by: User) -> LegalDocument:
    """What a DocumentField gave: the act itself, or one that is entered along with what stands on it."""
    if isinstance(chosen, LegalDocument):
        return chosen
    hold_numbers([chosen.number])
    alike = LegalDocument.objects.numbered(chosen.number).order_by("pk")
    if chosen.issued_on:
        alike = alike.filter(Q(issued_on=chosen.issued_on) | Q(issued_on__isnull=True))
    key = issuer_key(chosen.issuer)
    return next((one for one in alike if issuer_key(one.issuer) == key), None) or add_document(chosen, by=by)


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
def say_subject(document: LegalDocument, title: str, *, by: User) -> LegalDocument:
    """What an act is about, where nobody had said it yet."""
    row = LegalDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if row.title:
        raise ValidationError(_("Văn bản đã có trích yếu. Mở lại trang để xem."), code="stale")
    before = _stated(row)
    row.title = title
    return _keep(row, before, "document.changed", "", by)


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
def attach_file(
    owner: Model, upload: File | Checked, *, note: str = "", by: User, within: QuerySet[Any] | None = None
) -> Attachment:
    """Hang a file on a record; the same file twice hangs once.

    Without more, by whoever may change the record. An act of another right (a decision, with its signed paper) says
    by `within` in which records that right holds; it lets nobody attach beside the act.
    """
    # Before any lock is taken: a picture is seconds of work.
    checked = upload if isinstance(upload, Checked) else checked_attachment(upload)
    kind = owner_of(kind_of(owner))
    rows = kind.editable_by(by) if within is None else within
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=owner.pk).first()
    if row is None:
        raise ValidationError(_("Hồ sơ này không còn, hoặc không còn thuộc phạm vi bạn được sửa."), code="gone")
    files, unit = Attachment.objects.of(row).kept(), kind.unit(row)
    hanging = files.filter(stored__sha256=checked.sha256).first()
    if hanging:
        return hanging
    if files.count() >= MAX_FILES:
        told = _("Mỗi hồ sơ có tối đa %(most)d tệp. Ghép các trang vào một tệp PDF hoặc gỡ tệp không còn cần.")
        raise ValidationError(told % {"most": MAX_FILES}, code="files")
    _take_room(unit, checked.sha256, checked.file.size)
    stored = store_file(checked.file, by=by)
    attachment = Attachment(
        owner_kind=kind.kind, owner_id=str(row.pk), unit=unit, stored=stored, name=checked.name,
        content_type=checked.content_type, note=note, added_by=by,
    )  # fmt: skip
    attachment.full_clean()
    attachment.save()
    record("file.attached", by=by, target=row, unit=unit, after={"file": attachment.name}, sha256=stored.sha256)
    _ask_for_scan(stored, unit=unit, by=by)
    ask_for_signatures(stored, attachment.content_type, unit=unit, by=by)
    return attachment


def checked_paper(upload: File) -> Checked:
    """Of the signed paper of an act what will be kept, before the act locks anything."""
    with _said_at_the_file():
        return checked_attachment(upload)


def attach_signed(owner: Model, paper: Checked, *, note: str, by: User, within: QuerySet[Any]) -> Attachment:
    """The signed paper of an act, by the right to that act; to be called within it and after it: bytes are written
    whole before any row speaks of them, and those of an act that is refused would be spoken of by none.
    """
    with _said_at_the_file():
        return attach_file(owner, paper, note=note, by=by, within=within)


@contextmanager
def _said_at_the_file() -> Iterator[None]:
    """What is wrong with it stands at the field `file`."""
    try:
        yield
    except ValidationError as refusal:
        raise ValidationError({"file": refusal.error_list}) from refusal


def _take_room(unit: str, sha256: str, size: int) -> None:
    """Counted under a lock of the unit until our commit, so that two at once do not both take the last room.

    The programme's own files fill nobody's quota.
    """
    if not unit:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.quota'), hashtext(%s))", [unit])
    kept = StoredFile.objects.filter(pk__in=Attachment.objects.filter(unit=unit).values("stored"))
    used = kept.exclude(sha256=sha256).aggregate(total=Sum("size"))["total"] or 0
    if used + size > UNIT_QUOTA:
        told = _("Đơn vị đã dùng hết %(most)d GB dành cho tệp minh chứng. Liên hệ bộ phận hỗ trợ để được thêm.")
        raise ValidationError(told % {"most": UNIT_QUOTA // 1024**3}, code="quota")


def _ask_for_scan(stored: StoredFile, *, unit: str = "", by: User | None = None) -> None:
    if stored.scan == StoredFile.Scan.INFECTED:
        told = _("Tệp này chứa mã độc (%(finding)s), không được nhận.")
        raise ValidationError(told % {"finding": stored.finding}, code="infected")
    if stored.scan == StoredFile.Scan.CLEAN or not scanner.is_set_up():
        return
    StoredFile.objects.filter(pk=stored.pk, scan=StoredFile.Scan.UNSCANNED).update(scan=StoredFile.Scan.PENDING)
    enqueue("documents.scan", by=by, unit=unit, dedupe_key=f"documents.scan:{stored.pk}", file_id=stored.pk)


@transaction.atomic
def scan_file(file_id: int) -> None:
    """Have the bytes looked through. While nobody answers they stay closed, and the job asks again."""
    stored = StoredFile.objects.select_for_update(of=("self",), no_key=True).get(pk=file_id)
    if stored.scanned_at is not None:
        return
    with path_of(stored).open("rb") as file:
        stored.finding = scanner.malware_in(file)[:200]
    stored.scan = StoredFile.Scan.INFECTED if stored.finding else StoredFile.Scan.CLEAN
    stored.scanned_at = timezone.now()
    stored.save(update_fields=["scan", "scanned_at", "finding"])
    if stored.scan == StoredFile.Scan.INFECTED:
        for attachment in stored.attachments.kept():
            kind = owner_of(attachment.owner_kind)
            row = kind.record(attachment.owner_id)
            record(
                "file.infected", by=None, target=row, unit=kind.unit(row) if row else attachment.unit,
                file=attachment.name, finding=stored.finding, sha256=stored.sha256,
            )  # fmt: skip


@transaction.atomic
def request_scans() -> int:
    """Ask about attached files that nobody has looked through: the scanner was set up later, or was away for long."""
    if not scanner.is_set_up():
        return 0
    waiting = StoredFile.objects.filter(
        scan__in=[StoredFile.Scan.UNSCANNED, StoredFile.Scan.PENDING], pk__in=Attachment.objects.kept().values("stored")
    )
    asked = list(waiting.order_by("-scan", "pk")[:SCANS_AT_ONCE])  # the unscanned first
    for stored in asked:
        _ask_for_scan(stored)
    return len(asked)


@transaction.atomic
def withdraw_attachment(attachment: Attachment, reason: str, *, by: User) -> None:
    """Take a file off its record: bytes and row stay, with who, when and why; nobody downloads it any more."""
    row = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    if row.withdrawn_at is not None:
        raise ValidationError(_("Tệp này đã được gỡ."), code="withdrawn")
    if not Attachment.objects.editable_by(by).filter(pk=row.pk).exists():
        raise ValidationError(_("Hồ sơ này không còn, hoặc không còn thuộc phạm vi bạn được sửa."), code="gone")
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = by, timezone.now(), reason
    row.full_clean()
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    owner, sha256 = owner_of(row.owner_kind).record(row.owner_id), row.stored.sha256
    # The record may have gone to another unit since the file came: the act is that unit's.
    unit = owner_of(row.owner_kind).unit(owner) if owner else row.unit
    record("file.withdrawn", by=by, target=owner, unit=unit, reason=reason, before={"file": row.name}, sha256=sha256)


def _stated(document: LegalDocument) -> dict[str, Any]:
    told = {name: getattr(document, name) for name in ("number", "kind", "title", "issuer")}
    return told | {
        "issued_on": document.issued_on and document.issued_on.isoformat(),
        "replaced_by": document.replaced_by and str(document.replaced_by),
    }


def path_of(stored: StoredFile) -> Path:
    return stored.path


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
                    raise too_big()
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
