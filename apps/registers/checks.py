"""What a register's model holds a row to, told at the column where a person mends it."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, models

from apps.registers.columns import Column
from apps.registers.declaration import Register


def checks_of(register: Register) -> list[tuple[models.CheckConstraint, Column]]:
    """Each with the last column it speaks of: there the person mends it. What is about withdrawing is left out."""
    found = []
    for constraint in register.model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint):
            continue
        named = _names(constraint)
        spoken_of = [column for column in register.columns if column.name in named]
        if spoken_of:
            found.append((constraint, spoken_of[-1]))
    return found


def check_row(register: Register, row: models.Model) -> None:
    """`full_clean`, with each constraint at its column: as the model tells it, it would stand above the form."""
    row.full_clean(validate_constraints=False)
    places = {constraint.name: column.name for constraint, column in checks_of(register)}
    errors: dict[str, list[ValidationError]] = {}
    for constraint in row._meta.constraints:
        is_unique = isinstance(constraint, models.UniqueConstraint)
        place = register.told_at.name if is_unique else places.get(constraint.name, NON_FIELD_ERRORS)
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            code = "unique" if is_unique else "constraint"
            errors.setdefault(place, []).append(ValidationError(" ".join(error.messages), code=code))
    if errors:
        raise ValidationError(errors)


def _names(constraint: models.CheckConstraint) -> set[str]:
    """The fields that the condition compares, on either side."""
    found: set[str] = set()
    waiting: list[Any] = [constraint.condition]
    while waiting:
        one = waiting.pop()
        if isinstance(one, models.Q):
            waiting += one.children
        elif isinstance(one, models.F):
            found.add(one.name)  # type: ignore[attr-defined]  # not in the stubs
        elif isinstance(one, tuple) and isinstance(one[0], str):
            found.add(one[0].split("__")[0])
            waiting.append(one[1])
    return found


def check_sql(register: Register, constraint: models.CheckConstraint) -> str:
    """The condition as the table has it, over columns of the same names; NULL counts as met, as there."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        condition = str(constraint._get_check_sql(register.model, editor))  # type: ignore[attr-defined]  # not in the stubs
    return f"coalesce({condition}, true)".replace("%", "%%")
