"""Is the signer one whom the office trusts: roots, chains, days, lists of revoked ones, and never a call outside."""

import html
import io
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from apps.audit.models import AuditEvent
from apps.documents import signature_child, signature_trust, signature_words, signatures
from apps.documents.models import Attachment, SignatureCheck, StoredFile
from apps.documents.services import attach_file
from apps.documents.signature_checks import read_signatures
from apps.documents.trust_files import mark_of, read_trust
from apps.jobs.models import Job
from apps.papers.pdf import write_pdf
from tests.documents.papers import paper
from tests.documents.signing import BEGIN, Authority, signed, signer
from tests.factories.enterprises import EnterpriseFactory
from tests.papers.papers import PROVINCE

CAME = BEGIN + timedelta(days=100)  # when the portal got the file
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return write_pdf(replace(PROVINCE, annexes=()))


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def below(root) -> Authority:
    return Authority("Nhà cung cấp chữ ký số", root)


@pytest.fixture(scope="module")
def head(below):
    return below.signer()


@pytest.fixture(scope="module")
def once(plain, head) -> bytes:
    return signed(plain, head)


@pytest.fixture
def folders(tmp_path, root):
    """The office's two folders: its root in the one, nothing in the other."""
    roots, lists = tmp_path / "roots", tmp_path / "lists"
    roots.mkdir()
    lists.mkdir()
    (roots / "root.pem").write_bytes(root.pem)
    return roots, lists


@pytest.fixture
def look(folders):
    """As the child does it, here."""

    def look(body: bytes, at=CAME) -> dict:
        judge = signature_child.Judge(read_trust(*map(str, folders)), at, signature_trust.judge)
        return signatures._understood(signature_child.answer(body, judge).encode())

    return look


def trust(found: dict) -> list[str]:
    return [one["trust"] for one in found["signatures"]]


def said(found: dict) -> str:
    return " ".join(f"[{line.badge}] {line.text}" for line in signature_words.lines_of(found, CAME))


def test_signature_below_a_root_of_the_office_is_valid(look, once):
    found = look(once)
    assert trust(found) == ["trusted"]
    assert signatures.verdict_of(found) == "valid"
    assert "[Chữ ký hợp lệ] Ký số bởi Nguyễn Thị Hường lúc " in said(found)
    assert "chứng thư do Nhà cung cấp chữ ký số cấp, thuộc chứng thư gốc được tin cậy" in said(found)
    assert "chưa đối chiếu danh sách thu hồi" in said(found)
    assert "Đã đối chiếu với các chứng thư gốc của cổng lúc " in said(found)


@pytest.mark.parametrize(
    ("made_by", "why", "words"),
    [
        (lambda: signer(), "self_signed", "chứng thư do người ký tự cấp"),
        (lambda: Authority("Gốc của cuộc thử").signer(), "chain", "chuỗi chứng thư không hợp lệ"),
        (lambda: Authority("Gốc khác").signer(), "unknown_issuer", "không thuộc chứng thư gốc nào của cổng"),
    ],
    ids=["by oneself", "of a root of the same name", "of another root"],
)
def test_signature_below_no_root_of_the_office_is_not_valid(look, plain, made_by, why, words):
    found = look(signed(plain, made_by()))
    assert trust(found) == [why]
    assert signatures.verdict_of(found) == "unverified"
    assert words in said(found)
    assert "[Chưa xác minh được]" in said(found)
    assert "[Chữ ký hợp lệ]" not in said(found)


def test_without_roots_nothing_is_valid(folders, look, once):
    (folders[0] / "root.pem").unlink()
    found = look(once)
    assert trust(found) == ["unset"]
    assert signatures.verdict_of(found) == "unverified"
    assert "chưa cấu hình chứng thư gốc" in said(found)
    assert "hợp lệ" not in said(found)


def test_certificate_that_was_over_is_not_valid_unless_a_trusted_stamp_came_before(look, plain, below):
    over = below.signer(begin=CAME - 30 * DAY, end=CAME - 5 * DAY)
    assert trust(look(signed(plain, over))) == ["expired"]
    stamps = below.signer("Dấu thời gian", stamps=True)
    stamped = signed(plain, over, stamped_by=stamps, stamped_at=CAME - 10 * DAY)
    assert signatures.verdict_of(look(stamped)) == "valid"
    too_late = signed(plain, over, stamped_by=stamps, stamped_at=CAME - DAY)
    assert trust(look(too_late)) == ["expired"]
    of_nobody = signed(plain, over, stamped_by=signer("TSA", "", stamps=True), stamped_at=CAME - 10 * DAY)
    assert trust(look(of_nobody)) == ["expired"]
    assert "theo dấu thời gian chưa xác minh được" in said(look(of_nobody))


