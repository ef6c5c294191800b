"""The files of a book, and what lists them: the same bytes for the same manuscript, whenever they are built."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from apps.core.kept_words import in_vietnamese
from apps.papers.pdf import write_pdf
from apps.papers.word import write_docx
from apps.publications.assembling import Assembled, assemble, figures_told
from apps.publications.manuscript import Manuscript
from apps.publications.paper import paper_of
from apps.publications.workbook import write_workbook

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MANIFEST = "manifest.json"
IN_NAMES = {"national": "toan-quoc", "three-years": "3-nam", "five-years": "5-nam", "final": "tong-ket"}


@dataclass(frozen=True)
class Built:
    assembled: Assembled
    files: dict[str, bytes]  # by ending
    manifest: dict[str, Any]


@in_vietnamese()
def build(manuscript: Manuscript) -> Built:
    found = assemble(manuscript)
    files = {ending: write_one(found, ending) for ending in TYPES}
    return Built(found, files, manifest_of(found, files))


def write_one(found: Assembled, ending: str) -> bytes:
    if ending == "xlsx":
        return write_workbook(found)
    return (write_pdf if ending == "pdf" else write_docx)(paper_of(found))


def manifest_of(found: Assembled, files: dict[str, bytes]) -> dict[str, Any]:
    book, about = found.manuscript, found.facts.about
    return {
        "book": book.slug or None,
        "version": book.version,
        "kind": about["kind"],
        "span": about["span"],
        "year": book.year,
        "unit": about["unit"],
        "number": book.number or None,
        "issued_on": book.issued_on.isoformat() if book.issued_on else None,
        "as_of": about["as_of"],
        "closings": about.get("closings", []),
        "files": {file_name(manuscript_name(book), ending): digest(raw) for ending, raw in sorted(files.items())},
        "figures": figures_told(found),
    }


def manuscript_name(book: Manuscript) -> str:
    about = book.facts.about
    parts = [about["unit"] or about["kind"], about["years"][-1], *([about["span"]] if len(about["years"]) > 1 else [])]
    return book.slug or "-".join(map(str, parts)).lower().replace("_", "-")


def file_name(slug: str, ending: str, what: str = "bao-cao") -> str:
    """A book's address is in English, the names of its files are read by people."""
    for ours, theirs in IN_NAMES.items():
        slug = re.sub(rf"(?<![^-]){ours}(?![^-])", theirs, slug)
    return f"{what}-{slug}.{ending}"


def name_kept(manifest: dict[str, Any], ending: str) -> str | None:
    """What the file of that ending was called when the book was issued."""
    return next((name for name in manifest.get("files", {}) if name.endswith(f".{ending}")), None)


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def manifest_bytes(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
