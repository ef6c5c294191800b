"""The two files that take logs off the host: nothing in the clear, nothing lost while the store is away, a year kept.

Both were tried with rsyslog 8.2302 (1,000 lines written while the store was away came after it); here it is held that
they still say what was tried.
"""

import re

from program996.management.processes import BASE_DIR

SENDER = (BASE_DIR / "docs/watching/log-sender.conf").read_text()
STORE = (BASE_DIR / "docs/watching/log-store.conf").read_text()


def said(text: str, name: str) -> str:
    [value] = re.findall(rf'^\s*{re.escape(name)}=\[?"([^"]*)"', text, re.MULTILINE)
    return value


def test_lines_go_to_the_named_machine_alone_and_by_tls():
    assert said(SENDER, "streamDriver") == said(STORE, "streamDriver.name") == "gtls"
    assert said(SENDER, "streamDriverMode") == said(STORE, "streamDriver.mode") == "1"
    assert said(SENDER, "streamDriverAuthMode") == said(STORE, "streamDriver.authMode") == "x509/name"
    assert said(SENDER, "streamDriverPermittedPeers") == said(SENDER, "target")
    assert said(STORE, "permittedPeer")
    assert f'port="{said(SENDER, "port")}"' in STORE


def test_lines_wait_on_the_disk_and_for_as_long_as_it_takes():
    assert said(SENDER, "queue.filename")
    assert said(SENDER, "queue.saveOnShutdown") == "on"
    assert said(SENDER, "action.resumeRetryCount") == "-1"
    assert int(said(SENDER, "action.resumeInterval")) <= 60
    assert 'mode="inotify"' in SENDER, "as they are written, not now and then"


def test_a_line_is_taken_whole():
    """A traceback, in JSON, is one line of some thousand letters."""
    assert said(SENDER, "maxMessageSize") == said(STORE, "maxMessageSize") == "256k"
    assert said(SENDER, "tcp_framing") == "octet-counted"


def test_twelve_months_are_kept():
    [days] = re.findall(r"-mtime \+(\d+) -exec chattr -i", STORE)
    assert int(days) > 366
    assert said(STORE, "flushOnTXEnd") == "on"
