"""Which records may be one. Found in one statement over the whole register, whose rows are never joined to each other:
first the names and codes that stand several times, then only these in pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.wall import wall_open
from apps.people.rights import units_with
from apps.registers.comparing import owner, table
from apps.registers.declaration import Register
from apps.registers.merging.subject import Subject, subject_of

MOST = 1000  # pairs that anybody goes through
MOST_FOUND = 20_000  # records that a search finds: words that more of them have tell nothing apart
COUNTED = 99


class Why(IntEnum):
    """In the order in which they are told: the surest first."""

    CODE = 1
    WRONG_CODE = 2
    NAME = 3
    OTHER_ADDRESS = 4
    NO_HEAD = 5  # of a branch: it has no other record to be merged with


@dataclass(frozen=True)
class Alike:
    one: Any
    other: Any | None
    why: Why

    @property
    def words(self) -> str:
        return {
            Why.CODE: _("Cùng mã, chỉ khác dấu cách, dấu chấm hoặc chữ hoa"),
            Why.WRONG_CODE: _("Cùng tên, cùng đơn vị; một mã sai chữ số kiểm tra"),
            Why.NAME: _("Cùng tên, cùng đơn vị"),
            Why.OTHER_ADDRESS: _("Cùng tên, cùng đơn vị; địa chỉ ghi khác nhau"),
            Why.NO_HEAD: _("Chi nhánh, đơn vị phụ thuộc chưa có hồ sơ của doanh nghiệp trong sổ"),
        }[self.why]


# That of what tells two records apart both say something, and not the same.
DIFFERENT = "EXISTS (SELECT FROM unnest(f.beside, n.beside) said(x, y) WHERE x <> '' AND y <> '' AND x <> y)"


def named_alike(rows: str, why: str, apart: str = DIFFERENT) -> str:
    """`rows`: SELECT of id, code, name, place and what tells them apart (`beside`), a list of texts. Two of one name
    and place may be one where they are not `apart`. This and `why` are expressions over `f` and `n`.
    """
    return f"""
        WITH mine AS MATERIALIZED ({rows}), several AS (
            SELECT name, place FROM mine GROUP BY 1, 2 HAVING count(*) > 1
        ), named AS (
            SELECT m.*, first_value(id) OVER same AS first, lag(id) OVER same AS before
            FROM (
                SELECT id, code, name, place, ARRAY(SELECT vn_fold(said) FROM unnest(beside) said) AS beside
                FROM mine JOIN several USING (name, place)
            ) m
            WINDOW same AS (PARTITION BY name, place ORDER BY beside, id)
        )
        SELECT f.id AS one, n.id AS other, {why} AS why
        FROM named n CROSS JOIN LATERAL (VALUES (n.first), (n.before)) with_it(id)
        JOIN named f ON f.id = with_it.id AND f.id <> n.id
        WHERE NOT ({apart})
    """


def alike_in(register: Register) -> str:
    """Of a declared register, within its people's units: codes but for what nobody reads, and names."""
    code, name = (register.by_name[one].stored for one in (register.key[0], register.named_by))
    beside = ", ".join(f"coalesce(n.{register.by_name[one].stored}::text, '')" for one in register.told_apart_by)
    rows = f"""
        SELECT n.id, regexp_replace(lower(n.{code}), '[^[:alnum:]]', '', 'g') AS code, vn_fold(n.{name}) AS name,
               {owner(register)} AS place, ARRAY[{beside}]::text[] AS beside
        FROM {table(register)} n
        WHERE n.withdrawn_at IS NULL AND (%(everything)s OR {owner(register)} = ANY(%(scope)s))
    """
    return f"""
        ({named_alike(rows, str(int(Why.NAME)))})
      UNION ALL
        SELECT ids[1], other, {int(Why.CODE)}
        FROM (SELECT array_agg(id ORDER BY id) AS ids FROM ({rows}) mine GROUP BY code HAVING count(*) > 1) coded,
             unnest(ids[2:]) other
    """


@wall_open("whether the enterprise above a branch stands in any unit; whose pairs are told is in the statement")
def _pairs(subject: Subject, user: User, limit: int, text: str = "") -> list[tuple[int, int | None, int]]:
    scope = units_with(user, subject.permission)
    if not scope.everything and not scope.ids:
        return []
    values: dict[str, Any] = {"everything": scope.everything, "scope": sorted(scope.ids), "limit": limit}
    values["today"] = timezone.localdate()
    if text:
        records = subject.model._default_manager.editable_by(user).live().search(text)
        values["found"] = list(records.order_by().values_list("pk", flat=True)[:MOST_FOUND])
    narrowed = "WHERE one = ANY(%(found)s) OR other = ANY(%(found)s)" if text else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(one, other), nullif(greatest(one, other), least(one, other)), min(why) "
            f"FROM ({subject.alike}) pairs {narrowed} GROUP BY 1, 2 ORDER BY 3, 1, 2 LIMIT %(limit)s",
            values,
        )
        return [(one, other, why) for one, other, why in cursor.fetchall()]


def pairs_for(subject: Subject, user: User, text: str = "") -> list[tuple[int, int | None, int]]:
    """Those of which one at least is found by the text, where there is one."""
    return _pairs(subject, user, MOST, text)


def loaded(subject: Subject, pairs: Sequence[tuple[int, int | None, int]]) -> list[Alike]:
    """The records of these pairs: one query, however many."""
    keys = {key for one, other, _why in pairs for key in (one, other) if key}
    records = subject.model._default_manager.in_bulk(keys)
    return [Alike(records[one], records[other] if other else None, Why(why)) for one, other, why in pairs]


def duplicates_of(slug: str, user: User) -> str | None:
    """Of a list: how many pairs its person may go through, as «3» or «99+»; "" where that would cost the list a look at
    every row, for whoever changes all units' rows; None where there is nothing to lead to.
    """
    subject = subject_of(slug)
    if subject is None or not user.has_perm(subject.permission):
        return None
    if units_with(user, subject.permission).everything:
        return ""
    found = len(_pairs(subject, user, COUNTED + 1))
    return (f"{COUNTED}+" if found > COUNTED else str(found)) if found else None