def test_certificate_of_later_and_one_for_something_else_are_not_valid(look, plain, below):
    assert trust(look(signed(plain, below.signer(begin=CAME + DAY)))) == ["early"]
    [one] = look(signed(plain, below.signer(usage=(2,))))["signatures"]
    assert one["trust"] == "purpose"
    assert "chứng thư không được cấp để ký văn bản" in said({"state": "signed", "signatures": [one]})


def test_lists_say_who_was_revoked_before_the_portal_had_the_file(folders, look, once, root, below, head):
    above = root.taken_back(on=CAME, told=CAME - DAY, until=CAME + 9 * DAY)
    (folders[1] / "root.crl").write_bytes(above)
    told = {"told": CAME - DAY, "until": CAME + 9 * DAY}
    place = folders[1] / "below.crl"
    place.write_bytes(below.taken_back(on=CAME, **told))
    assert [one["revocation"] for one in look(once)["signatures"]] == ["clear"]
    assert "không có trong danh sách thu hồi" in said(look(once))
    place.write_bytes(below.taken_back(head, on=CAME - 2 * DAY, **told))
    found = look(once)
    assert signatures.verdict_of(found) == "revoked"
    assert "[Chứng thư đã bị thu hồi]" in said(found)
    assert "thu hồi lúc " in said(found)
    place.write_bytes(below.taken_back(head, on=CAME + DAY, told=CAME + 2 * DAY, until=CAME + 9 * DAY))
    assert signatures.verdict_of(look(once)) == "valid"


def test_a_list_that_is_too_old_still_says_who_stood_in_it(folders, look, once, below, head):
    told = {"told": CAME - 50 * DAY, "until": CAME - 40 * DAY}
    place = folders[1] / "below.crl"
    place.write_bytes(below.taken_back(head, on=CAME - 60 * DAY, **told))
    assert signatures.verdict_of(look(once)) == "revoked"
    place.write_bytes(below.taken_back(on=CAME, **told))
    [one] = look(once)["signatures"]
    assert (one["trust"], one["revocation"]) == ("trusted", "unknown")


def test_a_list_of_nobody_trusted_says_nothing(folders, look, once, head):
    forged = Authority("Nhà cung cấp chữ ký số")
    list_of = forged.taken_back(head, on=CAME - 2 * DAY, told=CAME - DAY, until=CAME + DAY)
    (folders[1] / "forged.crl").write_bytes(list_of)
    assert signatures.verdict_of(look(once)) == "valid"


def test_kept_answers_of_ocsp_are_read(folders, look, plain, root):
    person = root.signer()
    body = signed(plain, person)
    told = {"told": CAME - DAY, "until": CAME + DAY}
    place = folders[1] / "answer.der"
    place.write_bytes(root.answered(person, **told))
    assert [one["revocation"] for one in look(body)["signatures"]] == ["clear"]
    place.write_bytes(root.answered(person, on=CAME - 2 * DAY, **told))
    assert signatures.verdict_of(look(body)) == "revoked"


def test_of_two_signatures_the_worse_is_the_files(look, once, below):
    both = signed(once, below.signer("Trần Văn B"), field="Sig2")
    assert signatures.verdict_of(look(both)) == "valid"
    strange = signed(once, signer("Người lạ", ""), field="Sig2")
    assert trust(look(strange)) == ["trusted", "self_signed"]
    assert signatures.verdict_of(look(strange)) == "unverified"


def test_what_was_changed_after_signing_is_never_valid(look, once):
    at = once.index(b"/BaseFont")
    assert signatures.verdict_of(look(once[:at] + b"/BaseFonT" + once[at + 9 :])) == "changed"
    writer = IncrementalPdfFileWriter(io.BytesIO(once))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert signatures.verdict_of(look(out.getvalue())) == "changed"
    assert "hợp lệ" not in said(look(out.getvalue()))


def test_encrypted_paper_and_garbage_end_in_words(look, plain, head):
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain)))
    writer.encrypt(owner_pass="chủ", user_pass="người đọc")
    out = io.BytesIO()
    writer.write(out)
    closed = look(out.getvalue())  # what it may hold is not to be read without the password
    assert closed["state"] == "unreadable"
    assert signatures.verdict_of(closed) == "unverified"
    for garbage in (b"%PDF-1.7 /ByteRange [0 1", b"/ByteRange" * 1000, b"%PDF-1.4\n\x00\xff" * 500):
        assert signatures.verdict_of(look(garbage)) in ("unverified", "unsigned")


