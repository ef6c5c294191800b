"""Runs what the pages of the API's documentation show, against the portal of this process: no line, no server."""

import re
import shlex
from contextlib import chdir
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

PAGES = re.compile(
    r"""address="(?P<address>[^"]+)"
while \[ "\$address" != null \]; do
  (?P<call>curl .+) \|\| \{ cat page\.json; break; \}
  jq -c '\.results\[\]' page\.json
  address=\$\(jq -r '\.next' page\.json\)
done"""
)


class _ThisProcess(BaseAdapter):
    def send(self, request: Any, **_kwargs: Any) -> requests.Response:
        kept = {name: value for name, value in request.headers.items() if not name.startswith(("Content", "Accept-E"))}
        found = asked(request.method, request.url, kept, request.body, request.headers.get("Content-Type", ""))
        told = requests.Response()
        told.status_code, told.headers = found.status_code, CaseInsensitiveDict(found.headers)
        told._content = content_of(found)
        told.url, told.request = request.url, request
        return told

    def close(self) -> None:
        """There is nothing to close."""


def asked(method: str, url: str, headers: dict[str, str], body: Any = None, kind: str = "") -> Any:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Client().generic(method, path, body or b"", kind or "application/octet-stream", headers=headers)


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def run_python(monkeypatch, tmp_path, capsys):
    """Gives what the example prints."""

    def run(text: str, token: str) -> str:
        monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: _ThisProcess())
        monkeypatch.setenv("TOKEN", token)
        capsys.readouterr()
        with chdir(tmp_path):
            exec(compile(text, "example", "exec"), {"__name__": "example"})
        return capsys.readouterr().out

    return run


def run_curl(text: str, token: str) -> Any:
    """As curl would call, page after page where the example does; the last answer."""
    pages = PAGES.fullmatch(text)
    if pages is None:
        return _called(text, token)
    address = pages["address"]
    while address:
        answer = _called(pages["call"].replace("$address", address), token)
        address = answer.json()["next"] if answer.status_code == 200 else None
    return answer


def _called(text: str, token: str) -> Any:
    """One call, of the options that our examples use; anything else is an error."""
    words = iter(shlex.split(text.replace("$TOKEN", token).replace("\\\n", " ")))
    assert next(words) == "curl"
    method, headers, body, url = "GET", {}, None, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--data":
            body = next(words)
        elif word == "-o":
            assert Path(next(words)).suffix in (".csv", ".xlsx", ".json")
        elif word not in ("-sS", "--fail-with-body"):
            assert re.match(r"https?://", word), word
            url = word
    kind = headers.pop("Content-Type", "")
    return asked(method, url, headers, body, kind)
