"""What the portal says of the digital signatures of an attached PDF, sound, altered and hostile."""

import html
import io
import zlib
from dataclasses import replace

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from apps.documents import signature_checks, signature_child, signature_trust, signature_words, signatures
from apps.documents.jobs import request_scans
from apps.documents.models import StoredFile
from apps.documents.services import attach_file
from apps.documents.trust_files import TrustFiles
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.papers.pdf import write_pdf
from tests.documents.papers import paper, picture
from tests.documents.signing import BEGIN, signed, signer
from tests.factories.enterprises import EnterpriseFactory
from tests.papers.papers import PROVINCE

NOTE = "Chưa đối chiếu chứng thư số với tổ chức chứng thực: chưa cấu hình chứng thư gốc."
BY = "Ký số bởi Nguyễn Thị Hường, Sở Khoa học và Công nghệ lúc "


@pytest.fixture(scope="module")
def plain() -> bytes:
    return write_pdf(replace(PROVINCE, annexes=()))


@pytest.fixture(scope="module")
def head():
    return signer()


@pytest.fixture(scope="module")
def once(plain, head) -> bytes:
    return signed(plain, head)


def read(body: bytes) -> dict:
    """As the child reads it, here: starting it costs a second, and some tests are about that."""
    judge = signature_child.Judge(TrustFiles(), BEGIN, signature_trust.judge)
    return signatures._understood(signature_child.answer(body, judge).encode())


def lines(body: bytes) -> list[str]:
    return [line.text for line in signature_words.lines_of(read(body), BEGIN)]


def states(body: bytes) -> list[str]:
    return [one["state"] for one in read(body)["signatures"]]


@pytest.fixture
def by_child(tmp_path):
    def told(body: bytes) -> list[str]:
        path = tmp_path / "file.pdf"
        path.write_bytes(body)
        return [line.text for line in signature_words.lines_of(signatures.read(path, BEGIN), BEGIN)]

    return told


def appended(pdf: bytes, *, change) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scan() -> bytes:
    """One page that is a picture, as a scanner makes it."""
    body = picture()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> >>",
        b"<< /Type /XObject /Subtype /Image /Width 40 /Height 20 /ColorSpace /DeviceRGB /BitsPerComponent 8"
        b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body),
    ]
    return built(parts)


def built(parts: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + end


def test_signed_file_says_by_whom_when_and_that_it_is_unchanged(once):
    told = lines(once)
    assert told[0].startswith(BY)
    assert told[0].endswith(" theo máy của người ký; tệp không thay đổi sau khi ký.")
    assert told[1:] == [NOTE]


def test_timestamp_is_told_as_the_time(plain, head):
    [told, _note] = lines(signed(plain, head, stamped_by=signer("TSA", "", stamps=True)))
    assert told.endswith(" theo dấu thời gian; tệp không thay đổi sau khi ký.")


def test_second_signature_leaves_the_first_in_force(once, by_child):
    """By the child itself: what it could not load any more would look like a change."""
    told = by_child(signed(once, signer("Trần Văn B", ""), field="Sig2"))
    assert told[0].endswith("; sau khi ký, tệp chỉ được ký thêm hoặc điền biểu mẫu.")
    assert told[1].startswith("Ký số bởi Trần Văn B lúc ")
    assert told[1].endswith("; tệp không thay đổi sau khi ký.")


def test_changed_bytes_are_told(once):
    at = once.index(b"/BaseFont")
    told = lines(once[:at] + b"/BaseFonT" + once[at + 9 :])
    assert told[0].startswith(BY)
    assert told[0].endswith("; tệp đã bị thay đổi sau khi ký.")


def test_later_revision_that_changes_a_page_is_told(once):
    def turn(writer):
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        page["/Rotate"] = generic.NumberObject(90)
        writer.update_container(page)

    assert states(appended(once, change=turn)) == ["altered"]


def test_bytes_after_the_signed_ones_are_told(once):
    assert states(once + b"\n% more\n") == ["partial"]


def test_forged_signature_value_is_told(once):
    start = once.index(b"/Contents <") + len(b"/Contents <")
    value = once[start : once.index(b">", start)].rstrip(b"0")
    at = start + len(value) - 8
    forged = once[:at] + (b"00" if once[at : at + 2] != b"00" else b"11") + once[at + 2 :]
    assert states(forged) == ["invalid"]


def test_names_are_shown_as_text_without_numbers_of_persons(plain):
    told = lines(signed(plain, signer("CCCD:001204012345 \u202e<b>Hường", "\u0000 ")))
    assert "001204012345" not in told[0]
    assert "\u202e" not in told[0]
    assert "<b>Hường" in told[0]


def test_file_without_a_signature_is_told_apart_from_a_scan(plain):
    assert lines(plain) == ["Không có chữ ký số."]
    assert lines(scan()) == ["Bản chụp (scan), không có chữ ký số."]
    assert lines(b"%PDF-1.7\nThe body of a paper") == ["Không có chữ ký số."]


def loop() -> bytes:
    """A tree of pages that holds itself, and a signature that is its own field."""
    return built(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>",
            b"<< /FT /Sig /T (a) /Kids [3 0 R] /Parent 3 0 R /V 3 0 R /ByteRange [0 1 2 3] /Contents <00> >>",
        ]
    )


