"""Statements that every page of a kind sends: to put one together takes Django longer than the database to answer it.

Of a queryset with related rows the SQL is kept by the caller (`lru_cache`), and its rows become the same objects.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from apps.core.reading import connection

Statement = tuple[str, tuple[Any, ...]]


def statement(rows: QuerySet, *names: str, **related: type[Model]) -> Statement:
    """The SQL that brings the rows' own columns, those annotated under `names`, and those of each related row."""
    columns = [*_columns(rows.model), *names]
    for path, model in related.items():
        columns += [f"{path}__{column}" for column in _columns(model)]
    return rows.values_list(*columns).query.sql_with_params()


def objects_of(sent: Statement, *parts: type[Model] | None) -> Iterator[list[Any]]:
    """The rows of a statement as objects of the models in their order (None: a value); no object where no row is."""
    found = values_of(sent)
    columns = [_columns(part) if part else [] for part in parts]
    for row in found:
        values, objects = iter(row), []
        for part, names in zip(parts, columns, strict=True):
            own = [next(values) for _ in names or (0,)]
            objects.append(_object_of(part, names, own) if part else own[0])
        yield objects


def values_of(sent: Statement) -> list[tuple[Any, ...]]:
    """The rows of a statement as they are."""
    with connection.cursor() as cursor:
        cursor.execute(*sent)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _object_of(model: type[Model], names: list[str], values: list[Any]) -> Model | None:
    return model.from_db(connection.alias, names, values) if any(values) else None


def _columns(model: type[Model]) -> list[str]:
    """Values come as the database hands them over: a field that would convert them has no place here."""
    fields = model._meta.concrete_fields
    if changing := [field.name for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model.__name__}: {', '.join(changing)}")
    return [field.attname for field in fields]
