"""A book is begun by the outline, its facts taken; while it is a draft they may be taken anew. A later version begins
with the texts of the one that was issued.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import find, go
from apps.core.reasons import needed_reason
from apps.organisations.models import OrganisationUnit
from apps.publications import moving
from apps.publications.acting import acts_for
from apps.publications.facts.taken import asked_of, take_facts
from apps.publications.manuscript import latest_texts
from apps.publications.models import OutlineSection, ReportBook, Section, SectionText
from apps.publications.services.recording import held, keep
from apps.targets.models import Period

COPIED = ("code", "position", "title", "hint", "tables", "is_compulsory", "is_self_built", "is_annex")


def begin_book(span: str, year: int, unit: OrganisationUnit | None, *, by: User) -> ReportBook:
    """The first version of a report; refused where there is one."""
    if not acts_for(by, moving.WRITE, unit.pk if unit else None):
        raise PermissionDenied
    with transaction.atomic():
        # Of two who begin it at once the second waits here, and is told that there is one.
        if Period.objects.select_for_update(no_key=True).filter(year=year).first() is None:
            raise ValidationError({"year": ValidationError(_("Không có kỳ số liệu của năm này."), code="year")})
        if ReportBook.objects.filter(span=span, year=year, unit=unit).exists():
            words = _("Báo cáo này đã có: mở từ danh sách để làm tiếp hoặc tạo phiên bản mới.")
            raise ValidationError(words, code="begun")
        book = _begun(span, year, unit, version=1, reason="", by=by)
        sections = OutlineSection.objects.filter(kind=book.kind).order_by("position")
        Section.objects.bulk_create(
            Section(book=book, **{name: getattr(one, name) for name in COPIED}) for one in sections
        )
    return book


def revise(book: ReportBook, reason: str, *, by: User, changes: int | None = None) -> ReportBook:
    """A new version beside the issued one, which stays as it is."""
    with transaction.atomic():
        book, move = held(book, "revise", by=by, changes=changes)
        reason = needed_reason(reason)
        later = ReportBook.objects.filter(
            kind=book.kind, span=book.span, year=book.year, unit=book.unit, version__gt=book.version
        )
        if later.exists():
            words = _("Báo cáo này đã có phiên bản sau. Mở phiên bản đó để làm tiếp.")
            raise ValidationError(words, code="superseded")
        made = _begun(book.span, book.year, book.unit, version=book.version + 1, reason=reason, by=by)
        _copy_sections(book, made, by)
        record(move.audit, target=book, by=by, unit=book.unit_id or "", reason=reason, version=made.version)
    return made


def refresh(book: ReportBook, *, by: User, changes: int | None = None) -> ReportBook:
    """Take the facts anew, as they are known now."""
    with transaction.atomic():
        book, move = held(book, "refresh", by=by, changes=changes)
        now = timezone.now()
        facts = take_facts(asked_of(book.span, book.year, book.unit_id, now))
        return keep(book, move, by=by, changed={"as_of": now, "facts": facts.plain()}, as_of=now)


def _begun(span: str, year: int, unit: OrganisationUnit | None, *, version: int, reason: str, by: User) -> ReportBook:
    [move] = find(ReportBook, "begin")
    now = timezone.now()
    facts = take_facts(asked_of(span, year, unit.pk if unit else None, now))
    kind = ReportBook.Kind.UNIT if unit else ReportBook.Kind.NATIONAL
    book = ReportBook(
        kind=kind, span=span, year=year, unit=unit, version=version, reason=reason, as_of=now, facts=facts.plain(),
        slug=slug_of(span, year, unit, version),
    )  # fmt: skip
    go(book, move, by=by)
    book.full_clean(exclude=["facts", "manifest", "unit"])
    book.save()
    record(move.audit, target=book, by=by, unit=book.unit_id or "", reason=reason, version=version, as_of=now)
    return book


def slug_of(span: str, year: int, unit: OrganisationUnit | None, version: int) -> str:
    """«national-2025», «bac-ninh-2025-five-years-v2»"""
    parts: list[Any] = [unit.slug if unit else ReportBook.Kind.NATIONAL.value, year]
    if span != ReportBook.Span.ANNUAL:
        parts.append(str(span).replace("_", "-"))
    if version > 1:
        parts.append(f"v{version}")
    return "-".join(map(str, parts))


def _copy_sections(old: ReportBook, new: ReportBook, by: User) -> None:
    texts, now = latest_texts(old), timezone.now()
    for one in old.sections.order_by("position"):
        copy = Section.objects.create(book=new, holder=one.holder, **{name: getattr(one, name) for name in COPIED})
        if one.pk in texts:
            kept = texts[one.pk]
            SectionText.objects.create(
                section=copy, number=1, text=kept.text, written_by=kept.written_by, written_at=now
            )
