"""What people say of the columns and sheets of a file: for this one, and kept for the next one of their unit."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.exchange.header import Answers
from apps.exchange.headings import How, plain
from apps.exchange.models import ImportBatch, KnownHeading
from apps.exchange.resource import ScopedResource


def answers_of(batch: ImportBatch) -> Answers:
    known = KnownHeading.objects.filter(register=batch.register, unit=batch.unit_id).values_list("heading", "key")
    said = batch.answer
    return Answers(said.get("columns", {}), dict(known), said.get("sheets", ()))


def check_columns(resource: type[ScopedResource], batch: ImportBatch, columns: Mapping[str, str]) -> None:
    """Each column of the register once, and all that must be there."""
    names = {column["name"] for column in batch.layout["columns"]}
    headers = {field.key: field.header for field in resource.fields}
    chosen = [key for key in columns.values() if key]
    if set(columns) != names or not set(chosen) <= set(headers):
        raise ValidationError(_("Các cột của tệp đã thay đổi. Mở lại trang để chọn lại."), code="no_column")
    twice = [headers[key] for key in dict.fromkeys(chosen) if chosen.count(key) > 1]
    if twice:
        named = ", ".join(f"“{name}”" for name in twice)
        raise ValidationError(
            _("Chọn hai lần: %(columns)s. Mỗi cột của sổ chọn một lần.") % {"columns": named}, code="twice"
        )
    missing = [field.header for field in resource.fields if field.required and field.key not in chosen]
    if missing:
        named = ", ".join(f"“{name}”" for name in missing)
        raise ValidationError(_("Chưa chọn cột bắt buộc: %(columns)s.") % {"columns": named}, code="missing")


def keep(batch: ImportBatch, columns: Mapping[str, str], *, by: User) -> None:
    """For the unit's next file: what no official heading says by itself, and stands once in this one."""
    headings = [plain(column["text"])[:120] for column in batch.layout["columns"]]
    now = timezone.now()
    known = [
        KnownHeading(
            register=batch.register, unit=batch.unit, heading=name, key=columns[column["name"]], said_by=by, said_at=now
        )
        for column, name in zip(batch.layout["columns"], headings, strict=True)
        if name and headings.count(name) == 1 and column["how"] != How.EXACT
    ]
    KnownHeading.objects.bulk_create(
        known,
        update_conflicts=True,
        unique_fields=["register", "unit", "heading"],
        update_fields=["key", "said_by", "said_at"],
    )


def named_columns(batch: ImportBatch, resource: type[ScopedResource]) -> list[tuple[str, str]]:
    """Columns of the file that are called otherwise than in the official one, each with the register's."""
    headers = {field.key: field.header for field in resource.fields}
    columns = batch.layout.get("columns", [])
    return [(one["text"], headers[one["key"]]) for one in columns if one["key"] in headers and one["how"] != How.EXACT]


def without_samples(layout: dict[str, Any]) -> dict[str, Any]:
    """What the file held in its columns is of no use once the import is decided."""
    columns = [column | {"sample": ""} for column in layout.get("columns", [])]
    return layout | {"columns": columns} if columns else layout
