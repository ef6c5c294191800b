"""What a change of many rows will refuse, said beforehand: a constant number of queries, however many rows.

The services ask again of each row as it is then; whether a twin stands in the register only they ask.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.wall import wall_open
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers.columns import Kind
from apps.registers.declaration import Register, below
from apps.registers.history import went_with_its_file
from apps.registers.models import MERGED, RegisterRow

Refused = dict[int, str]  # key of the row: why


def _out_of_reach(register: Register, rows: Sequence[RegisterRow], by: User) -> Refused:
    scope = units_with(by, register.permission("change"))
    return {row.pk: _("Ngoài phạm vi đơn vị bạn được sửa.") for row in rows if row.home_id not in scope}


@wall_open("rows of other units may hang on them")
def not_withdrawn(register: Register, rows: Sequence[RegisterRow], by: User) -> Refused:
    """Rows on which others hang stay."""
    refused: Refused = {}
    for other, column in below(register):
        hanging: Any = other.model._default_manager.filter(withdrawn_at=None)
        named = hanging.filter(**{f"{column.name}__in": [row.pk for row in rows]}).order_by()
        for pk, count in named.values_list(column.name).annotate(Count("pk")):
            told = _("Còn %(count)s %(noun)s thuộc dòng này. Rút các dòng đó trước, hoặc sửa dòng này.")
            refused[pk] = told % {"count": count, "noun": other.noun}
    return refused | _out_of_reach(register, rows, by)


def not_restored(register: Register, rows: Sequence[RegisterRow], by: User) -> Refused:
    undone = _("Dòng bị rút do hoàn tác lần nhập. Nhập lại tệp để đưa vào sổ.")
    refused = {row.pk: undone for row in rows if went_with_its_file(row)}
    refused |= {row.pk: str(MERGED) for row in rows if row.merged_into_id}
    for column in register.of_kind(Kind.ROW):
        above: Any = column.field.related_model._default_manager
        gone = set(
            above.filter(pk__in=[getattr(row, column.stored) for row in rows])
            .exclude(withdrawn_at=None)
            .values_list("pk", flat=True)
        )
        told = _("%(name)s của dòng này không còn trong sổ.") % {"name": column.label}
        refused |= {row.pk: told for row in rows if getattr(row, column.stored) in gone}
    return refused | _out_of_reach(register, rows, by)


def not_handed_over(
    register: Register, rows: Sequence[RegisterRow], by: User, unit: OrganisationUnit | None
) -> Refused:
    """Nothing of the unit that gets them while none is chosen."""
    column, refused = register.unit_column, {}
    if unit is not None and column is not None:
        for row in rows:
            day = getattr(row, column.on) if column.on else None
            if row.home_id == unit.pk:
                refused[row.pk] = _("Dòng đã thuộc đơn vị này.")
            elif day is not None and not unit.is_valid_on(day):
                refused[row.pk] = _("Đơn vị không tồn tại vào ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
    return refused | _out_of_reach(register, rows, by)
