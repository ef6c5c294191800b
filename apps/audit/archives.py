"""A year of the audit as one stream, and back: a line that says what it is, then its rows as PostgreSQL copies them.

The line has the year's seals, and the seals stay in the database: so a file proves itself by the chain, wherever it has
lain, and by the very statement that seals a day. What the portal itself still reads (`registry.stay_at_hand`) stays
behind in the year's table.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import IO, Any, Self

from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _

from apps.audit import registry, sealing
from apps.audit.models import AuditArchive, AuditEvent, AuditSeal
from apps.audit.partitions import TABLE, Year, years
from apps.audit.services import record
from apps.audit.verifying import Finding, check_seal, check_the_first

FORM = 1
KIND = "program996.audit"
LOADED = "audit_archived"  # a temporary table
COLUMNS = [str(field.column) for field in AuditEvent._meta.concrete_fields]


@dataclass(frozen=True)
class Seal:
    day: str
    rows: int
    first_id: int | None
    last_id: int | None
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class Header:
    last_year: int
    is_first: bool
    columns: list[str]
    seals: list[Seal]
    kind: str = KIND
    form: int = FORM

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.seals[0].day)

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.seals[-1].day)

    @property
    def rows(self) -> int:
        return sum(seal.rows for seal in self.seals)

    @property
    def head(self) -> str:
        return self.seals[-1].hash

    @classmethod
    def read(cls, stream: IO[bytes]) -> Self:
        try:
            told = json.loads(stream.readline())
            if (told["kind"], told["form"]) != (KIND, FORM):
                raise ValueError(told["form"])
            seals = [Seal(**one) for one in told.pop("seals")]
            found = cls(seals=seals, **told)
            if not seals or not set(found.columns) <= set(COLUMNS):
                raise ValueError(found.columns)
        except (ValueError, TypeError, KeyError):
            raise ValidationError(_("Tệp không phải là năm nhật ký do cổng lưu trữ."), code="no_archive") from None
        return found


def year_of(number: int) -> Year:
    """The table that has this year; the first one has several."""
    found = [year for year in years() if year.has(number)]
    if not found:
        raise ValidationError(_("Không có bảng nhật ký của năm %(year)s."), code="no_year", params={"year": number})
    return found[0]


def is_away(year: Year) -> bool:
    return AuditArchive.objects.away().filter(last_year=year.last).exists()


def seals_of(year: Year) -> list[AuditSeal]:
    seals = AuditSeal.objects.filter(day__lte=year.ends_on)
    return list(seals.filter(day__gte=year.begins_on) if year.begins_on else seals)


def describe(year: Year) -> Header:
    """What goes into the file, once every day is held against its seal: a broken year stays where it is."""
    seals = seals_of(year)
    if not seals or seals[-1].day != year.ends_on:
        words = _("Năm %(year)s chưa niêm phong đến ngày cuối cùng.")
        raise ValidationError(words, code="not_sealed", params={"year": year.last})
    previous = AuditSeal.objects.filter(day__lt=seals[0].day).last()
    if findings := list(_wrong_in(seals, previous)):
        words = _("Năm %(year)s không khớp niêm phong (%(count)s điểm sai): chạy audit_verify trước.")
        raise ValidationError(words, code="broken", params={"year": year.last, "count": len(findings)})
    told = [Seal(f"{one.day}", one.rows, one.first_id, one.last_id, one.previous_hash, one.hash) for one in seals]
    return Header(year.last, year.is_first, COLUMNS, told)


def _wrong_in(seals: list[AuditSeal], previous: AuditSeal | None) -> Iterator[Finding]:
    if previous is None:
        yield from check_the_first(seals)
    for seal in seals:
        yield from check_seal(seal, previous)
        previous = seal


def write(year: Year, header: Header, out: IO[bytes]) -> None:
    """Rows by their number, as the seals count them."""
    out.write(json.dumps(asdict(header), ensure_ascii=False).encode() + b"\n")
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {_listed()} FROM {year.table} ORDER BY id) TO STDOUT", out)


@contextmanager
def loaded(header: Header, stream: IO[bytes]) -> Iterator[None]:
    """The file's rows in a temporary table, gone at the end: no disk but the database's own holds them meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {LOADED} (LIKE {TABLE} INCLUDING DEFAULTS)")
        try:
            cursor.copy_expert(f"COPY {LOADED} ({', '.join(header.columns)}) FROM STDIN", stream)
        except DataError:
            raise ValidationError(_("Dòng trong tệp không đọc được: tệp bị sửa."), code="unreadable") from None
        cursor.execute(f"CREATE INDEX ON {LOADED} (at); ANALYZE {LOADED}")
        yield
        cursor.execute(f"DROP TABLE {LOADED}")


def check(header: Header, stream: IO[bytes]) -> list[Finding]:
    """The file against itself and against the chain in the database: rows by the day, seals by their successors."""
    with loaded(header, stream):
        return [*_against_the_chain(header), *_rows_against_seals(header), *_rows_beside(header)]


