"""Which rows of a file fall into closed periods: they are written, and move no accepted figure."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from apps.exchange.models import ImportBatch
from apps.exchange.resource import Closed, ClosedRow
from apps.registers.comparing import table
from apps.registers.declaration import Register, register_of_model
from apps.registers.models import RegisterRow
from apps.targets.models import Period


def _told(register: Register) -> str:
    """The staged rows of closed periods, by the day on which each is counted. A new one moves its period's figure; what
    is a stock, that of every closed period at whose end it stands.
    """
    day, joined = f"(r.clean->>'{register.counted_on}')::date", ""
    if "." in register.counted_on:
        name, above_day = register.counted_on.split(".")
        above = register_of_model(register.by_name[name].field.related_model)
        day = f"u.{above_day}"
        joined = f"JOIN {table(above)} u ON u.id = (r.clean->>'{name}')::bigint"
    falls = f"{day} BETWEEN p.starts_on AND p.ends_on"
    if register.counted_until:
        until = f"nullif(r.clean->>'{register.counted_until}', '')::date"
        falls = f"{day} <= p.ends_on AND ({until} IS NULL OR {until} > p.ends_on)"
    if register.counted_years:
        first, last = (f"(r.clean->>'{name}')::int" for name in register.counted_years)
        falls += f" AND extract(year FROM p.ends_on) BETWEEN {first} AND {last}"
    if register.spans:
        joined = f"JOIN ({register.spans.staged}) span ON span.number = r.number"
        falls = "span.day <= p.ends_on AND (span.until IS NULL OR span.until > p.ends_on)"
    return f"""
        WITH told AS (
            SELECT r.number, p.year, r.state = 'new' AND {"true" if register.is_counted else "false"} AS is_moving
            FROM exchange_stagedrow r {joined} JOIN targets_period p ON {falls}
            WHERE r.batch_id = %(batch)s AND r.state IN ('new', 'update')
              AND EXISTS (SELECT FROM targets_periodclosing c WHERE c.period_id = p.id)
        )
    """


_BY_PERIOD = """
    SELECT year, count(DISTINCT number), count(DISTINCT number) FILTER (WHERE is_moving)
    FROM told GROUP BY ROLLUP (year) ORDER BY 1 DESC NULLS LAST
"""
_ONE_BY_ONE = """
    SELECT number, array_agg(year ORDER BY year), bool_or(is_moving)
    FROM told GROUP BY 1 ORDER BY 1 LIMIT %(many)s OFFSET %(first)s
"""


def closed_rows(register: Register, batch: ImportBatch) -> Closed:
    """The rows to be written that fall into closed periods."""
    if not register.source:
        return Closed()
    with connection.cursor() as cursor:
        cursor.execute(_told(register) + _BY_PERIOD, {"batch": batch.pk})
        return Closed.of(cursor)


def each_closed_row(register: Register, batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
    """Some of those rows, with what each does and why."""
    if not register.source:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_told(register) + _ONE_BY_ONE, {"batch": batch.pk, "first": first, "many": last - first})
        found = cursor.fetchall()
    moves = _("Hiện ở “điều chỉnh sau khi chốt” của kỳ %(years)s")
    still = _("Số liệu chỉ thay đổi nếu giá trị được tính thay đổi")
    if not register.is_counted:
        still = _("Không làm thay đổi số liệu: chỉ các dòng thuộc dòng này được tính")
    told = [(number, _years(years), moving) for number, years, moving in found]
    return [ClosedRow(number, years, moves % {"years": years} if moving else still) for number, years, moving in told]


def _years(years: list[int]) -> str:
    """«2021–2025», or each by itself where one between them is not closed."""
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(str(year) for year in years)


def closed_until() -> str:
    """For a form that asks a day: until when every day stands in a closed period, and what that means."""
    last = Period.objects.closed().order_by("year").last()
    if last is None:
        return ""
    words = _("Ngày đến %(day)s thuộc kỳ đã chốt: ghi được, nhưng số đã chấp nhận giữ nguyên cho đến lần chốt sau.")
    return words % {"day": f"{last.ends_on:%d/%m/%Y}"}


def closed_note(days: Iterable[date]) -> str:
    """What to say of a change of facts on these days; nothing where no closed period has one of them."""
    named = list(days)
    return _note(one for one in _closed() if any(one.starts_on <= day <= one.ends_on for day in named))


def closed_note_of(register: Register, *rows: RegisterRow) -> str:
    """The same of a row that came or went, or of one as it was and as it is: a stock stands in every period at whose
    end it is counted. Where it is counted before and after, it depends on what was changed.
    """
    changed = {one.name for one in register.columns if len({getattr(row, one.stored) for row in rows}) > 1}
    counted = [(one, {register.counts_in(row, one.starts_on, one.ends_on) for row in rows}) for one in _closed()]
    if moved := [one for one, was in counted if True in was and (len(rows) == 1 or False in was)]:
        return _note(moved)
    stands = [one for one, was in counted if True in was]
    if not stands or changed <= {register.counted_on, register.counted_until, *register.counted_years}:
        return ""
    words = _(
        "Kỳ %(years)s đã chốt: số đã chấp nhận giữ nguyên; nếu giá trị được tính thay đổi, thay đổi hiện ở “điều chỉnh "
        "sau khi chốt”."
    )
    return words % {"years": _years([one.year for one in stands])}


def closed_note_of_many(register: Register, rows: Iterable[RegisterRow]) -> str:
    """The same of rows that come or go together."""
    moved = list(rows)
    return _note(one for one in _closed() if any(register.counts_in(row, one.starts_on, one.ends_on) for row in moved))


def _closed() -> list[Period]:
    return list(Period.objects.closed().order_by("year"))


def _note(moved: Iterable[Period]) -> str:
    years = [one.year for one in moved]
    if not years:
        return ""
    words = _("Kỳ %(years)s đã chốt: số đã chấp nhận giữ nguyên, thay đổi này hiện ở “điều chỉnh sau khi chốt”.")
    return words % {"years": _years(years)}
