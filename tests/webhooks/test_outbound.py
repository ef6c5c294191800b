"""The one way out: odd addresses never reach this machine, good ones are called as they were checked."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError

from apps.webhooks import outbound
from apps.webhooks.guard import is_plain_global, parse
from tests.webhooks.receiver import HOST, NUMBER, receiving, status

ADDRESS = f"https://{HOST}/hook"

ODD_ADDRESSES = [
    "http://nhan.example.vn/", "ftp://nhan.example.vn/", "file:///etc/passwd", "//nhan.example.vn/", "nhan.example.vn",
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/",
    "https://0177.0.0.1/", "https://127.0.0.0x1/", "https://0/", "https://localhost/", "https://[::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://127.0.0.1.nip.io:8443/", "https://a.vn:22/",
    "https://a.vn:443/", "https://a.vn./", "https://a..vn/", "https://.a.vn/", "https://-a.vn/", "https://a_b.vn/",
    "https://user@a.vn/", "https://user:pw@a.vn/", "https://a.vn@127.0.0.1/", "https://127.0.0.1#@a.vn/",
    "https://a.vn#x", "https://a.vn\\@127.0.0.1/", "https://a.vn%2f@127.0.0.1/", "https://a%2evn/", "https://a.vn/%2f",
    "https://a.vn/%5c", "https://a.vn/%0d%0aHost:b", "https://a.vn/ b", "https://a.vn/\r\nHost: b", "https://a.vn/\n",
    "https://ａ.vn/", "https://①②⑦.0.0.1/", "https://a。vn/", "https://xn--80ak6aa92e.com/", "https://\u212a8s.vn/", "https://\u017fo.vn/",
    "https://đơnvị.vn/", "https:/a.vn/", "https:///a.vn/", " https://a.vn/", "https://a.vn/\x00", "HTTPS//a.vn",
    "https://" + "a" * 64 + ".vn/", "https://" + "a." * 130 + "vn/", "https://a.vn/" + "x" * 500,
]  # fmt: skip
BARRED = [
    "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:5db8:d822::1", "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:20::1", "2001:db8::1", "3fff::1", "100::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "2606:2800:220:1::1%2", "5f00::1", "4000::1", "nhan.example.vn", "", "0x7f000001", "127.1",
]  # fmt: skip
GOOD = ["93.184.216.34", "1.1.1.1", "123.30.1.1", "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("address", ODD_ADDRESSES)
def test_odd_address_is_refused(address):
    with pytest.raises(ValidationError):
        parse(address)


def test_plain_address_is_taken():
    assert str(parse("https://Nhan.Example.VN")) == "https://nhan.example.vn/"
    assert str(parse("https://a-1.b.gov.vn/p/%C4%91?x=1&y=%20")) == "https://a-1.b.gov.vn/p/%C4%91?x=1&y=%20"
    assert parse("https://a.vn?x=1").target == "/?x=1"


@pytest.mark.parametrize("number", BARRED)
def test_number_that_is_not_plain_and_global_is_barred(number):
    assert not is_plain_global(number)


@pytest.mark.parametrize("number", GOOD)
def test_plain_global_number_is_let_through(number):
    assert is_plain_global(number)


class Canary:
    """Whatever number is dialled, it would be reached."""

    def __init__(self) -> None:
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.dialled: list[str] = []

    def dial(self, number: str, seconds: float) -> socket.socket:
        self.dialled.append(number)
        return socket.create_connection(self.ear.getsockname(), seconds)

    @property
    def heard(self) -> bool:
        self.ear.setblocking(False)
        try:
            self.ear.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.ear.close()


def refused(canary: Canary, address: str, numbers: list[str], monkeypatch) -> str:
    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(lambda host: numbers, canary.dial))
    try:
        outbound.post(address, b"{}", {})
    except outbound.CallError as error:
        return error.code
    return ""


def test_no_form_of_an_address_reaches_the_canary(canary, monkeypatch):
    for address in ODD_ADDRESSES:
        assert refused(canary, address, ["127.0.0.1"], monkeypatch) == "odd_address"
    for number in BARRED:
        assert refused(canary, ADDRESS, [number], monkeypatch) == "barred", number
        assert refused(canary, ADDRESS, [NUMBER, number], monkeypatch) == "barred", "one bad number among good ones"
    assert refused(canary, ADDRESS, [], monkeypatch) == "no_name"
    assert (canary.dialled, canary.heard) == ([], False)


def test_canary_would_have_heard(canary, monkeypatch):
    """Or the silence above would prove nothing. Long enough for a busy machine to have called."""
    monkeypatch.setattr(outbound, "PATIENCE", 3.0)
    assert refused(canary, ADDRESS, [NUMBER], monkeypatch) == "too_slow"
    assert (canary.dialled, canary.heard) == ([NUMBER], True)


def test_name_is_resolved_once_and_that_number_called(receiver):
    """Whoever answers the next question with another number is not asked a next question."""
    asked = []

    def turning(host):
        asked.append(host)
        return [NUMBER] if len(asked) == 1 else ["127.0.0.1"]

    receiver.look_up = turning
    outbound.OUTSIDE = outbound.Outside(turning, receiver.dial, receiver.trust)
    assert outbound.post(ADDRESS, b"{}", {"X": "y"}) == 204
    assert (asked, receiver.called) == ([HOST], [NUMBER])
    assert receiver.got[0].headers["Host"] == HOST


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(receiver, code):
    receiver.answer = lambda handler: status(handler, code, Location="https://127.0.0.1/")
    assert outbound.post(ADDRESS, b"{}", {}) == code
    assert len(receiver.got) == len(receiver.called) == 1


def test_proxy_of_the_machine_is_not_used(receiver, monkeypatch):
    for name in ("https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert outbound.post(ADDRESS, b"{}", {}) == 204


def test_certificate_must_be_of_the_name_and_of_somebody_trusted(receiver):
    with pytest.raises(outbound.CallError) as other:
        outbound.post("https://la.example.vn/", b"{}", {})
    outbound.OUTSIDE = outbound.Outside(receiver.look_up, receiver.dial)
    with pytest.raises(outbound.CallError) as unknown:
        outbound.post(ADDRESS, b"{}", {})
    assert (other.value.code, unknown.value.code, receiver.got) == ("certificate", "certificate", [])


def test_dead_number_of_a_name_is_passed_over(receiver, monkeypatch):
    def dial(number, seconds):
        if number != NUMBER:
            raise ConnectionRefusedError
        return receiver.dial(number, seconds)

    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(lambda h: ["1.1.1.1", NUMBER], dial, receiver.trust))
    assert outbound.post(ADDRESS, b"{}", {}) == 204


def drip(handler):
    """Never ends, and never pauses for long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(1000):
        handler.wfile.write(b"X: y\r\n")
        handler.wfile.flush()
        time.sleep(0.02)


