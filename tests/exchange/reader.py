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
from apps.exchange import biff, formats, gate, oldbook, opendocument, parse, plaintext, scan, spelling


@contextmanager
def read_here(path: str | PathLike[str], place: int = 0, ending: str = "xlsx") -> Iterator[parse.Table]:
    """As `parse.read_rows`, which takes its lines from the process."""
    values = _values(Path(path).read_bytes(), place, ending)
    yield parse.Table(parse._meta(next(values)), parse._rows(values))


def _values(content: bytes, place: int, ending: str) -> Iterator[Any]:
    child, out, refusal = _child(), io.BytesIO(), None
    try:
        child.write(out, io.BytesIO(content), place, ending)
    except child.gate.Refused as refused:
        refusal = refused
    yield from map(json.loads, out.getvalue().splitlines())
    if refusal:
        raise gate.Refused(refusal.code, refusal.message)


@cache
def _child() -> Any:
    """It loads modules of ours once more under their own names, as it does where the portal is not."""
    ours = {
        module.__name__: module for module in (gate, scan, formats, spelling, opendocument, oldbook, biff, plaintext)
    }
    spec = importlib.util.spec_from_file_location("tests.exchange.child", parse.CHILD)
    assert spec
    assert spec.loader
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    for ending in child.OWN:
        child.prepare(ending)
    sys.modules.update(ours)
    for name, module in ours.items():
        setattr(exchange, name.rpartition(".")[2], module)
    child.allow = lambda rows: None  # so much work and no more: that is the process's
    return child
