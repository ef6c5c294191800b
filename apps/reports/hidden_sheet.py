"""What a report's own file says of itself on its hidden sheet: whose it is, what stood in each cell when it was made.

A number is told as it is, a text by its hash: so what the file changed is known, whatever the screen has changed since.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import salted_hmac

from apps.core.programme import programme
from apps.core.secret_keys import secret_keys
from apps.reports.models import AnnualReport, FormCell
from apps.reports.numbers import machine
from apps.reports.selectors.filled import Entry

SHEET = "_bao_cao"
KIND, FORMAT = f"{programme().slug}/report", "1"
NAMES = ("round", "unit", "form", "version")
NOTHING = "-"
Token = tuple[str, str]  # of the value, of the explanation


@dataclass(frozen=True)
class Mark:
    """`cells`: by code. `is_sound`: the checksum is that of what is said."""

    round: str
    unit: str
    form: str
    version: int
    cells: Mapping[str, Token] = field(default_factory=dict)
    is_sound: bool = True


def form_of(report: AnnualReport) -> str:
    return f"{report.form.audience}/{report.form.number}"


def mark_of(report: AnnualReport, entries: Iterable[Entry]) -> Mark:
    cells = {
        entry.cell.code: (token(entry.cell, machine(entry.cell, entry.given)), hashed(entry.explanation))
        for entry in entries
        if not entry.cell.is_sum
    }
    return Mark(report.round.code, report.unit_id, form_of(report), report.version, cells)


def token(cell: FormCell, value: str | None) -> str:
    """Of a value as the API tells it."""
    if value is None:
        return NOTHING
    return hashed(value) if cell.kind == FormCell.Kind.TEXT else value


def hashed(text: str) -> str:
    return "#" + hashlib.sha256(text.encode()).hexdigest()[:24] if text else NOTHING


def rows_of(mark: Mark) -> list[list[str]]:
    """The hidden sheet. Letters and figures only: no program that opens the file has reason to change them."""
    head = [[KIND, FORMAT], *([name, str(getattr(mark, name))] for name in NAMES), ["checksum", _checksum(mark)]]
    return [*head, *(["cell", code, *told] for code, told in mark.cells.items())]


def read_mark(rows: Iterable[list[str]]) -> Mark | None:
    """None: not a file of ours."""
    told: dict[str, str] = {}
    cells: dict[str, Token] = {}
    for row in rows:
        row = [*row, "", "", ""]
        if row[0] == "cell":
            cells[row[1]] = (row[2], row[3])
        else:
            told.setdefault(row[0], row[1])
    if told.get(KIND) != FORMAT or not all(told.get(name) for name in NAMES) or not told["version"].isdecimal():
        return None
    mark = Mark(told["round"], told["unit"], told["form"], int(told["version"][:9]), cells)
    sound = any(hmac.compare_digest(_checksum(mark, key), told.get("checksum", "")) for key in secret_keys())
    return mark if sound else Mark(mark.round, mark.unit, mark.form, mark.version, cells, is_sound=False)


def _checksum(mark: Mark, key: str | None = None) -> str:
    told: list[Any] = [KIND, FORMAT, mark.round, mark.unit, mark.form, mark.version]
    cells = [[code, *tokens] for code, tokens in sorted(mark.cells.items())]
    plain = json.dumps([*told, cells], ensure_ascii=True, separators=(",", ":"))
    # The salt is in every file that units have by now: it stays, whatever this module is called.
    return salted_hmac("apps.reports.marks", plain, secret=key, algorithm="sha256").hexdigest()
