"""Writes one table by a library of other people: `python writers.py LIBRARY TABLE.json FILE`. Run where the libraries
are, not by the portal's Python.

A table is a list of lines; a cell is null, a text, a number, or {"day": "2026-03-15"}.
"""

import datetime
import importlib
import json
import sys
from pathlib import Path
from typing import Any

DAY = "dd/mm/yyyy"


def cell(value: Any) -> Any:
    return datetime.date.fromisoformat(value["day"]) if isinstance(value, dict) else value


def by_xlsxwriter(lines: list[list[Any]], path: str, **options: Any) -> None:
    book = importlib.import_module("xlsxwriter").Workbook(path, options)
    sheet, day = book.add_worksheet("Dữ liệu"), book.add_format({"num_format": DAY})
    for row, line in enumerate(lines):
        for at, value in enumerate(line):
            if isinstance(value, datetime.date):
                sheet.write_datetime(row, at, datetime.datetime.combine(value, datetime.time()), day)
            elif isinstance(value, str):
                sheet.write_string(row, at, value)
            elif value is not None:
                sheet.write(row, at, value)
    book.close()


def by_pandas(lines: list[list[Any]], path: str, engine: str) -> None:
    pandas = importlib.import_module("pandas")
    pandas.DataFrame(lines[1:], columns=lines[0]).to_excel(path, index=False, engine=engine, sheet_name="Dữ liệu")


def by_pyexcelerate(lines: list[list[Any]], path: str) -> None:
    book = importlib.import_module("pyexcelerate").Workbook()
    sheet = book.new_sheet("Du lieu", data=[["" if value is None else value for value in line] for line in lines])
    for row, line in enumerate(lines, 1):
        for at, value in enumerate(line, 1):
            if isinstance(value, datetime.date):
                sheet.get_cell_style(row, at).format.format = DAY
    book.save(path)


def by_xlwt(lines: list[list[Any]], path: str) -> None:
    xlwt = importlib.import_module("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet, day = book.add_sheet("Dữ liệu"), xlwt.easyxf(num_format_str=DAY)
    for row, line in enumerate(lines):
        for at, value in enumerate(line):
            if value is not None:
                sheet.write(row, at, value, *([day] if isinstance(value, datetime.date) else []))
    book.save(path)


def by_pyexcel_ods(lines: list[list[Any]], path: str) -> None:
    importlib.import_module("pyexcel_ods3").save_data(path, {"Dữ liệu": [[v if v is not None else "" for v in line]
                                                                       for line in lines]})  # fmt: skip


WRITERS = {
    "xlsxwriter": by_xlsxwriter,
    "xlsxwriter in constant memory": lambda lines, path: by_xlsxwriter(lines, path, constant_memory=True),
    "xlsxwriter in 64 bits": lambda lines, path: by_xlsxwriter(lines, path, use_zip64=True),
    "pandas by openpyxl": lambda lines, path: by_pandas(lines, path, "openpyxl"),
    "pandas by xlsxwriter": lambda lines, path: by_pandas(lines, path, "xlsxwriter"),
    "pandas by odfpy": lambda lines, path: by_pandas(lines, path, "odf"),
    "pyexcelerate": by_pyexcelerate,
    "xlwt": by_xlwt,
    "pyexcel-ods3": by_pyexcel_ods,
}

if __name__ == "__main__":
    library, table, file = sys.argv[1:]
    WRITERS[library]([[cell(value) for value in line] for line in json.loads(Path(table).read_text())], file)
