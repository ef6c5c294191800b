"""How an address is called: by curl, by Python, and read by R. Tests run what these write."""

import json
import shlex
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from apps.apidocs.bodies import ASKED

KEY = "viec-2026-001"
CSV = "text/csv"
LARGEST = 200  # page: the fewest calls
LONG = 70


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    schema: dict[str, Any] | None  # of the body
    body: Any = None
    asked: dict[str, Any] = field(default_factory=dict)
    file: str = ""  # under which name what is answered is kept, where it is no JSON
    is_silent: bool = False  # nothing is answered but that it is done
    is_open: bool = False  # to everybody: no token is shown
    is_in_pages: bool = False  # of a list: one answer is not all of it

    @classmethod
    def of(cls, path: str, method: str, told: dict[str, Any]) -> "Call":
        """What is sent stands in the description itself, for whoever reads that."""
        keys = {one["name"]: one.get("example", "1") for one in told.get("parameters", ()) if one["in"] == "path"}
        address = path.format(**{name: quote(str(value), safe="") for name, value in keys.items()})
        content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
        kinds = told["responses"].get("200", {}).get("content", {"application/json": 0})
        asked = ASKED.get(told["operationId"], {}) | ({"output": "csv"} if CSV in kinds else {})
        name = "" if "application/json" in kinds else _name_of(path, kinds)
        silent = "204" in told["responses"]
        is_open = {} in told.get("security", ())
        pages = {one["name"] for one in told.get("parameters", ())} >= {"page", "page_size"}
        return cls(method, address, content.get("schema"), content.get("example"), asked, name, silent, is_open, pages)

    @property
    def url(self) -> str:
        asked = self.asked | ({"page_size": LARGEST} if self.is_in_pages else {})
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{settings.SITE_URL}{self.path}{query}"


def _name_of(path: str, kinds: Container[str]) -> str:
    """Of a list its own; of what a job wrote the list is not known here."""
    resource = path.strip("/").split("/")[-2]
    return f"{resource}.csv" if CSV in kinds else "danh-sach.xlsx"


def curl_of(call: Call) -> str:
    if call.is_in_pages:
        return _pages_by_curl(call)
    lines = ["curl -sS" if call.method == "get" else f"curl -sS -X {call.method.upper()}"]
    lines[0] += f" -o {call.file}" if call.file else ""
    lines += [] if call.is_open else ['-H "Authorization: Bearer $TOKEN"']
    if call.method == "post":
        lines.append(f'-H "Idempotency-Key: {KEY}"')
    if call.schema:
        sent = json.dumps(call.body, ensure_ascii=False, indent=2)
        lines += ['-H "Content-Type: application/json"', f"--data {shlex.quote(sent)}"]
    return " \\\n  ".join([*lines, f'"{call.url}"'])


def _pages_by_curl(call: Call) -> str:
    """One row a line: a list is more than a page."""
    shown = "" if call.is_open else ' -H "Authorization: Bearer $TOKEN"'
    return "\n".join([
        f'address="{call.url}"',
        'while [ "$address" != null ]; do',
        f'  curl -sS --fail-with-body{shown} -o page.json "$address" || {{ cat page.json; break; }}',
        "  jq -c '.results[]' page.json",
        "  address=$(jq -r '.next' page.json)",
        "done",
    ])  # fmt: skip


def python_of(call: Call) -> str:
    if call.is_in_pages:
        return _pages_by_python(call)
    headers = [] if call.is_open else ['"Authorization": f"Bearer {os.environ[\'TOKEN\']}"']
    if call.method == "post":
        headers.append(f'"Idempotency-Key": "{KEY}"')
    told = [*([] if call.is_open else ["import os"]), *(["from pathlib import Path"] if call.file else [])]
    told += ["", "import requests", ""] if told else ["import requests", ""]
    told += [f"answer = requests.{call.method}(", f'    "{settings.SITE_URL}{call.path}",']
    told += [f"    headers={{{', '.join(headers)}}},"] if headers else []
    told += [f"    params={_literal(call.asked)},"] if call.asked else []
    told += [f"    json={_literal(call.body)},"] if call.schema else []
    told += ["    timeout=30,", ")", "answer.raise_for_status()"]
    kept = f'Path("{call.file}").write_bytes(answer.content)' if call.file else "print(answer.json())"
    return "\n".join([*told, *([] if call.is_silent else [kept])])


def _pages_by_python(call: Call) -> str:
    shown = "" if call.is_open else 'headers={"Authorization": f"Bearer {os.environ[\'TOKEN\']}"}, '
    return "\n".join([
        *([] if call.is_open else ["import os", ""]),
        "import requests",
        "",
        f'rows, address = [], "{call.url}"',
        "while address:",
        f"    answer = requests.get(address, {shown}timeout=30)",
        "    answer.raise_for_status()",
        "    page = answer.json()",
        '    rows += page["results"]',
        '    address = page["next"]',
        "print(len(rows))",
    ])  # fmt: skip


def r_of(call: Call) -> str:
    """Reading alone: a table is what R is asked for."""
    shown = 'c(Authorization = paste("Bearer", Sys.getenv("TOKEN")))'
    if call.is_in_pages:
        return _pages_by_r(call, "" if call.is_open else f"headers = {shown}, ")
    if call.file and not call.file.endswith(".csv"):
        return f'download.file("{call.url}", "{call.file}",\n  headers = {shown}, mode = "wb")'
    asked = [f'address <- url("{call.url}", encoding = "UTF-8")']
    if not call.is_open:
        asked = [f'address <- url("{call.url}",', f'  headers = {shown}, encoding = "UTF-8")']
    told = ["library(jsonlite)", "", *asked]
    if call.file:
        return "\n".join([*told[2:], "rows <- read.csv(address)", "print(nrow(rows))"])
    return "\n".join([*told, 'answer <- fromJSON(paste(readLines(address, warn = FALSE), collapse = "\\n"))',
                      "close(address)", "str(answer, max.level = 2)"])  # fmt: skip


def _pages_by_r(call: Call, shown: str) -> str:
    return "\n".join([
        "library(jsonlite)",
        "",
        "pages <- list()",
        f'address <- "{call.url}"',
        "while (!is.null(address)) {",
        f'  line <- url(address, {shown}encoding = "UTF-8")',
        '  page <- fromJSON(paste(readLines(line, warn = FALSE), collapse = "\\n"))',
        "  close(line)",
        "  if (length(page$results)) pages <- c(pages, list(page$results))",
        '  address <- page[["next"]]',
        "}",
        "rows <- rbind_pages(pages)",
        "print(nrow(rows))",
    ])  # fmt: skip


def _literal(value: Any, indent: str = "    ") -> str:
    """As Python has it, over several lines where it is long."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list):
        return repr(value)
    if isinstance(value, dict):
        inner = [f"{_literal(name)}: {_literal(one, indent + '    ')}" for name, one in value.items()]
    else:
        inner = [_literal(one, indent + "    ") for one in value]
    before, after = "{}" if isinstance(value, dict) else "[]"
    if len(", ".join(inner)) < LONG and "\n" not in "".join(inner):
        return f"{before}{', '.join(inner)}{after}"
    lines = "".join(f"{indent}    {one},\n" for one in inner)
    return f"{before}\n{lines}{indent}{after}"
