"""The form of a paper, read back from its .pdf."""

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pypdf import PdfReader

from apps.papers.paper import Paragraph
from apps.papers.pdf import fitted, write_pdf
from tests.papers.papers import PROVINCE, SIGNED

VIETNAMESE = "".join(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
)


@pytest.fixture(scope="module")
def pdf():
    return PdfReader(io.BytesIO(write_pdf(SIGNED)))


def lines(page) -> list[str]:
    return [line.strip() for line in page.extract_text().splitlines() if line.strip()]


def fonts(pdf) -> Iterator[dict]:
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            yield font.get_object()["/DescendantFonts"][0].get_object()


def elements(node) -> Iterator[str]:
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, dict):
        yield node.get("/S", "")
        yield from elements(node.get("/K", []))


def test_is_tagged_vietnamese_and_kept_for_long(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("vi")
    kinds = set(elements(root["/StructTreeRoot"]["/K"]))
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD"} <= kinds
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert pdf.metadata.title == "Báo cáo Kết quả thực hiện Đề án 996 trên địa bàn tỉnh năm 2026"


def test_typeface_is_ours_and_embedded(pdf):
    used = list(fonts(pdf))
    assert {font["/BaseFont"].partition("+")[2].partition("-")[0] for font in used} == {"Tinos"}
    for font in used:
        assert {"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].get_object().keys()


def test_every_vietnamese_letter_is_drawn():
    """PDF/A is refused by the typesetter itself where a letter has no picture."""
    told = write_pdf(replace(SIGNED, body=(Paragraph(f"{VIETNAMESE}đĐ"),), annexes=()))
    drawn = PdfReader(io.BytesIO(told)).pages[0].extract_text()
    assert set(VIETNAMESE + "đĐ") <= set(unicodedata.normalize("NFC", drawn))
    assert "\N{WHITE SQUARE}" not in drawn


def test_pages_and_their_numbers(pdf):
    sizes = [(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pdf.pages]
    assert sizes == [(595, 842)] * 3 + [(842, 595)] * 3 + [(595, 842)]
    first = [lines(page)[0] for page in pdf.pages]
    assert first[1:3] == ["2", "3"]
    assert first[4:6] == ["2", "3"]  # an annex counts its own
    assert [first[at].isdigit() for at in (0, 3, 6)] == [False] * 3
    assert all("Số liệu minh họa" in page.extract_text() for page in pdf.pages)


def test_every_annex_counts_its_own_pages():
    long, *_others = SIGNED.annexes
    told = PdfReader(io.BytesIO(write_pdf(replace(SIGNED, annexes=(long, long, replace(long, landscape=False), long)))))
    first = [lines(page)[0] for page in told.pages][3:]
    starts = [at for at, line in enumerate(first) if line.startswith("Phụ lục")]
    assert len(starts) == 4
    for start, end in zip(starts, [*starts[1:], len(first)], strict=True):
        assert first[start + 1 : end] == [str(number) for number in range(2, end - start + 1)]
        assert end - start > 1


def test_annexes_go_on_counting_where_they_are_told_to():
    told = PdfReader(io.BytesIO(write_pdf(replace(SIGNED, annex_pages_anew=False))))
    assert [lines(page)[0] for page in told.pages][1:] == ["2", "3", "4", "5", "6", "7"]


def test_tells_what_the_docx_tells(pdf):
    told = " ".join(" ".join(lines(page)) for page in pdf.pages)
    for text in (
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 48/BC-SKHCN",
        "Lâm Đồng, ngày 05 tháng 02 năm 2026",
        "I. KẾT QUẢ THỰC HIỆN",
        "a) Về phòng thí nghiệm",
        "PHÓ GIÁM ĐỐC",
        "- Lưu: VT, TĐC.",
        "Phụ lục II",
        "(Kèm theo Báo cáo số 48/BC-SKHCN ngày 05 tháng 02 năm 2026 của Sở Khoa học và Công nghệ tỉnh Lâm Đồng)",
    ):
        assert text in told
    assert PdfReader(io.BytesIO(write_pdf(PROVINCE))).pages[0].extract_text().count("/BC-SKHCN") == 1


def test_signature_does_not_stand_alone(pdf):
    page = next(page for page in pdf.pages if "Nơi nhận:" in page.extract_text())
    assert "kính báo cáo./." in page.extract_text()


def test_same_paper_gives_the_same_bytes():
    assert write_pdf(SIGNED) == write_pdf(SIGNED)


def test_only_words_wider_than_their_room_may_break():
    assert fitted("Kết quả thực hiện 1.234.567", 30, 12) == "Kết quả thực hiện 1.234.567"
    assert fitted("dài 12345678901234567890", 20, 12) == "dài 1\u200b2\u200b" + "\u200b".join("345678901234567890")
