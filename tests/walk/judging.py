"""What is wrong with an answer, and with what it wrote."""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.shortcuts import resolve_url

from apps.core.open_pages import KEPT
from tests.walk.cells import Cell
from tests.walk.matrix import UNSAFE, Matrix
from tests.walk.places import CENTRE, EVERYWHERE, PUBLIC, SECRET, SHARED
from tests.walk.sending import Answer
from tests.walk.watch import Change
from tests.walk.world import World

UNITS = (*EVERYWHERE, CENTRE)
LABELS = (*UNITS, SHARED, PUBLIC, SECRET, "NOWHERE")
CANARY = re.compile(rf"canary-({'|'.join(sorted(LABELS, key=len, reverse=True)).lower()})-([a-z]+)-([a-z0-9_]+)-(\d+)")
# A sign of a canary, spelt so that it is not seen. Canaries are made of signs that nobody needs to spell in a link.
DISGUISED = re.compile("%(?:2[dD]|3[0-9]|[46][1-9a-fA-F]|5[0-9aAfF]|7[0-9aA])")
EVIL = "evil.example"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class Judge:
    def __init__(self, world: World, matrix: Matrix) -> None:
        self.world, self.matrix = world, matrix

    def faults(self, cell: Cell, answer: Answer, changes: list[Change], poison: dict[str, Any]) -> Iterator[str]:
        yield from self.of_status(cell, answer)
        yield from self.of_leaks(cell, answer)
        yield from self.of_headers(cell, answer)
        changes = [change for change in changes if not self.is_free(change)]
        if cell.method in UNSAFE and cell.expected.allowed and cell.rule:
            yield from self.of_writing(cell, answer, changes, poison)
        else:
            yield from self.of_silence(cell, changes)
            yield from self.of_trace(cell, answer, changes)

    # ── the answer ──────────────────────────────────────────────────────────────────────────────────────────────────

    def of_status(self, cell: Cell, answer: Answer) -> Iterator[str]:
        if answer.status >= 500 and answer.status not in cell.expected.statuses:
            yield f"answers {answer.status} ({answer.fault})"
        elif answer.status not in cell.expected.statuses:
            wanted = " or ".join(str(status) for status in sorted(cell.expected.statuses))
            yield f"answers {answer.status}, not {wanted}"
        elif cell.expected.signs_in and answer.status == 302 and not is_sign_in(answer.headers.get("Location", "")):
            yield f"is sent to {answer.headers.get('Location')}, not to the sign-in page"
        if cell.method == "HEAD" and answer.body:
            yield "answers HEAD with a body"

    def of_leaks(self, cell: Cell, answer: Answer) -> Iterator[str]:
        """Canaries of units out of sight, in the body, its archives, and the headers; hosts that are not ours."""
        told = set()
        for place, text in texts(answer):
            found = {match.group(0) for match in canaries(text) if not cell.shows(match.group(1).upper())}
            found -= told
            if answer.status == 403:
                found -= self.world.grantors  # whom to ask for the right
            if found and (found := found - sent_canaries(cell)):
                told |= found
                yield f"leaks {', '.join(sorted(found)[:3])} in its {place}"
        for name in ("Location", "HX-Redirect", "HX-Location", "Refresh"):
            if leads_away(answer.headers.get(name, "")):
                yield f"leads away by {name}: {answer.headers[name]}"

    def of_headers(self, cell: Cell, answer: Answer) -> Iterator[str]:
        for name, value in HEADERS.items():
            if value.lower() not in answer.headers.get(name, "").lower():
                yield f"lacks {name}: {value}"
        is_download = "attachment" in answer.headers.get("Content-Disposition", "")
        is_page = answer.status not in (301, 302, 303)
        if self.matrix.routes[cell.route.key].published:
            yield from of_published(answer, is_api=cell.route.is_api)
        elif "Access-Control-Allow-Origin" in answer.headers:
            yield "lets other sites read it"
        elif is_page and not cell.actor.is_outside and "no-store" not in answer.headers.get("Cache-Control", ""):
            yield f"may be stored: Cache-Control {answer.headers.get('Cache-Control')!r}"
        if is_download and "sandbox" not in answer.headers.get("Content-Security-Policy", ""):
            yield "is a download without CSP: sandbox"

    # ── what was written ────────────────────────────────────────────────────────────────────────────────────────────

    def is_free(self, change: Change) -> bool:
        return any(re.fullmatch(pattern, change.table) for pattern in self.matrix.free_tables)

    def of_silence(self, cell: Cell, changes: list[Change]) -> Iterator[str]:
        """A read, or a refusal: nothing is written but what the file allows, and the audit row of a refusal."""
        allowed = set(cell.rule.writes) if cell.rule else set()
        for change in changes:
            if change.table in allowed:
                continue
            if cell.method in UNSAFE and (is_refusal(change) or change.table == "audit_refusaltally"):
                continue
            yield f"wrote: {change}"

    def of_trace(self, cell: Cell, answer: Answer, changes: list[Change]) -> Iterator[str]:
        """Who tries to change what they may not is in the audit."""
        tried = cell.method in UNSAFE and answer.status in (403, 404) and not cell.actor.is_outside
        if tried and not any(is_refusal(change) for change in changes):
            yield f"is refused with {answer.status}, and the audit says nothing"

    def of_writing(self, cell: Cell, answer: Answer, changes: list[Change], poison: dict[str, Any]) -> Iterator[str]:
        if answer.status not in cell.expected.statuses:
            return  # told already
        if answer.status >= 400 or (cell.state and not changes):
            yield from self.of_silence(cell, changes)
            return
        audit = [change.new or {} for change in changes if change.table == "audit_auditevent"]
        actions = sorted(row.get("action", "") for row in audit)
        if actions != sorted(cell.rule.audit) and not cell.state:
            yield f"records {actions or 'nothing'}, not {sorted(cell.rule.audit)}"
        for row in audit:
            if cell.actor.user and not cell.actor.is_outside and row.get("actor_id") != cell.actor.user.pk:
                yield f"records {row.get('action')} as done by {row.get('actor') or 'nobody'}"
        if not cell.rule.audit:
            allowed = set(cell.rule.writes)
            yield from (f"wrote without an audit row: {change}" for change in changes if change.table not in allowed)
        for change in changes:
            yield from self.of_foreign(cell, change)
            yield from of_protected(change, poison, cell.rule.data)

    def of_foreign(self, cell: Cell, change: Change) -> Iterator[str]:
        """Nobody writes a row of a unit out of sight, nor moves one there."""
        if cell.actor.sees is None:
            return  # of no unit is the centre shut out
        if change.table == "accounts_user" and cell.actor.user and str(change.pk) == str(cell.actor.user.pk):
            return  # one's own account
        owner = self.world.owners.get((change.table, change.pk))
        if change.old is not None and owner is not None and not cell.shows(owner):
            yield f"{change}, a row of {owner}"
        if change.old is not None and owner is None and change.table not in cell.rule.writes:
            yield f"{change}, a row of nobody: name its table under writes: if that is right"
        old, new = change.old or {}, change.new or {}
        for column, value in new.items():
            if value in UNITS and value != old.get(column) and not cell.shows(value):
                yield f"{change}, {column} becomes {value}"


