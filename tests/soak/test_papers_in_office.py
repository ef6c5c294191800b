"""The .docx of a paper in LibreOffice: it opens, whatever stands in it, and prints what the .pdf prints."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader

from apps.papers.pdf import write_pdf
from apps.papers.word import write_docx
from tests.papers.papers import PROVINCE, SIGNED
from tests.papers.test_hostile import HOSTILE, PAPER, filled
from tests.soak.office import saved_as

FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias binding="same"><family>Times New Roman</family><prefer><family>Tinos</family></prefer></alias></fontconfig>
"""
Office = Callable[[str, bytes], PdfReader]


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    """A profile of its own, and no typeface but ours under the name that the paper asks for."""
    folder: Path = tmp_path_factory.mktemp("office")
    (folder / "fonts.conf").write_text(FONTS.format(fonts=settings.PAPER_FONTS, cache=folder / "cache"))

    def printed(name: str, docx: bytes) -> PdfReader:
        (folder / f"{name}.docx").write_bytes(docx)
        pdf = saved_as("pdf", folder / f"{name}.docx", folder, FONTCONFIG_FILE=str(folder / "fonts.conf"))
        return PdfReader(io.BytesIO(pdf))

    return printed


def words(page) -> list[str]:
    """Without the head's order: each reader goes through the two columns in its own way."""
    return sorted(re.findall(r"\w+", page.extract_text()))


@pytest.mark.parametrize("paper", [PROVINCE, SIGNED], ids=["unsigned", "signed"])
def test_docx_prints_as_the_pdf(office, paper, say):
    ours, theirs = PdfReader(io.BytesIO(write_pdf(paper))), office("report", write_docx(paper))
    assert len(theirs.pages) == len(ours.pages)
    for number, (our, their) in enumerate(zip(ours.pages, theirs.pages, strict=True), 1):
        assert words(their) == words(our), f"page {number}"
        assert [round(float(side)) for side in their.mediabox[2:]] == [round(float(side)) for side in our.mediabox[2:]]
    say(f"papers: {len(ours.pages)} pages of LibreOffice have the words of ours")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_docx_with_hostile_text_opens(office, text):
    told = office("hostile", write_docx(filled(PAPER, text)))
    assert "root:" not in "".join(page.extract_text() for page in told.pages)
