"""An answer of the API held to the one that was kept: what a program may have relied on is still there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent / "sample"
Shown = dict[str, Any]


def kind_of(value: Any) -> str:
    kinds = {type(None): "null", bool: "boolean", str: "text", int: "number", float: "number", list: "list"}
    return kinds.get(type(value), "object")


def breaks(kept: Any, now: Any, at: str = "") -> Iterator[str]:
    """Fields that are gone or of another kind. What was null may have become anything, and fields may have come."""
    if kept is None:
        return
    if kind_of(kept) != kind_of(now):
        yield f"{at or 'the answer'}: was {kind_of(kept)}, is {kind_of(now)}"
    elif isinstance(kept, dict):
        for name, value in kept.items():
            if name not in now:
                yield f"{at}.{name}: is gone"
            else:
                yield from breaks(value, now[name], f"{at}.{name}")
    elif isinstance(kept, list):
        if len(now) < len(kept):
            yield f"{at}: had {len(kept)}, has {len(now)}"
        for place, (one, other) in enumerate(zip(kept, now, strict=False)):
            yield from breaks(one, other, f"{at}[{place}]")


def difference(kept: Shown, now: Shown) -> list[str]:
    found = [] if kept["status"] == now["status"] else [f"status: was {kept['status']}, is {now['status']}"]
    return found + list(breaks(kept["answer"], now["answer"]))


def read(name: str) -> dict[str, Shown]:
    """By request: `GET /api/v1/units/?kind=ministry`."""
    found: dict[str, Shown] = json.loads((SAMPLE / f"{name}.json").read_text())
    return found


def keep(name: str, answers: dict[str, Shown]) -> None:
    """New requests join the sample; what it has stays as it was, or it would prove nothing."""
    path = SAMPLE / f"{name}.json"
    kept = read(name) if path.exists() else {}
    told = json.dumps(answers | kept, ensure_ascii=False, indent=1)
    path.write_text(f"{told}\n")
