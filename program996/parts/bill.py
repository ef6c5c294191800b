"""The list of parts (SBOM) as CycloneDX has it, and the same for reading, with licences: docs/parts."""

import json
import uuid
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from program996.parts.locks import HERE, NPM, Part, front_licences, shipped_parts

FOLDER = Path("docs/parts")
BILL, LIST = FOLDER / "sbom.cdx.json", FOLDER / "licences.md"
OURS = uuid.UUID("b3d5b3e6-4f0a-5d3c-9960-996996996996")  # of which serial numbers are made
UNKNOWN = "chưa khai"
# Of parts that only other systems or older versions of Python install, or that tell in their LICENSE alone.
ELSEWHERE = {"async-timeout": "Apache-2.0", "colorama": "BSD-3-Clause", "pyrage": "MIT", "tzdata": "Apache-2.0"}
LONGEST = 60  # signs of a licence's name; some put its whole text there
FROM_CLASSIFIER = "License :: OSI Approved :: "


def bill(root: Path = HERE) -> dict[str, Any]:
    """The same for the same locks: no day, no machine."""
    parts = [_component(part, licence) for part, licence in _with_licences(root)]
    names = "\n".join(part["purl"] for part in parts)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(OURS, names)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "program996", "bom-ref": "program996"}},
        "components": parts,
    }


def _component(part: Part, licence: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "scope": "required" if part.is_shipped else "excluded",
        "licenses": [{"license": {"name": licence}}],
        "purl": part.purl,
    }


def _with_licences(root: Path) -> Iterator[tuple[Part, str]]:
    front = front_licences(root)
    for part in shipped_parts(root):
        told = front.get(part.name) if part.ecosystem == NPM else _licence(part.name) or ELSEWHERE.get(part.name)
        yield part, told or UNKNOWN


def _licence(name: str) -> str:
    """As the installed part tells of itself; newer ones have an expression, older ones a word or a classifier."""
    try:
        told: Any = metadata(name)  # a message of mail, which its type does not say
    except PackageNotFoundError:  # of another system or an older Python
        return ""
    classified = [one.removeprefix(FROM_CLASSIFIER) for one in told.get_all("Classifier") or () if "License ::" in one]
    said = (told.get("License-Expression") or told.get("License") or "").strip()
    if not said or "\n" in said or len(said) > LONGEST:
        said = " AND ".join(sorted(one for one in classified if not one.startswith("License ::")))
    return said


def written(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_list(told: dict[str, Any]) -> str:
    """For who asks under which terms the parts are used."""
    rows = [
        f"| {part['name']} | {part['version']} | {part['licenses'][0]['license']['name']} |"
        for part in told["components"]
    ]
    head = ["# Parts and their licences", "", f"As in {BILL.name}, made by `make sbom` from the locks.", ""]
    return "\n".join([*head, "| Part | Version | Licence |", "| --- | --- | --- |", *rows, ""])


def keep_known(told: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Of a part that this machine has not (another system's) the licence stays that was written down before."""
    known = {part["purl"]: part["licenses"] for part in kept.get("components", ())}
    for part in told["components"]:
        if part["licenses"][0]["license"]["name"] == UNKNOWN:
            part["licenses"] = known.get(part["purl"], part["licenses"])
    return told