def flood(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 60_000 + b"\r\nZ: " + b"z" * 60_000 + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (drip, "too_slow"),
        (flood, "too_long"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "no_answer"),
        (lambda handler: None, "no_answer"),
    ],
    ids=["drip", "flood", "other protocol", "hangs up"],
)
def test_answer_that_is_none(receiver, monkeypatch, answer, code):
    if code == "too_slow":
        monkeypatch.setattr(outbound, "PATIENCE", 0.3)
    receiver.answer = answer
    with pytest.raises(outbound.CallError) as error:
        outbound.post(ADDRESS, b"{}", {})
    assert error.value.code == code


def test_resolver_that_hangs_is_left_behind(monkeypatch):
    monkeypatch.setattr(outbound, "PATIENCE", 0.1)
    held = threading.Event()
    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(lambda host: held.wait(5) and []))
    with pytest.raises(outbound.CallError) as error:
        outbound.post(ADDRESS, b"{}", {})
    held.set()
    assert error.value.code == "too_slow"


def test_body_of_an_answer_is_not_waited_for(receiver):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000000")
        handler.end_headers()
        handler.wfile.write(b"x")

    receiver.answer = endless
    assert outbound.post(ADDRESS, b"{}", {}) == 200


def test_own_look_up_gives_numbers_only(papers):
    with receiving(papers):
        assert "127.0.0.1" in outbound.look_up("localhost")
