"""Whether the audit still is what was sealed: every day is computed anew and held against its seal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import sealing
from apps.audit.models import AuditArchive, AuditEvent, AuditSeal
from apps.audit.sealing import DayState

LATE = timedelta(hours=2)  # the bell rings each hour; later than this a day without a seal is a finding


@dataclass(frozen=True)
class Finding:
    day: date
    words: str
    first_id: int | None = None
    last_id: int | None = None

    @property
    def ids(self) -> str:
        """Between which rows; "" where nobody knows."""
        return f"{self.first_id}–{self.last_id}" if self.first_id is not None else ""


def check_chain(as_of: datetime | None = None) -> Iterator[Finding]:
    """All that is wrong, oldest day first; of data that was brought back, as of the moment at which it stands."""
    seals = list(AuditSeal.objects.order_by("day"))
    away = list(AuditArchive.objects.away())
    previous: AuditSeal | None = None
    yield from check_the_first(seals)
    for seal in seals:
        is_away = any(archive.first_day <= seal.day <= archive.last_day for archive in away)
        yield from check_link(seal, previous) if is_away else check_seal(seal, previous)
        previous = seal
    for archive in away:
        yield from _left_behind(archive)
    yield from _after_the_chain(previous, as_of or timezone.now())


def check_seal(seal: AuditSeal, previous: AuditSeal | None) -> Iterator[Finding]:
    """The rows of the day against its seal, and the seal against the one before it."""
    yield from check_link(seal, previous)
    found = sealing.state_of(seal.day, seal.previous_hash)
    if found != DayState(seal.rows, seal.first_id, seal.last_id, seal.hash):
        ids = [pk for pk in (seal.first_id, seal.last_id, found.first_id, found.last_id) if pk is not None]
        yield Finding(seal.day, _difference(seal, found), min(ids, default=None), max(ids, default=None))


def check_link(seal: AuditSeal, previous: AuditSeal | None) -> Iterator[Finding]:
    """Of a day whose rows lie in an archive nothing else can be held against anything here."""
    if previous is not None and seal.day != previous.day + timedelta(days=1):
        missing = previous.day + timedelta(days=1)
        words = _("chuỗi bị cắt: thiếu niêm phong từ ngày %(first)s đến ngày %(last)s")
        last = seal.day - timedelta(days=1)
        yield Finding(missing, words % {"first": _day(missing), "last": _day(last)})
    elif seal.previous_hash != (previous.hash if previous else sealing.GENESIS):
        words = _("chuỗi bị đổi: niêm phong không nối với ngày trước, hoặc các ngày đầu đã bị cắt")
        yield Finding(seal.day, words, seal.first_id, seal.last_id)


def _left_behind(archive: AuditArchive) -> Iterator[Finding]:
    """Its seal is still that of the file, and of its rows as many are here as stayed."""
    seal = AuditSeal.objects.filter(day=archive.last_day, hash=archive.head).exists()
    if not seal:
        yield Finding(archive.last_day, _("niêm phong không còn là của tệp lưu trữ %(name)s") % {"name": archive.file})
    since, until = sealing.bounds(archive.first_day)[0], sealing.bounds(archive.last_day)[1]
    count = AuditEvent.objects.filter(at__gte=since, at__lt=until).count()
    if count != archive.kept:
        words = _("có %(found)s dòng của năm đã lưu trữ, khi lưu trữ để lại %(kept)s dòng")
        yield Finding(archive.last_day, words % {"found": count, "kept": archive.kept})


def _difference(seal: AuditSeal, found: DayState) -> str:
    if found.rows < seal.rows:
        return _("mất %(count)s dòng so với khi niêm phong") % {"count": seal.rows - found.rows}
    if found.rows > seal.rows:
        return _("thêm %(count)s dòng sau khi niêm phong") % {"count": found.rows - seal.rows}
    if (found.first_id, found.last_id) != (seal.first_id, seal.last_id):
        return _("có dòng bị thay bằng dòng khác, hoặc niêm phong đã bị sửa")
    return _("nội dung dòng hoặc niêm phong đã bị sửa")


def check_the_first(seals: list[AuditSeal]) -> Iterator[Finding]:
    """Nothing was written before the first day that is sealed."""
    if not seals:
        return
    older = (
        AuditEvent.objects.filter(at__lt=sealing.bounds(seals[0].day)[0]).order_by("id").values_list("id", flat=True)
    )
    first, last = older.first(), older.last()
    if first is not None:
        yield Finding(seals[0].day - timedelta(days=1), _("có dòng trước ngày niêm phong đầu tiên"), first, last)


def _after_the_chain(last: AuditSeal | None, now: datetime) -> Iterator[Finding]:
    begun = last.day + timedelta(days=1) if last else sealing.first_day()
    due = sealing.last_ended_day(now - LATE)
    if begun is None or begun > due:
        return
    words = _("chuỗi bị cắt ở cuối, hoặc việc niêm phong không chạy: chưa niêm phong đến ngày %(last)s")
    yield Finding(begun, words % {"last": _day(due)})


def line_of(finding: Finding) -> str:
    """As a command says it."""
    ids = f", dòng {finding.ids}" if finding.ids else ""
    return f"Ngày {finding.day:%d/%m/%Y}{ids}: {finding.words}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