def of_published(answer: Answer, *, is_api: bool) -> Iterator[str]:
    """Caches may keep it, and other sites read it of the API: then it hangs on nobody."""
    told = answer.headers
    open_to = told.get("Access-Control-Allow-Origin")
    if open_to != ("*" if is_api else None) or "Access-Control-Allow-Credentials" in told:
        yield "is not open to other sites, or to their visitors' cookies" if is_api else "lets other sites read it"
    kept = "public, max-age=3600" if is_api else KEPT
    if answer.status in (200, 304) and told.get("Cache-Control") not in (kept, "no-store"):
        yield f"is kept otherwise: Cache-Control {told.get('Cache-Control')!r}"
    if "Set-Cookie" in told or {"cookie", "authorization"} & set(told.get("Vary", "").lower().split(", ")):
        yield f"hangs on who asks: Vary {told.get('Vary')!r}"


def of_protected(change: Change, poison: dict[str, Any], data: dict[str, Any]) -> Iterator[str]:
    """A value that was sent in a field nobody may set has arrived."""
    old, new = change.old or {}, change.new or {}
    for name, value in poison.items():
        if name in data:
            continue
        for column in (name, f"{name}_id"):
            if column in new and old.get(column) != new[column] and is_same(new[column], value):
                yield f"{change}, {column} took the value sent: {value!r}"


def is_same(stored: Any, sent: Any) -> bool:
    if isinstance(stored, bool):
        return str(stored).lower() == str(sent).lower()
    return stored is not None and (str(stored) == str(sent) or str(stored).startswith(f"{sent}T"))


def is_refusal(change: Change) -> bool:
    """A refused try, written down."""
    return change.table == "audit_auditevent" and (change.new or {}).get("action") == "access.refused"


def sent_canaries(cell: Cell) -> set[str]:
    """What was sent may come back."""
    sent = unquote(cell.query) + " ".join(str(value) for value in cell.data.values())
    return {match.group(0) for match in canaries(sent)}


def canaries(text: str) -> Iterator[re.Match[str]]:
    """In small letters, whatever the page makes of them: small letters are found ten times as fast as any."""
    return CANARY.finditer(text.lower())


def leads_away(address: str) -> bool:
    """To another host, now or after the sign-in."""
    if EVIL not in address:
        return False
    parts = urlsplit(address)
    onward = [urlsplit(value).netloc for name, value in parse_qsl(parts.query) if name == "next"]
    return any(host not in ("", "testserver") for host in (parts.netloc, *onward))


@cache
def sign_in_path() -> str:
    return resolve_url(settings.LOGIN_URL)


def is_sign_in(location: str) -> bool:
    parts = urlsplit(location)
    return parts.path == sign_in_path() and parts.netloc in ("", "testserver")


def texts(answer: Answer) -> Iterator[tuple[str, str]]:
    """Every place where words may stand, unpacked."""
    yield "headers", "\n".join(f"{name}: {unquote(value)}" for name, value in answer.headers.items())
    if answer.body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
            for name in archive.namelist():
                yield "file name", name
                yield f"archive ({name})", archive.read(name).decode("utf-8", "replace")
    else:
        yield "body", answer.text
        if DISGUISED.search(answer.text):
            yield "links", unquote(answer.text)
