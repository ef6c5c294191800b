"""What a cell means is found out once for all rows that say the same, and told in each of them."""

from typing import Any

from django.core.exceptions import ValidationError

from apps.accounts.scope import UnitScope
from apps.exchange.cells import Field
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.exchange.resource import ScopedResource

asked: list[tuple[str, str]] = []


def understood(key: str):
    def clean(text: str, row: dict[str, Any]) -> str:
        asked.append((key, text))
        if text == "sai":
            raise ValidationError("Sai", code="wrong")
        row[f"{key}_kind"] = row.get("kind", "")
        return text.upper()

    return clean


class Meanings(ScopedResource):
    register = "meanings"
    understood_first = ("kind",)
    fields = [
        Field("alone", "Một mình", understood("alone"), asks=()),
        Field("by_kind", "Theo loại", understood("by_kind"), asks=("kind",)),
        Field("by_row", "Theo dòng", understood("by_row")),
        Field("kind", "Loại", asks=()),
    ]


def test_each_meaning_is_asked_once_for_what_it_hangs_on():
    resource = Meanings(ImportBatch(), UnitScope(everything=True))
    asked.clear()
    found = []
    for kind, text in (("x", "a"), ("x", "a"), ("y", "a"), ("y", "sai"), ("x", "sai")):
        cells = {name: Cell("s", text) for name in ("alone", "by_kind")}
        found.append(resource.clean_row(cells | {"by_row": Cell("f", "a"), "kind": Cell("s", kind)}))
    assert asked.count(("alone", "a")) == asked.count(("alone", "sai")) == 1
    assert asked.count(("by_kind", "a")) == asked.count(("by_kind", "sai")) == 2
    assert asked.count(("by_row", "a")) == resource.formulas == 5
    first, problems = found[2]
    assert (first["by_kind"], first["by_kind_kind"], first["alone_kind"], first["kind"]) == ("A", "y", "", "y")
    assert problems == []
    assert [[(one.column, one.code) for one in told] for _row, told in found[3:]] == [
        [("Một mình", "wrong"), ("Theo loại", "wrong")]
    ] * 2
    assert "alone" not in found[4][0]
