"""Asks clamd, by its socket, whether a file holds malware. Where none is set up nobody is asked, and pages say so."""

import socket
import struct
from typing import BinaryIO

from django.conf import settings

CHUNK = 64 * 1024
PATIENCE = 60  # seconds without a word; a file of 20 MB takes clamd a second or two
LONGEST_ANSWER = 4096


class ScannerAway(Exception):  # noqa: N818  # not an answer: the file stays closed and is asked about again
    """No answer, or none that says yes or no."""


def is_set_up() -> bool:
    return bool(settings.CLAMD_SOCKET)


def malware_in(file: BinaryIO) -> str:
    """The name of what clamd finds, empty where it finds nothing. Anything but these two answers is none."""
    if not is_set_up():
        raise ScannerAway("no scanner is set up")
    try:
        with _line() as line:
            line.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        return "".join(char for char in name if char.isprintable()) or "?"
    raise ScannerAway(answer[:200])


def _line() -> socket.socket:
    """To a path of this machine, or to host:port."""
    place = settings.CLAMD_SOCKET
    if place.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        try:
            line.connect(place)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), PATIENCE)


def _answer(line: socket.socket) -> str:
    got = b""
    while b"\0" not in got and len(got) < LONGEST_ANSWER:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        got += more
    said, end, _rest = got.partition(b"\0")
    if not end:
        raise ScannerAway("cut off")
    return said.decode("utf-8", "replace").strip()
