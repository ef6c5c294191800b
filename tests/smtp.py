"""A small mail server on the loopback: takes what comes, or says that it is away. As much SMTP as Django speaks."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class PostOffice:
    """`letters`: what it has taken; while `is_away` it takes nothing and says so (421)."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.is_away = False
        self.callers = 0


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]
        office.callers += 1
        if office.is_away:
            self.wfile.write(b"421 closed for an hour\r\n")
            return
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._take(office)
            self.wfile.write(b"250 ok\r\n")

    def _take(self, office: PostOffice) -> None:
        body = b""
        while (line := self.rfile.readline()) != b".\r\n":
            body += line[1:] if line.startswith(b"..") else line
        office.letters.append(message_from_bytes(body, policy=policy.default))  # type: ignore[arg-type]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def open_office() -> Iterator[tuple[PostOffice, str, int]]:
    """With the host and the port at which it takes mails."""
    office = PostOffice()
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.office = office  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, port = server.server_address[:2]
        yield office, str(host), port
        server.shutdown()


@contextmanager
def post_office(settings) -> Iterator[PostOffice]:
    """Django sends its mails there."""
    with open_office() as (office, host, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield office
