"""Rows with kinds as Parquet, where pyarrow is installed: it is large, and a portal runs without it.

Written a group of rows at a time, so that a long list takes no more memory than a short one.
"""

import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from typing import Any

from apps.core.typed import Column, Kind

GROUP = 20_000  # rows
BYTES = 1 << 20


def is_installed() -> bool:
    return find_spec("pyarrow") is not None


def parquet_chunks(columns: list[Column], rows: Iterable[list[Any]]) -> Iterator[tuple[int, bytes]]:
    import pyarrow  # large: only the worker that writes such a file loads it
    from pyarrow.parquet import ParquetWriter

    schema = pyarrow.schema([(one.name, _type(pyarrow, one)) for one in columns])
    waiting = iter(rows)
    with tempfile.TemporaryFile() as file:
        with ParquetWriter(file, schema) as writer:
            while some := list(islice(waiting, GROUP)):
                values = zip(*some, strict=True)
                arrays = [pyarrow.array(column, one.type) for column, one in zip(values, schema, strict=True)]
                writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
                yield len(some), b""
        file.seek(0)
        while part := file.read(BYTES):
            yield 0, part


def _type(pyarrow: Any, column: Column) -> Any:
    if column.kind is Kind.DECIMAL:
        return pyarrow.decimal128(column.digits, column.places)
    return {
        Kind.TEXT: pyarrow.string(),
        Kind.WHOLE: pyarrow.int64(),
        Kind.REAL: pyarrow.float64(),
        Kind.TRUTH: pyarrow.bool_(),
        Kind.DAY: pyarrow.date32(),
        Kind.MOMENT: pyarrow.timestamp("us", tz="UTC"),
    }[column.kind]
