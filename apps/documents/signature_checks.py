"""Signatures of attached PDFs are read when they come, and anew when the office trusts other roots.

A check stops nobody: it is a job beside the flow, and what it found stands on the file's entry.
"""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record
from apps.documents import signatures, trust_files
from apps.documents.models import Attachment, SignatureCheck, StoredFile
from apps.documents.owners import owner_of
from apps.jobs.services import enqueue

AT_ONCE = 500  # asked for in one transaction; the next bell asks for more
Verdict = SignatureCheck.Verdict
ALARMING = {Verdict.CHANGED, Verdict.REVOKED}  # worth a row of the audit though nothing else was said before


def mark() -> str:
    """Of what certificates are held to now."""
    return trust_files.mark_of(settings.SIGNATURE_ROOTS, settings.SIGNATURE_REVOCATION_LISTS)


def ask_for_signatures(stored: StoredFile, content_type: str, *, unit: str = "", by: User | None = None) -> None:
    """Of bytes that are checked already the row stands."""
    if content_type == signatures.PDF and not SignatureCheck.objects.filter(stored=stored).exists():
        _ask(stored.pk, unit=unit, by=by)


def _ask(file_id: int, *, unit: str = "", by: User | None = None) -> None:
    key = f"documents.read_signatures:{file_id}"
    enqueue("documents.read_signatures", by=by, unit=unit, dedupe_key=key, file_id=file_id)


def read_signatures(file_id: int) -> None:
    """Look, hold it to the office's roots of now, and keep what was found."""
    held_to, stored = mark(), StoredFile.objects.get(pk=file_id)
    keep_check(stored, signatures.read(stored.path, stored.uploaded_at), held_to)


@transaction.atomic
def keep_check(stored: StoredFile, found: dict[str, Any], held_to: str) -> SignatureCheck:
    """A verdict that is another than before is an act of the portal on each record that the file hangs on."""
    StoredFile.objects.select_for_update(of=("self",), no_key=True).get(pk=stored.pk)
    before = SignatureCheck.objects.filter(stored=stored).first()
    verdict = Verdict(signatures.verdict_of(found))
    StoredFile.objects.filter(pk=stored.pk).update(signatures=found)
    told = {"verdict": verdict, "found": found, "held_to": held_to, "checked_at": timezone.now()}
    check, _is_new = SignatureCheck.objects.update_or_create(stored=stored, defaults=told)
    if before.verdict != verdict if before else verdict in ALARMING:
        _tell_the_audit(stored, verdict, Verdict(before.verdict) if before else None)
    return check


def _tell_the_audit(stored: StoredFile, verdict: Verdict, before: Verdict | None) -> None:
    for attachment in stored.attachments.kept():
        kind = owner_of(attachment.owner_kind)
        row = kind.record(attachment.owner_id)
        told: dict[str, Any] = {"signatures": str(verdict.label)}
        if before:
            told["signatures_before"] = str(before.label)
        record(
            "file.signatures_checked", by=None, target=row, unit=kind.unit(row) if row else attachment.unit,
            file=attachment.name, sha256=stored.sha256, **told,
        )  # fmt: skip


def _papers() -> QuerySet[StoredFile]:
    kept = Attachment.objects.kept().filter(content_type=signatures.PDF)
    return StoredFile.objects.filter(pk__in=kept.values("stored")).order_by("pk")


@transaction.atomic
def request_signatures() -> int:
    """Ask about attached PDFs that nobody has checked: they came before checks were kept."""
    asked = list(_papers().filter(signature_check__isnull=True)[:AT_ONCE].values_list("pk", flat=True))
    for file_id in asked:
        _ask(file_id)
    return len(asked)


def request_checks(*, every: bool = False) -> int:
    """Ask about attached PDFs anew: those that were held to other roots and lists, or every one."""
    papers = _papers() if every else _papers().exclude(signature_check__held_to=mark())
    waiting = list(papers.values_list("pk", flat=True))
    for begin in range(0, len(waiting), AT_ONCE):
        with transaction.atomic():
            for file_id in waiting[begin : begin + AT_ONCE]:
                _ask(file_id)
    return len(waiting)
