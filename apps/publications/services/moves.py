"""The verbs by which a book goes from draft to issue. Issuing builds its files and keeps them by their hash."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.kept_words import in_vietnamese
from apps.core.moves import Move
from apps.core.reasons import needed_reason
from apps.core.templatetags.ui import vn_date
from apps.core.text import clean_text
from apps.documents.numbers import split_number
from apps.documents.services import attach_file
from apps.jobs.services import enqueue
from apps.publications.acting import refuse_own_work
from apps.publications.assembling import assemble
from apps.publications.building import build, file_name
from apps.publications.checking import problems_of
from apps.publications.manuscript import manuscript_of
from apps.publications.models import ReportBook
from apps.publications.services.recording import held, keep


@dataclass(frozen=True)
class Issue:
    """What stands on the signed paper."""

    number: str
    day: date
    signatory: str
    position: str = ""


def check(book: ReportBook, *, by: User, accepted: str = "", changes: int | None = None) -> ReportBook:
    """Errors block; warnings stay with a reason, which is kept."""
    with transaction.atomic():
        book, move = held(book, "check", by=by, changes=changes)
        problems = problems_of(assemble(manuscript_of(book)))
        errors = [one for one in problems if one.is_error]
        if errors:
            words = _("Còn %(n)s lỗi phải sửa trước khi trình ký.") % {"n": len(errors)}
            raise ValidationError(words, code="not_finished")
        accepted = clean_text(accepted)
        if problems and not accepted:
            words = _("Còn %(n)s cảnh báo: nêu lý do giữ nguyên.") % {"n": len(problems)}
            raise ValidationError({"reason": ValidationError(words, code="warnings")})
        return keep(book, move, by=by, reason=accepted, changed={"accepted_warnings": accepted if problems else ""})


def rework(book: ReportBook, *, by: User, changes: int | None = None) -> ReportBook:
    with transaction.atomic():
        book, move = held(book, "rework", by=by, changes=changes)
        return keep(book, move, by=by)


def hand(book: ReportBook, *, by: User, changes: int | None = None) -> ReportBook:
    """Put it before the leader."""
    with transaction.atomic():
        book, move = held(book, "hand", by=by, changes=changes)
        return _told(keep(book, move, by=by), move, by)


def send_back(book: ReportBook, reason: str, *, by: User, changes: int | None = None) -> ReportBook:
    with transaction.atomic():
        book, move = held(book, "send_back", by=by, changes=changes)
        reason = needed_reason(reason)
        return _told(keep(book, move, by=by, reason=reason), move, by)


def issue(book: ReportBook, issued: Issue, *, by: User, changes: int | None = None) -> ReportBook:
    """Record number, day and signatory; the files are built with them, kept by their hash and listed."""
    with transaction.atomic():
        book, move = held(book, "issue", by=by, changes=changes)
        refuse_own_work(book, by)
        number, signatory = clean_text(issued.number), clean_text(issued.signatory)
        if not split_number(number)[1] or not signatory:
            raise ValidationError({"number": ValidationError(_("Nhập số, ngày và người ký."), code="record")})
        if issued.day > timezone.localdate():
            raise ValidationError({"day": ValidationError(_("Ngày ký không được sau hôm nay."), code="future")})
        if issued.day < timezone.localdate(book.as_of):
            words = _("Ngày ký không được trước ngày lấy số liệu, %(day)s.") % {"day": vn_date(book.as_of)}
            raise ValidationError({"day": ValidationError(words, code="before_its_figures")})
        book.number, book.issued_on, book.signatory = number, issued.day, signatory
        book.position = clean_text(issued.position)
        built = build(replace(manuscript_of(book), is_issued=True))
        for ending, raw in built.files.items():
            upload = ContentFile(raw, name=file_name(book.slug, ending))
            with in_vietnamese():
                attach_file(book, upload, note=_("Bản ban hành"), by=by, within=_issuable(by))
        given = {"number": number, "issued_on": issued.day, "signatory": signatory, "position": book.position}
        book = keep(book, move, by=by, changed=given | {"manifest": built.manifest}, number=number)
        return _told(book, move, by)


def _told(book: ReportBook, move: Move, by: User) -> ReportBook:
    """Whom it concerns hears of it."""
    event = f"book:{book.pk}:{book.changes}"
    enqueue(
        "publications.tell_moved", unit=book.unit_id or "", book_id=book.pk, verb=move.verb, event=event, by_id=by.pk
    )
    return book


def _issuable(by: User) -> Any:
    return ReportBook.objects.issuable_by(by)
