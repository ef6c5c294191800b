"""The one function that calls an address which somebody typed in: a name is resolved once, checked, and that very
number is called.

Written on the standard library. A client library would resolve the name again as it connects, follow redirects and read
proxy variables unless each is turned off; here there is nothing to turn off.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError

from apps.webhooks.guard import is_plain_global, parse

PORT = 443
PATIENCE = 5.0  # seconds for all of it: name, connection, handshake, request, answer
MOST_READ = 65_536  # bytes of an answer
MOST_TRIED = 3  # numbers of one name


class CallError(Exception):
    """No answer was had. `code`: why; `detail`: what the machine says of it, never what a receiver wrote."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host.encode("ascii"), PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) + (f"%{place[3]}" if len(place) == 4 and place[3] else "")
                              for *_kind, place in found))  # fmt: skip


def dial(number: str, seconds: float) -> socket.socket:
    return socket.create_connection((number, PORT), timeout=seconds)


@dataclass(frozen=True)
class Outside:
    """What lies beyond the portal. Tests put their own in its place; nothing else does."""

    look_up: Callable[[str], list[str]] = look_up
    dial: Callable[[str, float], socket.socket] = dial
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context


OUTSIDE = Outside()


class Deadline:
    def __init__(self, seconds: float) -> None:
        self.at = monotonic() + seconds

    def left(self) -> float:
        left = self.at - monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class Line(ssl.SSLSocket):
    """Ends at the deadline, however slowly the bytes drip, and after so many of them."""

    deadline: Deadline
    taken = 0

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        count = super().recv_into(*args, **kwargs)
        self.taken += count
        if self.taken > MOST_READ:
            raise CallError("too_long")
        return count

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().send(*args, **kwargs)


class Connection(http.client.HTTPSConnection):
    """Over a line that is there already; it never makes one."""

    auto_open = 0

    def __init__(self, host: str, line: Line) -> None:
        super().__init__(host, context=line.context)
        self.sock = line


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send it and return the status of the answer, whatever it is: no body is read."""
    return exchange(address, body, headers).status


def exchange(address: str, body: bytes, headers: Mapping[str, str], *, keep: int = 0) -> Answer:
    """Send it and return the answer, whatever it is, with so many bytes of its body: a redirect is not followed."""
    deadline = Deadline(PATIENCE)
    try:
        target = parse(address)
        line = _call(target.host, deadline)
        with line:
            connection = Connection(target.host, line)
            connection.request("POST", target.target, body, {"Connection": "close", **headers})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(keep) if keep else b"")
    except ValidationError as error:  # kept before the rules were as they are now
        raise CallError("odd_address") from error
    except ssl.SSLCertVerificationError as error:
        raise CallError("certificate", error.verify_message) from error
    except TimeoutError as error:
        raise CallError("too_slow") from error
    except (http.client.HTTPException, ssl.SSLError) as error:
        raise CallError("no_answer", type(error).__name__) from error
    except OSError as error:
        raise CallError("no_connection", error.strerror or type(error).__name__) from error


def _call(host: str, deadline: Deadline) -> Line:
    numbers = _checked(host, deadline)
    for further in reversed(range(len(numbers))):
        try:
            raw = OUTSIDE.dial(numbers[-1 - further], deadline.left() / (further + 1))  # the others want their share
        except OSError:
            if not further:
                raise
            continue
        return _secured(raw, host, deadline)
    raise CallError("no_name")


def _checked(host: str, deadline: Deadline) -> list[str]:
    """All that the name stands for must be good: of a mixed answer nobody knows what it is for."""
    numbers = _in_time(lambda: OUTSIDE.look_up(host), deadline)
    if not numbers:
        raise CallError("no_name")
    if not all(is_plain_global(number) for number in numbers):
        raise CallError("barred")
    return numbers[:MOST_TRIED]


def _in_time(ask: Callable[[], list[str]], deadline: Deadline) -> list[str]:
    """A resolver knows no deadline of ours: one that does not answer is left behind."""
    answers: list[list[str]] = []

    def asking() -> None:
        try:
            answers.append(ask())
        except (OSError, UnicodeError):
            answers.append([])

    thread = threading.Thread(target=asking, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if not answers:
        raise TimeoutError
    return answers[0]


def _secured(raw: socket.socket, host: str, deadline: Deadline) -> Line:
    """The certificate must be of the name that was typed in."""
    context = OUTSIDE.trust()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = Line
    raw.settimeout(deadline.left())
    try:
        line = context.wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise
    assert isinstance(line, Line)  # noqa: S101 - for the checker of types
    line.deadline = deadline
    return line
