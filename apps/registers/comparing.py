"""Staged rows beside a declared register, in SQL sets: what a row would change there, and what must be said before.

The statements are put together from the declaration, whose names are our own constants; values are always parameters.
`staged` are the rows that say enough to be compared, `known` those that the register has, `differing` where they say
something else than it, `differences` what of that they would write over.
"""

from collections.abc import Sequence
from functools import cache

from django.db import connection
from django.utils.translation import gettext_lazy

from apps.registers.checks import check_sql, checks_of
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model

# Problems that follow from the register or from other rows of the file. They are found anew at every settling; a reason
# given for one holds as long as it says the same.
TOLD = (
    "duplicate", "other_name", "changed_by_hand", "changes", "other_record", "row_withdrawn", "row_merged", "row_gone",
    "constraint", "near", "kept", "other_thing",
)  # fmt: skip
CHANGING = ("other_name", "changed_by_hand", "changes")  # a row that has one of these updates the register
# `%s` is filled in by the database, row by row.
MESSAGES = {
    "duplicate": gettext_lazy("Trùng với dòng %s của tệp. Bỏ một trong hai dòng"),
    "other_name": gettext_lazy(
        "Sổ đang ghi “%s”, tệp ghi “%s”. Nếu nhầm mã thì sửa mã; nếu đổi tên thì xác nhận kèm lý do"
    ),
    "by_hand": gettext_lazy(
        "Sổ đang ghi “%s”, tệp ghi “%s”. Giá trị trong sổ được nhập tay ngày %s: xác nhận kèm lý do nếu phải ghi "
        "theo tệp"
    ),
    "changes": gettext_lazy("Sổ đang ghi “%s”, sẽ đổi thành “%s”"),
    "near": gettext_lazy(
        "Sổ đã có “%s” gần giống, chỉ khác dấu hoặc năm. Nếu là một thì sửa cho giống sổ; nếu không, xác nhận kèm lý do"
    ),
    "other_record": gettext_lazy("Mã này đã có trong sổ của đơn vị khác. Kiểm tra lại mã"),
    "kept": gettext_lazy("Sổ giữ “%s”; “%s” trong tệp không được ghi"),
    "other_thing": gettext_lazy("Sổ đang ghi “%s”, tệp ghi “%s”. Nếu nhầm mã thì sửa mã, nếu không thì ghi tên như sổ"),
    "row_gone": gettext_lazy("“%s” vừa được rút khỏi sổ hoặc chuyển đơn vị. Kiểm tra lại sổ đó rồi sửa dòng này"),
    "row_withdrawn": gettext_lazy(
        "Dòng này đã được rút khỏi sổ ngày %s, lý do: “%s”. Xác nhận kèm lý do nếu phải ghi lại"
    ),
    "row_merged": gettext_lazy(
        "Dòng này đã được gộp vào “%s”. Ghi mã đó trong tệp, hoặc xác nhận kèm lý do nếu là dòng khác"
    ),
}


def table(register: Register) -> str:
    return str(register.model._meta.db_table)


def column_type(column: Column) -> str:
    return str(column.field.db_type(connection))


def staged_value(column: Column, row: str = "r") -> str:
    """The staged value in the type of its column; blank is none where the column can be unknown."""
    said = f"{row}.clean->>'{column.name}'"
    if column.field.null or column.kind in (Kind.DAY, Kind.NUMBER) or column.field.is_relation:
        return f"nullif({said}, '')::{column_type(column)}"
    return f"coalesce({said}, '')"


def owner(register: Register, row: str = "n") -> str:
    """The unit of a row of the register: its own, or that of the row above it, however high it stands."""
    if register.above is None:
        return f"{row}.{register.by_name[register.place].stored}"
    above, upper = register_of_model(register.above.field.related_model), f"{row}u"
    return (
        f"(SELECT {owner(above, upper)} FROM {table(above)} {upper} WHERE {upper}.id = {row}.{register.above.stored})"
    )


def _same(column: Column, left: str, right: str) -> str:
    """Whether two values of a key are one, as the constraints have it: whatever the capitals; accents tell apart."""
    if column.kind in (Kind.TEXT, Kind.CODE):
        return f"lower({left}) = lower({right})"
    return f"{left} IS NOT DISTINCT FROM {right}" if column.field.null else f"{left} = {right}"


def matches(register: Register, row: str = "s", known: str = "n") -> str:
    """That a staged row and a row of the register are the same thing."""
    columns = [register.by_name[name] for name in register.key]
    return " AND ".join(_same(one, f"{known}.{one.stored}", f"{row}.key_{one.name}") for one in columns)


def keyed(register: Register) -> str:
    columns = [register.by_name[name] for name in register.key]
    return ", ".join(f"{staged_value(one)} AS key_{one.name}" for one in columns)


