"""Whoever is not signed in, following every link of the public pages in both languages: what they hold in the end."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.test import Client, RequestFactory
from PIL import Image

from apps.core.openly import is_open

STARTS = ("/", "/en/")
LINK = re.compile(r'(?:href|src)="([^"#]+)"|"((?:https?:/)?/[^"\s]+)"|<id>([^<]+)</id>')
PLACE = re.compile(r"/(?:provinces|share)/([a-z-]+)")
PLACES = ("ha-noi", "lam-dong", "results")  # of 34 provinces these are followed
CLOCK = re.compile("docProps/core.xml")  # in a workbook the moment at which it was written
TIED = ("ETag", "X-Request-ID", "Server-Timing", "Content-Length")  # told otherwise from one answer to the next


@dataclass(frozen=True)
class Met:
    """An answer: its bytes, and every word in it and around it, unpacked."""

    status: int
    tag: str
    parts: tuple[tuple[str, bytes], ...]

    @property
    def text(self) -> str:
        return "\n".join(body.decode("utf-8", "replace") for _name, body in self.parts)


def crawl(client: Client) -> dict[str, Met]:
    """By address."""
    met: dict[str, Met] = {}
    open_ends = list(STARTS)
    while open_ends:
        address = open_ends.pop()
        if address in met:
            continue
        answer = client.get(address)
        met[address] = Met(answer.status_code, answer.get("ETag", ""), tuple(_parts(answer)))
        if answer.status_code == 200 and "image/" not in answer["Content-Type"]:
            open_ends += [one for one in _links(address, answer.content.decode("utf-8", "replace")) if one not in met]
    return met


def _links(address: str, text: str) -> Iterator[str]:
    for found in LINK.finditer(text):
        link = next(filter(None, found.groups())).replace("&amp;", "&")
        link = urljoin(address, link.removeprefix(settings.SITE_URL))
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not _is_public(parts.path):
            continue
        place = PLACE.match(parts.path.removeprefix("/en"))
        if place is None or place.group(1) in PLACES:
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_public(path: str) -> bool:
    return is_open(RequestFactory().get(path))


def _parts(answer) -> Iterator[tuple[str, bytes]]:
    told = [f"{name}: {value}" for name, value in sorted(answer.items()) if name not in TIED]
    yield "headers", "\n".join(told).encode()
    body = answer.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            yield from ((one, archive.read(one)) for one in archive.namelist() if not CLOCK.search(one))
        return
    yield "body", body
    if answer.get("Content-Type", "").startswith("image/"):
        yield "metadata", repr(sorted(Image.open(io.BytesIO(body)).info.items())).encode()
