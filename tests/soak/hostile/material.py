"""A good file of a door, taken apart into members, sheets and cells so that a damage can be done to one of them."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import openpyxl

Place = tuple[int, int]  # row and column of a cell, from 1


@dataclass(frozen=True)
class Claim:
    """What must come of a damaged file.

    `taken`: True, False, or None where both are right. `shown`: of cells that the damage changed, what a person now
    sees in them: read so, or told as a problem. All other cells must be read as before.
    """

    taken: bool | None = None
    shown: dict[Place, str] = field(default_factory=dict)
    rows_may_differ: bool = False  # rows that stood twice, or elsewhere


@dataclass(frozen=True)
class Damaged:
    content: bytes
    claim: Claim = Claim()
    ending: str = "xlsx"


@dataclass(frozen=True)
class Material:
    """`head`: the row of the header; `places`: cells below it, of which damages choose one; `sheet`: where they are."""

    good: bytes
    head: int
    places: tuple[Place, ...]
    sheet: int = 0

    def members(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.good)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def book(self) -> Any:
        return openpyxl.load_workbook(io.BytesIO(self.good))

    def sheet_part(self) -> str:
        return f"xl/worksheets/sheet{self.sheet + 1}.xml"


Damage = Callable[[Material, Random], Damaged]
DAMAGES: dict[str, dict[str, Damage]] = {}  # by kind and name


def damage(kind: str) -> Callable[[Damage], Damage]:
    def keep(act: Damage) -> Damage:
        DAMAGES.setdefault(kind, {})[act.__name__] = act
        return act

    return keep


def add(kind: str, name: str, act: Damage) -> None:
    DAMAGES.setdefault(kind, {})[name] = act


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return kept.getvalue()


def saved(book: Any) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def edited(material: Material, part: str, change: Callable[[str], str]) -> bytes:
    """One member's text changed; the change must have happened."""
    members = material.members()
    before = members[part].decode()
    after = change(before)
    assert after != before, f"nothing to damage in {part}"
    return packed(members | {part: after.encode()})


def cell_replaced(material: Material, place: Place, xml: str) -> bytes:
    """The cell written by hand; `xml` has {ref} where its place stands."""
    ref = f"{openpyxl.utils.get_column_letter(place[1])}{place[0]}"
    book = material.book()
    book.worksheets[material.sheet].cell(*place).value = 1
    marked = replace(material, good=saved(book))
    one = re.compile(rf'<c r="{ref}"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
    return edited(
        marked, material.sheet_part(), lambda text: one.sub(lambda _m: xml.replace("{ref}", ref), text, count=1)
    )


def joined(*parts: Claim) -> Claim:
    """Of two damages: taken only if each may be, and what each of them shows."""
    takens = {part.taken for part in parts}
    taken = False if False in takens else None if None in takens else True
    shown = {place: text for part in parts for place, text in part.shown.items()}
    return Claim(taken, shown, any(part.rows_may_differ for part in parts))
