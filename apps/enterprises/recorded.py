"""What the register's rows say, in the words of the audit and the history: masked, with names instead of keys."""

from typing import Any

from apps.core.kept_words import in_vietnamese
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.organisations.models import OrganisationUnit

FIELDS = {
    Enterprise: (
        "tax_code",
        "tax_code_reason",
        "name",
        "ownership",
        "industry",
        "unit",
        "located_on",
        "address",
        "note",
    ),
    ProgrammeEvent: ("stage", "occurred_on", "unit", "activity", "note"),
}


@in_vietnamese()
def said(row: Enterprise | ProgrammeEvent) -> dict[str, Any]:
    """Field → what a reader should see of it."""
    return {name: _word(row, name) for name in FIELDS[type(row)]}


def _word(row: Any, name: str) -> Any:
    if name == "tax_code":
        return row.shown_tax_code
    if name in ("ownership", "stage"):
        return str(getattr(row, f"get_{name}_display")())
    if name == "industry":
        return f"{row.industry_code} – {row.industry.name}" if row.industry else ""
    if name == "unit":
        return _named(row.unit_id)
    return getattr(row, name)


def _named(unit_id: str) -> str:
    unit = OrganisationUnit.objects.with_names().get(pk=unit_id)
    return f"{unit.short_name} ({unit.valid_to:%d/%m/%Y})" if unit.valid_to else unit.short_name