def _against_the_chain(header: Header) -> Iterator[Finding]:
    here = {f"{seal.day}": seal for seal in AuditSeal.objects.filter(day__range=(header.first_day, header.last_day))}
    for one in header.seals:
        seal = here.pop(one.day, None)
        if seal is None or (seal.hash, seal.previous_hash, seal.rows) != (one.hash, one.previous_hash, one.rows):
            words = _("niêm phong trong tệp khác niêm phong trong cơ sở dữ liệu")
            yield Finding(date.fromisoformat(one.day), words, one.first_id, one.last_id)
    for seal in here.values():
        yield Finding(seal.day, _("tệp thiếu ngày này"), seal.first_id, seal.last_id)
    after = AuditSeal.objects.filter(day__gt=header.last_day).first()
    if after is not None and after.previous_hash != header.head:
        yield Finding(after.day, _("chuỗi không nối tiếp từ ngày cuối của tệp"), after.first_id, after.last_id)


def _rows_against_seals(header: Header) -> Iterator[Finding]:
    for one in header.seals:
        day = date.fromisoformat(one.day)
        found = sealing.state_of(day, one.previous_hash, LOADED)
        if found != sealing.DayState(one.rows, one.first_id, one.last_id, one.hash):
            yield Finding(day, _("dòng trong tệp không khớp niêm phong"), one.first_id, one.last_id)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {LOADED}")
        count = cursor.fetchone()[0]
    if count != header.rows:
        words = _("tệp có %(found)s dòng, niêm phong tính %(sealed)s dòng")
        yield Finding(header.last_day, words % {"found": count, "sealed": header.rows})


def _rows_beside(header: Header) -> Iterator[Finding]:
    """What the database still has of these days is in the file too, to the letter."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT min(id), max(id) FROM (
                SELECT {_listed()} FROM {TABLE} WHERE {_within(header)} EXCEPT SELECT {_listed()} FROM {LOADED}
            ) other
            """,
            _bounds(header),
        )
        first, last = cursor.fetchone()
    if first is not None:
        yield Finding(header.last_day, _("dòng còn trong cơ sở dữ liệu khác dòng trong tệp"), first, last)


def put_away(year: Year, header: Header, *, file: str, sha256: str) -> AuditArchive:
    """The year's table goes, once its copy is proved; one with what stays takes its place in the same transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {year.table} IN SHARE MODE")  # whoever writes, writes to another year
        cursor.execute(f"SELECT count(*) FROM {year.table}")
        if cursor.fetchone()[0] != header.rows:
            raise ValidationError(_("Có dòng mới trong năm này sau khi lập tệp: lập tệp khác."), code="changed")
        stays = f"SELECT {_listed()} FROM {year.table} WHERE action LIKE ANY(%(stays)s)"
        kept = _make_beside(cursor, year, header, stays, stays=registry.staying())
        _put_in_place(cursor, year)
        return _noted("audit.archived", header, is_away=True, kept=kept, file=file, sha256=sha256)


def bring_back(year: Year, header: Header, stream: IO[bytes], *, file: str, sha256: str) -> list[Finding]:
    """The year's rows stand in the database again; nothing changes where anything is wrong."""
    with loaded(header, stream), connection.cursor() as cursor:
        if found := [*_against_the_chain(header), *_rows_against_seals(header), *_rows_beside(header)]:
            return found
        _make_beside(cursor, year, header, f"SELECT {_listed()} FROM {LOADED} ORDER BY id")
        _put_in_place(cursor, year)
        _noted("audit.restored", header, is_away=False, kept=header.rows, file=file, sha256=sha256)
    return []


def _make_beside(cursor: Any, year: Year, header: Header, rows: str, **told: Any) -> int:
    """A table as the year's, with these rows; how many. Its constraint spares a look at each of them later."""
    beside = f"{year.table}_beside"
    cursor.execute(f"CREATE TABLE {beside} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)")
    cursor.execute(f"INSERT INTO {beside} ({_listed()}) {rows}", told or None)
    count: int = cursor.rowcount
    cursor.execute(f"ALTER TABLE {beside} ADD CONSTRAINT of_its_years CHECK ({_within(header)})", _bounds(header))
    return count


def _put_in_place(cursor: Any, year: Year) -> None:
    """Everybody waits from the first of these to the end of the transaction: no row is read or written meanwhile."""
    cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {year.table}")
    cursor.execute(f"DROP TABLE {year.table}")
    cursor.execute(f"ALTER TABLE {year.table}_beside RENAME TO {year.table}")
    cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {year.table} {year.bounds}")
    cursor.execute(f"ALTER TABLE {year.table} DROP CONSTRAINT of_its_years")
    cursor.execute("SELECT audit_same_rights(%s, %s)", [year.table, TABLE])


def _noted(action: str, header: Header, **told: Any) -> AuditArchive:
    archive = AuditArchive(
        last_year=header.last_year,
        first_day=header.first_day,
        last_day=header.last_day,
        rows=header.rows,
        head=header.head,
        **told,
    )
    archive.full_clean()
    archive.save(force_insert=True)
    told = {"year": header.last_year, "rows": header.rows, "file": archive.file, "sha256": archive.sha256}
    record(action, by=None, **told)
    return archive


def _listed() -> str:
    return ", ".join(connection.ops.quote_name(column) for column in COLUMNS)


def _within(header: Header) -> str:
    return "at < %(until)s" if header.is_first else "at >= %(since)s AND at < %(until)s"


def _bounds(header: Header) -> dict[str, Any]:
    return {"since": sealing.bounds(header.first_day)[0], "until": sealing.bounds(header.last_day)[1]}
