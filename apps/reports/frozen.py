"""A report as it was signed: its content as plain data, and the hash of that."""

import hashlib
import json
from typing import Any

from apps.reports.models import AnnualReport
from apps.reports.numbers import machine
from apps.reports.selectors.filled import Entry, cells_of, entries_of


def freeze(report: AnnualReport) -> dict[str, Any]:
    """By key of the cell: code, label, value as the API tells it, the number as it is kept, and the explanation."""
    entries = entries_of(report, cells_of(report.form_id))
    return {
        "round": report.round.code,
        "unit": report.unit_id,
        "form": f"{report.form.audience}/{report.form.number}",
        "revision": report.revision,
        "covers_predecessors": report.covers_predecessors,
        "cells": {key: _cell(entry) for key, entry in entries.items()},
    }


def _cell(entry: Entry) -> dict[str, Any]:
    number = entry.number
    return {
        "code": entry.cell.code,
        "value": machine(entry.cell, entry.given),
        "number": None if number is None else format(number.normalize(), "f"),
        "prefilled": None if entry.prefilled is None else format(entry.prefilled.normalize(), "f"),
        "explanation": entry.explanation,
    }


def digest(content: dict[str, Any]) -> str:
    """The same for the same content, however it was stored."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
