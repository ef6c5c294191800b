"""A manual as data, and as .pdf: a cover, a list of contents, parts of chapters with pictures and tables.

Tagged, PDF/A-2a and PDF/UA-1 as formal papers are; in one typeface with them, but in no prescribed form.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import typst
from django.conf import settings
from PIL import Image

from apps.papers.content import plain
from apps.papers.fonts import drawable
from apps.papers.pdf import FOLDER, fitted, typefaces

TEXT_WIDTH, TEXT_SIZE = 160, 11.5  # mm, points
TABLE_SIZE = 10
PADDING = 2  # mm on either side of a cell's words
MAIN = "manual.typ"
QUALITY = 70  # of pictures, of a hundred


@dataclass(frozen=True)
class Run:
    """Words of one look. `link`: an address, or «#» and the name of a chapter."""

    text: str
    style: str = ""  # bold, italic, code
    link: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Title:
    text: str
    level: int  # 1: within a chapter


@dataclass(frozen=True)
class Words:
    runs: Runs


@dataclass(frozen=True)
class Items:
    items: tuple[tuple["Block", ...], ...]
    start: int = 0  # the number of the first; none: dots


@dataclass(frozen=True)
class Grid:
    columns: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    path: Path
    words: str  # what one sees


Block = Title | Words | Items | Grid | Picture


@dataclass(frozen=True)
class Chapter:
    name: str
    title: str
    note: str  # whom it is for
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Part:
    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Manual:
    title: str
    subtitle: str
    issuer: str
    day: date
    edition: str  # «Bản ngày 02/12/2026»
    contents: str  # what the list of contents is called
    language: str
    parts: tuple[Part, ...]


def write_manual(manual: Manual) -> bytes:
    names = {chapter.name for part in manual.parts for chapter in part.chapters}
    told = {
        **{name: plain(getattr(manual, name)) for name in ("title", "subtitle", "issuer", "edition", "contents")},
        "on": manual.day.isoformat(),
        "language": manual.language,
        "parts": [_part(part, names) for part in manual.parts],
        "table_size": TABLE_SIZE, "text_size": TEXT_SIZE, "padding": PADDING,
    }  # fmt: skip
    inputs = {"manual": json.dumps(told, ensure_ascii=False)}
    with TemporaryDirectory() as folder:
        for name, content in _files(told):
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        compiler = typst.Compiler(Path(folder, MAIN), root=folder, font_paths=typefaces(), sys_inputs=inputs)
        return cast(bytes, compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"]))


def _files(told: Any) -> Iterator[tuple[str, bytes]]:
    """What the compiler may open: the template, and the pictures that are shown."""
    yield MAIN, (FOLDER / MAIN).read_bytes()
    yield from ((f"{path}.jpg", _light(path)) for path in sorted(set(_paths(told["parts"]))))


def _paths(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        yield from (path for one in told for path in _paths(one))
    elif isinstance(told, dict):
        yield from [told["path"]] if "path" in told else _paths(list(told.values()))


@lru_cache(maxsize=40)
def _light(path: str) -> bytes:
    """As a file of this kind holds it without unpacking; any other is kept point by point, ten times as heavy."""
    file = io.BytesIO()
    with Image.open(Path(settings.BASE_DIR, path)) as image:
        image.convert("RGB").save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def _part(part: Part, names: set[str]) -> dict[str, Any]:
    return {
        "title": _text(part.title),
        "chapters": [
            {
                "name": one.name,
                "title": _text(one.title),
                "note": _text(one.note),
                "blocks": [_block(block, names) for block in one.blocks],
            }
            for one in part.chapters
        ],
    }


def _block(block: Block, names: set[str]) -> dict[str, Any]:
    if isinstance(block, Title):
        return {"is": "title", "text": _text(block.text), "level": block.level}
    if isinstance(block, Words):
        return {"is": "words", "runs": _runs(block.runs, names)}
    if isinstance(block, Items):
        items = [[_block(one, names) for one in item] for item in block.items]
        return {"is": "items", "start": block.start, "items": items}
    if isinstance(block, Picture):
        path = str(block.path.relative_to(settings.BASE_DIR))
        return {"is": "picture", "path": path, "words": _text(block.words)}
    room = TEXT_WIDTH / len(block.columns) - 2 * PADDING
    return {
        "is": "grid",
        "caption": _text(block.caption),
        "columns": [_runs(cell, names, room, TABLE_SIZE) for cell in block.columns],
        "rows": [[_runs(cell, names, room, TABLE_SIZE) for cell in row] for row in block.rows],
        "weights": _weights(block),
    }


def _weights(grid: Grid) -> list[float]:
    """Columns of long texts are wider, none is narrower than half of the widest."""
    lines = [grid.columns, *grid.rows]
    longest = [max(sum(len(run.text) for run in line[at]) for line in lines) for at in range(len(grid.columns))]
    most = min(max(longest), 120)
    return [max(min(one, most), most / 2) for one in longest]


def _runs(runs: Runs, names: set[str], room: float = TEXT_WIDTH, size: float = TEXT_SIZE) -> list[dict[str, str]]:
    return [
        asdict(run) | {"text": fitted(drawable(run.text), room, size), "link": _link(run.link, names)}
        for run in runs
        if run.text
    ]


def _link(link: str, names: set[str]) -> str:
    """A chapter that this manual has not got is none to lead to."""
    return "" if link.startswith("#") and link[1:] not in names else link


def _text(text: str) -> str:
    return fitted(drawable(plain(text)), TEXT_WIDTH, TEXT_SIZE)
