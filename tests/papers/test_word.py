"""The form of a paper, read back from its .docx."""

import io
import re
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from apps.papers.word import write_docx
from tests.papers.papers import PROVINCE, SIGNED


@pytest.fixture(scope="module")
def document():
    return Document(io.BytesIO(write_docx(SIGNED)))


def texts(block) -> list[str]:
    return [paragraph.text for paragraph in block.paragraphs if paragraph.text.strip()]


def style(document, name):
    return next(one for one in document.styles if one.style_id == name)


def test_pages_are_a4_with_the_margins_of_the_form(document):
    upright, wide, last = document.sections
    assert (round(upright.page_width.mm), round(upright.page_height.mm)) == (210, 297)
    assert (round(wide.page_width.mm), round(wide.page_height.mm)) == (297, 210)
    assert [one.orientation for one in (upright, wide, last)] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    for section in document.sections:
        sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(side.mm) for side in sides] == [20, 20, 30, 20]


def test_number_of_the_page_is_centred_at_the_top_but_not_on_the_first(document):
    for section in document.sections:
        assert section.different_first_page_header_footer
        assert texts(section.first_page_header) == []
        field = section.header.paragraphs[0]
        assert [one.text.strip() for one in field._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert field.style.style_id == "PageNumber"
        assert section.header_distance < section.top_margin
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert style(document, "PageNumber").paragraph_format.alignment == 1


def test_typeface_sizes_and_paragraphs_of_the_body(document):
    fonts = document.styles.element.find(".//" + qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs", "eastAsia")} == {"Times New Roman"}
    assert document.styles.element.find(".//" + qn("w:sz")).get(qn("w:val")) == "28"
    body = style(document, "Normal").paragraph_format
    assert Mm(10) <= body.first_line_indent <= Mm(12.7) + 100
    assert body.space_after >= Pt(6)
    assert Pt(16) <= body.line_spacing <= Pt(24)
    assert body.alignment == 3


def test_head_stands_in_its_order(document):
    (issuer, nation), (number, day) = (row.cells for row in document.tables[0].rows)
    assert texts(issuer) == ["ỦY BAN NHÂN DÂN\nTỈNH LÂM ĐỒNG", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"]
    assert texts(nation) == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert (number.text, day.text) == ("Số: 48/BC-SKHCN", "Lâm Đồng, ngày 05 tháng 02 năm 2026")
    assert [cell._tc.findall(".//" + qn("w:pBdr")) != [] for cell in (issuer, nation)] == [True, True]
    names = ["Superior", "Issuer", "Nation", "Motto", "Number", "PlaceAndDay"]
    sizes = [style(document, name).font.size.pt for name in names]
    assert sizes == [12, 12, 12, 13, 13, 13]
    assert [bool(style(document, name).font.bold) for name in names] == [False, True, True, True, False, False]
    assert style(document, "PlaceAndDay").font.italic
    assert texts(document)[:5] == [
        "BÁO CÁO",
        "Kết quả thực hiện Đề án 996 trên địa bàn tỉnh năm 2026",
        "Kính gửi:",
        "- Bộ Khoa học và Công nghệ;",
        "- Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia.",
    ]


def test_rule_under_the_issuer_is_a_third_to_a_half_of_its_line(document):
    rule = document.tables[0].rows[0].cells[0].paragraphs[-1].paragraph_format
    column = document.tables[0].columns[0].width
    assert 1 / 3 < (column - rule.left_indent - rule.right_indent) / Mm(60) < 1 / 2  # the line is some 60 mm wide


def test_headings_are_numbered_and_outlined(document):
    told = [(one.style.style_id, one.text) for one in document.paragraphs if one.style.style_id.startswith("Heading")]
    assert told == [
        ("Heading1", "I. KẾT QUẢ THỰC HIỆN"),
        ("Heading2", "1. Công tác chỉ đạo, điều hành"),
        ("Heading2", "2. Kết quả thực hiện các mục tiêu"),
        ("Heading3", "a) Về phòng thí nghiệm"),
        ("Heading3", "b) Về chương trình bảo đảm đo lường"),
        ("Heading1", "II. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN"),
        ("Heading1", "III. KIẾN NGHỊ, ĐỀ XUẤT"),
        ("Heading2", "I. VĂN BẢN CỦA TỈNH"),
    ]


def test_table_repeats_its_titles_aligns_its_numbers_and_stresses_its_totals(document):
    table = document.tables[1]
    assert table.rows[0]._tr.find(".//" + qn("w:tblHeader")) is not None
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [1, 0, 1, 2, 2]
    assert [cell.text for cell in table.rows[2].cells][2:] == ["doanh nghiệp", "1.034", "1.215"]
    bold = [[run.bold for cell in row.cells for p in cell.paragraphs for run in p.runs] for row in table.rows]
    assert [set(row) for row in bold] == [{True}, {None}, {None}, {True}]
    assert sum(column.width for column in table.columns) == pytest.approx(Mm(160), rel=0.01)


def test_foot_names_recipients_and_signer(document):
    left, right = document.tables[2].rows[0].cells
    assert texts(left) == [
        "Nơi nhận:",
        "- Như trên;",
        "- UBND tỉnh (để báo cáo);",
        "- Giám đốc, các Phó Giám đốc Sở;",
        "- Lưu: VT, TĐC.",
    ]
    assert texts(right) == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Thị Hường"]
    assert [style(document, name).font.size.pt for name in ("RecipientsTitle", "Recipient")] == [12, 11]


def test_annexes_say_what_they_come_with(document):
    told = texts(document)
    at = told.index("Phụ lục I")
    assert told[at + 1 : at + 4] == [
        "KINH PHÍ THỰC HIỆN NHIỆM VỤ NĂM 2026",
        "(Kèm theo Báo cáo số 48/BC-SKHCN ngày 05 tháng 02 năm 2026 của Sở Khoa học và Công nghệ tỉnh Lâm Đồng)",
        "Đơn vị tính: triệu đồng",
    ]
    assert "Phụ lục II" in told


def test_every_page_says_that_figures_are_a_demonstration(document):
    for section in document.sections:
        assert texts(section.footer) == texts(section.first_page_footer) == ["Số liệu minh họa"]


def test_number_and_day_are_left_open_until_it_is_signed():
    document = Document(io.BytesIO(write_docx(PROVINCE)))
    number, day = document.tables[0].rows[1].cells
    assert number.text.replace("\xa0", " ") == "Số:       /BC-SKHCN"
    assert day.text == "Lâm Đồng, ngày … tháng … năm 2026"
    assert "(Kèm theo Báo cáo số …/BC-SKHCN ngày … tháng … năm 2026 của" in "\n".join(texts(document))


def test_parts_of_a_shorter_paper_are_left_out():
    short = replace(SIGNED, superior_body="", addressees=("Bộ Khoa học và Công nghệ",), annexes=(), mark="", number="5")
    document = Document(io.BytesIO(write_docx(short)))
    assert texts(document.tables[0].rows[0].cells[0]) == ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"]
    assert document.tables[0].rows[1].cells[0].text == "Số: 05/BC-SKHCN"
    assert texts(document)[2] == "Kính gửi: Bộ Khoa học và Công nghệ"
    assert len(document.sections) == 1


def test_same_paper_gives_the_same_bytes_without_any_time():
    once = write_docx(SIGNED)
    assert write_docx(SIGNED) == once
    with zipfile.ZipFile(io.BytesIO(once)) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"created" not in package.read("docProps/core.xml")
        told = package.read("word/document.xml").decode()
    assert re.findall(r'="-?\d+\.\d+"', told) == []  # Word takes whole numbers only