def _key_folded(register: Register) -> str:
    columns = [register.by_name[name] for name in register.key]
    return ", ".join(f"lower(key_{c.name})" if c.kind in (Kind.TEXT, Kind.CODE) else f"key_{c.name}" for c in columns)


def word(column: Column, value: str) -> str:
    """A column's value (as text) in words, within SQL."""
    if column.kind == Kind.CHOICE or column.called:
        return f"coalesce(%(labels)s::jsonb->'{column.name}'->>({value}), '')"
    if column.kind == Kind.UNIT:
        return f"coalesce(%(units)s::jsonb->>({value}), {value})"
    if column.kind == Kind.DAY:
        return f"to_char(({value})::date, 'DD/MM/YYYY')"
    if column.kind == Kind.ACT:
        return f"(SELECT d.kind || ' ' || d.number FROM documents_legaldocument d WHERE d.id = ({value})::bigint)"
    if column.kind == Kind.ROW:
        upper = register_of_model(column.field.related_model)
        return f"(SELECT u.{upper.key[0]} FROM {table(upper)} u WHERE u.id = ({value})::bigint)"
    return f"replace({value}, '.', ',')" if column.kind == Kind.NUMBER else value


def given_word(column: Column, row: str = "merged") -> str:
    """The same of the value that a row of the file gives."""
    return word(column, f"nullif({row}.clean->>'{column.name}', '')")


def _pair(column: Column) -> str:
    old, new = f"n.{column.stored}::text", f"({staged_value(column, 'k')})::text"
    return f"('{column.stored}', '{column.name}', {old}, {new})"


def _words(columns: Sequence[Column], value: str) -> str:
    """Of the column that differs. Nearly all values are the register's own, whose words nobody asks for."""
    found = " ".join(f"WHEN '{one.name}' THEN {word(one, value)}" for one in columns)
    return f"CASE c.key {found} END"


@cache
def compared(register: Register) -> str:
    required = ", ".join(f"'{name}'" for name in register.key)
    others = [column for column in register.columns if column.name not in register.key]
    pairs = ",\n        ".join(map(_pair, others))
    return f"""
keyed AS MATERIALIZED (
    SELECT r.id, r.number, r.state, r.clean, {keyed(register)},
           EXISTS (
               SELECT FROM exchange_rowproblem p
               WHERE p.batch_id = %(batch)s AND p.number = r.number AND p.severity = 'error' AND p.code <> 'duplicate'
           ) AS is_broken
    FROM exchange_stagedrow r
    WHERE r.batch_id = %(batch)s AND r.state <> 'skipped' AND r.clean ?& ARRAY[{required}, '{register.place}']
      AND (%(everything)s OR r.clean->>'{register.place}' = ANY(%(scope)s))
), staged AS MATERIALIZED (
    SELECT k.*, first_value(number) OVER same AS first, row_number() OVER same > 1 AS twin
    FROM keyed k WINDOW same AS (PARTITION BY {_key_folded(register)} ORDER BY is_broken, number)
), known AS MATERIALIZED (
    SELECT s.*, n.id AS row_id, %(everything)s OR {owner(register)} = ANY(%(scope)s) AS own
    FROM staged s JOIN {table(register)} n ON n.withdrawn_at IS NULL AND {matches(register)}
), differing AS MATERIALIZED (
    SELECT k.id, k.number, k.row_id, c.field, c.key, c.old, c.new, {_words(others, "c.old")} AS old_word,
           {_words(others, "c.new")} AS new_word, {register.files.written_while} AS is_written
    FROM known k JOIN {table(register)} n ON n.id = k.row_id CROSS JOIN LATERAL (VALUES
        {pairs}
    ) c(field, key, old, new)
    WHERE k.own AND NOT k.twin AND coalesce(c.new, '') <> '' AND c.new IS DISTINCT FROM coalesce(c.old, '')
), differences AS MATERIALIZED (
    SELECT * FROM differing WHERE is_written
)"""


def _gone(register: Register) -> str:
    """Rows above that were withdrawn, or went to another unit, since the file was read."""
    found = ""
    for column in register.of_kind(Kind.ROW):
        above = register_of_model(column.field.related_model)
        moved = f" OR {owner(above, 'u')} <> s.clean->>'{register.place}'" if column is register.above else ""
        name = f"u.{above.key[0]}"
        found += f"""
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'{column.name}', {name}, 'row_gone', 'error', format(%(row_gone)s, {name})
    FROM staged s JOIN {table(above)} u ON u.id = nullif(s.clean->>'{column.name}', '')::bigint
    WHERE u.withdrawn_at IS NOT NULL{moved}"""
    return found


