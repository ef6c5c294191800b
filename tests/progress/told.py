"""Figures as those read them who open a page, ask the API or take a file."""

import csv
import io
import re
from decimal import Decimal
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from apps.progress.downloads import DECIMALS
from apps.progress.sources import COUNTS

NATION = "VN"
Key = tuple[int, str, str]  # year, unit, breakdown
TAGS = re.compile(r"<[^>]+>")


def by_api(client: Client, code: str, units: str, *, is_whole: bool = True) -> dict[Key, dict[str, Any]]:
    """`is_whole`: with all breakdowns."""
    found: dict[Key, dict[str, Any]] = {}
    for breakdown in ("", *(COUNTS[code].breakdowns if is_whole and code in COUNTS else ())):
        narrowed = f"&breakdown={breakdown}" if breakdown else ""
        url = f"/api/v1/indicators/{code}/values/?units={units}{narrowed}&page_size=200&cursor="
        while url:
            page = client.get(url).json()
            found |= {(int(row["period"]), row["unit"] or NATION, row["breakdown"]): row for row in page["results"]}
            url = page["next"]
    return found


def by_dataset(client: Client, code: str, units: str) -> dict[Key, int | float | None]:
    told = client.get(f"/api/v1/indicators/{code}/json-stat/?units={units}").json()
    years, places, parts = (told["dimension"][one]["category"]["index"] for one in told["id"])
    keys = [(int(year), unit, part.replace("all", "")) for year in years for unit in places for part in parts]
    return {key: told["value"][at] for at, key in enumerate(keys) if str(at) in told["status"]}


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

Lines = dict[tuple[int, str], dict[str, str]]  # by year and unit; of each column its cell


def by_csv(client: Client, url: str, delimiter: str, comma: str) -> Lines:
    text = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    return _keyed(head, [[_number(cell, comma) for cell in line] for line in lines])


def _number(cell: str, comma: str) -> str:
    return cell.replace(comma, ".") if re.fullmatch(rf"-?\d+{re.escape(comma)}\d+", cell) else cell


def by_xlsx(client: Client, url: str) -> Lines:
    sheet = load_workbook(io.BytesIO(client.get(url).content), read_only=True)["Số liệu"]
    head, *lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return _keyed(head, [[_spelt(cell) for cell in line] for line in lines])


def _spelt(cell: Any) -> str:
    if cell is None or hasattr(cell, "strftime"):
        return f"{cell:%d/%m/%Y %H:%M:%S}" if cell else ""
    return in_files(Decimal(repr(cell))) if isinstance(cell, int | float) else str(cell)


def _keyed(head: list[str], lines: list[list[str]]) -> Lines:
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    return {(int(row["Kỳ"]), row["Mã đơn vị"] or NATION): row for row in rows}


def in_files(value: Decimal | None) -> str:
    """Of a quotient as many digits as files have."""
    text = "" if value is None else f"{round(value, DECIMALS):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ── the page ────────────────────────────────────────────────────────────────────────────────────────────────────────


def bars_of(html: str) -> dict[str, tuple[str, str]]:
    """By unit: the number to the digit, and what is printed."""
    bars = re.findall(r'data-unit="([^"]+)" data-count="([^"]*)">.*?<span class="num">(.*?)</span>', html, re.S)
    return {unit: (count, _text(printed)) for unit, count, printed in bars}


def series_of(html: str) -> dict[int, str]:
    """The nation's by year."""
    [table] = re.findall(r"Số liệu theo năm</caption>(.*?)</table>", html, re.S)
    rows = re.findall(r'<th scope="row">(\d{4}).*?<td class="num b">(.*?)</td>', table, re.S)
    return {int(year): _text(cell).split(" ")[0] for year, cell in rows}


def parts_of(html: str) -> dict[str, str]:
    """What the nation's figure is made of, by its words."""
    [told] = re.findall(r'<dl class="kv" data-parts>(.*?)</dl>', html, re.S) or [""]
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", told, re.S)
    return {_text(words): _text(cell).split(" ")[0] for words, cell in pairs}


def _text(html: str) -> str:
    return " ".join(TAGS.sub(" ", html).split())
