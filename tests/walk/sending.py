"""One request through every middleware, as a browser or a program would send it."""

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signals import got_request_exception
from django.test import RequestFactory
from django.test.client import ClientHandler

from tests.walk.cells import Cell

FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    fault: str  # the exception behind a 500

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Environs(RequestFactory):
    """What a web server hands on, instead of a request object."""

    def request(self, **request: Any) -> dict[str, Any]:
        return self._base_environ(**request)


_environs = Environs(SERVER_NAME="testserver")
_handlers = {True: ClientHandler(enforce_csrf_checks=True), False: ClientHandler(enforce_csrf_checks=False)}


def send(cell: Cell) -> Answer:
    faults: list[str] = []

    def note(sender: Any, **kwargs: Any) -> None:
        kind, error, _trace = sys.exc_info()
        faults.append(f"{kind.__name__ if kind else 'fault'}: {error}")

    got_request_exception.connect(note)
    try:
        response = _handlers[cell.csrf](_environ(cell))
        body = b"".join(response.streaming_content) if response.streaming else response.content
    finally:
        got_request_exception.disconnect(note)
    headers = {name: str(value) for name, value in response.items()}
    return Answer(response.status_code, headers, body, "; ".join(faults))


def _environ(cell: Cell) -> dict[str, Any]:
    headers = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in cell.headers.items()}
    if cell.key:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {cell.key}"
    elif cell.actor.session:
        headers["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={cell.actor.session}"
    address = f"{cell.path}?{cell.query}" if cell.query else cell.path
    if cell.method in ("GET", "HEAD", "OPTIONS"):
        return _environs.generic(cell.method, address, **headers)
    if cell.route.is_api:
        return _environs.generic(
            cell.method, address, json.dumps(cell.data, default=str), "application/json", **headers
        )
    files = [value for value in cell.data.values() if hasattr(value, "seek")]
    if not files or cell.method != "POST":
        return _environs.generic(cell.method, address, urlencode(cell.data, doseq=True), FORM, **headers)
    for file in files:
        file.seek(0)
    return _environs.post(address, cell.data, **headers)