def lock_above(register: Register) -> list[str]:
    """So that what rows of the file hang on still stands when they are written."""
    return [
        f"""SELECT id FROM {table(register_of_model(column.field.related_model))} WHERE id IN (
                SELECT (clean->>'{column.name}')::bigint FROM exchange_stagedrow
                WHERE batch_id = %(batch)s AND state <> 'skipped' AND coalesce(clean->>'{column.name}', '') <> ''
            ) ORDER BY id FOR SHARE"""
        for column in register.of_kind(Kind.ROW)
    ]


def nearly(register: Register) -> str:
    """That a staged row may mean a known row all the same: names but for accents, numbers but for one unknown."""
    return " AND ".join(
        f"vn_fold(n.{one.stored}) = vn_fold(s.key_{one.name})"
        if one.kind == Kind.TEXT
        else f"coalesce(n.{one.stored} = s.key_{one.name}, true)"
        if one.field.null
        else _same(one, f"n.{one.stored}", f"s.key_{one.name}")
        for one in (register.by_name[name] for name in register.key)
    )


def _near(register: Register) -> str:
    """Where a name is part of the key: whoever is not in the register, but somebody of nearly that name is."""
    if all(register.by_name[name].kind != Kind.TEXT for name in register.key):
        return ""
    column = register.told_at.name
    value = given_word(register.told_at, "s")
    return f"""
  UNION ALL
    (SELECT DISTINCT ON (s.number) s.number, %(headers)s::jsonb->>'{column}', {value}, 'near', 'warning',
            format(%(near)s, n.{register.by_name[register.named_by].stored})
     FROM (
         -- first of all: of those that are known no name is folded
         SELECT * FROM staged o WHERE NOT o.twin AND NOT EXISTS (SELECT FROM known k WHERE k.id = o.id) OFFSET 0
     ) s JOIN {table(register)} n ON n.withdrawn_at IS NULL AND {nearly(register)}
     ORDER BY s.number, n.id)"""


def _merged(register: Register) -> str:
    """The rows as they would stand: blank cells keep what the register has. A register may have a number of its own."""
    columns = ", ".join(
        f"coalesce(nullif(s.clean->>'{c.name}', '')::{column_type(c)}, n.{c.stored}) AS {c.stored}"
        for c in register.columns
    )
    return f"""
merged AS MATERIALIZED (
    SELECT s.number AS staged_number, s.clean, {columns}
    FROM staged s LEFT JOIN known k ON k.id = s.id AND k.own LEFT JOIN {table(register)} n ON n.id = k.row_id
    WHERE NOT s.twin
)"""


def _against_constraints(register: Register) -> str:
    """Rows that the table would refuse, whichever of them: told by row, so that no single one stops the file."""
    found = ""
    for constraint, column in checks_of(register):
        words = str(constraint.violation_error_message).replace("'", "''").replace("%", "%%")
        found += f"""
  UNION ALL
    SELECT staged_number, %(headers)s::jsonb->>'{column.name}', {given_word(column)}, 'constraint', 'error', '{words}'
    FROM merged WHERE NOT ({check_sql(register, constraint)})"""
    return found


# Of every register: beside each row of the file what `wanted` says of it; what no longer holds goes. A reason given for
# one holds as long as it says the same.
def keep_wanted(suggestion: str = "''") -> str:
    """`suggestion`: of a row `w` of `wanted` the value that is one click away."""
    return f"""
gone AS (
    DELETE FROM exchange_rowproblem p
    WHERE p.batch_id = %(batch)s AND p.code = ANY(%(told)s) AND NOT EXISTS (
        SELECT FROM wanted w
        WHERE w.number = p.number AND w."column" = p."column" AND w.code = p.code AND w.message = p.message
    )
)
INSERT INTO exchange_rowproblem
    (batch_id, number, "column", value, code, message, suggestion, severity, accepted_reason)
SELECT %(batch)s, w.number, w."column", left(coalesce(w.value, ''), 300), w.code, left(w.message, 500), {suggestion},
       w.severity, ''
FROM wanted w
WHERE NOT EXISTS (
    SELECT FROM exchange_rowproblem p
    WHERE p.batch_id = %(batch)s AND w.number = p.number AND w."column" = p."column" AND w.code = p.code
      AND p.message = w.message
)
ORDER BY w.number
"""


KEEP_WANTED = keep_wanted()

# A value that a person wrote by hand is changed by a file only after somebody has confirmed it.
_BY_HAND = """
    SELECT max(a.at) FROM audit_auditevent a
    WHERE a.target_type = %(kind)s AND a.target_id = c.row_id::text
      AND (a.action = %(entered_as)s OR (a.action = %(changed_as)s AND a.after ? c.key)) AND a.actor_id IS NOT NULL
      AND coalesce(c.old, '') <> ''
      AND NOT EXISTS (
          SELECT FROM exchange_overwritten o
          WHERE o.kind = %(kind)s AND o.row_id = c.row_id::text AND o.field = c.field
            AND o.outcome <> 'given_back' AND o.at > a.at
      )
"""
# What was taken back with its import may come again as if for the first time.
_WITHDRAWN = """
    n.withdrawn_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM exchange_importbatch b
        WHERE b.id = n.batch_id AND b.state = 'undone' AND b.undone_by_id = n.withdrawn_by_id
          AND b.undo_reason = n.withdrawn_reason AND b.undone_at <= n.withdrawn_at
    )
"""


