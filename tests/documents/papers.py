"""Files that people attach, good and hostile: whole files as bytes."""

import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.exchange.workbooks import DECLARATION, PACKAGE, Member, packed, relationships

PDF = b"%PDF-1.7\nThe body of a paper"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def paper(name: str = "biên bản.pdf", body: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def docx(extra: Iterable[Member] = (), main: str = f"{WORD}.document.main+xml", body: str = "<document/>") -> bytes:
    types = (
        f'{DECLARATION}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    return packed(
        [
            ("[Content_Types].xml", types),
            ("_rels/.rels", relationships(("officeDocument", "word/document.xml"))),
            ("word/document.xml", DECLARATION + body),
            *extra,
        ]
    )


def linked(target: str, kind: str = "attachedTemplate") -> bytes:
    """A text that names something outside of itself."""
    link = relationships((kind, target)).replace("/>", ' TargetMode="External"/>')
    return docx([("word/_rels/settings.xml.rels", link)])


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **saved: Any) -> bytes:
    kept = io.BytesIO()
    Image.new(mode, size, 1).save(kept, kind, **saved)
    return kept.getvalue()
