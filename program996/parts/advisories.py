"""Known holes, read from files in the form of OSV (https://ossf.github.io/osv-schema/), against the locks."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from program996.parts.locks import PYPI, Part, plain

BEGIN = "0"


@dataclass(frozen=True, order=True)
class Hole:
    part: Part
    id: str
    summary: str
    fixed: tuple[str, ...]


def known(folder: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a folder: files .json, one or a list each, and the archives that OSV gives out."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".json":
            yield from _several(path.read_bytes())
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    if name.endswith(".json"):
                        yield from _several(archive.read(name))


def _several(text: bytes) -> list[dict[str, Any]]:
    told = json.loads(text)
    return told if isinstance(told, list) else [told]


def holes(parts: Iterable[Part], advisories: Iterable[dict[str, Any]]) -> list[Hole]:
    by_name: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        by_name.setdefault((part.ecosystem, part.name), []).append(part)
    found = set()
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            for part in by_name.get(_name_of(affected.get("package", {})), ()):
                if is_hit(part.version, affected):
                    summary = str(advisory.get("summary") or advisory.get("details", ""))[:200]
                    found.add(Hole(part, advisory["id"], summary.replace("\n", " "), fixed_in(affected)))
    return sorted(found)


def _name_of(package: dict[str, str]) -> tuple[str, str]:
    ecosystem, name = package.get("ecosystem", ""), package.get("name", "")
    return ecosystem, plain(name) if ecosystem == PYPI else name


def is_hit(version: str, affected: dict[str, Any]) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = (one for one in affected.get("ranges", ()) if one.get("type") in ("ECOSYSTEM", "SEMVER"))
    return any(_within(version, one.get("events", ())) for one in ranges)


def _within(version: str, events: Iterable[dict[str, str]]) -> bool:
    """The last event at or before the version says: introduced, or fixed. What cannot be read counts as within."""
    try:
        asked = Version(version)
        told = sorted((_version(value), kind) for event in events for kind, value in event.items() if kind != "limit")
    except InvalidVersion:
        return True
    state = False
    for at, kind in told:
        if at > asked or (kind == "last_affected" and at == asked):
            break
        state = kind == "introduced"
    return state


def _version(text: str) -> Version:
    return Version(f"{BEGIN}.dev0" if text == BEGIN else text)


def fixed_in(affected: dict[str, Any]) -> tuple[str, ...]:
    events = [event for one in affected.get("ranges", ()) for event in one.get("events", ())]
    return tuple(event["fixed"] for event in events if "fixed" in event)
