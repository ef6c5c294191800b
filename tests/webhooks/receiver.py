"""A receiver of this machine with a certificate of its own: what it was sent, and what it answers to it."""

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST, OTHER_HOST = "nhan.example.vn", "khac.example.vn"
NUMBER = "93.184.216.34"  # one that the guard lets through; our dial leads it here
Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Papers:
    authority: Path
    chain: Path


def make_papers(folder: Path) -> Papers:
    """An authority, and a certificate of both names by it: in full, as newer Pythons are strict."""
    above, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Thử", above.public_key(), "Thử", above)
    chain = _certificate(HOST, own.public_key(), "Thử", above, [HOST, OTHER_HOST])
    secret = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    papers = Papers(folder / "authority.pem", folder / "chain.pem")
    papers.authority.write_bytes(authority)
    papers.chain.write_bytes(chain + secret)
    return papers


def _certificate(name: str, key: Any, issuer: str, signs: Any, hosts: Sequence[str] = ()) -> bytes:
    now, is_authority = datetime.datetime.now(datetime.UTC), not hosts
    usage = {"digital_signature": not is_authority, "key_cert_sign": is_authority, "crl_sign": is_authority}
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    usage |= dict.fromkeys((*others, "decipher_only"), False)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key()), critical=False)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        made = made.add_extension(names, critical=False)
    return made.sign(signs, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    port: int
    papers: Papers
    got: list[Request] = field(default_factory=list)
    answer: Answer = lambda handler: status(handler, 204)
    called: list[str] = field(default_factory=list)  # numbers that were dialled
    names: dict[str, list[str]] = field(default_factory=dict)

    def look_up(self, host: str) -> list[str]:
        return self.names.get(host, [NUMBER])

    def dial(self, number: str, seconds: float) -> socket.socket:
        self.called.append(number)
        return socket.create_connection(("127.0.0.1", self.port), seconds)

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.papers.authority))


def status(handler: BaseHTTPRequestHandler, code: int, **headers: str) -> None:
    handler.send_response(code)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@contextmanager
def receiving(papers: Papers) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            here.got.append(Request(self.path, dict(self.headers), self.rfile.read(length)))
            here.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            pass  # a caller that hangs up is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(papers.chain)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    here = Receiver(server.server_address[1], papers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.socket.close()
        thread.join()
