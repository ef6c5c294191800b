"""Text that would break or run where it is taken for markup: it is printed, whatever field it stands in."""

import io
from dataclasses import fields, is_dataclass, replace

import pytest
from docx import Document
from pypdf import PdfReader

from apps.papers.content import plain, roman
from apps.papers.paper import Annex, Column, Heading, Paper, Paragraph, Row, Signer, Table
from apps.papers.pdf import write_pdf
from apps.papers.word import write_docx

GIVEN = {"alignment"}  # a word of ours
TABLE = Table((Column("a"), Column("b")), (Row(("c", "d")), Row(("e", "f"), is_total=True)), "g", "h")
PAPER = Paper(
    issuing_body="a", number_symbol="b", place="c", year=2026, about="d", kind="e", superior_body="f",
    issuer_in_full="g", addressees=("h", "i"), recipients=("k",), archive="l", mark="m",
    body=(Heading("n"), Paragraph("o"), Heading("p", 3), TABLE, Paragraph("q")),
    signer=Signer(("r", "s"), "t"), annexes=(Annex("u", (Paragraph("v"), TABLE), "x", landscape=True),),
)  # fmt: skip
HOSTILE = {
    "control characters": "a\x00b\x07\x1bc\x7f\ud800d",
    "jinja": "{{ 7*7 }}{% for x in y %}{_{ 7 }_}{# c #}{%p if 1 %}",
    "typst": '#import "x": * #panic("no") #read("/etc/passwd") $x$ *b* \\u{41} <l> @r `raw` // c /* d',
    "html": "<img src=file:///etc/passwd><script>alert(1)</script>",
    "xml": "]]>&amp;<w:p/>&#x41;<!-- <?x?>",
    "decomposed": "Thu\u031b\u0323c hie\u0323\u0302n",
    "emoji": "\U0001f600\U0001f469\u200d\U0001f52c ok",
    "turning": "abc\u202egnp.exe\u2067 \u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645",
    "marks without end": "a" + "\u030b\u0316" * 50,
    "lines": "a\nb\x0bc\x0cd\u2028e",
    "nothing": "",
    "blanks": " \n\t \u00a0\n",
}


def filled(part, text: str):
    if is_dataclass(part):
        return replace(
            part, **{f.name: filled(getattr(part, f.name), text) for f in fields(part) if f.name not in GIVEN}
        )
    if isinstance(part, tuple):
        return tuple(filled(one, text) for one in part)
    return text if isinstance(part, str) else part


def text_of_docx(told: bytes) -> str:
    document = Document(io.BytesIO(told))
    return "\n".join(one.text or "" for one in document.element.iter() if one.tag.endswith("}t"))


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_in_every_field_is_printed_as_text(text):
    paper = filled(PAPER, text)
    word, pdf = text_of_docx(write_docx(paper)), PdfReader(io.BytesIO(write_pdf(paper)))
    drawn = squeezed("".join(page.extract_text() for page in pdf.pages))
    assert "root:" not in word + drawn
    assert "49" not in word + drawn
    if text != HOSTILE["lines"]:
        assert word.count(plain(text)) >= 20 or not plain(text)
    if plain(text).isascii():
        assert squeezed(plain(text)) in drawn


def test_what_the_typeface_lacks_is_a_box():
    pdf = PdfReader(io.BytesIO(write_pdf(replace(PAPER, about="vui \U0001f600"))))
    assert "vui □" in pdf.pages[0].extract_text()
    assert "vui \U0001f600" in text_of_docx(write_docx(replace(PAPER, about="vui \U0001f600")))


def test_ten_thousand_signs_without_a_blank_stay_on_the_paper():
    paper = filled(replace(PAPER, annexes=(), recipients=(), body=(Heading("n"), Paragraph("o"), TABLE)), "x" * 10_000)
    assert text_of_docx(write_docx(paper)).count("x" * 10_000) >= 12
    pdf = PdfReader(io.BytesIO(write_pdf(paper)))
    assert len(pdf.pages) > 80  # none of them was cut off


def test_a_row_with_too_few_or_too_many_cells_is_refused():
    with pytest.raises(ValueError, match="2"):
        Table((Column("a"), Column("b")), (Row(("c",)),))


def test_annexes_are_numbered_however_many_there_are():
    assert [roman(number) for number in (1, 4, 8, 9, 14, 40)] == ["I", "IV", "VIII", "IX", "XIV", "XL"]