def test_child_itself_checks_without_the_network(folders, settings, tmp_path, once, below, root):
    """Confined as it is: what it could not load any more would make a sound certificate a strange one."""
    settings.SIGNATURE_ROOTS, settings.SIGNATURE_REVOCATION_LISTS = map(str, folders)
    told = {"told": CAME - DAY, "until": CAME + DAY, "on": CAME}
    for name, authority in {"root.crl": root, "below.crl": below}.items():
        (folders[1] / name).write_bytes(authority.taken_back(**told))
    path = tmp_path / "file.pdf"
    path.write_bytes(once)
    [one] = signatures.read(path, CAME)["signatures"]
    assert (one["trust"], one["revocation"]) == ("trusted", "clear")
    stamps = below.signer("Dấu thời gian", stamps=True)
    path.write_bytes(signed(once, below.signer("Trần Văn B"), field="Sig2", stamped_by=stamps, stamped_at=CAME))
    assert signatures.verdict_of(signatures.read(path, CAME)) == "valid"


def test_folders_are_known_by_what_is_in_them(folders, root):
    roots, lists = map(str, folders)
    before = mark_of(roots, lists)
    (folders[0] / "root.pem").rename(folders[0] / "other.pem")
    assert mark_of(roots, lists) == before != mark_of(lists, roots)
    (folders[0] / "more.pem").write_bytes(Authority().pem + root.pem)
    assert mark_of(roots, lists) != before
    assert len(read_trust(roots, lists).roots) == 3
    (folders[1] / "broken.crl").write_bytes(b"\x30\x03\x02\x01\x01")
    (folders[0] / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert read_trust(roots, lists).faults == ["broken.pem", "broken.crl"]
    assert mark_of("", "") == ""
    assert read_trust("/nonexistent/roots", "").faults == ["/nonexistent/roots"]


@pytest.fixture
def attached(once, keeper, settings):
    settings.SIGNATURE_ROOTS = settings.SIGNATURE_REVOCATION_LISTS = ""
    row = EnterpriseFactory()
    file = attach_file(row, paper("quyết định.pdf", once), by=keeper)
    StoredFile.objects.filter(pk=file.stored_id).update(uploaded_at=CAME)
    return row, file


def again(file: Attachment) -> str:
    Job.objects.filter(kind="documents.read_signatures").delete()
    told = StringIO()
    call_command("check_signatures", stdout=told)
    for job in Job.objects.filter(kind="documents.read_signatures"):
        read_signatures(**job.payload)
    return told.getvalue()


@pytest.mark.django_db
def test_new_roots_are_held_to_by_the_command_and_the_audit_says_what_changed(
    attached, folders, settings, keeper, signed_in, below, head
):
    row, file = attached
    read_signatures(file.stored_id)
    check = SignatureCheck.objects.get(stored=file.stored_id)
    assert (check.verdict, check.held_to) == ("unverified", "")
    rows = AuditEvent.objects.filter(action="file.signatures_checked")
    assert not rows.exists()
    assert "Đã đưa 0 tệp" in again(file)
    settings.SIGNATURE_ROOTS, settings.SIGNATURE_REVOCATION_LISTS = map(str, folders)
    assert "Đã đưa 1 tệp" in again(file)
    [told] = rows
    assert told.data["signatures_before"] == "Chưa xác minh được"
    assert told.data["signatures"] == "Chữ ký hợp lệ"
    assert told.target_id == str(row.pk)
    page = html.unescape(signed_in(keeper).get(row.get_absolute_url()).text)
    assert "Chữ ký hợp lệ" in page
    assert "thuộc chứng thư gốc được tin cậy" in page
    assert "Đã đưa 0 tệp" in again(file)
    list_of = below.taken_back(head, on=CAME - DAY, told=CAME, until=CAME + DAY)
    Path(settings.SIGNATURE_REVOCATION_LISTS, "below.crl").write_bytes(list_of)
    again(file)
    assert rows.all().count() == 2
    assert SignatureCheck.objects.get(stored=file.stored_id).verdict == "revoked"


@pytest.mark.django_db
def test_first_check_tells_the_audit_of_a_changed_file_only(once, keeper):
    at = once.index(b"/BaseFont")
    changed = once[:at] + b"/BaseFonT" + once[at + 9 :]
    file = attach_file(EnterpriseFactory(), paper("sửa.pdf", changed), by=keeper)
    read_signatures(file.stored_id)
    [told] = AuditEvent.objects.filter(action="file.signatures_checked")
    assert told.data["signatures"] == "Bị thay đổi sau khi ký"
    assert "signatures_before" not in told.data
    read_signatures(file.stored_id)
    assert AuditEvent.objects.filter(action="file.signatures_checked").count() == 1


@pytest.mark.django_db
def test_command_names_what_it_cannot_read_and_asks_for_nothing(attached, folders, settings):
    settings.SIGNATURE_ROOTS = str(folders[0])
    (folders[0] / "hỏng.pem").write_bytes(b"no certificate")
    Job.objects.all().delete()
    with pytest.raises(CommandError, match=r"hỏng\.pem"):
        call_command("check_signatures", stdout=StringIO())
    assert not Job.objects.exists()
