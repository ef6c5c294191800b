"""The paper of a report: what it says before it is signed, and what was frozen when it was."""

import io

import pytest
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from apps.papers.paper import Paragraph, Table
from apps.reports.paper import paper_of
from apps.reports.services import moves
from apps.reports.signer import authority_of
from tests.factories.reports import filled, signed_paper

pytestmark = pytest.mark.django_db
HOSTILE = "{{ 7*7 }} {% include 'x' %} #import <img src=file:///etc/passwd> ]]> " + "A" * 500


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def words_of(content: bytes) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)


def test_a_report_is_printed_before_it_is_signed_and_as_it_was_signed(report, editor, approver, signed_in):
    report = filled(report, editor, n5_1="14", n5_3="14", D2="not_applicable", E1="Kết quả đáng ghi nhận", E3=HOSTILE)
    client = signed_in(editor)
    address = reverse("reports:annualreport_pdf", args=[report.round.code, report.unit.slug])
    draft = text_of(client.get(address).content)
    assert "Độc lập - Tự do - Hạnh phúc" in draft
    assert "Kết quả đáng ghi nhận" in draft
    assert "{{ 7*7 }}" in draft
    assert "Không áp dụng" in draft
    assert "TM. ỦY BAN NHÂN DÂN" in draft
    assert "THỦ TRƯỞNG" not in draft
    begun = paper_of(report)
    told = " ".join(block.text for block in begun.body if isinstance(block, Paragraph))
    cells = {row.cells[0]: row.cells[-1] for block in begun.body if isinstance(block, Table) for row in block.rows}
    assert (cells["5.1"], cells["D2"]) == ("14", "Không áp dụng")
    assert all(f"Phụ lục {one.number} kèm theo" in told for one in begun.annexes if one.title != "Giải trình số liệu")
    moves.to_leader(report, by=editor)
    sent = moves.sign(report, signed_paper("12/BC-UBND"), by=approver)
    report.refresh_from_db()
    paper = paper_of(report, sent)
    assert (paper.number, paper.number_symbol, paper.day) == ("12", "BC-UBND", sent.signed_on)
    signed = client.get(address)
    assert signed.headers["Content-Disposition"].endswith('.pdf"')
    assert "12/BC-UBND" in text_of(signed.content)
    assert client.get(address).content == signed.content
    word = client.get(address.replace(".pdf", ".docx"))
    assert "Kết quả đáng ghi nhận" in words_of(word.content)
    assert client.get(address, {"revision": "9"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "position", "lines"),
    [
        ("province", "", "TM. Ủy ban nhân dân / Chủ tịch"),
        ("province", "Chủ tịch", "TM. Ủy ban nhân dân / Chủ tịch"),
        ("province", "Phó Chủ tịch", "TM. Ủy ban nhân dân / KT. Chủ tịch / Phó Chủ tịch"),
        ("province", "TUQ. Chủ tịch", "TUQ. Chủ tịch"),
        ("province", "Giám đốc Sở", "Giám đốc Sở"),
        ("ministry", "", "Bộ trưởng"),
        ("ministry", "Thứ trưởng", "KT. Bộ trưởng / Thứ trưởng"),
        ("organisation", "", "Thủ trưởng đơn vị"),
        ("organisation", "Chủ tịch", "Chủ tịch"),
    ],
)
def test_a_report_is_signed_in_the_form_of_its_kind_of_unit(kind, position, lines):
    assert authority_of(kind, position) == tuple(lines.split(" / "))
