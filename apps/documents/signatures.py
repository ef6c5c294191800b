"""What an attached PDF says of its digital signatures: read in a process of its own, and what is made of the answer.

{"state": "signed" | "none" | "scan" | "unreadable", "signatures": [{"signer", "organisation", "at", "stamped_at",
"state": "unchanged" | "extended" | "altered" | "partial" | "invalid" | "unreadable", "is_stamp",
"trust": one of TRUST, "issuer", "revocation": one of REVOCATION, "revoked_at", "stamp_is_trusted"}]}
The last line is of those read since certificates are held to the office's roots; `signature_words.py` has the words.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.masking import hide_identity_numbers
from apps.core.text import recognisable

CHILD = Path(__file__).with_name("signature_child.py")
PDF = "application/pdf"
PATIENCE = 120.0  # seconds; how much it may work is the child's own limit
MOST_SAID = 100_000  # bytes
FILE_STATES = ("signed", "none", "scan", "unreadable")
STATES = ("unchanged", "extended", "altered", "partial", "invalid", "unreadable")
SOUND = ("unchanged", "extended")
BROKEN = ("altered", "partial", "invalid")
# Of a certificate: why its chain leads to no root of the office's, or that it does.
TRUST = (
    *("trusted", "unset", "revoked", "self_signed", "unknown_issuer"),
    *("expired", "early", "weak", "purpose", "chain"),
)
REVOCATION = ("", "clear", "unknown", "unlisted")
UNREADABLE = {"state": "unreadable", "signatures": []}

logger = logging.getLogger(__name__)


def read(path: Path, known_from: datetime) -> dict[str, Any]:
    """Whatever the file does to its reader, this ends and says so. The portal has these bytes since `known_from`."""
    told = (known_from.isoformat(), settings.SIGNATURE_ROOTS, settings.SIGNATURE_REVOCATION_LISTS)
    environment = {key: os.environ[key] for key in ("LD_LIBRARY_PATH",) if key in os.environ}
    with path.open("rb") as source:
        process = subprocess.Popen(
            [sys.executable, "-I", str(CHILD), *told],
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
    names = {key: _text(told.get(key, "")) for key in ("signer", "organisation")}
    times = {key: told.get(key) for key in ("at", "stamped_at")}
    for value in filter(None, [*times.values(), told.get("revoked_at")]):
        datetime.fromisoformat(value)
    return {**names, **times, "state": told["state"], "is_stamp": told.get("is_stamp") is True, **_trust(told)}


def _trust(told: dict[str, Any]) -> dict[str, Any]:
    if "trust" not in told:
        return {}
    if told["trust"] not in TRUST or told["revocation"] not in REVOCATION:
        raise ValueError(told["trust"])
    return {
        "trust": told["trust"],
        "revocation": told["revocation"],
        "revoked_at": told["revoked_at"],
        "issuer": _text(told["issuer"]),
        "stamp_is_trusted": told.get("stamp_is_trusted") is True,
    }


def _text(value: Any) -> str:
    return hide_identity_numbers(recognisable(str(value)))


def verdict_of(found: dict[str, Any]) -> str:
    """Of the whole file, by its worst signature. Valid is only what leads to a root of the office's."""
    if found["state"] in ("none", "scan"):
        return "unsigned"
    every = found["signatures"]
    if any(one["state"] in BROKEN for one in every):
        return "changed"
    signers = [one for one in every if not one["is_stamp"]] or every
    if any(one.get("trust") == "revoked" for one in signers):
        return "revoked"
    sound = [one for one in every if one["state"] in SOUND]
    is_trusted = signers and all(one.get("trust") == "trusted" for one in signers)
    return "valid" if is_trusted and sound == every else "unverified"
