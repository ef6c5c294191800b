"""Whether a file is what the portal builds: byte for byte, else figure for figure with the differences.

A manifest is held to three things: its book built anew, the files beside it, and the figures of targets as the base
knows them of that moment.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from apps.documents.models import Attachment
from apps.publications.building import MANIFEST, Built, build, digest
from apps.publications.facts.taken import asked_of, take_facts
from apps.publications.facts.told import Facts
from apps.publications.manuscript import manuscript_of, unwritten
from apps.publications.models import ReportBook
from apps.publications.workbook import FIGURES

KIND = "publications.reportbook"


@dataclass
class Verdict:
    same: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return bool(self.same) and not self.differences


class NotOurs(Exception):  # noqa: N818  # an answer rather than an error
    """Nothing says which book the file is of."""


def verify(path: Path) -> Verdict:
    try:
        return _held(path, path.read_bytes())
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, ObjectDoesNotExist) as error:
        # Written by somebody else.
        raise NotOurs(_("Bảng kê không phải do cổng lập.")) from error


def _held(path: Path, raw: bytes) -> Verdict:
    manifest = _manifest(raw) if path.suffix == ".json" else _manifest_beside(path)
    built = _rebuilt(manifest, digest(raw))
    found = Verdict()
    if path.suffix == ".json":
        _hold_manifest(found, manifest or {}, built, path.parent)
    else:
        _hold_file(found, path, raw, built)
    _hold_base(found, built)
    return found


def _manifest(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except ValueError as error:
        raise NotOurs(_("Không đọc được bảng kê.")) from error
    if not isinstance(told, dict) or not {"as_of", "year", "files", "figures"} <= told.keys():
        raise NotOurs(_("Tệp không phải là bảng kê của báo cáo tổng hợp."))
    return told


def _manifest_beside(path: Path) -> dict[str, Any] | None:
    beside = path.parent / MANIFEST
    if not beside.exists():
        return None
    told = _manifest(beside.read_bytes())
    return told if path.name in told["files"] else None


def _rebuilt(manifest: dict[str, Any] | None, sha256: str) -> Built:
    """The book that the manifest names, or that has the file; of one never begun, the outline at its moment."""
    if manifest and not manifest.get("book"):
        at = parse_datetime(str(manifest["as_of"]))
        if at is None:
            raise NotOurs(_("Không đọc được bảng kê."))
        asked = asked_of(str(manifest["span"]), int(manifest["year"]), manifest.get("unit"), at)
        return build(unwritten(asked, take_facts(asked)))
    if manifest:
        book = ReportBook.objects.filter(slug=manifest["book"]).first()
    else:
        kept = Attachment.objects.filter(owner_kind=KIND, stored__sha256=sha256).values_list("owner_id", flat=True)
        book = ReportBook.objects.filter(pk__in=list(kept)).first()
    if book is None:
        raise NotOurs(_("Không tìm thấy báo cáo của tệp này. Đặt tệp cùng thư mục với manifest.json rồi chạy lại."))
    return build(manuscript_of(book))


def _hold_manifest(found: Verdict, manifest: dict[str, Any], built: Built, folder: Path) -> None:
    for name, sha256 in manifest["files"].items():
        if built.manifest["files"].get(name) == sha256:
            found.same.append(_("%(name)s: dựng lại giống hệt.") % {"name": name})
        else:
            found.differences.append(_("%(name)s: dựng lại khác.") % {"name": name})
        beside = folder / name
        if beside.exists() and digest(beside.read_bytes()) != sha256:
            found.differences.append(_("%(name)s: tệp trong thư mục khác bảng kê.") % {"name": name})
    own = {one["key"]: one["text"] for one in built.manifest["figures"]}
    _hold_figures(found, {one["key"]: one["text"] for one in manifest["figures"]}, own)


def _hold_file(found: Verdict, path: Path, raw: bytes, built: Built) -> None:
    again = built.files.get(path.suffix.lstrip("."), b"")
    if again == raw:
        found.same.append(_("%(name)s: dựng lại giống hệt.") % {"name": path.name})
        return
    found.differences.append(_("%(name)s: dựng lại khác.") % {"name": path.name})
    if path.suffix == ".xlsx":
        own = {one["key"]: one["text"] for one in built.manifest["figures"]}
        _hold_figures(found, _figures_in(raw), own)
    elif path.suffix == ".docx":
        found.differences += _lines_that_differ(_words_in(raw), _words_in(again))


def _hold_base(found: Verdict, built: Built) -> None:
    """The targets' figures, read anew as they were known at that moment."""
    about = built.assembled.facts.about
    at = parse_datetime(about["as_of"])
    if at is None:
        return
    anew = take_facts(asked_of(about["span"], about["years"][-1], about["unit"], at))
    kept, now = (_of_targets(one) for one in (built.assembled.facts, anew))
    _hold_figures(found, kept, now, _("cơ sở dữ liệu tại thời điểm đó"))
    if kept == now:
        found.same.append(_("%(n)s số liệu mục tiêu đọc lại tại thời điểm đó giống hệt.") % {"n": len(kept)})


def _of_targets(facts: Facts) -> dict[str, str]:
    return {key: one.text for key, one in facts.figures.items() if key.startswith("mt")}


def _hold_figures(found: Verdict, told: dict[str, str], own: dict[str, str], where: str = "") -> None:
    for key in sorted(told.keys() | own.keys()):
        if told.get(key) != own.get(key):
            words = _("%(key)s: %(told)s, %(where)s là %(own)s.")
            where = where or _("dựng lại")
            pair = {"told": told.get(key, "–"), "own": own.get(key, "–")}
            found.differences.append(words % {"key": key, "where": where, **pair})


def _figures_in(raw: bytes) -> dict[str, str]:
    try:
        sheet = load_workbook(io.BytesIO(raw), read_only=True)[FIGURES]
        return {str(row[0]): str(row[3]) for row in sheet.iter_rows(min_row=2, values_only=True) if row[0]}
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        return {}


_RUN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def _words_in(raw: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            written = package.read("word/document.xml").decode()
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        return []
    paragraphs = ("".join(_RUN.findall(one)) for one in written.split("</w:p>"))
    return [unescape(one) for one in paragraphs if one.strip()]


def _lines_that_differ(told: Iterable[str], own: Iterable[str]) -> list[str]:
    told, own = list(told), list(own)
    gone = [_("Không có khi dựng lại: %(line)s") % {"line": one[:200]} for one in told if one not in own]
    return gone + [_("Chỉ có khi dựng lại: %(line)s") % {"line": one[:200]} for one in own if one not in told]


def built_now(span: str, year: int, unit: str | None, at: Any) -> Built:
    """The last version of a book, issued or not; where none was begun, the outline with what is known at the moment."""
    book = ReportBook.objects.filter(span=span, year=year, unit=unit).order_by("-version").first()
    if book is not None:
        return build(manuscript_of(book))
    asked = asked_of(span, year, unit, at)
    return build(unwritten(asked, take_facts(asked)))