# What is past the moment in which a file may write over it; a row of another name is probably another thing.
_KEPT = """
  UNION ALL
    SELECT c.number, %(headers)s::jsonb->>c.key, c.new_word,
           CASE WHEN c.key = %(named_by)s THEN 'other_thing' ELSE 'kept' END,
           CASE WHEN c.key = %(named_by)s THEN 'error' ELSE 'note' END,
           format(CASE WHEN c.key = %(named_by)s THEN %(other_thing)s ELSE %(kept)s END,
                  coalesce(nullif(left(c.old_word, 150), ''), '–'), left(c.new_word, 150))
    FROM differing c WHERE NOT c.is_written"""


_KEPT_CODE = "coalesce((SELECT g.kept FROM went g WHERE g.number = w.number AND w.code = 'row_merged'), '')"


def _went(register: Register) -> str:
    """Rows that the register had and has no more; `kept` is the code of what one was merged into, however often."""
    kept, stands = "NULL", ""
    if register.is_mergeable:
        kept = "stands.code"
        stands = f"""
    LEFT JOIN LATERAL (
        WITH RECURSIVE up AS (
            SELECT m.* FROM {table(register)} m WHERE m.id = n.merged_into_id
          UNION ALL
            SELECT m.* FROM up JOIN {table(register)} m ON m.id = up.merged_into_id
        )
        SELECT up.{register.by_name[register.key[0]].stored} AS code FROM up
        WHERE up.withdrawn_at IS NULL AND (%(everything)s OR {owner(register, "up")} = ANY(%(scope)s))
    ) stands ON true"""
    return f"""
went AS MATERIALIZED (
    SELECT DISTINCT ON (s.number) s.number, s.clean, n.withdrawn_at, n.withdrawn_reason, {kept} AS kept
    FROM staged s JOIN {table(register)} n ON {matches(register)} AND {_WITHDRAWN}
     AND (%(everything)s OR {owner(register)} = ANY(%(scope)s)){stands}
    WHERE NOT s.twin AND NOT EXISTS (SELECT FROM known k WHERE k.id = s.id)
    ORDER BY s.number, n.withdrawn_at DESC, n.id DESC
)"""


@cache
def tell(register: Register) -> str:
    """The statement that leaves beside each row what must be said of it, and takes away what no longer holds."""
    column = register.told_at.name
    value = given_word(register.told_at, "s")
    return f"""
WITH {compared(register)}, {_merged(register)}, {_went(register)}, wanted AS MATERIALIZED (
    SELECT s.number, %(headers)s::jsonb->>'{column}' AS "column", {value} AS value, 'duplicate' AS code,
           'error' AS severity, format(%(duplicate)s, s.first) AS message
    FROM staged s WHERE s.twin
  UNION ALL
    SELECT c.number, %(headers)s::jsonb->>c.key, c.new_word,
           CASE WHEN c.key = %(named_by)s THEN 'other_name' WHEN hand.at IS NOT NULL THEN 'changed_by_hand'
                ELSE 'changes' END,
           CASE WHEN c.key = %(named_by)s OR hand.at IS NOT NULL THEN 'warning' ELSE 'note' END,
           CASE WHEN c.key = %(named_by)s THEN format(%(other_name)s, left(c.old_word, 150), left(c.new_word, 150))
                WHEN hand.at IS NOT NULL THEN format(%(by_hand)s, left(c.old_word, 150), left(c.new_word, 150),
                                                     to_char(hand.at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'))
                ELSE format(%(changes)s, coalesce(nullif(left(c.old_word, 150), ''), '–'), left(c.new_word, 150)) END
    FROM differences c CROSS JOIN LATERAL ({_BY_HAND}) hand(at)
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'{column}', {value}, 'other_record', 'error', %(other_record)s
    FROM known s WHERE NOT s.own
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'{column}', {value},
           CASE WHEN s.kept IS NULL THEN 'row_withdrawn' ELSE 'row_merged' END, 'warning',
           CASE WHEN s.kept IS NULL
                THEN format(%(row_withdrawn)s, to_char(s.withdrawn_at AT TIME ZONE %(zone)s, 'DD/MM/YYYY'),
                            left(s.withdrawn_reason, 150))
                ELSE format(%(row_merged)s, s.kept) END
    FROM went s
    {_gone(register)}{_near(register)}{_against_constraints(register)}{_KEPT}{register.files.wanted}
), {keep_wanted(_KEPT_CODE)}"""
