"""What child.py reads, without the process: a process for each file of a test costs more than all that is read.

The process itself is looked at in test_parse.py and test_gate.py, by its hostile files and its limits.
"""

import importlib.util
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

from apps import exchange
from apps.exchange import gate, parse, scan, spelling


@contextmanager
def read_here(path: str | PathLike[str], place: int = 0) -> Iterator[parse.Table]:
    """As `parse.read_rows`, which takes its lines from the process."""
    values = _values(Path(path).read_bytes(), place)
    yield parse.Table(parse._meta(next(values)), parse._rows(values))


def _values(content: bytes, place: int) -> Iterator[Any]:
    child, out, refusal = _child(), io.BytesIO(), None
    try:
        child.write(out, io.BytesIO(content), place)
    except child.gate.Refused as refused:
        refusal = refused
    yield from map(json.loads, out.getvalue().splitlines())
    if refusal:
        raise gate.Refused(refusal.code, refusal.message)


@cache
def _child() -> Any:
    """It loads modules of ours once more under their own names, as it does where the portal is not."""
    ours = {module.__name__: module for module in (gate, scan, spelling)}
    spec = importlib.util.spec_from_file_location("tests.exchange.child", parse.CHILD)
    assert spec
    assert spec.loader
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    sys.modules.update(ours)
    exchange.gate, exchange.scan, exchange.spelling = gate, scan, spelling
    child.allow = lambda rows: None  # so much work and no more: that is the process's
    return child
