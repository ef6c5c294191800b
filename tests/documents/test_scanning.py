"""Files looked through for malware by clamd: its protocol, what each answer opens, and what happens without one."""

import socket
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents import services
from apps.documents.jobs import request_scans
from apps.documents.models import Attachment, StoredFile
from apps.documents.services import attach_file
from apps.jobs.models import Job
from apps.jobs.services import run_job
from tests.conftest import BAC_NINH
from tests.documents.papers import PDF, paper
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
Scan = StoredFile.Scan
CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"


class Clamd:
    """Listens as clamd does, takes one stream a line and answers what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.place, self.answer, self.got = str(folder / "clamd.sock"), CLEAN, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.place)
        self.listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as said:
                self.got.append(self._stream(said))
                line.sendall(self.answer)

    def _stream(self, said) -> bytes:
        assert said.read(10) == b"zINSTREAM\0"
        body = b""
        while size := struct.unpack(">I", said.read(4))[0]:
            body += said.read(size)
        return body

    def close(self) -> None:
        self.listener.close()


@pytest.fixture
def clamd(settings) -> Iterator[Clamd]:
    with tempfile.TemporaryDirectory() as folder:  # a socket's path is short
        server = Clamd(Path(folder))
        settings.CLAMD_SOCKET = server.place
        yield server
        server.listener.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.fixture
def attached(keeper) -> Callable[..., Attachment]:
    def attach(name: str = "biên bản.pdf", body: bytes = PDF) -> Attachment:
        return attach_file(EnterpriseFactory(), paper(name, body), by=keeper)

    return attach


@pytest.fixture
def client(keeper, signed_in):
    return signed_in(keeper)


def scanned(attachment: Attachment) -> StoredFile:
    """What the worker makes of the job."""
    run_job(Job.objects.get(kind="documents.scan").pk)
    return StoredFile.objects.get(pk=attachment.stored_id)


def test_without_a_scanner_the_page_says_so_and_the_file_is_open(attached, client, settings):
    settings.CLAMD_SOCKET = ""
    file = attached()
    assert file.stored.scan == Scan.UNSCANNED
    assert not Job.objects.filter(kind="documents.scan").exists()
    assert client.get(file.get_absolute_url()).status_code == 200


def test_file_is_open_once_it_was_found_clean(attached, clamd, client):
    body = PDF + bytes(200_000)
    file = attached(body=body)
    page = client.get(file.get_absolute_url(), follow=True).text
    assert "đang chờ quét mã độc" in page
    assert "Đang quét" in page
    assert f'href="{file.get_absolute_url()}"' not in page
    stored = scanned(file)
    assert (stored.scan, stored.finding) == (Scan.CLEAN, "")
    assert stored.scanned_at is not None
    assert clamd.got == [body]
    assert b"".join(client.get(file.get_absolute_url()).streaming_content) == body
    attached()  # the job of another file
    assert attach_file(EnterpriseFactory(), paper(body=body), by=file.added_by).stored.is_open  # not asked again
    assert Job.objects.filter(kind="documents.scan").count() == 2


def test_file_with_malware_is_closed_and_the_audit_says_so(attached, clamd, client, keeper):
    clamd.answer = FOUND
    file = attached()
    assert scanned(file).scan == Scan.INFECTED
    page = client.get(file.get_absolute_url(), follow=True).text
    assert "chứa mã độc (Eicar-Test-Signature), không tải về được" in page
    assert "Có mã độc" in page
    event = AuditEvent.objects.get(action="file.infected")
    assert (event.unit, event.actor_id, event.target_id) == (BAC_NINH, None, file.owner_id)
    assert event.data["finding"] == "Eicar-Test-Signature"
    with pytest.raises(ValidationError, match="chứa mã độc"):
        attach_file(EnterpriseFactory(), paper(), by=keeper)
    services.withdraw_attachment(file, "Có mã độc", by=keeper)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: ",
        b"OK\0",
        b"stream: OK not\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"\xff\0",
    ],
)
def test_answer_that_says_neither_opens_nothing_and_is_asked_for_again(attached, clamd, client, answer):
    clamd.answer = answer
    file = attached()
    assert scanned(file).scan == Scan.PENDING
    job = Job.objects.get(kind="documents.scan")
    assert (job.state, job.error) == ("pending", "Lỗi hệ thống: ScannerAway.")
    assert job.not_before > timezone.now()
    assert client.get(file.get_absolute_url()).status_code == 302
    clamd.answer = CLEAN
    Job.objects.update(not_before=timezone.now())
    assert scanned(file).scan == Scan.CLEAN


@pytest.mark.parametrize("place", ["/nonexistent/clamd.sock", "127.0.0.1:1", "[::1]:1"])
def test_scanner_that_is_away_opens_nothing(attached, client, settings, place):
    settings.CLAMD_SOCKET = place
    file = attached()
    assert scanned(file).scan == Scan.PENDING
    assert Job.objects.get(kind="documents.scan").state == "pending"
    assert client.get(file.get_absolute_url()).status_code == 302
    settings.CLAMD_SOCKET = ""  # forgotten in the worker's environment: what waits still waits
    Job.objects.update(not_before=timezone.now())
    assert scanned(file).scan == Scan.PENDING
    assert client.get(file.get_absolute_url()).status_code == 302


def test_files_from_before_the_scanner_wait_for_its_word(attached, client, settings, clamd):
    place, settings.CLAMD_SOCKET = settings.CLAMD_SOCKET, ""
    file, gone = attached(), attached("b.pdf", PDF + b"2")
    services.withdraw_attachment(gone, "Nhầm", by=gone.added_by)
    request_scans()
    assert not Job.objects.filter(kind="documents.scan").exists()
    settings.CLAMD_SOCKET = place
    assert client.get(file.get_absolute_url()).status_code == 302
    for _bell in range(2):
        request_scans()
    assert scanned(file).scan == Scan.CLEAN  # one job: what is withdrawn is not asked about
    assert client.get(file.get_absolute_url()).status_code == 200
    request_scans()
    assert Job.objects.filter(kind="documents.scan").count() == 1


def test_job_that_runs_twice_asks_once(attached, clamd):
    file = attached()
    scanned(file)
    services.scan_file(file.stored_id)
    assert len(clamd.got) == 1
