"""Every declared register whose rows have a code and a name, as something that can be merged."""

from operator import attrgetter
from typing import Any

from django.utils.text import capfirst

from apps.accounts.models import User
from apps.documents.models import Attachment
from apps.registers.checks import check_row
from apps.registers.closed_periods import closed_note_of_many
from apps.registers.columns import Column
from apps.registers.declaration import Register, below, registers, sources_of
from apps.registers.merging.finding import alike_in
from apps.registers.merging.subject import Facet, Hanging, Subject, admit
from apps.registers.recorded import label_of, said, words
from apps.registers.services import check_unit, hold_rows_above


def admit_registers() -> None:
    for register in registers():
        if register.is_mergeable:
            admit(_subject(register))


def _subject(register: Register) -> Subject:
    def hanging(was: Any, gone: Any, kept: Any) -> list[Hanging]:
        return [*rows_below(register, gone, kept), files_of(gone, kept)]

    def check(row: Any, by: User) -> None:
        hold_rows_above(register, row)
        check_unit(register, row, "change", by)
        check_row(register, row)

    def list_url() -> str:
        return register.list_url

    return Subject(
        slug=register.slug,
        model=register.model,
        title=register.title,
        noun=register.noun,
        list_url=list_url,
        permission=register.permission("change"),
        facets=tuple(_facet(column) for column in register.columns),
        label=label_of,
        home=attrgetter("home_id"),
        said=lambda row: said(register, row),
        hanging=hanging,
        check=check,
        sources=lambda: sources_of(register),
        alike=alike_in(register),
        days=lambda rows: closed_note_of_many(register, rows) if register.source else "",
        feeds=register.feeds,
    )


def _facet(column: Column) -> Facet:
    label = capfirst(column.field.verbose_name)
    return Facet(column.name, label, (column.field.attname,), lambda row: words(row, column))


def rows_below(register: Register, gone: Any, kept: Any) -> list[Hanging]:
    return [
        Hanging(
            other.model, column.field.attname, gone.pk, kept.pk, other.noun, register=other,
            key=tuple(name for name in other.key if name != column.name) if column.name in other.key else (),
        )
        for other, column in below(register)
    ]  # fmt: skip


def files_of(gone: Any, kept: Any) -> Hanging:
    """A file that hangs on both stays with the one that goes."""
    owner = {"owner_kind": gone._meta.label_lower}
    noun = str(Attachment._meta.verbose_name)
    return Hanging(
        Attachment, "owner_id", str(gone.pk), str(kept.pk), noun, key=("stored",), only=owner, leaves_twins=True
    )
