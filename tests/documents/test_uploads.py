"""Which files come in: ending, first bytes and content agree; pictures are drawn anew."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from apps.documents import pictures
from apps.documents.uploads import MAX_MEMBERS, checked_attachment, plain_name
from tests.documents.papers import PDF, docx, linked, paper, picture
from tests.exchange import workbooks as make

DTD = '<!DOCTYPE a [<!ENTITY b "c">]>'


def short(value: object) -> str:
    """Of the bytes of a file no name of a test is made."""
    return value if isinstance(value, str) else "file"


def kept(name: str, body: bytes) -> bytes:
    return checked_attachment(paper(name, body)).file.read()


def refusal(name: str, body: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        checked_attachment(paper(name, body))
    [told] = refused.value.messages
    return told


@pytest.mark.parametrize(
    "name, body, kind",
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.DOCX", docx(), "wordprocessingml.document"),
        ("a.docx", linked("https://tcvn.gov.vn/", "hyperlink"), "wordprocessingml.document"),
        ("a.docx", linked("file:///C:\\Users\\An\\Mau.dotx"), "wordprocessingml.document"),
        ("a.docx", docx([(f"word/media/{n}.txt", b"") for n in range(400)]), "wordprocessingml.document"),
        ("a.xlsx", make.smallest(), "spreadsheetml.sheet"),
    ],
    ids=short,
)
def test_papers_are_kept_as_they_came(name, body, kind):
    checked = checked_attachment(paper(name, body))
    assert checked.content_type.endswith(kind)
    assert checked.file.read() == body


@pytest.mark.parametrize(
    "name, body, told",
    [
        ("a.exe", b"MZ", "Chỉ nhận tệp .pdf, .docx, .xlsx, .jpg, .jpeg, .png"),
        ("a.svg", b"<svg onload='alert(1)'/>", "Chỉ nhận"),
        ("a.docm", docx(), "Chỉ nhận"),
        ("fdp.\u202eexe", b"MZ", "Chỉ nhận"),
        ("a.pdf", b"", "rỗng"),
        ("a.pdf", b"MZ" + PDF, "Nội dung tệp không phải .pdf"),
        ("a.pdf", docx(), "Nội dung tệp không phải .pdf"),
        ("a.pdf", make.ole(encrypted=True), "Nội dung tệp không phải .pdf"),
        ("a.docx", PDF, "Nội dung tệp không phải .docx"),
        ("a.docx", make.smallest(), "Nội dung tệp không phải .docx"),
        ("a.xlsx", docx(), "Nội dung tệp không phải .xlsx"),
        ("a.docx", make.ole(encrypted=False), "Nội dung tệp không phải .docx"),
        ("a.docx", make.ole(encrypted=True), "Tệp .docx có mật khẩu"),
        ("a.docx", b"PK\x03\x04 broken", "bị hỏng"),
        ("a.docx", docx() + b"appended", "bị hỏng"),
        ("a.docx", docx(body=f"{DTD}<document/>"), "bị hỏng"),
        ("a.docx", docx([("word/vbaProject.bin", b"x")]), "macro"),
        ("a.docx", docx(main="application/vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
        ("a.docx", docx([("word/embeddings/oleObject1.bin", b"x")]), "đối tượng nhúng"),
        ("a.docx", docx([("word/media/a.png", make.ole(encrypted=False))]), "đối tượng nhúng"),
        ("a.docx", linked("https://evil.example/template.dotm"), "lấy nội dung từ nơi khác"),
        ("a.docx", linked("\\\\evil.example\\share\\a.png", "image"), "lấy nội dung từ nơi khác"),
        ("a.docx", linked("file://evil.example/share/a.dotm"), "lấy nội dung từ nơi khác"),
        ("a.docx", docx([(f"word/{n}.txt", b"") for n in range(MAX_MEMBERS)]), "giải nén ra quá lớn"),
        ("a.xlsx", make.bomb_by_ratio(), "giải nén ra quá lớn"),
        ("a.xlsx", make.smallest(extra=[("xl/externalLinks/externalLink1.xml", b"<a/>")]), "lấy nội dung từ nơi khác"),
        ("a.jpg", picture("PNG"), "Nội dung tệp không phải .jpg"),
        ("a.png", picture("JPEG"), "Nội dung tệp không phải .png"),
        ("a.png", picture("PNG")[:60], "Ảnh bị hỏng"),
        ("a.jpg", b"\xff\xd8\xff<script>", "Ảnh bị hỏng"),
    ],
    ids=short,
)
def test_file_that_is_not_what_it_says_is_refused(name, body, told):
    assert told in refusal(name, body)


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, kind, mode", [("a.jpeg", "JPEG", "RGB"), ("a.jpg", "JPEG", "L"), ("a.png", "PNG", "P")])
def test_picture_is_drawn_anew(name, kind, mode):
    told = Image.Exif()
    told[0x010F], told[0x0112] = "TELLTALE camera", 6  # made by; turned a quarter
    extra = {"comment": b"TELLTALE comment"} if kind == "JPEG" else {}
    body = picture(kind, mode=mode, exif=told, icc_profile=b"TELLTALE profile", **extra) + b"TELLTALE PK\x03\x04"
    assert body.count(b"TELLTALE") + zlib_told(body) >= 3
    new = kept(name, body)
    assert b"TELLTALE" not in new
    assert not zlib_told(new)
    drawn = Image.open(io.BytesIO(new))
    assert (drawn.format, drawn.size) == (kind, (20, 40))  # upright, as whoever took it saw it
    assert not drawn.getexif()


def zlib_told(body: bytes) -> int:
    """A .png packs its colour profile."""
    start = body.find(b"iCCP")
    return zlib.decompressobj().decompress(body[body.index(b"\0", start) + 2 :]).count(b"TELLTALE") if start >= 0 else 0


@pytest.mark.parametrize("mode", ["CMYK", "RGB"])
def test_jpeg_of_a_print_shop_is_kept_in_colours_of_a_screen(mode):
    assert Image.open(io.BytesIO(kept("a.jpg", picture(mode=mode)))).mode == "RGB"


def test_transparent_picture_stays_so():
    assert Image.open(io.BytesIO(kept("a.png", picture("PNG", mode="LA")))).mode == "RGBA"


@pytest.mark.parametrize("size", [(12_000, 5_000), (20_000, 20_000)])
def test_picture_of_too_many_pixels_is_refused_before_it_is_unfolded(size, monkeypatch):
    body = picture("PNG", size, mode="1")
    assert len(body) < 100_000
    monkeypatch.setattr(pictures, "_written", lambda *args: pytest.fail("unfolded"))
    assert "50 triệu điểm ảnh" in refusal("a.png", body)


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, plain",
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\b.pdf", "b.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("Hộ 027099001234.pdf", "Hộ ••••••••1234.pdf"),
        ("Quye\u0302\u0301t.pdf", "Quyết.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_name_of_a_file_is_plain(name, plain):
    assert plain_name(name) == plain
