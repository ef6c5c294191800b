"""What an attached PDF says of its digital signatures: read in a process of its own, kept with the file, told in words.

{"state": "signed" | "none" | "scan" | "unreadable", "signatures": [{"signer", "organisation", "at", "stamped_at",
"state": "unchanged" | "extended" | "altered" | "partial" | "invalid" | "unreadable", "is_stamp"}]}
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.masking import hide_identity_numbers
from apps.core.templatetags.ui import vn_datetime
from apps.core.text import recognisable

CHILD = Path(__file__).with_name("signature_child.py")
PDF = "application/pdf"
PATIENCE = 120.0  # seconds; how much it may work is the child's own limit
MOST_SAID = 100_000  # bytes
FILE_STATES = ("signed", "none", "scan", "unreadable")
STATES = ("unchanged", "extended", "altered", "partial", "invalid", "unreadable")
UNREADABLE = {"state": "unreadable", "signatures": []}

logger = logging.getLogger(__name__)


class Told(NamedTuple):
    """A line on the file's entry: the badge's family and word (none: no badge), and what is said beside it."""

    text: str
    family: str = ""
    badge: str = ""


def read(path: Path) -> dict[str, Any]:
    """Whatever the file does to its reader, this ends and says so."""
    environment = {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
    with path.open("rb") as source:
        process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    try:
        said = process.stdout.read(MOST_SAID) if process.stdout else b""
    finally:
        timer.cancel()
        process.kill()
        if process.stdout:
            process.stdout.close()
        process.wait()
    return _understood(said)


def _understood(said: bytes) -> dict[str, Any]:
    """The child has met a stranger's file, so its word is checked too."""
    try:
        told = json.loads(said)
        found = [_signature(one) for one in told.get("signatures", [])]
        if told["state"] not in FILE_STATES:
            raise ValueError(told["state"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        logger.warning("reader of signatures: no answer that makes sense")
        return UNREADABLE
    for why in filter(None, (one.get("why") for one in (told, *told.get("signatures", [])))):
        logger.info("reader of signatures: %s", recognisable(str(why)))
    return {"state": told["state"], "signatures": found}


def _signature(told: dict[str, Any]) -> dict[str, Any]:
    if told["state"] not in STATES:
        raise ValueError(told["state"])
    names = {key: hide_identity_numbers(recognisable(str(told.get(key, "")))) for key in ("signer", "organisation")}
    times = {key: told.get(key) for key in ("at", "stamped_at")}
    for value in filter(None, times.values()):
        datetime.fromisoformat(value)
    return {**names, **times, "state": told["state"], "is_stamp": told.get("is_stamp") is True}


def lines_of(kept: dict[str, Any] | None) -> list[Told]:
    """In words, for who sees the file; nothing of a file that nobody has read yet, or that is no PDF."""
    if kept is None:
        return []
    if kept["state"] == "scan":
        return [Told(_("Bản chụp (scan), không có chữ ký số."))]
    if kept["state"] == "none":
        return [Told(_("Không có chữ ký số."))]
    if kept["state"] == "unreadable":
        return [Told(_("Không đọc được chữ ký số của tệp."), "warn", _("Chưa rõ chữ ký"))]
    note = Told(_("Chưa đối chiếu chứng thư số với tổ chức chứng thực."))
    return [*(_line(one) for one in kept["signatures"]), note]


def _line(one: dict[str, Any]) -> Told:
    verdict = {
        "unchanged": _("tệp không thay đổi sau khi ký"),
        "extended": _("sau khi ký, tệp chỉ được ký thêm hoặc điền biểu mẫu"),
        "altered": _("tệp đã bị thay đổi sau khi ký"),
        "partial": _("chữ ký không bao trùm toàn bộ tệp"),
        "invalid": _("chữ ký không hợp lệ"),
        "unreadable": _("không đọc được chữ ký"),
    }[one["state"]]
    family, badge = {
        "unchanged": ("info", _("Đã ký số")),
        "extended": ("info", _("Đã ký số")),
        "altered": ("bad", _("Đã bị thay đổi")),
        "partial": ("bad", _("Ký không trọn tệp")),
        "invalid": ("bad", _("Chữ ký không hợp lệ")),
        "unreadable": ("warn", _("Chưa rõ chữ ký")),
    }[one["state"]]
    return Told(f"{_signed(one)}; {verdict}.", family, badge)


def _signed(one: dict[str, Any]) -> str:
    who = ", ".join(filter(None, (one["signer"], one["organisation"]))) or _("người không ghi tên")
    by = _("Dấu thời gian của %(who)s") if one["is_stamp"] else _("Ký số bởi %(who)s")
    return " ".join([by % {"who": who}, *_when(one)])


def _when(one: dict[str, Any]) -> Iterator[str]:
    if one["stamped_at"]:
        yield _("lúc %(moment)s theo dấu thời gian") % {"moment": _moment(one["stamped_at"])}
    elif one["at"]:
        yield _("lúc %(moment)s theo máy của người ký") % {"moment": _moment(one["at"])}


def _moment(value: str) -> str:
    return vn_datetime(datetime.fromisoformat(value))