def bomb() -> bytes:
    """Its list of objects is a stream that grows without end."""
    swollen = zlib.compress(bytes(400 * 1024 * 1024), 1)
    swollen = zlib.compress(swollen, 9)
    told = b"<< /Type /XRef /W [1 4 2] /Size 99999999 /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length %d >>"
    stream = b"1 0 obj\n" + told % len(swollen) + b"\nstream\n" + swollen + b"\nendstream\nendobj\n"
    return b"%PDF-1.5\n/ByteRange\n" + stream + b"startxref\n20\n%%EOF\n"


def deep() -> bytes:
    return built([b"<< /Type /Catalog /Pages " + b"[" * 200_000 + b"]" * 200_000 + b" /ByteRange 1 >>"])


@pytest.mark.parametrize("body", [loop, bomb, deep], ids=["loop", "bomb", "deep"])
def test_hostile_file_ends_in_words(body, by_child):
    assert by_child(body()) == ["Không đọc được chữ ký số của tệp."]


def test_cut_off_file_ends_in_words(once):
    assert lines(once[:-300]) == ["Không đọc được chữ ký số của tệp."]


@pytest.mark.parametrize("said", [b"", b"[]", b"{", b'{"state": "x"}', b'{"state": "signed", "signatures": [1]}'])
def test_reader_that_makes_no_sense_is_no_answer(said):
    assert signatures._understood(said) == signatures.UNREADABLE


@pytest.mark.django_db
def test_attached_pdf_is_read_once_and_its_page_says_so(once, keeper, signed_in):
    row = EnterpriseFactory()
    file = attach_file(row, paper("báo cáo.pdf", once), by=keeper)
    attach_file(row, paper("ảnh.jpg", picture()), by=keeper)
    assert run_job(Job.objects.get(kind="documents.read_signatures").pk) == "done"
    page = html.unescape(signed_in(keeper).get(row.get_absolute_url()).text)
    assert BY in page
    assert NOTE in page
    attach_file(EnterpriseFactory(), paper("bản sao.pdf", once), by=keeper)
    assert Job.objects.filter(kind="documents.read_signatures").count() == 1
    assert StoredFile.objects.get(pk=file.stored_id).signatures["state"] == "signed"


@pytest.mark.django_db
def test_files_of_before_are_asked_about_by_the_hour(plain, keeper):
    attach_file(EnterpriseFactory(), paper(body=plain), by=keeper)
    Job.objects.all().delete()
    request_scans()
    assert Job.objects.filter(kind="documents.read_signatures").count() == 1
    signature_checks.read_signatures(StoredFile.objects.get().pk)
    Job.objects.all().delete()
    request_scans()
    assert not Job.objects.exists()
