"""A picture of a few words, set as papers are: by the same engine, in the same typeface."""

import json
from collections.abc import Mapping
from typing import Any, cast

import typst

from apps.papers.fonts import drawable
from apps.papers.pdf import FOLDER, typefaces

ONE_TO_ONE = 72  # a point of the drawing is a pixel of the picture


def draw(name: str, told: Mapping[str, Any]) -> bytes:
    """`templates/papers/<name>.typ` with what it is told, as PNG."""
    inputs = {"told": json.dumps(_drawable(told), ensure_ascii=False)}
    compiler = typst.Compiler(FOLDER / f"{name}.typ", root=FOLDER, font_paths=typefaces(), sys_inputs=inputs)
    return cast(bytes, compiler.compile(format="png", ppi=ONE_TO_ONE))


def _drawable(told: Any) -> Any:
    if isinstance(told, str):
        return drawable(told)
    if isinstance(told, Mapping):
        return {name: _drawable(value) for name, value in told.items()}
    return [_drawable(one) for one in told] if isinstance(told, list) else told
