"""The figures of an indicator as a person or a program reads them: from a page, the API, a dataset, a file."""

import csv
import io
from fractions import Fraction
from typing import Any

import openpyxl
from django.test import Client

from tests.opinion.figures import Number, Numbers


def _number(value: Any, over: Any, under: Any) -> Number:
    return Number(Fraction(str(value))) if under in (None, "") else Number(Fraction(str(over)), Fraction(str(under)))


def by_values(client: Client, code: str, **query: Any) -> Numbers:
    """`/api/v1/indicators/{code}/values/`, page after page, with its numbers as text."""
    url: str | None = f"/api/v1/indicators/{code}/values/"
    found: Numbers = {}
    asked = {"page_size": 200, **query}
    while url:
        answer = client.get(url, asked).json()
        for one in answer["results"]:
            exact = one["exact"]
            if exact["value"] is None and exact["numerator"] is None:
                continue  # not known when its period was closed: only what came since is told
            number = _number(exact["value"], exact["numerator"], exact["denominator"])
            found[int(one["period"]), one["unit"], one["breakdown"]] = number
            assert number.value is None or abs(Fraction(exact["value"]) - number.value) < Fraction(1, 10**9)
            assert one["value"] == as_json(number.value)
        url, asked = answer["next"], {}
    return found


def as_json(value: Fraction | None) -> float | int | None:
    """As JSON numbers are written."""
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def by_dataset(client: Client, code: str, **query: Any) -> dict[tuple[int, str | None, str], float]:
    """`json-stat/`: every breakdown at once; a ratio without its two numbers."""
    told = client.get(f"/api/v1/indicators/{code}/json-stat/", query).json()
    years, units, parts = (told["dimension"][name]["category"]["index"] for name in ("time", "unit", "breakdown"))
    values = iter(told["value"])
    return {
        (int(year), None if unit == "VN" else unit, "" if part == "all" else part): value
        for year in years
        for unit in units
        for part in parts
        if (value := next(values)) is not None
    }


def by_file(client: Client, code: str, kind: str, **query: Any) -> tuple[Numbers, dict[tuple[int, str | None], str]]:
    """The file of an indicator's page: its numbers, and whether each is accepted."""
    answer = client.get(f"/targets/{code.lower()}/", query | {"export": kind, "csv": "plain"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if kind == "csv":
        head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["Số liệu"]
        head, *rows = ([("" if cell is None else cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    place = {name: head.index(name) for name in ("Kỳ", "Mã đơn vị", "Giá trị", "Tử số", "Mẫu số", "Trạng thái")}
    found, states = {}, {}
    for row in rows:
        year, unit, value, over, under, state = (row[at] for at in place.values())
        if (value, over) == ("", ""):
            continue  # not known when its period was closed
        found[int(year), unit or None, ""] = _number(value, over, under)
        states[int(year), unit or None] = state
    return found, states


def by_page(client: Client, code: str, year: int, **query: Any) -> Numbers:
    """The nation by years, and the units of one year, as the page is made of them."""
    page = client.get(f"/targets/{code.lower()}/", query | {"year": year, "measure": "count"})
    assert page.status_code == 200
    found = {
        (one, None, ""): _number(figure.value, figure.numerator, figure.denominator)
        for one, figure in page.context["item"].figures.items()
        if figure.value is not None
    }
    for place in page.context.get("places", ()):
        if place.value is not None:
            found[year, place.unit.id, ""] = _number(place.value, place.figure.numerator, place.figure.denominator)
    return found
